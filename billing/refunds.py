"""Taking goods back: a bill of its own against the lines of another, never more than is left of them."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Sum

from accounts.models import User
from billing import drawer
from billing.models import Bill, BillKind, BillLine, BillTax, Payment
from billing.order import Tendered, plainly
from billing.pricing import TenderTooSmall
from billing.sales import KeyReused, Sold, payable
from billing.writing import Written, heading, payments_of, write
from inventory import stock
from members import points as points_ledger
from pos.errors import Invalid, Refused
from pos.money import MOST_QUANTITY, ZERO, rounded, rounded_down, rounded_to_cash
from pos.patience import patiently


class RefundExceedsSale(Refused):
    code = "refund_exceeds_sale"
    message = "That is more than is left of the sale."


class AlreadyRefunded(Refused):
    code = "already_refunded"
    message = "All of this has been refunded already."


class NotRefundable(Refused):
    code = "not_refundable"
    message = "A refund cannot be refunded."


@dataclass(frozen=True, slots=True)
class Returned:
    """Goods coming back: `line` is the position on the original bill."""

    line: int
    quantity: Decimal
    to_stock: bool = True


@dataclass(frozen=True, slots=True)
class Wish:
    """A refund as asked; `payments` say in which tenders the money goes back, all of them positive."""

    key: UUID
    bill: str
    lines: Sequence[Returned]
    payments: Sequence[Tendered]
    reason: str
    register: str = "API"

    def fingerprint(self, cashier: int) -> bytes:
        asked = {**asdict(self), "cashier": cashier}
        del asked["key"]
        return hashlib.sha256(json.dumps(asked, default=plainly, sort_keys=True).encode()).digest()


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left of a line, in quantity and in every sum that was stored."""

    line: BillLine
    quantity: Decimal
    line_discount: Decimal
    vip_discount: Decimal
    manual_discount: Decimal
    net: Decimal
    tax: Decimal

    def share(self, quantity: Decimal, to_shelf: bool) -> "Share":
        """A part of what was stored; the last of it takes whatever rounding left over."""
        names = ("line_discount", "vip_discount", "manual_discount", "net", "tax")
        left = {name: getattr(self, name) for name in names}
        if quantity < self.quantity:
            part = quantity / self.line.quantity
            left = {name: min(left[name], rounded(getattr(self.line, name) * part)) for name in names}
        return Share(self.line, quantity, to_shelf, **left)


@dataclass(frozen=True, slots=True)
class Share:
    line: BillLine
    quantity: Decimal
    to_shelf: bool
    line_discount: Decimal
    vip_discount: Decimal
    manual_discount: Decimal
    net: Decimal
    tax: Decimal

    @property
    def bill_discount(self) -> Decimal:
        return self.vip_discount + self.manual_discount


@dataclass(frozen=True, slots=True)
class Figures:
    """The sums of a refund, all positive: what goes back, and what points move."""

    total: Decimal
    points_back: Decimal
    points_taken: Decimal

    @property
    def due(self) -> Decimal:
        return self.total - self.points_back


def refund(wish: Wish, *, cashier: User) -> Sold:
    """Take goods back exactly once, or raise Refused and leave no trace."""
    check_shape(wish)
    try:
        return _refund(wish, cashier)
    except IntegrityError:
        if not Bill.objects.filter(key=wish.key).exists():
            raise
        return _refund(wish, cashier)  # another register was faster with the same key


