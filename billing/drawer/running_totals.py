"""Adds up small operations, so that many of them need approval like one large one: by one person in a day, in one
shift, or on one bill. What a manager has approved is not counted again."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Sum, Value
from django.db.models.functions import Cast, Concat

from accounts.approvals import approvals
from accounts.models import Action, Approval, Deed, User
from billing.models import Bill, BillKind, CashKind, CashMovement, Shift
from pos.money import ZERO

OUTWARDS = (CashKind.PAY_OUT, CashKind.DROP)
Question = tuple[Action, Decimal]


def hold(person: User) -> None:
    """Locks the person's row, so that they do one such operation at a time, at whatever till. Lock before reading the
    sums."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)


def approved(kind: str, number: F | OuterRef | Cast) -> Exists:
    """Whether a manager's approval was used for the operation named by `kind` and `number`."""
    return Exists(Approval.objects.filter(deed=Deed.USED, reference=Concat(Value(f"{kind} "), number)))


def cash_out(shift: Shift, person: User) -> Decimal:
    """The cash paid out and dropped without approval: in this shift, or by this person on the shift's business day,
    whichever is larger."""
    by_hand = CashMovement.objects.filter(kind__in=OUTWARDS).exclude(
        approved("cash movement", Cast(OuterRef("pk"), CharField()))
    )
    same_day = by_hand.filter(by=person, shift__business_date=shift.business_date)
    return -min(_sum(by_hand.filter(shift=shift), F("amount")), _sum(same_day, F("amount")))


def refunded(bill: Bill) -> Decimal:
    """The amount refunded without approval before this refund: of the same original bill, in this shift, or by this
    cashier on the business day, whichever is largest."""
    back = Bill.objects.filter(kind=BillKind.REFUND).exclude(approved("bill", OuterRef("number")))
    groups = [
        back.filter(shift_id=bill.shift_id),
        back.filter(cashier_id=bill.cashier_id, business_date=bill.business_date),
        *([back.filter(original_id=bill.original_id)] if bill.original_id else []),
    ]
    return max(_sum(group, F("points_spent") - F("total")) for group in groups)


def _sum(rows: QuerySet[Any], amount: Any) -> Decimal:
    return rows.aggregate(sum=Sum(amount, default=ZERO))["sum"]


def answer(
    questions: Iterable[Question], facts: Mapping[str, Any], *, by: User, tokens: Sequence[str], reference: str
) -> None:
    """Checks each action against the approval limits, until an approval was used: one approval is enough for one
    operation."""
    for action, size in questions:
        if approvals.clear_by_any(action, size, facts, by=by, tokens=tokens, reference=reference):
            return
