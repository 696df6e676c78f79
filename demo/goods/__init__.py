"""The products of the demo shop."""

from demo.goods import fresh, pantry
from demo.goods.good import Good, Shelf

SHELVES = (
    fresh.BREAD, fresh.GARDEN, fresh.DAIRY, fresh.COUNTER,
    pantry.PANTRY, pantry.SWEETS, pantry.DRINKS, pantry.GIFTS,
)  # fmt: skip

__all__ = ["SHELVES", "Good", "Shelf"]
