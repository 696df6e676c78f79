"""How a sheet stands: for each product what was counted, what the books expected then, and what the difference is
worth."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from inventory.models import CountSheet
from pos.money import ZERO, rounded

# Entries add up within a round; the latest round with entries counts. The books are those before its first entry:
# what was sold while it was counted is taken to be of the goods counted already.
STANDING = """
    SELECT p.id, p.sku, p.name, p.sold_by, p.cost, p.price,
           c.counted, c.expected, c.last_movement, coalesce(c.round, 0), greatest(coalesce(r.round, 1), 1),
           coalesce((SELECT true FROM inventory_stockmovement m
                      WHERE m.product_id = p.id AND m.id > c.last_movement AND m.id <= c.movement_at_end
                        AND m.location_id IS NOT DISTINCT FROM h.location_id
                      LIMIT 1), false),
           coalesce((SELECT true FROM inventory_stockmovement m
                      WHERE m.product_id = p.id AND m.id > c.last_movement AND m.kind = 'count'
                        AND m.location_id IS NOT DISTINCT FROM h.location_id LIMIT 1), false),
           CASE WHEN h.location_id IS NULL THEN s.quantity
                ELSE coalesce((SELECT quantity FROM inventory_locationstock
                                WHERE location_id = h.location_id AND product_id = p.id), 0) END,
           s.allow_negative
      FROM (SELECT product_id FROM inventory_countlisting WHERE sheet_id = %(sheet)s
             UNION
            SELECT product_id FROM inventory_countentry WHERE sheet_id = %(sheet)s) asked
      JOIN inventory_product p ON p.id = asked.product_id
      JOIN inventory_countsheet h ON h.id = %(sheet)s
      JOIN inventory_stock s ON s.product_id = p.id
      LEFT JOIN (SELECT product_id, round, sum(quantity) AS counted,
                        (array_agg(expected ORDER BY id))[1] AS expected,
                        min(last_movement) AS last_movement, max(last_movement) AS movement_at_end,
                        row_number() OVER (PARTITION BY product_id ORDER BY round DESC) AS nth
                   FROM inventory_countentry WHERE sheet_id = %(sheet)s GROUP BY product_id, round) c
             ON c.product_id = p.id AND c.nth = 1
      LEFT JOIN (SELECT product_id, max(round) AS round FROM inventory_countrecount
                  WHERE sheet_id = %(sheet)s GROUP BY 1) r ON r.product_id = p.id
     ORDER BY p.id
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """A product of an open sheet. `counted` is None while nobody counted it."""

    id: int
    sku: str
    name: str
    sold_by: str
    cost: Decimal
    price: Decimal
    counted: Decimal | None
    expected: Decimal | None
    last_movement: int | None
    round: int
    asked_round: int
    moved_meanwhile: bool
    counted_since: bool
    in_stock: Decimal
    allow_negative: bool

    @property
    def variance(self) -> Decimal:
        return ZERO if self.counted is None or self.expected is None else self.counted - self.expected

    @property
    def at_cost(self) -> Decimal:
        return rounded(self.variance * self.cost)

    @property
    def at_price(self) -> Decimal:
        return rounded(self.variance * self.price)

    @property
    def waits_for_recount(self) -> bool:
        return self.asked_round > max(self.round, 1)


def standing(sheet: CountSheet) -> list[Standing]:
    """Every product of the sheet, by id."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING, {"sheet": sheet.pk})
        return [Standing(*row) for row in cursor.fetchall()]


def booked(sheet: CountSheet) -> list[Standing]:
    """The same of a booked sheet, as it was booked."""
    return [
        Standing(
            id=line.product_id,
            sku=line.product.sku,
            name=line.product.name,
            sold_by=line.product.sold_by,
            cost=line.cost,
            price=line.price,
            counted=line.counted,
            expected=line.expected,
            last_movement=None,
            round=1,
            asked_round=1,
            moved_meanwhile=False,
            counted_since=False,
            in_stock=line.counted,
            allow_negative=False,
        )
        for line in sheet.lines.select_related("product").order_by("product_id")
    ]


def is_outlier(sheet: CountSheet, row: Standing) -> bool:
    """Whether the difference is beyond a limit of the sheet."""
    pieces, money = sheet.outlier_pieces, sheet.outlier_money
    return (pieces is not None and abs(row.variance) > pieces) or (money is not None and abs(row.at_cost) > money)


def needs_recount(sheet: CountSheet, row: Standing) -> bool:
    """An outlier counted once, or a product that was asked for again and not counted since."""
    return row.waits_for_recount or (row.counted is not None and row.round == 1 and is_outlier(sheet, row))


@dataclass(frozen=True, slots=True)
class Totals:
    counted: int
    missing: int
    differing: int
    at_cost: Decimal
    at_price: Decimal


def totals(rows: list[Standing]) -> Totals:
    return Totals(
        counted=sum(row.counted is not None for row in rows),
        missing=sum(row.counted is None for row in rows),
        differing=sum(bool(row.variance) for row in rows),
        at_cost=sum((row.at_cost for row in rows), ZERO),
        at_price=sum((row.at_price for row in rows), ZERO),
    )
