"""Goods that came: booked once with all their movements, undone by a counter-document, never edited."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventory.buying import orders, suppliers
from inventory.buying.numbers import RECEIPT, next_number
from inventory.models import GoodsReceipt, GoodsReceiptLine, PurchaseOrder, PurchaseOrderLine, Supplier, SupplierArticle
from inventory.shelf import bound_keys, deliveries, locations, stock
from inventory.shelf.deliveries import Delivered
from inventory.shelf.stock import Goods
from pos.checks import check_text
from pos.errors import Invalid, Refused
from pos.money import ZERO, quantity_text
from pos.templatetags.money import quantity as quantity_shown

LONGEST_NOTE, LONGEST_REASON, MOST_LINES = 50, 200, 500


class MoreThanOrdered(Refused):
    code = "more_than_ordered"
    message = _("More came than was still open in the order.")


class NothingCame(Refused):
    code = "nothing_received"
    message = _("Nothing has been counted yet.")


class AlreadyReversed(Refused):
    code = "already_reversed"
    message = _("This receipt has been undone already.")


class IsReversal(Refused):
    code = "is_reversal"
    message = _("A reversal is not undone: receive the goods again.")


class NotReversible(Refused):
    code = "goods_returned"
    message = _("Goods of this receipt went back to the supplier: it is not undone any more.")


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a product. Without a cost, that of the order or the supplier's last one counts."""

    product: int
    quantity: Decimal
    damaged: Decimal = ZERO
    cost: Decimal | None = None


@transaction.atomic
def book(
    came: Iterable[Came],
    *,
    by: User,
    supplier: int | None = None,
    order: str | None = None,
    note_number: str = "",
    accept_more: bool = False,
    location: int | None = None,
) -> GoodsReceipt:
    """Books a delivery, free or against an order. More than is still open is refused unless it is accepted."""
    check_text("note_number", note_number, LONGEST_NOTE)
    wanted = _merged(came)
    held = orders.lock_open(order) if order else None
    sender = held.supplier if held else suppliers.known(supplier) if supplier else None
    here = locations.known(location)
    bound_keys.refuse_elsewhere(by, location, *([held.location_id] if held else []))
    goods = stock.lock(wanted, location=location)
    if unknown := [product for product in wanted if product not in goods]:
        raise stock.UnknownProduct(products=unknown)
    ordered = {line.product_id: line for line in held.lines.all()} if held else {}
    if held and not accept_more:
        refuse_more(goods, wanted, ordered)
    delivered = _with_costs(wanted, ordered, sender)
    for product, each in delivered.items():
        deliveries.check(goods[product], each)
    receipt = GoodsReceipt.objects.create(
        number=next_number(RECEIPT),
        supplier=sender,
        order=held,
        location=here,
        note_number=note_number.strip(),
        by=by,
    )
    _write(receipt, goods, delivered, ordered)
    deliveries.take_in(delivered, reference=f"receipt {receipt.number}", by=by.pk, location=location)
    if held:
        orders.add_received(held, {ordered[p].pk: one.quantity for p, one in delivered.items() if p in ordered})
    if sender:
        suppliers.learn_costs(sender.pk, {p: one.cost for p, one in delivered.items() if one.cost is not None})
    return receipt


@transaction.atomic
def reverse(number: str, *, by: User, reason: str) -> GoodsReceipt:
    """Undoes a receipt by a counter-document. The goods must still be there. They take along what they cost when they
    came; where none are left the average cost stays."""
    check_text("reason", reason, LONGEST_REASON)
    if not reason.strip():
        raise Invalid("reason", _("Say why this is undone."), "required")
    receipt = lock(number)
    bound_keys.refuse_elsewhere(by, receipt.location_id)
    if receipt.reverses_id:
        raise IsReversal
    if GoodsReceipt.objects.filter(reverses=receipt).exists():
        raise AlreadyReversed
    if receipt.returns.exists():
        raise NotReversible
    order = orders.lock(receipt.order.number) if receipt.order else None
    lines = list(receipt.lines.order_by("product_id"))
    delivered = {line.product_id: Delivered(line.quantity, line.damaged, line.cost) for line in lines}
    here = receipt.location_id
    goods = stock.lock(delivered, location=here)
    counter = GoodsReceipt.objects.create(
        number=next_number(RECEIPT),
        supplier=receipt.supplier,
        order=order,
        reverses=receipt,
        location=receipt.location,
        note_number=receipt.note_number,
        reason=reason.strip(),
        by=by,
    )
    for line in lines:
        line.pk, line.receipt, line._state.adding = None, counter, True
        line.quantity, line.damaged = -line.quantity, -line.damaged
    GoodsReceiptLine.objects.bulk_create(lines)
    deliveries.take_back(goods, delivered, reference=f"receipt {counter.number}", by=by.pk, location=here)
    if order:
        orders.add_received(order, {line.order_line_id: line.quantity for line in lines if line.order_line_id})
    return counter


