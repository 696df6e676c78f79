"""The register and what lies in its drawer: shifts, floats, cash in and out, the count at the end."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Action, User
from billing import zreport
from billing.models import CashKind, CashMovement, Register, RegisterKind, Shift, TenderKind, ZReport
from billing.pricing import Terms
from billing.running_totals import Question
from members.points import Account
from pos.calendar import business_date
from pos.errors import Invalid, Refused
from pos.models import StoreSettings
from pos.money import MOST_MONEY, ZERO, rounded, text

NO_REGISTER = _("There is no such register.")
MOST_REFUSED = 3


class NoOpenShift(Refused):
    code = "no_open_shift"
    message = _("Open a shift at this register first.")


class ShiftIsOpen(Refused):
    code = "shift_is_open"
    message = _("This register already has an open shift.")


class ShiftIsClosed(NoOpenShift):
    message = _("This shift is closed.")


class NotEnoughCash(Refused):
    """It tells nobody how much there is: the count is blind."""

    code = "not_enough_cash"
    message = _("There is not that much cash in the drawer.")

    def __init__(self, shift: int, amount: Decimal, message: str | Promise = "") -> None:
        super().__init__(message)
        self.shift, self.amount = shift, amount


class TooManyRefused(Refused):
    code = "too_many_refused"
    message = _("Too many amounts were refused in this shift. A manager has to move this cash.")


@dataclass(frozen=True, slots=True)
class Till:
    """A register held by this transaction."""

    id: int
    code: str
    kind: str
    last_sale: int
    last_refund: int


@dataclass(frozen=True, slots=True)
class AtHand:
    """What a sale must know once it holds its register: read together, after the lock, so nothing of it is old."""

    now: datetime
    shift: int | None
    shift_date: date | None
    sold_as: int | None
    terms_id: int
    point_multiplier: Decimal
    vip_rate: Decimal
    tax_included: bool
    pin_for_points: bool
    cutoff_hour: int
    tenders: Mapping[str, str]

    @property
    def cash_tenders(self) -> Sequence[str]:
        return [code for code, kind in self.tenders.items() if kind == TenderKind.CASH]

    @property
    def business_date(self) -> date:
        return business_date(self.now, self.cutoff_hour)

    def terms(self, member: Account | None) -> Terms:
        return terms_for(member, self.vip_rate, self.tax_included, self.point_multiplier)


def terms_in_force(member: Account | None) -> Terms:
    row = StoreSettings.in_force()
    return terms_for(member, row.vip_discount_rate, row.prices_include_tax, row.point_multiplier)


def terms_for(member: Account | None, vip_rate: Decimal, tax_included: bool, point_multiplier: Decimal) -> Terms:
    """Only a VIP gets the discount, only a member earns."""
    return Terms(vip_rate if member and member.is_vip else ZERO, tax_included, point_multiplier if member else ZERO)


def lock(code: str, *, also_off: bool = False) -> Till:
    """Hold the register until the transaction ends: one deed at a time per till."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id, code, kind, last_sale, last_refund FROM billing_register
             WHERE upper(code) = upper(%s) AND (is_active OR %s) FOR NO KEY UPDATE
            """,
            [code, also_off],
        )
        row = cursor.fetchone()
    if row is None:
        raise Invalid("register", NO_REGISTER, "unknown_register")
    return Till(*row)


def see(code: str) -> None:
    """Refuse a register the shop does not have."""
    if not Register.objects.filter(code__iexact=code, is_active=True).exists():
        raise Invalid("register", NO_REGISTER, "unknown_register")


def at_hand(till: Till, key: UUID | None = None) -> AtHand:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT shop_now(), s.id, s.business_date, b.id,
                   t.id, t.point_multiplier, t.vip_discount_rate, t.prices_include_tax,
                   t.require_pin_for_points, t.cutoff_hour,
                   (SELECT coalesce(json_object_agg(code, kind), '{}') FROM billing_tender WHERE is_active)
              FROM (SELECT * FROM pos_storesettings ORDER BY id DESC LIMIT 1) t
              LEFT JOIN billing_shift s ON s.register_id = %s AND s.closed_at IS NULL
              LEFT JOIN billing_bill b ON b.key = %s
            """,
            [till.id, key],
        )
        return AtHand(*cursor.fetchone())


def shift_for_sale(till: Till, at_hand: AtHand, cashier: User) -> int:
    """The open shift; a register of the API closes yesterday's and opens today's by itself."""
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


def take_in(*, shift: int, bill: int, amount: Decimal, by: int) -> None:
    """A sale's cash, less the change given back."""
    _for_bill(CashKind.SALE, shift, bill, amount, by)


