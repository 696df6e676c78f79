"""Goods moved from one location to another: sent, received, called back, given up as missing; each a document."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventory.buying.numbers import TRANSFER, next_number
from inventory.models import (
    ArrivalKind,
    Location,
    MovementKind,
    Transfer,
    TransferArrival,
    TransferArrivalLine,
    TransferLine,
)
from inventory.shelf import bound_keys, deliveries, locations, stock, transit
from inventory.shelf.deliveries import Delivered
from inventory.shelf.movements import NOTHING, Move, move_listed
from inventory.shelf.stock import Goods
from pos.checks import check_text
from pos.errors import Invalid, Refused
from pos.money import ZERO

LONGEST_NOTE, MOST_LINES = 200, 500


class NothingOnTheWay(Refused):
    code = "nothing_on_the_way"
    message = _("Nothing of this transfer is on its way any more.")


class MoreThanSent(Refused):
    code = "more_than_sent"
    message = _("More arrived than is on its way: count it at the location it came from.")


class StillOnTheWay(Refused):
    code = "still_on_the_way"
    message = _("Some of it is still on its way: receive it, call it back or give it up as missing first.")


class NothingToUndo(Refused):
    code = "nothing_to_undo"
    message = _("This transfer is undone already, or nothing of it arrived.")


@transaction.atomic
def send(
    quantities: Mapping[int, Decimal], *, by: User, origin: int | None, target: int | None, note: str = ""
) -> Transfer:
    """Takes goods from one location; until they are received they are on their way to the other."""
    check_text("note", note, LONGEST_NOTE)
    here, there = locations.known(origin), locations.known(target)
    bound_keys.refuse_elsewhere(by, origin)
    if here == there:
        raise Invalid("target", _("A transfer goes to another location."), "same_location")
    gone = {product: quantity for product, quantity in sorted(quantities.items()) if quantity}
    if not gone:
        raise Invalid("lines", _("Say what is sent."), "required")
    if len(gone) > MOST_LINES:
        raise Invalid("lines", _("At most %(most)s lines.") % {"most": MOST_LINES}, "max_length")
    goods = checked(gone, here)
    made = Transfer.objects.create(
        number=next_number(TRANSFER), origin=here, target=there, note=" ".join(note.split()), by=by
    )
    leave(made, goods, gone)
    return made


def checked(gone: Mapping[int, Decimal], origin: Location | None) -> dict[int, Goods]:
    """The goods, locked, after checking that they are there."""
    goods = stock.lock(gone, location=origin.pk if origin else None)
    if unknown := [product for product in gone if product not in goods]:
        raise stock.UnknownProduct(products=unknown)
    check_room(goods, gone)
    deliveries.refuse_missing(goods, gone)
    return goods


def check_room(goods: Mapping[int, Goods], moved: Mapping[int, Decimal]) -> None:
    """Refuses quantities that the books cannot hold, and parts of what is sold by the piece."""
    for product, quantity in moved.items():
        deliveries.check(goods[product], Delivered(quantity))


def leave(transfer: Transfer, goods: Mapping[int, Goods], gone: Mapping[int, Decimal]) -> None:
    TransferLine.objects.bulk_create(
        TransferLine(
            transfer=transfer, product_id=product, name=goods[product].name, sku=goods[product].sku, quantity=quantity
        )
        for product, quantity in gone.items()
    )
    moves = [Move(product, MovementKind.TRANSFER_OUT, -gone[product], goods[product].cost) for product in gone]
    move_listed(moves, reference_of(transfer), transfer.by_id, location=transfer.origin_id)


@transaction.atomic
def receive(number: str, found: Mapping[int, Decimal], *, by: User) -> TransferArrival:
    """Puts what was found at the other location. What is short stays on its way, for all to see."""
    transfer, left = held(number)
    bound_keys.refuse_elsewhere(by, transfer.target_id)
    came = {product: quantity for product, quantity in sorted(found.items()) if quantity}
    if not came:
        raise Invalid("lines", _("Say what arrived."), "required")
    sent = set(transfer.lines.values_list("product", flat=True))
    if any(product not in sent for product in came):
        raise Invalid("lines", _("This was not sent with the transfer."), "not_sent")
    goods = stock.lock(sent, location=transfer.target_id)
    check_room(goods, came)
    refuse_more(came, left)
    arrival = TransferArrival.objects.create(transfer=transfer, kind=ArrivalKind.RECEIVED, by=by)
    write(arrival, came)
    put_in(transfer, transfer.target_id, goods, came, by)
    return arrival


@transaction.atomic
def call_back(number: str, *, by: User, reason: str) -> TransferArrival:
    """What is still on its way is again at the location it left."""
    return ended(number, ArrivalKind.CALLED_BACK, by=by, reason=reason)


@transaction.atomic
def give_up(number: str, *, by: User, reason: str) -> TransferArrival:
    """What is still on its way is missing: it comes in where it was sent, and is written off there."""
    return ended(number, ArrivalKind.MISSING, by=by, reason=reason)


def ended(number: str, kind: ArrivalKind, *, by: User, reason: str) -> TransferArrival:
    said = checked_reason(reason)
    transfer, left = held(number)
    place = transfer.origin_id if kind == ArrivalKind.CALLED_BACK else transfer.target_id
    bound_keys.refuse_elsewhere(by, place)
    goods = stock.lock(left, location=place)
    arrival = TransferArrival.objects.create(transfer=transfer, kind=kind, reason=said, by=by)
    write(arrival, left)
    lost = left if kind == ArrivalKind.MISSING else {}
    if not lost:
        check_room(goods, left)
    put_in(transfer, place, goods, left, by, lost=lost, reason=said)
    return arrival


@transaction.atomic
def undo(number: str, *, by: User, reason: str) -> Transfer:
    """Takes back what arrived, by a counter-transfer that is sent and received at once. The goods must be there."""
    said = checked_reason(reason)
    transfer = lock(number)
    bound_keys.refuse_elsewhere(by, transfer.origin_id, transfer.target_id)
    if transit.left_of(transfer):
        raise StillOnTheWay
    came = received(transfer)
    if transfer.reverses_id or Transfer.objects.filter(reverses=transfer).exists() or not came:
        raise NothingToUndo
    goods = checked(came, transfer.target)
    counter = Transfer.objects.create(
        number=next_number(TRANSFER),
        origin=transfer.target,
        target=transfer.origin,
        reverses=transfer,
        note=said,
        by=by,
    )
    leave(counter, goods, came)
    arrival = TransferArrival.objects.create(transfer=counter, kind=ArrivalKind.RECEIVED, by=by)
    write(arrival, came)
    check_room(stock.lock(came, location=counter.target_id), came)
    put_in(counter, counter.target_id, goods, came, by)
    return counter


def received(transfer: Transfer) -> dict[int, Decimal]:
    """What arrived of each product, in product order."""
    rows = TransferArrivalLine.objects.filter(arrival__transfer=transfer, arrival__kind=ArrivalKind.RECEIVED)
    came: dict[int, Decimal] = {}
    for product, quantity in rows.order_by("line__product").values_list("line__product", "quantity"):
        came[product] = came.get(product, ZERO) + quantity
    return came


def put_in(
    transfer: Transfer,
    place: int | None,
    goods: Mapping[int, Goods],
    came: Mapping[int, Decimal],
    by: User,
    *,
    lost: Mapping[int, Decimal] = NOTHING,
    reason: str = "",
) -> None:
    """In at that location; what is lost is written off there at once."""
    moves = [Move(product, MovementKind.TRANSFER_IN, came[product], goods[product].cost) for product in came]
    moves += [Move(product, MovementKind.WRITE_OFF, -lost[product], goods[product].cost, reason) for product in lost]
    move_listed(moves, reference_of(transfer), by.pk, location=place)


def write(arrival: TransferArrival, came: Mapping[int, Decimal]) -> None:
    lines = dict(arrival.transfer.lines.values_list("product", "pk"))
    TransferArrivalLine.objects.bulk_create(
        TransferArrivalLine(arrival=arrival, line_id=lines[product], quantity=quantity)
        for product, quantity in came.items()
    )


def held(number: str) -> tuple[Transfer, dict[int, Decimal]]:
    """The transfer, locked, and what of it is still on its way."""
    transfer = lock(number)
    left = transit.left_of(transfer)
    if not left:
        raise NothingOnTheWay
    return transfer, left


def lock(number: str) -> Transfer:
    rows = Transfer.objects.select_for_update(no_key=True, of=("self",)).select_related("origin", "target")
    transfer = rows.filter(number=number.replace("\0", "")).first()
    if transfer is None:
        raise Invalid("transfer", _("There is no such transfer."), "unknown_transfer")
    return transfer


def refuse_more(came: Mapping[int, Decimal], left: Mapping[int, Decimal]) -> None:
    more = [product for product, quantity in came.items() if quantity > left.get(product, ZERO)]
    if more:
        raise MoreThanSent(products=more)


def checked_reason(reason: str) -> str:
    check_text("reason", reason, LONGEST_NOTE)
    if not (said := " ".join(reason.split())):
        raise Invalid("reason", _("Say why."), "required")
    return said


def reference_of(transfer: Transfer) -> str:
    return f"transfer {transfer.number}"
