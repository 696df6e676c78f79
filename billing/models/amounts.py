"""How much was sold: pieces and kilograms, which are never added to each other."""

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


# Of lines of bills, as columns to annotate: goods that came back are taken off.
PIECES = Sum("quantity", filter=Q(sold_by=SoldBy.PIECE), default=ZERO)
KILOGRAMS = Sum("quantity", filter=Q(sold_by=SoldBy.WEIGHT), default=ZERO)
