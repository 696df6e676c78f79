"""Sets up the shop of the benchmarks: products, members, and a till and a cashier per connection."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random
from uuid import uuid4

from django.db import connection, transaction

from accounts.access import tokens
from accounts.models import Role, User
from accounts.people import staff
from bench.load import LINES, WITH_MEMBER
from billing.drawer import shifts
from billing.models import Register, RegisterKind
from billing.order import Order, Tendered, Wanted
from billing.sale import sales
from inventory.models import MovementKind, Product, Stock, StockMovement
from members.models import Member
from pos.money import ZERO
from pos.postgres.silence import unlimited

PRODUCTS, MEMBERS = 2_000, 500
# Id ranges that do not overlap, so that pgbench's script can tell a register's id from a member's.
OWN_RANGES = (
    "billing_register", "billing_shift", "billing_bill", "members_member", "inventory_product", "accounts_user",
)  # fmt: skip
PRICE, PLENTY = Decimal("4.30"), Decimal(9_000_000)


@dataclass(frozen=True, slots=True)
class Counter:
    products: list[int]
    members: list[int]
    registers: list[str]
    cashiers: list[User]

    def bearers(self) -> list[str]:
        return [tokens.issue(cashier)["access"] for cashier in self.cashiers]


def standing() -> Counter | None:
    """What was set up in this database before."""
    registers = [*Register.objects.filter(code__regex="^B[0-9]+$").order_by("pk").values_list("code", flat=True)]
    if not registers:
        return None
    goods, members = Product.objects.filter(sku__startswith="B-"), Member.objects.filter(number__regex="^B[0-9]{7}$")
    cashiers = User.objects.filter(username__regex="^till[0-9]+$").order_by("pk")
    products, people = ([*found.order_by("pk").values_list("pk", flat=True)] for found in (goods, members))
    return Counter(products, people, registers, [*cashiers])


def set_up(tills: int) -> Counter:
    with connection.cursor() as cursor:
        for place, table in enumerate(OWN_RANGES, 1):
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, place * 10**8])
    cashiers = [
        staff.hire(by=None, username=f"till{n}", name=f"Till {n}", role=Role.CASHIER, password=f"bench-purchase-{n}")
        for n in range(tills)
    ]
    goods = Product.objects.bulk_create(
        Product(sku=f"B-{n:05d}", name=f"Article {n}", price=PRICE, cost=Decimal("2.10")) for n in range(PRODUCTS)
    )
    Stock.objects.bulk_create(Stock(product=good, quantity=PLENTY) for good in goods)
    StockMovement.objects.bulk_create(
        StockMovement(product=good, kind=MovementKind.OPENING, quantity=PLENTY, by=cashiers[0]) for good in goods
    )
    members = Member.objects.bulk_create(
        Member(number=f"B{n:07d}", name=f"Member {n}", pin="none") for n in range(MEMBERS)
    )
    registers = [f"B{n}" for n in range(tills)]
    Register.objects.bulk_create(Register(code=code, name=code, kind=RegisterKind.TILL) for code in registers)
    for code, cashier in zip(registers, cashiers, strict=True):
        shifts.open_shift(code, opening_float=ZERO, by=cashier)
    analyze()
    return Counter([good.pk for good in goods], [member.pk for member in members], registers, cashiers)


def sell(shop: Counter, count: int, with_member: int = WITH_MEMBER) -> None:
    """Makes sales at its tills in turn, with the verb every till uses; so many of a hundred with a member."""
    chance, tills = Random(1), len(shop.registers)
    for number in range(count):
        order = Order(
            key=uuid4(),
            lines=[Wanted(Decimal(1), product) for product in chance.sample(shop.products, LINES)],
            payments=[Tendered("cash", LINES * PRICE)],
            register=shop.registers[number % tills],
            member=chance.choice(shop.members) if chance.randrange(100) < with_member else None,
        )
        sales.sell(order, cashier=shop.cashiers[number % tills])


def analyze() -> None:
    """Refreshes statistics: plans made on empty tables would scan all bills."""
    with transaction.atomic(), unlimited(), connection.cursor() as cursor:
        cursor.execute("ANALYZE")