@patiently
@transaction.atomic(durable=True)
def _refund(wish: Wish, cashier: User) -> Sold:
    till = drawer.lock(wish.register)
    at_hand = drawer.at_hand(till, wish.key)
    if at_hand.sold_as is not None:
        return already_done(at_hand.sold_as, wish, cashier)
    shift = drawer.shift_for_sale(till, at_hand, cashier)
    original = lock_original(wish.bill)
    shares = shared(original, wish.lines)
    stock.lock(share.line.product_id for share in shares)
    account = points_ledger.lock(original.member_id, even_inactive=True) if original.member_id else None
    figures = summed(original, shares)
    cash, cash_rounding = handed_back(original, figures.due, wish.payments, at_hand)
    bill = Bill(
        **heading(BillKind.REFUND, till.last_refund + 1, till=till, at_hand=at_hand, shift=shift, cashier=cashier),
        key=wish.key,
        fingerprint=wish.fingerprint(cashier.pk),
        original=original,
        reason=wish.reason.strip(),
        member_id=original.member_id,
        tax_included=original.tax_included,
        subtotal=-sum((share.net + share.line_discount + share.bill_discount for share in shares), ZERO),
        discount=-sum((share.line_discount + share.bill_discount for share in shares), ZERO),
        vip_discount=-sum((share.vip_discount for share in shares), ZERO),
        manual_discount=-sum((share.manual_discount for share in shares), ZERO),
        tax=-sum((share.tax for share in shares), ZERO),
        total=-figures.total,
        points_spent=-figures.points_back,
        points_earned=-figures.points_taken,
        cash_rounding=-cash_rounding,
        change=ZERO,
    )
    write(bill, below(bill, shares, wish.payments))
    stock.put_back(counted(shares, to_shelf=True), reference=f"bill {bill.number}", by=cashier.pk)
    stock.put_aside(counted(shares, to_shelf=False), reference=f"bill {bill.number}", by=cashier.pk)
    if account:
        points_ledger.give_back(
            account,
            returned=figures.points_back,
            taken_back=figures.points_taken,
            reference=f"bill {bill.number}",
            by=cashier.pk,
        )
    if cash:
        drawer.give_out(shift=shift, bill=bill.pk, amount=cash, by=cashier.pk)
    return Sold(bill, again=False)


def check_shape(wish: Wish) -> None:
    if not wish.reason.strip():
        raise Invalid("reason", "Say why.", "required")
    if not wish.lines:
        raise Invalid("lines", "A refund has at least one line.", "empty")
    if len({line.line for line in wish.lines}) < len(wish.lines):
        raise Invalid("lines", "A line of the bill stands here twice.", "repeated")
    for line in wish.lines:
        if not line.quantity.is_finite() or not 0 < line.quantity <= MOST_QUANTITY:
            raise Invalid("lines", "A quantity must be more than zero.")
        if line.quantity != line.quantity.quantize(Decimal("0.001")):
            raise Invalid("lines", "A quantity has at most three decimals.")
    for payment in wish.payments:
        if not payment.amount or not payable(payment.amount):
            raise Invalid("payments", "A payment is an amount of the shop's currency, more than zero.")


def already_done(bill: int, wish: Wish, cashier: User) -> Sold:
    found = Bill.objects.get(pk=bill)
    if bytes(found.fingerprint) != wish.fingerprint(cashier.pk):
        raise KeyReused()
    return Sold(found, again=True)


def lock_original(number: str) -> Bill:
    """The bill whose goods come back, held so that two refunds of it wait for each other."""
    original = Bill.objects.select_for_update(no_key=True).filter(number__iexact=number).first()
    if original is None:
        raise Invalid("bill", "There is no such bill.", "unknown_bill")
    if original.kind == BillKind.REFUND:
        raise NotRefundable()
    return original


def rests(original: Bill) -> dict[int, Rest]:
    """What is left of each line, by its position."""
    sums = ("quantity", "line_discount", "bill_discount", "manual_discount", "net", "tax")
    lines = original.lines.annotate(**{f"back_{name}": Sum(f"refunds__{name}", default=ZERO) for name in sums})
    return {
        line.position: _rest(line, {n: getattr(line, n) + getattr(line, f"back_{n}") for n in sums}) for line in lines
    }


def _rest(line: BillLine, left: dict[str, Decimal]) -> Rest:
    return Rest(line, vip_discount=left.pop("bill_discount") - left["manual_discount"], **left)


def shared(original: Bill, wanted: Sequence[Returned]) -> list[Share]:
    left = rests(original)
    if unknown := [line.line for line in wanted if line.line not in left]:
        raise Invalid("lines", f"The bill has no line {unknown[0]}.", "unknown_line")
    if gone := [line.line for line in wanted if not left[line.line].quantity]:
        raise AlreadyRefunded(lines=gone)
    beyond = {line.line: left[line.line].quantity for line in wanted if line.quantity > left[line.line].quantity}
    if beyond:
        raise RefundExceedsSale(lines=beyond)
    for line in wanted:
        sold = left[line.line].line.quantity
        if sold == sold.to_integral_value() and line.quantity != line.quantity.to_integral_value():
            raise Invalid("lines", "This was sold by the piece.", "whole_pieces")
    return [left[line.line].share(line.quantity, line.to_stock) for line in wanted]


