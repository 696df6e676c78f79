"""Taking goods back: a bill of its own against the lines of another, never more than is left of them."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts import approvals
from accounts.models import Action, User
from billing import credit, drawer, payback, rests
from billing.models import Bill, BillKind, BillLine, BillTax, Tender, TenderKind
from billing.order import Tendered, plainly
from billing.payback import Figures, Left
from billing.rests import Returned, Share
from billing.sales import BEYOND_A_CHECK, KeyReused, Sold, payable
from billing.writing import Written, heading, payments_of, write
from inventory import stock
from members import points as points_ledger
from pos.cards import refuse_card_number
from pos.errors import Invalid, Refused
from pos.money import MOST_QUANTITY, ZERO, quantity_text, text
from pos.patience import patiently, sqlstate

LONGEST_REASON = 200


class NotRefundable(Refused):
    code = "not_refundable"
    message = "A refund cannot be refunded."


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


def refund(wish: Wish, *, cashier: User, approval: str | None = None) -> Sold:
    """Take goods back exactly once, or raise Refused and leave no trace. Above a limit a manager has to approve."""
    check_shape(wish)
    try:
        return _refund(wish, cashier, approval)
    except IntegrityError as error:
        if sqlstate(error) == BEYOND_A_CHECK:
            raise Invalid("lines", "This is more than the books can hold.", "too_large") from None
        if not Bill.objects.filter(key=wish.key).exists():
            raise
        return _refund(wish, cashier, approval)  # another register was faster with the same key


@patiently
@transaction.atomic(durable=True)
def _refund(wish: Wish, cashier: User, approval: str | None) -> Sold:
    till = drawer.lock(wish.register)
    original = lock_original(wish.bill)
    at_hand = drawer.at_hand(till, wish.key)
    if at_hand.sold_as is not None:
        return already_done(at_hand.sold_as, wish, cashier)
    shift = drawer.shift_for_sale(till, at_hand, cashier)
    shares = rests.shared(original, wish.lines)
    rests.whole_or_weighed(shares, stock.lock(share.line.product_id for share in shares))
    account = points_ledger.lock(original.member_id, even_inactive=True) if original.member_id else None
    figures = payback.summed(original, rests.worth(original, shares))
    cash, cash_rounding = handed_back(payback.left_of(original), figures.due, wish.payments, at_hand)
    credited = credit.credited(original, wish.payments, at_hand.tenders, wish.key)
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
    approvals.clear(
        Action.REFUND,
        by=cashier,
        size=figures.due,
        facts=told(wish, shares),
        approval=approval,
        reference=f"bill {bill.number}",
    )
    write(bill, below(bill, shares, credit.masked(wish.payments, credited)))
    stock.put_back(rests.counted(shares, to_shelf=True), reference=f"bill {bill.number}", by=cashier.pk)
    stock.put_aside(rests.counted(shares, to_shelf=False), reference=f"bill {bill.number}", by=cashier.pk)
    if account:
        points_ledger.give_back(
            account,
            returned=figures.points_back,
            taken_back=figures.points_taken,
            reference=f"bill {bill.number}",
            by=cashier.pk,
        )
    credit.refund_to(credited, bill=bill.pk, by=cashier.pk)
    if cash:
        drawer.give_out(till, shift=shift, bill=bill.pk, amount=cash, by=cashier.pk)
    return Sold(bill, again=False)


def told(wish: Wish, shares: Sequence[Share]) -> dict[str, Any]:
    """What a manager approves, as a manager reads it."""
    return {
        "bill": wish.bill,
        "goods": [
            f"{share.line.position}: {quantity_text(share.quantity)} x {share.line.name}"
            f"{'' if share.to_shelf else ', damaged'}"
            for share in shares
        ],
        "back": [f"{payment.method} {text(payment.amount)}" for payment in wish.payments],
        "reason": wish.reason.strip(),
        "register": wish.register,
    }


def check_shape(wish: Wish) -> None:
    if not wish.reason.strip():
        raise Invalid("reason", "Say why.", "required")
    if len(wish.reason) > LONGEST_REASON or "\0" in wish.reason:
        raise Invalid("reason", f"A reason has at most {LONGEST_REASON} characters.")
    refuse_card_number("reason", wish.reason)
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
        refuse_card_number("payments", payment.reference)


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
    refundable(original)
    return original


def refundable(original: Bill) -> None:
    if original.kind == BillKind.REFUND:
        raise NotRefundable()


def handed_back(
    left: Left, due: Decimal, payments: Sequence[Tendered], at_hand: drawer.AtHand
) -> tuple[Decimal, Decimal]:
    if unknown := [payment.method for payment in payments if payment.method not in at_hand.tenders]:
        raise Invalid("payments", f"The shop does not give {unknown[0]}.", "unknown_tender")
    uncapped = [method for method, kind in at_hand.tenders.items() if kind == TenderKind.STORE_CREDIT]
    return payback.handed_back(left, due, payments, uncapped)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a refund would come to now, and the tenders it would go back in."""

    shares: Sequence[Share]
    figures: Figures
    left: Left
    payments: Sequence[Tendered]


def preview(original: Bill, lines: Sequence[Returned]) -> Preview:
    """The arithmetic of `refund`; nothing is held or written."""
    refundable(original)
    shares = rests.shared(original, lines)
    rests.whole_or_weighed(shares, stock.look(share.line.product_id for share in shares))
    figures, left = payback.summed(original, rests.worth(original, shares)), payback.left_of(original)
    active = dict(Tender.objects.filter(is_active=True).values_list("code", "kind"))
    return Preview(shares, figures, left, payback.proposed(left, figures.due, active))


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
