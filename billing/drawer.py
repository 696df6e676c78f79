"""The register and what lies in its drawer: shifts, floats, cash in and out, the count at the end."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import approvals, audit
from accounts.models import Action, AuditEntry, User
from billing import jobs, running_totals, zreport
from billing.models import CashKind, CashMovement, Register, RegisterKind, Shift, TenderKind, ZReport
from billing.pricing import Terms
from billing.running_totals import OUTWARDS, Question
from members.points import Account
from pos import clock
from pos.calendar import business_date
from pos.cards import refuse_card_number
from pos.errors import Invalid, Refused
from pos.models import StoreSettings
from pos.money import MOST_MONEY, ZERO, rounded, text
from pos.templatetags.money import money

BY_HAND = (CashKind.PAY_IN, CashKind.PAY_OUT, CashKind.DROP, CashKind.NO_SALE)
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


class CountDiffers(Invalid):
    """Beyond what the shop lets pass without a reason. The count stands, so the facts tell what it differs from."""


NEEDING_A_WORD = {CashKind.PAY_OUT: Action.PAY_OUT, CashKind.DROP: Action.DROP, CashKind.NO_SALE: Action.NO_SALE}


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
        _close(shift, counted=expected_cash(shift), by=cashier, at=at_hand.now)
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


def move_cash(
    shift_id: int, *, kind: str, amount: Decimal, reason: str, by: User, words: Sequence[str] = ()
) -> CashMovement:
    """Pay in, pay out, drop into the safe or open without a sale. `amount` is unsigned; a no-sale's is zero.

    What leaves the drawer needs a manager's approval (one of `words`) above a limit, also where many small amounts
    come to it together, and where somebody else runs the shift; so does the drawer opened too often.
    """
    with refusals_of_cash_written_down(by):
        return _move_cash(shift_id, CashKind(kind), amount, reason.strip(), by, words)


@transaction.atomic
def _move_cash(
    shift_id: int, kind: CashKind, amount: Decimal, reason: str, by: User, words: Sequence[str]
) -> CashMovement:
    shift = lock_open_shift(shift_id)
    if not reason:
        raise Invalid("reason", _("Say why."), "required")
    refuse_card_number("reason", reason)
    amount = ZERO if kind == CashKind.NO_SALE else cash_amount("amount", amount)
    if kind != CashKind.NO_SALE and not amount:
        raise Invalid("amount", _("This moves nothing."))
    running_totals.hold(by)
    lying_there = expected_cash(shift)
    signed = -amount if kind in OUTWARDS else amount
    moved = CashMovement.objects.create(shift=shift, kind=kind, amount=signed, reason=reason, by=by)
    facts = {"shift": shift.pk, "register": shift.register.code, "amount": amount, "reason": reason}
    running_totals.answer(
        questions_of(moved),
        facts | others_drawer(shift, by),
        by=by,
        words=words,
        reference=f"cash movement {moved.pk}",
    )
    if kind in OUTWARDS:
        refuse_more_than_there_is(shift, amount, lying_there, by=by)
    jobs.open_drawer(shift.register, by=by)
    return moved


def questions_of(moved: CashMovement) -> Iterator[Question]:
    """What the table of approvals is asked about cash moved by hand."""
    if moved.kind == CashKind.NO_SALE:
        yield Action.NO_SALE, Decimal(moved.shift.cash_movements.filter(kind=CashKind.NO_SALE).count())
    if moved.kind in OUTWARDS:
        yield Action.PAY_OUT if moved.kind == CashKind.PAY_OUT else Action.DROP, -moved.amount
        yield from not_ones_own(moved.shift, moved.by)
        yield Action.CASH_OUT_TOGETHER, running_totals.cash_out(moved.shift, moved.by)


def not_ones_own(shift: Shift, by: User) -> Iterator[Question]:
    """Who opened a shift answers for its drawer."""
    if shift.opened_by_id != by.pk:
        yield Action.OTHERS_DRAWER, Decimal(1)


def others_drawer(shift: Shift, by: User) -> dict[str, str]:
    """The fact an approver reads where somebody else opened the shift."""
    return {} if shift.opened_by_id == by.pk else {"drawer_of": str(shift.opened_by)}


def close_shift(
    shift_id: int,
    *,
    counted: Decimal,
    by: User,
    reason: str = "",
    pieces: Mapping[Decimal, int] | None = None,
    words: Sequence[str] = (),
) -> ZReport:
    """Close with what was counted, before the expected cash is told. A difference needs a reason above the limit of
    the settings, and a manager's approval (one of `words`) above that of the table; so does closing a shift that
    somebody else opened.

    The first count of a shift is told what it differs by, and it binds: it is written down, and whoever counts again
    answers for the larger of the two differences. `pieces` says how many of each coin and note made up the sum.
    """
    counted = cash_amount("counted", counted)
    if pieces and sum(face * number for face, number in pieces.items()) != counted:
        raise Invalid("counted", _("The pieces add up to another sum."))
    refuse_card_number("reason", reason)
    count = Count(counted, pieces or {}, reason.strip())
    try:
        return _close_counted(shift_id, count, by=by, words=words)
    except (CountDiffers, approvals.NeedsApproval, approvals.Denied):
        audit.record(by, "shift.count_refused", f"shift {shift_id}", **count.as_facts())
        raise


@dataclass(slots=True)
class Count:
    """What was counted, and what should lie there once that was looked at."""

    counted: Decimal
    pieces: Mapping[Decimal, int]
    reason: str
    expected: Decimal = ZERO

    @property
    def difference(self) -> Decimal:
        return self.counted - self.expected

    def pieces_stored(self) -> list[tuple[str, int]]:
        return [(text(face), number) for face, number in sorted(self.pieces.items(), reverse=True) if number]

    def as_facts(self) -> dict[str, Any]:
        return {"counted": text(self.counted), "expected": text(self.expected), "pieces": self.pieces_stored()}

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> "Count":
        pieces = {Decimal(face): number for face, number in facts["pieces"]}
        return cls(Decimal(facts["counted"]), pieces, "", Decimal(facts["expected"]))


@transaction.atomic
def _close_counted(shift_id: int, count: Count, *, by: User, words: Sequence[str]) -> ZReport:
    shift = lock_open_shift(shift_id)
    shift.pieces = count.pieces_stored()
    count.expected = expected_cash(shift)
    furthest = max(abs(told.difference) for told in [count, *refused_counts(shift)])
    if furthest > StoreSettings.in_force().cash_difference_limit and not count.reason:
        raise unexplained(count, furthest)
    facts = {"shift": shift.pk, "register": shift.register.code, "counted": count.counted, "reason": count.reason}
    running_totals.answer(
        [(Action.CASH_DIFFERENCE, furthest), *not_ones_own(shift, by)],
        facts | others_drawer(shift, by),
        by=by,
        words=words,
        reference=f"shift {shift.pk}",
    )
    return _close(shift, counted=count.counted, by=by, at=clock.now(), reason=count.reason)


def unexplained(count: Count, furthest: Decimal) -> CountDiffers:
    difference = {"difference": money(rounded(count.difference))}
    is_second = abs(count.difference) < furthest
    earlier = _("An earlier count of this drawer was another: say why.")
    differs = _("The count differs by %(difference)s: say why.") % difference
    needed = CountDiffers("reason", earlier if is_second else differs, "required")
    needed.facts = {"expected": text(count.expected), "difference": text(count.difference)}
    return needed


def refused_counts(shift: Shift) -> list[Count]:
    """What was counted before in this shift and did not pass, the first of them first."""
    return [Count.from_facts(entry.facts) for entry in counts_written_down(shift) if "expected" in entry.facts]


def counts_written_down(shift: Shift) -> QuerySet[AuditEntry]:
    return audit.of("shift.count_refused", f"shift {shift.pk}", since=shift.opened_at, until=shift.closed_at)


def other_counts(shift: Shift) -> QuerySet[AuditEntry]:
    """What was counted of a closed shift before the count that closed it, where that was another sum."""
    return counts_written_down(shift).exclude(facts__counted=text(shift.counted or ZERO))


def _close(shift: Shift, *, counted: Decimal, by: User, at: datetime, reason: str = "") -> ZReport:
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
