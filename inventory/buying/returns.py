"""Goods that go back to a supplier: a document of its own, with the credit the supplier owes for them."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventory.buying import receiving, suppliers
from inventory.buying.numbers import RETURN, next_number
from inventory.models import GoodsReceipt, SupplierReturn, SupplierReturnLine
from inventory.shelf import bound_keys, deliveries, locations, stock
from inventory.shelf.deliveries import Delivered
from pos.checks import check_text
from pos.errors import Invalid, Refused
from pos.money import ZERO, payable


class MoreThanReceived(Refused):
    code = "more_than_received"
    message = _("More goes back than came with this receipt.")


@transaction.atomic
def send_back(
    quantities: Mapping[int, Decimal],
    *,
    by: User,
    reason: str,
    supplier: int | None = None,
    receipt: str | None = None,
    credit: Decimal | None = None,
    credit_note: str = "",
    location: int | None = None,
) -> SupplierReturn:
    """Takes goods from the shelf for their supplier: of a receipt, at most what came with it and was good."""
    for field, text, longest in (("reason", reason, 200), ("credit_note", credit_note, 50)):
        check_text(field, text, longest)
    if not reason.strip():
        raise Invalid("reason", _("Say why this goes back."), "required")
    if credit is not None and not payable(credit):
        raise Invalid("credit", _("An amount of money, zero or more."), "invalid")
    gone = {product: quantity for product, quantity in sorted(quantities.items()) if quantity}
    if not gone:
        raise Invalid("lines", _("Say what goes back."), "required")
    held = receiving.lock(receipt) if receipt else None
    sender = held.supplier if held else suppliers.known(supplier, in_use=False) if supplier else None
    if sender is None:
        raise Invalid("supplier", _("Say which supplier it goes back to."), "required")
    if held:
        refuse_more(held, gone)
    here = held.location if held else locations.known(location)
    bound_keys.refuse_elsewhere(by, here.pk if here else None)
    goods = stock.lock(gone, location=here.pk if here else None)
    if unknown := [product for product in gone if product not in goods]:
        raise stock.UnknownProduct(products=unknown)
    for product, quantity in gone.items():
        deliveries.check(goods[product], Delivered(quantity))
    made = SupplierReturn.objects.create(
        number=next_number(RETURN),
        supplier=sender,
        receipt=held,
        location=here,
        reason=reason.strip(),
        credit=credit,
        credit_note=credit_note.strip(),
        by=by,
    )
    SupplierReturnLine.objects.bulk_create(
        SupplierReturnLine(
            returned=made,
            product_id=product,
            name=goods[product].name,
            sku=goods[product].sku,
            quantity=quantity,
            cost=goods[product].cost,
        )
        for product, quantity in gone.items()
    )
    deliveries.send_back(goods, gone, reference=f"return {made.number}", by=by.pk, location=made.location_id)
    return made


def refuse_more(receipt: GoodsReceipt, gone: Mapping[int, Decimal]) -> None:
    left = returnable(receipt)
    more = [product for product, quantity in gone.items() if quantity > left.get(product, ZERO)]
    if more:
        raise MoreThanReceived(products=more)


def returnable(receipt: GoodsReceipt) -> dict[int, Decimal]:
    """What came with the receipt, was good and has not gone back yet; nothing of one that was undone."""
    if receipt.reverses_id or GoodsReceipt.objects.filter(reverses=receipt).exists():
        return {}
    back = SupplierReturnLine.objects.filter(returned__receipt=receipt)
    gone = dict(back.values_list("product").annotate(Sum("quantity")).order_by())
    return {
        line.product_id: line.quantity - line.damaged - gone.get(line.product_id, ZERO) for line in receipt.lines.all()
    }
