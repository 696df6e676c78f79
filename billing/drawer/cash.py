"""Books the cash that bills put into a drawer and take out of it, and adds up what should be there."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.models import User
from billing.counter import Till
from billing.models import CashKind, RegisterKind, Shift
from pos.errors import Invalid, Refused
from pos.money import MOST_MONEY, ZERO, rounded, text
from pos.postgres.rows import later

MOST_REFUSED = 3


class NotEnoughCash(Refused):
    """The answer does not say how much cash there is, because the count is blind."""

    code = "not_enough_cash"
    message = _("There is not that much cash in the drawer.")

    def __init__(self, shift: int, amount: Decimal, message: str | Promise = "") -> None:
        super().__init__(message)
        self.shift, self.amount = shift, amount


class TooManyRefused(Refused):
    code = "too_many_refused"
    message = _("Too many amounts were refused in this shift. A manager has to move this cash.")


def take_in(*, shift: int, bill: int, amount: Decimal, by: int) -> None:
    """Books a sale's cash, less the change."""
    _for_bill(CashKind.SALE, shift, bill, amount, by)


def give_out(till: Till, *, shift: int, bill: int, amount: Decimal, by: User) -> None:
    """Books a refund's cash. A till cannot give more than its drawer holds; the API has no drawer, so no such limit."""
    if till.kind == RegisterKind.TILL:
        too_much = _("There is not that much cash in the drawer: pay some in first.")
        running = Shift.objects.get(pk=shift)
        refuse_more_than_there_is(running, amount, expected_cash(running), by=by, message=too_much)
    _for_bill(CashKind.REFUND, shift, bill, -amount, by.pk)


def refuse_more_than_there_is(
    shift: Shift, amount: Decimal, lying_there: Decimal, *, by: User, message: str | Promise = ""
) -> None:
    """Refuses more cash than the drawer holds. Each refusal reveals a little about the drawer's content, so after
    MOST_REFUSED of them only a manager may try again in this shift."""
    if no_more_tries(shift, by):
        raise TooManyRefused
    if amount > lying_there:
        raise NotEnoughCash(shift.pk, amount, message)


@contextmanager
def refusals_of_cash_written_down(by: User) -> Iterator[None]:
    """Records every NotEnoughCash raised inside. Use it around an operation that takes cash out, outside its
    transaction."""
    try:
        yield
    except NotEnoughCash as refused:
        with transaction.atomic():
            shift = Shift.objects.select_for_update(no_key=True).get(pk=refused.shift)
            was_one_too_many = no_more_tries(shift, by)  # others tried at the same time
            trail.record(by, "cash.refused", f"shift {shift.pk}", amount=text(refused.amount))
        if was_one_too_many:
            raise TooManyRefused from refused
        raise


def no_more_tries(shift: Shift, by: User) -> bool:
    tried = trail.of("cash.refused", f"shift {shift.pk}", since=shift.opened_at, until=None)
    return not by.is_manager and tried.count() >= MOST_REFUSED


WRITE = """
    INSERT INTO billing_cashmovement (shift_id, kind, bill_id, amount, reason, by_id)
    VALUES (%s, %s, %s, %s, '', %s) RETURNING id
"""


def _for_bill(kind: CashKind, shift: int, bill: int, amount: Decimal, by: int) -> None:
    later(WRITE, [shift, kind, bill, amount, by])


def expected_cash(shift: Shift) -> Decimal:
    return shift.cash_movements.aggregate(cash=Sum("amount", default=ZERO))["cash"]


def cash_amount(field: str, amount: Decimal) -> Decimal:
    if not amount.is_finite() or not 0 <= amount <= MOST_MONEY:
        raise Invalid(field, _("Give an amount of zero or more."))
    if amount != rounded(amount):
        raise Invalid(field, _("That is finer than the currency's smallest coin."))
    return rounded(amount)
