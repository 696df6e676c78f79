"""A till's requests to the API: sales, refunds, and changes of shift. Each sale carries a mark of its
own, so that one sold twice under two keys is found."""

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

from bench.trial.shop import PRICE, Shop

LINES, WITH_MEMBER = 3, 30
HOT = 0  # the member who buys most
WANTED = 8  # sales of the last pieces of one product before the next product's turn


@dataclass(frozen=True, slots=True)
class Mix:
    """Per cent of a till's deeds that are refunds and changes of the shift, and of its sales that are asked twice or
    want last units."""

    refunds: int = 25
    closes: int = 5
    replays: int = 10
    last_units: int = 60


STORM, UNDER_FIRE = Mix(), Mix(last_units=10)
STEADY, ALL_DAY = Mix(5, 0, 2, 0), Mix(5, 1, 2, 0)


@dataclass(frozen=True, slots=True)
class Deed:
    path: str
    body: bytes
    key: UUID
    what: str

    @property
    def is_bill(self) -> bool:
        return self.what in ("sale", "refund")


@dataclass(slots=True)
class Writer:
    """Makes a till's requests, much the same ones for the same seed."""

    shop: Shop
    till: int
    mix: Mix
    chance: Random
    written: int = 0
    sold: list[str] = field(default_factory=list)

    def deed(self, what: str, path: str, content: dict[str, Any]) -> Deed:
        key = UUID(int=self.chance.getrandbits(128), version=4)
        return Deed(f"/api/v1{path}", json.dumps(content).encode(), key, what)

    def mark(self) -> str:
        self.written += 1
        return f"till {self.till} sale {self.written}"

    def sale(self) -> Deed:
        goods = self.chance.sample(self.shop.plenty, LINES)
        if self.chance.randrange(100) < self.mix.last_units:
            goods[self.chance.randrange(LINES)] = self.last_units()
        content: dict[str, Any] = {
            "register": self.shop.register_of(self.till),
            "lines": [{"product": product, "quantity": "1"} for product in goods],
            "payments": [
                {"method": "card", "amount": "1.00", "reference": self.mark()},
                {"method": "cash", "amount": "20.00"},
            ],
        }
        if self.chance.randrange(100) < WITH_MEMBER:
            member = HOT if self.chance.randrange(2) else self.chance.randrange(len(self.shop.members))
            content["member"] = self.shop.members[member]
        return self.deed("sale", "/bills", content)

    def last_units(self) -> int:
        """The products that all tills want at this moment."""
        return self.shop.scarce[next(self.shop.wanted) // WANTED % len(self.shop.scarce)]

    def refund(self) -> Deed:
        number = self.sold.pop(self.chance.randrange(len(self.sold)))
        content = {
            "register": self.shop.register_of(self.till),
            "lines": [{"line": self.chance.randrange(LINES) + 1, "quantity": "1"}],
            "payments": [{"method": "cash", "amount": str(PRICE)}],
            "reason": self.mark(),
        }
        return self.deed("refund", f"/bills/{number}/refunds", content)

    def printing(self, number: str) -> Deed:
        return self.deed("print", f"/bills/{number}/prints", {"kind": "receipt"})

    def letter(self, number: str) -> Deed:
        return self.deed("letter", f"/bills/{number}/mail", {"address": "customer@example.org"})

    def closing(self, shift: int) -> Deed:
        return self.deed("close", f"/shifts/{shift}/close", {"counted": "0.00", "reason": "trial"})

    def opening(self) -> Deed:
        return self.deed("open", f"/registers/{self.shop.register_of(self.till)}/shifts", {"float": "0.00"})
