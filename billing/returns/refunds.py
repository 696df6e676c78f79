"""Refunds: a refund is a bill of its own against the lines of a sale, never more than is left of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.approvals import approvals
from accounts.models import Action, User
from billing.counter import AtHand, Counter
from billing.drawer import running_totals
from billing.drawer.bill_once import Sold, write_once
from billing.drawer.cash import give_out, refusals_of_cash_written_down
from billing.models import Bill, BillKind, Tender
from billing.order import MOST_LINES, Tendered
from billing.returns import refundable, tenders_back
from billing.returns.refund_bill import Brought, Wish, hanging, mirrored
from billing.returns.refundable import Returned, Share
from billing.returns.tenders_back import Figures, Left
from billing.sale.bill_writer import carried_of, write
from billing.sale.checks import check_payments
from billing.stored_value import balances
from inventory.shelf import stock
from members import points as points_ledger
from pos.checks import check_quantity, check_text
from pos.errors import Invalid, Refused
from pos.money import ZERO, quantity_text, text

LONGEST_REASON = 200


class NotRefundable(Refused):
    code = "not_refundable"
    message = _("A refund cannot be refunded.")


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a refund that pays for new goods: the amount, the sale's number, and facts for the approver."""

    amount: Decimal
    sale: str
    facts: Mapping[str, Any]


def refund(wish: Wish, *, cashier: User, tokens: Sequence[str] = ()) -> Sold:
    """Takes goods back exactly once, or raises Refused and changes nothing. A manager's approval (one of `tokens`) is
    needed above a limit, and after the last day for returns."""
    check_shape(wish)

    def write(at: Counter, original: Bill) -> Bill:
        return take_back(brought(wish, original), at, tokens=tokens)

    asked = wish.fingerprint(cashier.pk)
    hold = partial(lock_original, wish.bill)
    with refusals_of_cash_written_down(cashier), balances.guesses_counted(wish.payments, by=cashier):
        return write_once(
            wish.key, wish.register, fingerprint=asked, cashier=cashier, hold=hold, write=write, of=wish.bill
        )


def brought(wish: Wish, original: Bill) -> Brought:
    """The returned goods and their share of the original bill. Locks the products."""
    shares = refundable.shared(original, wish.lines)
    refundable.whole_or_weighed(shares, stock.lock(share.line.product_id for share in shares))
    figures = tenders_back.summed(original, refundable.worth(original, shares))
    return Brought(wish, original, shares, figures, tenders_back.left_of(original))


def take_back(goods: Brought, counter: Counter, *, tokens: Sequence[str] = (), part: Part | None = None) -> Bill:
    """Refunds within the caller's transaction, which must hold the locks on the register and the original bill."""
    if counter.cashier.bounds:
        counter.cashier.bounds.refuse_refund()
    wish, original, shares, figures = goods.wish, goods.original, goods.shares, goods.figures
    at_hand, by = counter.at_hand, counter.cashier.pk
    account = points_ledger.lock(original.member_id, even_inactive=True) if original.member_id else None
    carried = tenders_back.carried_over(goods.left, part.amount, wish.payments) if part else []
    due = figures.due - sum((one.amount for one in carried), ZERO)
    cash, cash_rounding = handed_back(goods.left, due, wish.payments, at_hand)
    credited = balances.credited(original, wish.payments, at_hand.tenders, wish.key)
    bill = mirrored(goods, counter, cash_rounding=cash_rounding)
    where = told(wish, shares) | (dict(part.facts) if part else {})
    reference = f"bill {bill.number}"
    clear_large(bill, figures.due, where, tokens=tokens)
    if late := days_late(original, at_hand.business_date):
        bought = {**where, "bought": original.business_date}
        approvals.clear_by_any(
            Action.LATE_REFUND, Decimal(late), bought, by=counter.cashier, tokens=tokens, reference=reference
        )
    below = hanging(bill, shares, balances.masked(wish.payments, credited))
    if part:
        below.payments += carried_of(bill, carried, part.sale, start=len(below.payments) + 1)
    write(bill, below)
    here = counter.till.location  # the goods stay where they were brought, wherever they were sold
    stock.put_back(refundable.counted(shares, to_shelf=True), reference=reference, by=by, location=here)
    stock.put_aside(refundable.counted(shares, to_shelf=False), reference=reference, by=by, location=here)
    if account:
        moved = {"returned": figures.points_back, "taken_back": figures.points_taken}
        points_ledger.give_back(account, **moved, reference=reference, by=by)
    balances.refund_to(credited, bill=bill.pk, by=by)
    if cash:
        give_out(counter.till, shift=counter.shift, bill=bill.pk, amount=cash, by=counter.cashier)
    return bill


