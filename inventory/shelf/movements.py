"""Writes movements together with the new quantities. All rows must be locked by `stock.lock`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from inventory.models import MovementKind
from pos.money import ZERO
from pos.postgres.rows import array, rows

NOTHING: Mapping[int, Decimal] = {}
MOVE = """
    WITH moved AS (
        SELECT * FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[]) AS m (product_id, quantity, oversold)
    ), shelf AS (
        UPDATE inventory_stock s
           SET quantity = s.quantity + m.quantity, updated_at = shop_now(),
               oversold = CASE WHEN %s THEN 0 ELSE s.oversold + m.oversold END
          FROM moved m WHERE s.product_id = m.product_id
    )
    INSERT INTO inventory_stockmovement
           (product_id, kind, quantity, reference, reason, by_id, unit_cost, oversold)
    SELECT product_id, %s, quantity, %s, %s, %s, %s::numeric, oversold FROM moved
    RETURNING id
"""
LISTED = """
    WITH moved AS (
        SELECT * FROM unnest(%s::bigint[], %s::text[], %s::numeric[], %s::numeric[], %s::numeric[], %s::text[])
                      WITH ORDINALITY AS m (product_id, kind, quantity, unit_cost, oversold, reason, nth)
    )"""
MOVE_LISTED = f"""{LISTED}, shelf AS (
        UPDATE inventory_stock s SET quantity = s.quantity + t.quantity, updated_at = shop_now()
          FROM (SELECT product_id, sum(quantity) AS quantity FROM moved GROUP BY 1) t
         WHERE s.product_id = t.product_id
    )
    INSERT INTO inventory_stockmovement (product_id, kind, quantity, unit_cost, reason, reference, by_id, oversold)
    SELECT product_id, kind, quantity, unit_cost, reason, %s, %s, 0 FROM moved ORDER BY nth
    RETURNING id
"""
# The product's own row tells whoever asks what changed since; a count is always the only movement of its statement.
MOVE_THERE = f"""{LISTED}, asked AS (SELECT %s::bigint AS location_id
    ), shelf AS (
        INSERT INTO inventory_locationstock AS a (location_id, product_id, quantity, oversold)
        SELECT location_id, product_id, sum(quantity), sum(oversold) FROM moved, asked GROUP BY 1, 2
            ON CONFLICT (location_id, product_id) DO UPDATE
           SET quantity = a.quantity + excluded.quantity, updated_at = shop_now(),
               oversold = CASE WHEN %s THEN 0 ELSE a.oversold + excluded.oversold END
    ), seen AS (
        UPDATE inventory_stock SET updated_at = shop_now() WHERE product_id IN (SELECT product_id FROM moved)
    )
    INSERT INTO inventory_stockmovement
           (location_id, product_id, kind, quantity, unit_cost, oversold, reason, reference, by_id)
    SELECT location_id, product_id, kind, quantity, unit_cost, oversold, reason, %s, %s FROM moved, asked ORDER BY nth
    RETURNING id
"""
# What the shop has of a product at all its locations and on the way between them: what an average cost is of.
ON_HAND = """
    (SELECT quantity FROM inventory_stock WHERE product_id = p.id)
    + coalesce((SELECT sum(quantity) FROM inventory_locationstock WHERE product_id = p.id), 0)
    + coalesce((SELECT sum(l.quantity - coalesce((SELECT sum(quantity) FROM inventory_transferarrivalline
                                                   WHERE line_id = l.id), 0))
                  FROM inventory_transferline l WHERE l.product_id = p.id), 0)
"""


@dataclass(frozen=True, slots=True)
class Move:
    product: int
    kind: str
    quantity: Decimal
    unit_cost: Decimal | None = None
    reason: str = ""
    oversold: Decimal = ZERO


def moving(
    moved: Mapping[int, Decimal],
    kind: str,
    reference: str,
    by: int,
    reason: str = "",
    unit_cost: Decimal | None = None,
    oversold: Mapping[int, Decimal] = NOTHING,
    location: int | None = None,
) -> tuple[str, list[Any]]:
    """The statement that moves products in one way and returns the ids of the movements, and its values."""
    if location is not None:
        moves = [
            Move(product, kind, quantity, unit_cost, reason, oversold.get(product, ZERO))
            for product, quantity in moved.items()
        ]
        return moving_listed(moves, reference, by, location=location)
    short = array(oversold.get(product, ZERO) for product in moved)
    lists = [array(moved), array(moved.values()), short]
    return MOVE, [*lists, kind == MovementKind.COUNT, kind, reference, reason, by, unit_cost]


def move_listed(moves: Sequence[Move], reference: str, by: int, *, location: int | None = None) -> None:
    """Moves products each in its own way, such as a delivery of which a part was damaged."""
    if moves:
        rows(*moving_listed(moves, reference, by, location=location))


def moving_listed(moves: Sequence[Move], reference: str, by: int, *, location: int | None) -> tuple[str, list[Any]]:
    columns = [
        [one.product for one in moves],
        [str(one.kind) for one in moves],
        [one.quantity for one in moves],
        [one.unit_cost for one in moves],
        [one.oversold for one in moves],
        [one.reason for one in moves],
    ]
    if location is None:
        return MOVE_LISTED, [*columns, reference, by]
    return MOVE_THERE, [*columns, location, counted(moves), reference, by]


def counted(moves: Iterable[Move]) -> bool:
    return any(one.kind == MovementKind.COUNT for one in moves)
