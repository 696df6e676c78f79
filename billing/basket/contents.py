"""The lines of a basket with their goods, read in one statement."""

from dataclasses import dataclass

from billing.models import Basket, BasketLine
from inventory.shelf.stock import GOODS, GOODS_THERE, SHELF, SHELF_THERE, Goods
from pos.columns import columns_of, made
from pos.postgres.rows import rows

WIDTH = len(BasketLine._meta.concrete_fields)
LINES = """
    JOIN billing_basketline l ON l.product_id = p.id
     WHERE l.basket_id = %s AND l.removed_at IS NULL ORDER BY l.id
"""
READ = f"SELECT {columns_of(BasketLine, 'l')}, {GOODS} {SHELF} {LINES}"
READ_THERE = f"SELECT {columns_of(BasketLine, 'l')}, {GOODS_THERE} {SHELF_THERE} {LINES}"


@dataclass(frozen=True, slots=True)
class Contents:
    """The lines that were not removed, in the order added, and the goods of each by product."""

    lines: list[BasketLine]
    goods: dict[int, Goods]


def read(basket: Basket) -> Contents:
    there = basket.location
    found = rows(READ, [basket.pk]) if there is None else rows(READ_THERE, [there, basket.pk])
    lines = [made(BasketLine, row) for row in found]
    return Contents(lines, {line.product_id: Goods(*row[WIDTH:]) for line, row in zip(lines, found, strict=True)})


def kept(basket: Basket) -> Contents:
    """Reads them once for this object, whose row is locked: who adds a line adds it here too."""
    if basket.contents is None:
        basket.contents = read(basket)
    return basket.contents