def clear_large(bill: Bill, worth: Decimal, where: Mapping[str, Any], *, tokens: Sequence[str]) -> None:
    """Checks the refund against the limit for one refund, and against the limit for all refunds of the bill, the shift
    or the person together."""
    running_totals.hold(bill.cashier)
    together = worth + running_totals.refunded(bill)
    questions = [(Action.REFUND, worth), (Action.REFUNDS_TOGETHER, together)]
    running_totals.answer(questions, where, by=bill.cashier, tokens=tokens, reference=f"bill {bill.number}")


def days_late(original: Bill, today: date) -> int:
    """How many days after the last day for returns the goods come back."""
    return max((today - original.return_until).days, 0) if original.return_until else 0


def told(wish: Wish, shares: Sequence[Share]) -> dict[str, Any]:
    """What the approving manager is shown."""
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
        raise Invalid("reason", _("Say why."), "required")
    too_long = _("A reason has at most %(longest)s characters.")
    check_text("reason", wish.reason, LONGEST_REASON, message=too_long, code="invalid")
    check_lines(wish.lines)
    check_payments(wish.payments)


def check_lines(lines: Sequence[Returned]) -> None:
    if not lines:
        raise Invalid("lines", _("A refund has at least one line."), "empty")
    if len(lines) > MOST_LINES:
        raise Invalid("lines", _("These are too many lines."), "too_many")
    if len({line.line for line in lines}) < len(lines):
        raise Invalid("lines", _("A line of the bill stands here twice."), "repeated")
    for line in lines:
        check_quantity("lines", line.quantity)


def lock_original(number: str) -> Bill:
    """The original bill, locked so that two refunds of it wait for each other."""
    original = Bill.objects.select_for_update(no_key=True).filter(number__iexact=number).first()
    if original is None:
        raise Invalid("bill", _("There is no such bill."), "unknown_bill")
    refuse_unrefundable(original)
    return original


def refuse_unrefundable(original: Bill) -> None:
    if original.kind == BillKind.REFUND:
        raise NotRefundable()
    if original.cards_sold and not original.lines.exists():
        raise NotRefundable(_("A gift card is not taken back: it stays sold, and pays for goods."))


def handed_back(left: Left, due: Decimal, payments: Sequence[Tendered], at_hand: AtHand) -> tuple[Decimal, Decimal]:
    if unknown := [payment.method for payment in payments if payment.method not in at_hand.tenders]:
        raise Invalid("payments", _("The shop does not give %(name)s.") % {"name": unknown[0]}, "unknown_tender")
    return tenders_back.handed_back(left, due, payments, at_hand.tenders)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a refund would come to now, and the tenders proposed for it."""

    shares: Sequence[Share]
    figures: Figures
    left: Left
    payments: Sequence[Tendered]


def preview(original: Bill, lines: Sequence[Returned], *, goods_taken: Decimal = ZERO) -> Preview:
    """Previews `refund`, in exchange for new goods that cost `goods_taken`. Locks and writes nothing."""
    refuse_unrefundable(original)
    shares = refundable.shared(original, lines)
    refundable.whole_or_weighed(shares, stock.look(share.line.product_id for share in shares))
    figures, left = tenders_back.summed(original, refundable.worth(original, shares)), tenders_back.left_of(original)
    active = dict(Tender.objects.filter(is_active=True).values_list("code", "kind"))
    return Preview(shares, figures, left, tenders_back.proposed(left, max(figures.due - goods_taken, ZERO), active))
