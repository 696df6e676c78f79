"""Generates the demo shop's customers from a fixed random seed: when they come, what they buy and how they pay. Uses no
database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from demo.goods import Good
from inventory.models import Product

SEED = 2026
A_DAY = (38, 36, 40, 42, 56, 72, 26)
OPEN = ((8, 19),) * 5 + ((8, 16), (9, 13))
BY_HOUR = {8: 1.1, 9: 1.2, 10: 1.0, 11: 1.1, 12: 1.5, 13: 1.0, 14: 0.7, 15: 0.8, 16: 1.1, 17: 1.7, 18: 1.2}
EARLY = {"BR": 2.2, "DA": 1.2, "GI": 0.5, "DR": 0.8, "CO": 0.6}
LATE = {"BR": 0.6, "CO": 1.6, "DR": 1.4, "GA": 1.2}
HOW_MANY = (1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 6, 8)


@dataclass(frozen=True, slots=True)
class Stocked:
    """A product of the range with its database row after set-up."""

    product: Product
    shelf: str
    good: Good

    @property
    def id(self) -> int:
        return self.product.pk


@dataclass(slots=True)
class Visit:
    """One customer at the till: `member` is an index into the list of members, `paid` the preferred way to pay."""

    at: datetime
    register: str
    wanted: dict[int, Decimal]
    member: int | None
    paid: str
    spends_points: bool
    key: UUID
    marked_down: set[int] = field(default_factory=set)


def visits(
    day: date, zone: Any, goods: list[Stocked], shelf: Mapping[int, Decimal], members: int, chance: Random
) -> list[Visit]:
    """A day's customers in order. `shelf` is the available stock, `members` the number of people with a card."""
    opening, closing = OPEN[day.weekday()]
    hours = range(opening, closing)
    expected = round(A_DAY[day.weekday()] * chance.uniform(0.9, 1.12))
    moments = sorted(
        datetime.combine(day, time(hour), zone) + timedelta(seconds=chance.randrange(120, 3480))
        for hour in chance.choices(hours, [BY_HOUR[hour] for hour in hours], k=expected)
    )
    left = dict(shelf)
    found = [visit(moment, closing, goods, left, members, chance) for moment in moments]
    return [each for each in found if each.wanted]


def visit(
    at: datetime, closing: int, goods: list[Stocked], left: dict[int, Decimal], members: int, chance: Random
) -> Visit:
    wanted = basket(at.hour, goods, left, chance)
    bread = {g.id for g in goods if g.shelf == "BR"}
    busy = at.weekday() < 6 and at.hour >= 10
    return Visit(
        at=at,
        register="R2" if busy and chance.random() < 0.42 else "R1",
        wanted=wanted,
        member=chance.randrange(members) if members and chance.random() < 0.36 else None,
        paid=chance.choices(["cash", "card", "split"], [46, 49, 5])[0],
        spends_points=chance.random() < 0.12,
        key=UUID(int=chance.getrandbits(128), version=4),
        marked_down=bread & wanted.keys() if at.hour == closing - 1 else set(),
    )


def basket(hour: int, goods: list[Stocked], left: dict[int, Decimal], chance: Random) -> dict[int, Decimal]:
    mood = EARLY if hour < 11 else LATE if hour >= 16 else {}
    weights = [g.good.a_day**0.8 * mood.get(g.shelf, 1.0) for g in goods]
    wanted = {}
    for taken in chance.choices(goods, weights, k=chance.choice(HOW_MANY)):
        amount = min(how_much(taken, chance), left[taken.id])
        if amount > 0 and taken.id not in wanted:
            wanted[taken.id] = amount
            left[taken.id] -= amount
    return wanted


def how_much(taken: Stocked, chance: Random) -> Decimal:
    if taken.good.weighed:
        kilograms = chance.uniform(0.1, 0.32) if Decimal(taken.good.price) > 10 else chance.uniform(0.35, 1.6)
        return Decimal(round(kilograms * 500)) / 500
    if taken.good.a_day >= 30:
        return Decimal(chance.choice((2, 3, 4, 4, 5, 6, 8)))
    return Decimal(chance.choice((1, 1, 1, 1, 2, 2, 3) if taken.good.a_day >= 6 else (1, 1, 1, 1, 2)))
