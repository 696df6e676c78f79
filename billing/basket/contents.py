"""The lines of a basket with their goods, read in one statement."""

from dataclasses import dataclass

from django.db import connection

from billing.models import Basket, BasketLine
from inventory.shelf.stock import GOODS, GOODS_THERE, SHELF, SHELF_THERE, Goods
from pos.columns import columns_of, made

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
    with connection.cursor() as cursor:
        if basket.location is None:
            cursor.execute(READ, [basket.pk])
        else:
            cursor.execute(READ_THERE, [basket.location, basket.pk])
        rows = cursor.fetchall()
    lines = [made(BasketLine, row) for row in rows]
    return Contents(lines, {line.product_id: Goods(*row[WIDTH:]) for line, row in zip(lines, rows, strict=True)})


def kept(basket: Basket) -> Contents:
    """Reads them once for this object, whose row is locked: who adds a line adds it here too."""
    if basket.contents is None:
        basket.contents = read(basket)
    return basket.contents
