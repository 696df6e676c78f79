"""Opens and closes shifts: a drawer starts with a float and ends with a count."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Action, User
from billing import counter
from billing.counter import AtHand, Counter, Till, at_hand, lock
from billing.drawer import signed, zreport
from billing.drawer.cash import cash_amount, expected_cash
from billing.drawer.running_totals import Question
from billing.models import CashKind, CashMovement, Register, RegisterKind, Shift, ZReport
from pos.errors import Invalid, Refused
from pos.money import ZERO


class NoOpenShift(Refused):
    code = "no_open_shift"
    message = _("Open a shift at this register first.")


class ShiftIsOpen(Refused):
    code = "shift_is_open"
    message = _("This register already has an open shift.")


class ShiftIsClosed(NoOpenShift):
    message = _("This shift is closed.")


class InTraining(Refused):
    code = "in_training"
    message = _("This register is in training: only sales and refunds can be practised at it.")


def serve(till: Till, at_hand: AtHand, cashier: User) -> Counter:
    """Returns the counter for what is booked; refuses a register in training."""
    if till.is_training:
        raise InTraining(register=till.code)
    return begin(till, at_hand, cashier)


def begin(till: Till, at_hand: AtHand, cashier: User) -> Counter:
    """Returns the counter with its open shift. At an API register, closes an earlier day's shift and opens today's."""
    counter.refuse_key(cashier, till.code, till.location)
    return Counter(till, at_hand, _open_shift_of(till, at_hand, cashier), cashier)


def _open_shift_of(till: Till, at_hand: AtHand, cashier: User) -> int:
    if till.kind != RegisterKind.API:
        if at_hand.shift is None:
            raise NoOpenShift(register=till.code)
        return at_hand.shift
    today = at_hand.business_date
    if at_hand.shift is not None and at_hand.shift_date == today:
        return at_hand.shift
    if at_hand.shift is not None:
        shift = Shift.objects.get(pk=at_hand.shift)
        close(shift, counted=expected_cash(shift), by=cashier, at=at_hand.now)
    return _open(till.id, ZERO, cashier, today, at_hand.now).pk


@transaction.atomic
def open_shift(register: str, *, opening_float: Decimal, by: User) -> Shift:
    """Starts a shift with counted cash in the drawer. Refuses a register whose shift is open."""
    till = lock(register)
    counter.refuse_key(by, till.code, till.location)
    if till.is_training:
        raise InTraining(register=till.code)
    known = at_hand(till)
    if known.shift is not None:
        raise ShiftIsOpen(shift=known.shift)
    shift = _open(till.id, cash_amount("float", opening_float), by, known.business_date, known.now)
    if till.kind == RegisterKind.TILL:  # another has no drawer
        signed.when_committed(shift.cash_movements.get())
    return shift


def _open(register: int, opening_float: Decimal, by: User, day: date, at: datetime) -> Shift:
    shift = Shift.objects.create(register_id=register, business_date=day, opened_at=at, opened_by=by)
    CashMovement.objects.create(shift=shift, kind=CashKind.FLOAT, amount=opening_float, by=by)
    return shift


def not_ones_own(shift: Shift, by: User) -> Iterator[Question]:
    """The person who opened a shift is responsible for its drawer; anyone else needs approval."""
    if shift.opened_by_id != by.pk:
        yield Action.OTHERS_DRAWER, Decimal(1)


def others_drawer(shift: Shift, by: User) -> dict[str, str]:
    """The fact shown to the approver if somebody else opened the shift."""
    return {} if shift.opened_by_id == by.pk else {"drawer_of": str(shift.opened_by)}


def close(shift: Shift, *, counted: Decimal, by: User, at: datetime, reason: str = "") -> ZReport:
    """Closes the shift with the counted cash, whatever the difference. The register must be locked."""
    shift.expected, shift.counted = expected_cash(shift), counted
    shift.closed_at, shift.closed_by, shift.difference_reason = at, by, reason
    shift.save()
    Register.objects.filter(pk=shift.register_id).update(last_z=F("last_z") + 1)
    return zreport.store(shift)


def open_shifts(registers: Iterable[Register]) -> QuerySet[Shift]:
    return Shift.objects.open().filter(register__in=registers).select_related("opened_by")


def last_counts(registers: Iterable[Register]) -> dict[int, Decimal]:
    """The cash counted at each register's last close; proposed as the next float."""
    closed = Shift.objects.closed().filter(register__in=registers).order_by("register_id", "-pk")
    return {shift.register_id: shift.counted or ZERO for shift in closed.distinct("register_id")}


def lock_open_shift(shift_id: int, *, by: User) -> Shift:
    """Locks the shift's register, then checks that the shift is still open."""
    shift = Shift.objects.select_related("register", "opened_by").filter(pk=shift_id).first()
    if shift is None:
        raise Invalid("shift", _("There is no such shift."), "unknown_shift")
    counter.refuse_key(by, shift.register.code, shift.register.location_id)
    lock(shift.register.code)
    shift.refresh_from_db()
    if not shift.is_open:
        raise ShiftIsClosed(shift=shift.pk)
    return shift
