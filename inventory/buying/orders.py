"""Purchase orders: drawn up, sent, received bit by bit, closed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.models import User
from inventory.buying import suppliers
from inventory.buying.numbers import ORDER, next_number
from inventory.models import (
    OPEN_ORDERS,
    OrderState,
    PurchaseOrder,
    PurchaseOrderLine,
    Supplier,
    SupplierArticle,
)
from inventory.shelf import bound_keys, locations, stock
from inventory.shelf.deliveries import check_cost
from inventory.shelf.locations import EVERYWHERE, Where
from pos.calendar import on_the_clock
from pos.checks import check_quantity, check_text
from pos.clock import now
from pos.errors import Invalid, Refused
from pos.money import ZERO, is_quantity, rounded

MOST_LINES = 500


class NotADraft(Refused):
    code = "order_not_draft"
    message = _("This order has been sent: it is not changed any more.")


class NotOpen(Refused):
    code = "order_not_open"
    message = _("This order is not waiting for goods.")


class NothingOrdered(Refused):
    code = "nothing_ordered"
    message = _("There is nothing in this order yet.")


@dataclass(frozen=True, slots=True)
class Ordered:
    """So many packs of a product; what is left out comes from the supplier's article."""

    product: int
    packs: Decimal
    pack_size: Decimal | None = None
    cost: Decimal | None = None


@transaction.atomic
def create(
    supplier_id: int, lines: Iterable[Ordered] = (), *, by: User, note: str = "", location: int | None = None
) -> PurchaseOrder:
    """A draft, to be delivered to the location."""
    supplier = suppliers.known(supplier_id)
    place = locations.held(location) if location else None
    bound_keys.refuse_elsewhere(by, location)
    wanted = list(lines)
    check_text("note", note, 1000)
    checked = _lines(supplier, wanted)
    order = PurchaseOrder.objects.create(
        number=next_number(ORDER), supplier=supplier, note=note.strip(), created_by=by, location=place
    )
    _write(order, checked)
    return order


@transaction.atomic
def change(number: str, *, lines: Iterable[Ordered] | None = None, note: str | None = None) -> PurchaseOrder:
    """Replaces the lines or the note of a draft."""
    order = lock(number)
    if order.state != OrderState.DRAFT:
        raise NotADraft
    if note is not None:
        check_text("note", note, 1000)
        order.note = note.strip()
        order.save(update_fields=["note"])
    if lines is not None:
        checked = _lines(order.supplier, list(lines))
        order.lines.all().delete()
        _write(order, checked)
    return order


@transaction.atomic
def send(number: str, *, by: User) -> PurchaseOrder:
    """From now on the goods are on the way; they are due when the supplier's lead time is over."""
    order = lock(number)
    bound_keys.refuse_elsewhere(by, order.location_id)
    if order.state != OrderState.DRAFT:
        raise NotADraft
    if not order.lines.exists():
        raise NothingOrdered
    order.state, order.sent_at = OrderState.SENT, now()
    order.due_on = on_the_clock(order.sent_at).date() + timedelta(days=order.supplier.lead_days)
    order.save(update_fields=["state", "sent_at", "due_on"])
    trail.record(by, "order.sent", order.number)
    return order


@transaction.atomic
def close(number: str, *, by: User) -> PurchaseOrder:
    """Nothing more is expected: a draft is given up, the rest of a sent order will not come."""
    order = lock(number)
    bound_keys.refuse_elsewhere(by, order.location_id)
    if order.state in (OrderState.CLOSED, OrderState.RECEIVED):
        raise NotOpen
    order.state, order.closed_at = OrderState.CLOSED, now()
    order.save(update_fields=["state", "closed_at"])
    trail.record(by, "order.closed", order.number)
    return order


