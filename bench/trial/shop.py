"""The shop of the trial: people, registers, goods (some nearly sold out), and members (one buys often)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4

PRICE, PLENTY = Decimal("4.30"), Decimal(1_000_000)
GOODS, SCARCE, LAST_UNITS, MEMBERS = 8, 40, Decimal(2), 5
HOURS = timedelta(hours=11)


@dataclass(frozen=True, slots=True)
class Shop:
    """What the tills know. Two tills share a register."""

    registers: list[str]
    bearers: list[str]
    plenty: list[int]
    scarce: list[int]
    members: list[int]
    wanted: Iterator[int] = field(default_factory=count)

    def register_of(self, till: int) -> str:
        return self.registers[till % len(self.registers)]

    def bearer_of(self, till: int) -> str:
        return self.bearers[till % len(self.bearers)]


def set_up(tills: int, printer: tuple[str, int] | None = None) -> Shop:
    from accounts.approvals import limits
    from accounts.models import Action, Role
    from accounts.people import staff
    from billing.drawer import shifts
    from billing.models import Register, RegisterKind
    from members.models import Member
    from pos.money import ZERO

    pairs = max(1, tills // 2)
    people = [
        staff.hire(by=None, username=f"trial{n}", name=f"Trial {n}", role=Role.MANAGER, password=str(uuid4()))
        for n in range(pairs)
    ]
    none: dict[str, Any] = {"allow_up_to": ZERO, "ask_up_to": ZERO}
    limits.change(Role.MANAGER, Action.SELL_WITHOUT_STOCK, **none, by=people[0])
    scarce = [product(f"LAST-{n}", LAST_UNITS, people[0]) for n in range(SCARCE)]
    plenty = [product(f"T-{n}", PLENTY, people[0]) for n in range(GOODS)]
    members = [Member.objects.create(number=f"T{n:07d}", name=f"Member {n}", pin="none").pk for n in range(MEMBERS)]
    registers = [f"T{n}" for n in range(pairs)]
    for code, person in zip(registers, people, strict=True):
        Register.objects.create(code=code, name=code, kind=RegisterKind.TILL)
        shifts.open_shift(code, opening_float=ZERO, by=person)
    return Shop(registers, [bearer(person) for person in people], plenty, scarce, members)


def product(sku: str, pieces: Decimal, by: Any) -> int:
    from inventory.models import Product, Stock
    from inventory.shelf import stock

    made = Product.objects.create(sku=sku, name=f"Article {sku}", price=PRICE, cost=PRICE / 2)
    Stock.objects.create(product=made)
    stock.open(made, pieces, by=by)
    return made.pk


def bearer(person: Any) -> str:
    """A token that lasts as long as a trial does."""
    from rest_framework_simplejwt.tokens import RefreshToken

    from accounts.access import tokens

    refresh: Any = RefreshToken(tokens.issue(person)["refresh"])  # type: ignore[arg-type]
    access = refresh.access_token
    access.set_exp(lifetime=HOURS)
    return str(access)