def give_out(till: Till, *, shift: int, bill: int, amount: Decimal, by: User) -> None:
    """A refund's cash. A till gives no more than lies in its drawer; the API has no drawer to look into."""
    if till.kind == RegisterKind.TILL:
        too_much = _("There is not that much cash in the drawer: pay some in first.")
        running = Shift.objects.get(pk=shift)
        refuse_more_than_there_is(running, amount, expected_cash(running), by=by, message=too_much)
    _for_bill(CashKind.REFUND, shift, bill, -amount, by.pk)


def refuse_more_than_there_is(
    shift: Shift, amount: Decimal, lying_there: Decimal, *, by: User, message: str | Promise = ""
) -> None:
    """Each refusal tells a little of what lies in the drawer: after a few, only a manager may try in this shift."""
    tried = audit.of("cash.refused", f"shift {shift.pk}", since=shift.opened_at, until=None)
    if not by.is_manager and tried.count() >= MOST_REFUSED:
        raise TooManyRefused
    if amount > lying_there:
        raise NotEnoughCash(shift.pk, amount, message)


@contextmanager
def refusals_of_cash_written_down(by: User) -> Iterator[None]:
    """Around a deed that takes cash out of a drawer, outside its transaction."""
    try:
        yield
    except NotEnoughCash as refused:
        audit.record(by, "cash.refused", f"shift {refused.shift}", amount=text(refused.amount))
        raise


def _for_bill(kind: CashKind, shift: int, bill: int, amount: Decimal, by: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO billing_cashmovement (shift_id, kind, bill_id, amount, reason, by_id)
            VALUES (%s, %s, %s, %s, '', %s)
            """,
            [shift, kind, bill, amount, by],
        )


@transaction.atomic
def open_shift(register: str, *, opening_float: Decimal, by: User) -> Shift:
    """Start a shift with counted cash in the drawer. Refuses a register whose shift is open."""
    till = lock(register)
    known = at_hand(till)
    if known.shift is not None:
        raise ShiftIsOpen(shift=known.shift)
    return _open(till.id, cash_amount("float", opening_float), by, known.business_date, known.now)


def _open(register: int, opening_float: Decimal, by: User, day: date, at: datetime) -> Shift:
    shift = Shift.objects.create(register_id=register, business_date=day, opened_at=at, opened_by=by)
    CashMovement.objects.create(shift=shift, kind=CashKind.FLOAT, amount=opening_float, by=by)
    return shift


def not_ones_own(shift: Shift, by: User) -> Iterator[Question]:
    """Who opened a shift answers for its drawer."""
    if shift.opened_by_id != by.pk:
        yield Action.OTHERS_DRAWER, Decimal(1)


def others_drawer(shift: Shift, by: User) -> dict[str, str]:
    """The fact an approver reads where somebody else opened the shift."""
    return {} if shift.opened_by_id == by.pk else {"drawer_of": str(shift.opened_by)}


def close(shift: Shift, *, counted: Decimal, by: User, at: datetime, reason: str = "") -> ZReport:
    """End it as counted, whatever that was. The register must be held."""
    shift.expected, shift.counted = expected_cash(shift), counted
    shift.closed_at, shift.closed_by, shift.difference_reason = at, by, reason
    shift.save()
    Register.objects.filter(pk=shift.register_id).update(last_z=F("last_z") + 1)
    return zreport.store(shift)


def open_shifts(registers: Iterable[Register]) -> QuerySet[Shift]:
    return Shift.objects.filter(register__in=registers, closed_at=None).select_related("opened_by")


def last_counts(registers: Iterable[Register]) -> dict[int, Decimal]:
    """What lay in each drawer at its last close: the next float, if nobody took any of it."""
    closed = Shift.objects.filter(register__in=registers, closed_at__isnull=False).order_by("register_id", "-pk")
    return {shift.register_id: shift.counted or ZERO for shift in closed.distinct("register_id")}


def lock_open_shift(shift_id: int) -> Shift:
    """Hold the shift's register, then see that the shift is still open."""
    shift = Shift.objects.select_related("register", "opened_by").filter(pk=shift_id).first()
    if shift is None:
        raise Invalid("shift", _("There is no such shift."), "unknown_shift")
    lock(shift.register.code)
    shift.refresh_from_db()
    if not shift.is_open:
        raise ShiftIsClosed(shift=shift.pk)
    return shift


def expected_cash(shift: Shift) -> Decimal:
    return shift.cash_movements.aggregate(cash=Sum("amount", default=ZERO))["cash"]


def cash_amount(field: str, amount: Decimal) -> Decimal:
    if not amount.is_finite() or not 0 <= amount <= MOST_MONEY:
        raise Invalid(field, _("Give an amount of zero or more."))
    if amount != rounded(amount):
        raise Invalid(field, _("That is finer than the currency's smallest coin."))
    return rounded(amount)
