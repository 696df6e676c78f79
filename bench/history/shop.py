"""The shop of the history: its people, tills, members and goods, with an opening stock that lasts."""

import random
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import connection

from accounts.models import Role, User
from accounts.people import staff
from bench.history.copying import copied
from bench.invoices import CENT, Article, Book, sku
from billing.models import Register, Tender
from inventory.models import Category, MovementKind, Product, Stock, StockMovement, TaxRate
from members import numbers
from members.models import Member
from pos.models import StoreSettings

TILLS, CASHIERS = 4, 8
BILLS_PER_MEMBER, FEWEST_MEMBERS = 50, 20
PLENTY = Decimal(9_000_000)
RATES = (("full", "0.19"), ("reduced", "0.07"))
SHELVES = ("Kitchen", "Garden", "Paper", "Toys", "Lights", "Textiles", "Gifts", "Seasonal")
NAMES = ("Ada", "Ben", "Cleo", "Dora", "Emil", "Fritz", "Greta", "Hugo", "Ines", "Jan", "Klara", "Lena", "Max", "Nora")
FAMILIES = ("Abel", "Brandt", "Conrad", "Dahl", "Engel", "Fuchs", "Graf", "Horn", "Ilg", "Jung", "Kraus", "Lang")


@dataclass(frozen=True, slots=True)
class Good:
    """What a line copies from a product."""

    id: int
    sku: str
    name: str
    price: Decimal
    cost: Decimal
    tax_name: str
    tax_rate: Decimal
    category: str


@dataclass(frozen=True, slots=True)
class Shop:
    terms: StoreSettings
    cashiers: list[User]
    tills: list[Register]
    members: list[int]
    goods: dict[Article, Good]
    tenders: list[tuple[str, str]]  # code and name, as the till shows them


def opened(book: Book, bills: int, at: datetime, chance: random.Random) -> Shop:
    cashiers = [
        staff.hire(by=None, username=f"past{n}", name=f"Cashier {n}", role=Role.CASHIER, password=f"bench-history-{n}")
        for n in range(CASHIERS)
    ]
    tills = Register.objects.bulk_create(Register(code=f"P{n}", name=f"Till {n}") for n in range(1, TILLS + 1))
    return Shop(
        StoreSettings.in_force(),
        cashiers,
        tills,
        enrolled(max(FEWEST_MEMBERS, bills // BILLS_PER_MEMBER), chance),
        stocked(book, cashiers[0], at),
        list(Tender.objects.order_by("position").values_list("code", "name")),
    )


def enrolled(count: int, chance: random.Random) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('members_numbers') FROM generate_series(1, %s)", [count])
        drawn = [row[0] for row in cursor.fetchall()]
    copied(
        Member(
            number=numbers.written(n),
            name=f"{chance.choice(NAMES)} {chance.choice(FAMILIES)}",
            email=f"member{n}@example.org",
            phone=f"+4930{n:08d}",
            pin="none",
        )
        for n in drawn
    )
    found = dict(Member.objects.values_list("number", "pk"))
    return [found[numbers.written(n)] for n in drawn]


def stocked(book: Book, by: User, at: datetime) -> dict[Article, Good]:
    rates = [TaxRate.objects.get_or_create(name=name, defaults={"rate": rate})[0] for name, rate in RATES]
    for rate in rates:
        rate.refresh_from_db()
    shelves = [Category.objects.get_or_create(name=name)[0] for name in SHELVES]
    made = [
        Product(
            sku=sku(article),
            name=book.names[article],
            price=article[1],
            cost=(article[1] * 6 / 10).quantize(CENT),
            tax_rate=rates[place % 5 == 0],
            category=shelves[place % len(shelves)],
        )
        for place, article in enumerate(book.pieces)
    ]
    copied(made)
    ids = dict(Product.objects.values_list("sku", "pk"))
    for product in made:
        product.pk = ids[product.sku]
    copied(Stock(product_id=product.pk, quantity=PLENTY) for product in made)
    copied(
        StockMovement(product_id=product.pk, kind=MovementKind.OPENING, quantity=PLENTY, by=by, at=at)
        for product in made
    )
    return dict(zip(book.pieces, map(good_of, made), strict=True))


def good_of(product: Product) -> Good:
    rate = product.tax_rate
    category = product.category
    assert rate
    assert category
    return Good(product.pk, product.sku, product.name, product.price, product.cost, rate.name, rate.rate, category.name)