def lock(number: str) -> PurchaseOrder:
    """The order, held until the transaction ends: one delivery after the other."""
    held = PurchaseOrder.objects.select_for_update(no_key=True, of=("self",)).select_related("supplier")
    order = held.filter(number=number.replace("\0", "")).first()
    if order is None:
        raise Invalid("order", _("There is no such order."), "unknown_order")
    return order


def lock_open(number: str) -> PurchaseOrder:
    order = lock(number)
    if order.state not in OPEN_ORDERS:
        raise NotOpen(state=order.state)
    return order


def add_received(order: PurchaseOrder, came: dict[int, Decimal]) -> None:
    """Counts what came (or, negative, what a reversal took back) for each line, and says how far the order is."""
    for line_id, quantity in sorted(came.items()):
        PurchaseOrderLine.objects.filter(pk=line_id).update(received=F("received") + quantity)
    lines = list(order.lines.all())
    if order.state == OrderState.CLOSED:
        return
    done = all(line.received >= line.quantity for line in lines)
    begun = any(line.received for line in lines)
    order.state = OrderState.RECEIVED if done else OrderState.PARTLY if begun else OrderState.SENT
    order.save(update_fields=["state"])


def on_the_way(products: Iterable[int], where: Where = EVERYWHERE) -> dict[int, Decimal]:
    """What is ordered and has not come yet."""
    waiting = PurchaseOrderLine.objects.filter(order__state__in=OPEN_ORDERS, received__lt=F("quantity"))
    coming = waiting.filter(where.of("order__location"), product__in=list(products))
    return dict(coming.values_list("product").annotate(open=Sum(F("quantity") - F("received"))).order_by())


def total(lines: Iterable[PurchaseOrderLine]) -> Decimal:
    """What the order costs, as far as costs are known."""
    return rounded(sum((line.quantity * line.cost for line in lines if line.cost is not None), ZERO))


def below_minimum(order: PurchaseOrder, lines: Iterable[PurchaseOrderLine]) -> bool:
    return total(lines) < order.supplier.minimum_order


def _lines(supplier: Supplier, wanted: list[Ordered]) -> list[PurchaseOrderLine]:
    if len(wanted) > MOST_LINES:
        raise Invalid("lines", _("At most %(most)s lines.") % {"most": MOST_LINES}, "max_length")
    products = [line.product for line in wanted]
    if len(set(products)) < len(products):
        raise Invalid("lines", _("Each product stands in an order once."), "repeated")
    goods = stock.look(products)
    if unknown := [product for product in products if product not in goods]:
        raise stock.UnknownProduct(products=unknown)
    articles = {one.product_id: one for one in SupplierArticle.objects.filter(supplier=supplier, product__in=products)}
    return [_line(line, articles.get(line.product), goods[line.product]) for line in wanted]


def _line(wanted: Ordered, article: SupplierArticle | None, goods: stock.Goods) -> PurchaseOrderLine:
    size = wanted.pack_size or (article.pack_size if article else Decimal(1))
    check_quantity("packs", wanted.packs)
    check_quantity("pack_size", size)
    quantity = (wanted.packs * size).quantize(Decimal("0.001"))
    if not is_quantity(quantity) or not quantity:
        raise Invalid("packs", _("This is more than the books can hold."), "max_value")
    if not stock.in_whole_pieces(goods, quantity):
        sentence = _("%(name)s is sold by the piece: count whole pieces.") % {"name": goods.name}
        raise Invalid("packs", sentence, "whole_pieces")
    cost = wanted.cost if wanted.cost is not None else article.cost if article else None
    check_cost(cost)
    return PurchaseOrderLine(
        product_id=wanted.product,
        code=article.code if article else "",
        pack_name=article.pack_name if article else "",
        packs=wanted.packs,
        pack_size=size,
        quantity=quantity,
        cost=cost,
    )


def _write(order: PurchaseOrder, lines: list[PurchaseOrderLine]) -> None:
    for line in lines:
        line.order = order
    PurchaseOrderLine.objects.bulk_create(lines)