def lock(number: str) -> GoodsReceipt:
    held = GoodsReceipt.objects.select_for_update(no_key=True, of=("self",)).select_related("supplier", "order")
    receipt = held.filter(number=number.replace("\0", "")).first()
    if receipt is None:
        raise Invalid("receipt", _("There is no such receipt."), "unknown_receipt")
    return receipt


def refuse_more(
    goods: Mapping[int, Goods], wanted: Mapping[int, Came], ordered: Mapping[int, PurchaseOrderLine]
) -> None:
    more = {product: one.quantity - still_open(ordered.get(product)) for product, one in wanted.items()}
    over = {product: quantity for product, quantity in more.items() if quantity > 0}
    if over:
        said = ", ".join(
            gettext("%(name)s: %(more)s more") % {"name": goods[product].name, "more": quantity_shown(quantity)}
            for product, quantity in over.items()
        )
        sentence = _("More came than was still open in the order. %(said)s.") % {"said": said}
        raise MoreThanOrdered(sentence, products={str(p): quantity_text(more) for p, more in over.items()})


def still_open(line: PurchaseOrderLine | None) -> Decimal:
    return max(line.quantity - line.received, ZERO) if line else ZERO


def differences(receipt: GoodsReceipt) -> list[str]:
    """What came short or over, and what was damaged, as sentences."""
    said = []
    lines = list(receipt.lines.all())
    for line in lines:
        facts = {"name": line.name, "damaged": quantity_shown(abs(line.damaged))}
        if line.expected is not None and not receipt.reverses_id:
            apart = line.quantity - line.expected
            facts["apart"] = quantity_shown(abs(apart))
            if apart > 0:
                said.append(gettext("%(name)s: %(apart)s more than ordered.") % facts)
            elif apart < 0:
                said.append(gettext("%(name)s: %(apart)s short.") % facts)
        if line.damaged:
            said.append(gettext("%(name)s: %(damaged)s damaged, set aside.") % facts)
    return said + (_missing(receipt.order, lines) if receipt.order and not receipt.reverses_id else [])


def _missing(order: PurchaseOrder, came: list[GoodsReceiptLine]) -> list[str]:
    absent = order.lines.exclude(product__in=[line.product_id for line in came]).select_related("product")
    return [
        gettext("%(name)s: none came, %(open)s still open.")
        % {"name": line.product.name, "open": quantity_shown(still_open(line))}
        for line in absent
        if still_open(line)
    ]


def _merged(came: Iterable[Came]) -> dict[int, Came]:
    """By product, in product order."""
    listed = [one for one in came if one.quantity]
    if not listed:
        raise NothingCame
    if len(listed) > MOST_LINES:
        raise Invalid("lines", _("At most %(most)s lines.") % {"most": MOST_LINES}, "max_length")
    wanted = {one.product: one for one in sorted(listed, key=lambda one: one.product)}
    if len(wanted) < len(listed):
        raise Invalid("lines", _("Each product stands in a receipt once."), "repeated")
    return wanted


def _with_costs(
    wanted: Mapping[int, Came], ordered: Mapping[int, PurchaseOrderLine], sender: Supplier | None
) -> dict[int, Delivered]:
    last = last_costs(sender, wanted)

    def cost_of(one: Came) -> Decimal | None:
        if one.cost is not None:
            return one.cost
        line = ordered.get(one.product)
        return line.cost if line and line.cost is not None else last.get(one.product)

    return {product: Delivered(one.quantity, one.damaged, cost_of(one)) for product, one in wanted.items()}


def last_costs(sender: Supplier | None, products: Iterable[int]) -> dict[int, Decimal | None]:
    mine = SupplierArticle.objects.filter(supplier=sender, product__in=list(products))
    return dict(mine.values_list("product", "cost")) if sender else {}


def _write(
    receipt: GoodsReceipt,
    goods: Mapping[int, Goods],
    delivered: Mapping[int, Delivered],
    ordered: Mapping[int, PurchaseOrderLine],
) -> None:
    GoodsReceiptLine.objects.bulk_create(
        GoodsReceiptLine(
            receipt=receipt,
            product_id=product,
            order_line=ordered.get(product),
            name=goods[product].name,
            sku=goods[product].sku,
            quantity=each.quantity,
            damaged=each.damaged,
            cost=each.cost,
            expected=still_open(ordered.get(product)) if receipt.order_id else None,
        )
        for product, each in delivered.items()
    )
