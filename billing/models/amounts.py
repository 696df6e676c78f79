"""Quantities sold, in pieces and in kilograms, which are never added up."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from django.db.models import Q, Sum

from inventory.models import SoldBy
from pos.money import ZERO


@dataclass(frozen=True, slots=True)
class Amounts:
    pieces: Decimal = ZERO
    kilograms: Decimal = ZERO

    def __add__(self, other: Self) -> "Amounts":
        return Amounts(self.pieces + other.pieces, self.kilograms + other.kilograms)

    def __bool__(self) -> bool:
        return bool(self.pieces or self.kilograms)


# Aggregates over bill lines; returns are subtracted.
PIECES = Sum("quantity", filter=Q(sold_by=SoldBy.PIECE), default=ZERO)
KILOGRAMS = Sum("quantity", filter=Q(sold_by=SoldBy.WEIGHT), default=ZERO)