def summed(original: Bill, shares: Sequence[Share]) -> Figures:
    """Points follow the money: cumulative shares rounded down, all of them with the last of the bill."""
    total = sum((s.net + (ZERO if original.tax_included else s.tax) for s in shares), ZERO)
    figures = {name: Sum(name, default=ZERO) for name in ("total", "points_spent", "points_earned")}
    before = original.refunds.aggregate(**{f"before_{name}": figure for name, figure in figures.items()})
    so_far = total - before["before_total"]

    def share_of(points: Decimal, already: Decimal) -> Decimal:
        whole = so_far >= original.total
        return (points if whole else rounded_down(points * so_far / original.total)) + already

    points_back = min(total, share_of(original.points_spent, before["before_points_spent"]))
    return Figures(total, points_back, share_of(original.points_earned, before["before_points_earned"]))


def handed_back(
    original: Bill, due: Decimal, payments: Sequence[Tendered], at_hand: drawer.AtHand
) -> tuple[Decimal, Decimal]:
    """The cash given and its rounding. No tender gives back more than it took and still holds."""
    if unknown := [payment.method for payment in payments if payment.method not in at_hand.tenders]:
        raise Invalid("payments", f"The shop does not give {unknown[0]}.", "unknown_tender")
    given = defaultdict[str, Decimal](Decimal)
    for payment in payments:
        given[payment.method] += payment.amount
    left = tenders_left(original)
    if beyond := {
        method: left.get(method, ZERO) for method, amount in given.items() if amount > left.get(method, ZERO)
    }:
        raise RefundExceedsSale("A tender cannot give back more than it took.", tenders=beyond)
    cash = sum((amount for method, amount in given.items() if method in at_hand.cash_tenders), ZERO)
    rest = due - (sum(given.values(), ZERO) - cash)
    if rest < 0:
        raise Invalid("payments", "That is more than goes back.", "overpaid")
    in_cash = rounded_to_cash(rest) if at_hand.cash_tenders else rest
    if cash < in_cash:
        raise TenderTooSmall("Part of the money has no tender to go back in.", due=due, missing=in_cash - cash)
    if cash > in_cash:
        raise Invalid("payments", "That is more than goes back.", "overpaid")
    return cash, in_cash - rest


def tenders_left(original: Bill) -> dict[str, Decimal]:
    """What each tender took, less the change, and has not given back."""
    rows = Payment.objects.filter(bill__in=[original.pk, *original.refunds.values_list("pk", flat=True)])
    left = dict(rows.values_list("method").annotate(Sum("amount")).order_by("method"))
    cash = [code for code in left if code == "cash"]
    return {method: amount - (original.change if method in cash else ZERO) for method, amount in left.items()}


def counted(shares: Sequence[Share], *, to_shelf: bool) -> dict[int, Decimal]:
    counts = defaultdict[int, Decimal](Decimal)
    for share in shares:
        if share.to_shelf == to_shelf:
            counts[share.line.product_id] += share.quantity
    return dict(counts)


def below(bill: Bill, shares: Sequence[Share], payments: Sequence[Tendered]) -> Written:
    by_rate: Mapping[Decimal, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for share in shares:
        sums = by_rate[share.line.tax_rate]
        sums[0] += share.net - (share.tax if bill.tax_included else ZERO)
        sums[1] += share.tax
    return Written(
        lines=[_line(bill, n, share) for n, share in enumerate(shares, 1)],
        taxes=[BillTax(bill=bill, rate=rate, base=-base, tax=-tax) for rate, (base, tax) in sorted(by_rate.items())],
        payments=payments_of(bill, [Tendered(p.method, -p.amount, p.reference) for p in payments]),
    )


def _line(bill: Bill, position: int, share: Share) -> BillLine:
    sold = share.line
    return BillLine(
        bill=bill,
        position=position,
        product_id=sold.product_id,
        sku=sold.sku,
        name=sold.name,
        quantity=-share.quantity,
        list_price=sold.list_price,
        unit_price=sold.unit_price,
        priced_by_id=sold.priced_by_id,
        price_reason=sold.price_reason,
        discount_percent=sold.discount_percent,
        line_discount=-share.line_discount,
        bill_discount=-share.bill_discount,
        manual_discount=-share.manual_discount,
        net=-share.net,
        tax_name=sold.tax_name,
        tax_rate=sold.tax_rate,
        tax=-share.tax,
        unit_cost=sold.unit_cost,
        original=sold,
        to_shelf=share.to_shelf,
        note=sold.note,
    )
