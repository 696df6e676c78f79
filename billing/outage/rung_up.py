"""A sale as a till or a machine stored it while it was away from the server."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime

from billing.order import Order, Tendered, Wanted
from inventory.shelf import stock
from inventory.shelf.stock import Goods
from pos import clock

Content = dict[str, Any]
A_FAST_CLOCK, A_DEAD_CLOCK = timedelta(minutes=10), timedelta(days=366)


@dataclass(frozen=True, slots=True)
class RungUp:
    """The sale at the prices the customer was shown. A till sold for cash what its catalogue held; a machine may have
    taken cards too, names goods by barcode, and need not have told the total."""

    key: UUID
    content: Content

    @property
    def lines(self) -> list[Wanted]:
        return [
            Wanted(Decimal(line["quantity"]), line.get("product"), line.get("barcode"))
            for line in self.content["lines"]
        ]

    @property
    def payments(self) -> list[Tendered]:
        if "payments" not in self.content:
            return [Tendered("cash", cash)] if (cash := Decimal(self.content["cash"])) else []
        return [Tendered(**{**paid, "amount": Decimal(paid["amount"])}) for paid in self.content["payments"]]

    @property
    def total(self) -> Decimal:
        """What the customer was told, or else what the lines add up to."""
        return Decimal(self.content["total"])

    @property
    def shown_total(self) -> Decimal | None:
        return None if self.content.get("total_is_sum") else self.total

    @property
    def age_checked(self) -> int:
        return int(self.content.get("age_checked", 0))

    @property
    def at(self) -> datetime:
        at = parse_datetime(self.content["at"])
        assert at is not None
        return at

    @property
    def is_believable(self) -> bool:
        """Whether the clock that wrote the time of the sale can have been right."""
        now = clock.now()
        return now - A_DEAD_CLOCK <= self.at <= now + A_FAST_CLOCK

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(json.dumps(self.content, sort_keys=True).encode()).digest()

    def order(self, lines: list[Wanted], shown_total: Decimal | None) -> Order:
        """It belongs to the day it was sold, unless its clock was wrong."""
        return Order(
            key=self.key,
            register=self.content["register"],
            lines=lines,
            payments=self.payments,
            shown_total=shown_total,
            age_checked=self.age_checked,
            sold_at=self.at if self.is_believable else None,
        )


class GoodsNow:
    """The lines of a sale beside the goods as the shop knows them now."""

    def __init__(self, sale: RungUp, location: int | None) -> None:
        kept = sale.content["lines"]
        codes = stock.find(line["barcode"] for line in kept if "barcode" in line)
        found = [line.get("product") or codes.get(line.get("barcode", "")) for line in kept]
        known = stock.look((product for product in found if product), location=location)
        self.sale = sale
        self.pairs = [(line, known.get(product or 0)) for line, product in zip(kept, found, strict=True)]

    def __iter__(self) -> Iterator[tuple[Content, Goods | None]]:
        return iter(self.pairs)

    def lines(self, *, reason: str = "") -> list[Wanted]:
        """As they are sold: goods of open price at the price shown, and, with a reason, all others too."""
        return [
            replace(asked, unit_price=Decimal(line["price"]), price_reason=reason)
            if now and (now.open_price or (reason and now.price != Decimal(line["price"])))
            else asked
            for asked, (line, now) in zip(self.sale.lines, self, strict=True)
        ]

    def tax_rates(self) -> Mapping[int, Decimal]:
        """The rates the customer was shown, of the goods whose rate has changed since."""
        return {now.id: Decimal(line["tax_rate"]) for line, now in self if now and is_taxed_otherwise(line, now)}


def is_taxed_otherwise(line: Content, now: Goods) -> bool:
    return "tax_rate" in line and Decimal(line["tax_rate"]) != now.tax_rate


def name_of(line: Content, now: Goods | None) -> str:
    return now.name if now else str(line.get("name") or line.get("barcode") or line.get("product"))
