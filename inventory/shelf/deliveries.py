"""Moves the goods of a whole delivery: in, undone, or back to the supplier. All rows must be locked by `stock.lock`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from inventory.models import MovementKind
from inventory.shelf.movements import ON_HAND, Move, move_listed
from inventory.shelf.stock import Goods, OutOfStock, in_whole_pieces
from pos.checks import check_quantity
from pos.errors import Invalid
from pos.money import MOST_MONEY, MOST_QUANTITY, ZERO, in_thousandths, quantity_text
from pos.templatetags.money import quantity as quantity_shown

# Nothing or less on hand counts as zero, and the new cost is then the cost of the delivery.
COST_IN = f"""
    UPDATE inventory_product p
       SET cost = round((p.cost * d.on_hand + d.cost * d.quantity) / (d.on_hand + d.quantity), 3)
      FROM (SELECT p.id, d.quantity, d.cost, greatest({ON_HAND}, 0) AS on_hand
              FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[]) AS d (id, quantity, cost)
              JOIN inventory_product p ON p.id = d.id) d
     WHERE p.id = d.id
"""
# What leaves takes with it what it cost when it came. Where nothing would be left, or less than nothing in worth, the
# average stays.
COST_BACK = f"""
    UPDATE inventory_product p SET cost = w.cost
      FROM (SELECT d.id, round((d.was * d.on_hand - d.cost * d.quantity) / (d.on_hand - d.quantity), 3) AS cost
              FROM (SELECT p.id, p.cost AS was, d.quantity, d.cost, greatest({ON_HAND}, 0) + d.damaged AS on_hand
                      FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[], %s::numeric[])
                           AS d (id, quantity, cost, damaged)
                      JOIN inventory_product p ON p.id = d.id) d
             WHERE d.on_hand > d.quantity) w
     WHERE p.id = w.id AND w.cost BETWEEN 0 AND %s
"""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came of one product; `damaged` is the part set aside. Without a cost the average stays."""

    quantity: Decimal
    damaged: Decimal = ZERO
    cost: Decimal | None = None


Deliveries = Mapping[int, Delivered]


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


def take_in(came: Deliveries, *, reference: str, by: int, location: int | None = None) -> None:
    """In as a delivery, what is damaged out as a write-off, as refunds do."""
    priced = {product: each for product, each in came.items() if each.cost is not None}
    if priced:
        columns = [list(priced), [each.quantity for each in priced.values()], [each.cost for each in priced.values()]]
        _move_cost(COST_IN, columns)
    move_listed(_moves(came, 1), reference, by, location=location)


def take_back(
    goods: Mapping[int, Goods], came: Deliveries, *, reference: str, by: int, location: int | None = None
) -> None:
    """Undoes a delivery: what was good leaves the shelf, and the average cost is what it is without these goods."""
    refuse_missing(goods, {product: each.quantity - each.damaged for product, each in came.items()})
    priced = {product: each for product, each in came.items() if each.cost is not None}
    if priced:
        columns = [list(priced), [each.quantity for each in priced.values()], [each.cost for each in priced.values()]]
        _move_cost(COST_BACK, [*columns, [each.damaged for each in priced.values()], MOST_MONEY])
    move_listed(_moves(came, -1), reference, by, location=location)


def send_back(
    goods: Mapping[int, Goods],
    gone: Mapping[int, Decimal],
    *,
    reference: str,
    by: int,
    location: int | None = None,
) -> None:
    """Goods that go back to their supplier; the average cost of those that stay is as before."""
    refuse_missing(goods, gone)
    moves = [Move(product, "delivery", -quantity, goods[product].cost) for product, quantity in gone.items()]
    move_listed(moves, reference, by, location=location)


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
    yield Move(product, MovementKind.DELIVERY, sign * came.quantity, came.cost)
    if came.damaged:
        yield Move(product, MovementKind.WRITE_OFF, -sign * came.damaged, came.cost, "damaged")


def _move_cost(sql: str, values: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
