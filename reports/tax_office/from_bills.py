"""Bills as Bons. Points and cards pay as vouchers do: what is sold is revenue in full, as in the daily journal."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from billing.models import STORED_VALUE, Bill, BillLine, Payment, RegisterKind, TenderKind
from inventory.barcodes import CHECKED_LENGTHS
from inventory.models import Product, SoldBy
from pos.money import ZERO, rounded
from reports.tax_office import bons, vat
from reports.tax_office.bons import Amount, Bon, Paid, Position, Reference, Step


def bon_of(bill: Bill) -> Bon:
    basket = getattr(bill, "basket", None)
    return Bon(
        id=bill.number,
        begun_at=min(basket.created_at, bill.at) if basket else bill.at,
        ended_at=bill.at,
        by=bill.cashier_id,
        by_name=bill.cashier.username,
        positions=[*goods(bill), *vouchers(bill), *rounding(bill)],
        paid=list(paid(bill)),
        customer=bill.member.number if bill.member else "",
        note=bill.reason,
        references=[reference(other) for other in (bill.original, bill.exchange) if other],
        signature=bons.signature_of(bill),
    )


def goods(bill: Bill) -> Iterator[Position]:
    for line in bill.lines.all():
        yield Position(
            bons.REVENUE,
            amount(line, line.net, bill),
            line.name,
            key=vat.key_of(line.tax_rate),
            quantity=line.quantity,
            unit="kg" if line.sold_by == SoldBy.WEIGHT else _("piece"),
            sku=line.sku,
            gtin=gtin(line.product),
            group_id=str(line.product.category_id or ""),
            group=line.product.category.name if line.product.category else "",
            steps=list(steps(line, bill)),
        )


def gtin(product: Product) -> str:
    codes = (barcode.code for barcode in product.barcodes.all())
    return next((code for code in codes if code.isdecimal() and len(code) in CHECKED_LENGTHS), "")


def amount(line: BillLine, net: Decimal, bill: Bill) -> Amount:
    """The line's own tax for what it costs; for a part of its price the tax that is in it."""
    rate = line.tax_rate
    tax = line.tax if net == line.net else rounded(net * rate / (1 + rate) if bill.tax_included else net * rate)
    return Amount(net, net - tax, tax) if bill.tax_included else Amount(net + tax, net, tax)


def steps(line: BillLine, bill: Bill) -> Iterator[Step]:
    """The list price, and how it became the price: together they are the position's amount."""
    listed = rounded(line.list_price * line.quantity)
    if line.net == listed:
        return
    final, base = amount(line, line.net, bill), amount(line, listed, bill)
    changed = final.gross - base.gross
    yield Step("base_amount", base)
    yield Step(
        "discount" if changed * line.quantity < 0 else "extra_amount",
        Amount(changed, final.net - base.net, final.tax - base.tax),
    )


def vouchers(bill: Bill) -> Iterator[Position]:
    if bill.cards_sold:
        yield bons.untaxed(bons.VOUCHER_SOLD, bill.cards_sold, _("Gift card"))
    for payment in bill.payments.all():
        if payment.method.kind in STORED_VALUE:
            kind = bons.VOUCHER_SPENT if payment.amount > 0 else bons.VOUCHER_SOLD
            name = _(payment.method.name)
            yield bons.untaxed(kind, -payment.amount, name, name=name, voucher=payment.reference)
    if bill.points_spent:
        kind = bons.VOUCHER_SPENT if bill.points_spent > 0 else bons.VOUCHER_SOLD
        yield bons.untaxed(kind, -bill.points_spent, _("Points"), name=_("Points"))


def rounding(bill: Bill) -> Iterator[Position]:
    if bill.cash_rounding:
        kind = bons.EXTRA if bill.cash_rounding > 0 else bons.REBATE
        yield bons.untaxed(kind, bill.cash_rounding, _("Cash rounding"), name=_("Cash rounding"))


def paid(bill: Bill) -> Iterator[Paid]:
    """By the way to pay; cash less the change. What a voucher paid is a position."""
    sums: dict[tuple[str, str], Decimal] = {}
    for payment in bill.payments.all():
        if payment.method.kind not in STORED_VALUE:
            sums[way(payment)] = sums.get(way(payment), ZERO) + payment.amount
    if bill.change:
        cash = next(place for place in sums if place[0] == bons.CASH)
        sums[cash] -= bill.change
    if not sums:
        yield Paid(bons.NONE, "", ZERO)
    for (kind, name), together in sums.items():
        yield Paid(kind, name, together)


def way(payment: Payment) -> tuple[str, str]:
    name = _(payment.method.name)
    return (bons.CASH if payment.method.kind == TenderKind.CASH else bons.CASHLESS), name


def reference(other: Bill) -> Reference:
    if other.register.kind == RegisterKind.HISTORY:
        return Reference(other.number, is_external=True)
    z = getattr(other.shift, "z", None)
    return Reference(other.number, other.register.code, z and z.number, other.shift.closed_at)
