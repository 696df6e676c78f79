"""Moves the goods of a whole delivery: in, undone, or back to the supplier. All rows must be locked by `stock.lock`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.utils.translation import gettext_lazy as _

from inventory.models import MovementKind
from inventory.shelf.stock import Goods, OutOfStock, in_whole_pieces
from pos.checks import check_quantity
from pos.errors import Invalid
from pos.money import MOST_MONEY, MOST_QUANTITY, ZERO, in_thousandths, quantity_text
from pos.templatetags.money import quantity as quantity_shown

# Nothing or less on hand counts as zero, and the new cost is then the cost of the delivery.
COST_IN = """
    UPDATE inventory_product p
       SET cost = round((p.cost * d.on_hand + d.cost * d.quantity) / (d.on_hand + d.quantity), 3)
      FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[], %s::numeric[]) AS d (id, on_hand, quantity, cost)
     WHERE p.id = d.id
"""
# What leaves takes with it what it cost when it came. Where nothing would be left, or less than nothing in worth, the
# average stays.
COST_BACK = """
    UPDATE inventory_product p SET cost = w.cost
      FROM (SELECT d.id, round((o.cost * d.on_hand - d.cost * d.quantity) / (d.on_hand - d.quantity), 3) AS cost
              FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[], %s::numeric[]) AS d (id, on_hand, quantity, cost)
              JOIN inventory_product o ON o.id = d.id
             WHERE d.on_hand > d.quantity) w
     WHERE p.id = w.id AND w.cost BETWEEN 0 AND %s
"""
MOVE = """
    WITH moved AS (
        SELECT * FROM unnest(%s::bigint[], %s::text[], %s::numeric[], %s::numeric[], %s::text[])
                      WITH ORDINALITY AS m (product_id, kind, quantity, unit_cost, reason, place)
    ), shelf AS (
        UPDATE inventory_stock s SET quantity = s.quantity + t.quantity, updated_at = shop_now()
          FROM (SELECT product_id, sum(quantity) AS quantity FROM moved GROUP BY 1) t
         WHERE s.product_id = t.product_id
    )
    INSERT INTO inventory_stockmovement (product_id, kind, quantity, unit_cost, reason, reference, by_id, oversold)
    SELECT product_id, kind, quantity, unit_cost, reason, %s, %s, 0 FROM moved ORDER BY place
"""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came of one product; `damaged` is the part set aside. Without a cost the average stays."""

    quantity: Decimal
    damaged: Decimal = ZERO
    cost: Decimal | None = None


Deliveries = Mapping[int, Delivered]
Move = tuple[int, str, Decimal, Decimal | None, str]


def check(goods: Goods, came: Delivered) -> None:
    """Refuses quantities and costs that the books cannot hold, and parts of what is sold by the piece."""
    check_quantity("quantity", came.quantity)
    if not came.damaged.is_finite() or not 0 <= came.damaged <= came.quantity or not in_thousandths(came.damaged):
        raise Invalid("damaged", _("The damaged ones of %(name)s are part of what came.") % {"name": goods.name})
    if not (in_whole_pieces(goods, came.quantity) and in_whole_pieces(goods, came.damaged)):
        sentence = _("%(name)s is sold by the piece: count whole pieces.") % {"name": goods.name}
        raise Invalid("quantity", sentence, "whole_pieces")
    if abs(goods.quantity + came.quantity) > MOST_QUANTITY:
        facts = {"name": goods.name, "most": quantity_shown(MOST_QUANTITY)}
        raise Invalid("quantity", _("%(name)s would pass %(most)s on the shelf.") % facts, "max_value")
    check_cost(came.cost)


def check_cost(cost: Decimal | None) -> None:
    if cost is not None and not (cost.is_finite() and 0 <= cost <= MOST_MONEY and in_thousandths(cost)):
        sentence = _("A cost is between 0 and %(most)s.") % {"most": quantity_shown(MOST_MONEY)}
        raise Invalid("cost", sentence, "max_value")


def take_in(goods: Mapping[int, Goods], came: Deliveries, *, reference: str, by: int) -> None:
    """In as a delivery, what is damaged out as a write-off, as refunds do."""
    _move_cost(COST_IN, _priced(came, {product: max(goods[product].quantity, ZERO) for product in came}))
    _move(_moves(came, 1), reference, by)


def take_back(goods: Mapping[int, Goods], came: Deliveries, *, reference: str, by: int) -> None:
    """Undoes a delivery: what was good leaves the shelf, and the average cost is what it is without these goods."""
    refuse_missing(goods, {product: each.quantity - each.damaged for product, each in came.items()})
    on_hand = {product: max(goods[product].quantity, ZERO) + each.damaged for product, each in came.items()}
    _move_cost(COST_BACK, _priced(came, on_hand), MOST_MONEY)
    _move(_moves(came, -1), reference, by)


def send_back(goods: Mapping[int, Goods], gone: Mapping[int, Decimal], *, reference: str, by: int) -> None:
    """Goods that go back to their supplier; the average cost of those that stay is as before."""
    refuse_missing(goods, gone)
    moves = [(product, "delivery", -quantity, goods[product].cost, "") for product, quantity in gone.items()]
    _move(moves, reference, by)


def refuse_missing(goods: Mapping[int, Goods], gone: Mapping[int, Decimal]) -> None:
    for product, quantity in gone.items():
        left = max(goods[product].quantity, ZERO)
        if quantity > left and not goods[product].allow_negative:
            sentence = _("Only %(left)s of %(name)s are left.")
            raise OutOfStock(
                sentence % {"left": quantity_shown(left), "name": goods[product].name},
                products={str(product): quantity_text(left)},
            )


def _moves(came: Deliveries, sign: int) -> list[Move]:
    return [move for product, each in came.items() for move in _moves_of(product, each, sign)]


def _moves_of(product: int, came: Delivered, sign: int) -> Iterator[Move]:
    yield product, MovementKind.DELIVERY.value, sign * came.quantity, came.cost, ""
    if came.damaged:
        yield product, MovementKind.WRITE_OFF.value, -sign * came.damaged, came.cost, "damaged"


def _priced(came: Deliveries, on_hand: Mapping[int, Decimal]) -> list[list[int] | list[Decimal]]:
    priced = [(product, on_hand[product], each.quantity, each.cost) for product, each in came.items()]
    return [list(column) for column in zip(*(row for row in priced if row[3] is not None), strict=True)]  # type: ignore[arg-type]


def _move_cost(sql: str, columns: list[list[int] | list[Decimal]], *more: Decimal) -> None:
    if columns:
        with connection.cursor() as cursor:
            cursor.execute(sql, [*columns, *more])


def _move(moves: Sequence[Move], reference: str, by: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(MOVE, [*(list(column) for column in zip(*moves, strict=True)), reference, by])
