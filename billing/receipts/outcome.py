"""What is left to do at the counter after a bill: give money back, give change, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import TextChoices

from billing.models import Bill, BillKind, Payment
from pos.money import ZERO


class Says(TextChoices):
    GIVE_BACK = "give_back"
    CHANGE = "change"
    PAID = "paid"
    WITH_POINTS = "with_points"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`amount` belongs to what `says` tells. `payments` are what changed hands; in an exchange, only for the
    difference."""

    says: Says
    amount: Decimal
    payments: Sequence[Payment] = ()


def of(bill: Bill) -> Outcome:
    """The outcome according to the payments of the bill; in an exchange, of both bills."""
    if back := given_back(bill):
        return Outcome(Says.GIVE_BACK, -total(back), back)
    if bill.kind == BillKind.REFUND:
        return Outcome(Says.NOTHING, ZERO)
    paid = handed(bill)
    if bill.change:
        return Outcome(Says.CHANGE, bill.change, paid)
    if paid:
        return Outcome(Says.PAID, total(paid), paid)
    return Outcome(Says.WITH_POINTS, bill.points_spent) if bill.points_spent else Outcome(Says.NOTHING, ZERO)


def given_back(bill: Bill) -> list[Payment]:
    refund = bill if bill.kind == BillKind.REFUND else bill.exchange
    return handed(refund) if refund else []


def handed(bill: Bill) -> list[Payment]:
    """The payments without the amount carried between the two bills of an exchange, which changes no hands."""
    return [payment for payment in bill.payments.all() if not payment.carried_from_id]


def total(payments: Sequence[Payment]) -> Decimal:
    return sum((payment.amount for payment in payments), ZERO)
