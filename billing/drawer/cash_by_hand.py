"""Cash moved by hand, without a sale: pay in, pay out, drop into the safe, or open the drawer only."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Action, User
from billing.drawer import cash, running_totals, shifts, signed
from billing.drawer.running_totals import OUTWARDS, Question
from billing.models import CashKind, CashMovement
from billing.receipts import outbox
from pos.cards import refuse_card_number
from pos.errors import Invalid
from pos.exactly_once import ANEW, Anew
from pos.money import ZERO

BY_HAND = (CashKind.PAY_IN, CashKind.PAY_OUT, CashKind.DROP, CashKind.NO_SALE)


NEEDING_A_WORD = {CashKind.PAY_OUT: Action.PAY_OUT, CashKind.DROP: Action.DROP, CashKind.NO_SALE: Action.NO_SALE}


def move_cash(
    shift_id: int,
    *,
    kind: str,
    amount: Decimal,
    reason: str,
    by: User,
    tokens: Sequence[str] = (),
    once: Anew = ANEW,
) -> CashMovement:
    """Moves cash by hand. `amount` is unsigned, and ignored for a no-sale.

    Cash going out needs a manager's approval (one of `tokens`) above a limit, which also applies to many small amounts
    together, and if somebody else opened the shift. So does opening the drawer too often.
    """
    with cash.refusals_of_cash_written_down(by):
        move = partial(_move_cash, shift_id, CashKind(kind), amount, reason.strip(), by, tokens)
        return once.make(CashMovement.objects.all(), move)


@transaction.atomic
def _move_cash(
    shift_id: int, kind: CashKind, amount: Decimal, reason: str, by: User, tokens: Sequence[str]
) -> CashMovement:
    shift = shifts.lock_open_shift(shift_id, by=by)
    if not reason:
        raise Invalid("reason", _("Say why."), "required")
    refuse_card_number("reason", reason)
    amount = ZERO if kind == CashKind.NO_SALE else cash.cash_amount("amount", amount)
    if kind != CashKind.NO_SALE and not amount:
        raise Invalid("amount", _("This moves nothing."))
    running_totals.hold(by)
    lying_there = cash.expected_cash(shift)
    inwards = -amount if kind in OUTWARDS else amount
    moved = CashMovement.objects.create(shift=shift, kind=kind, amount=inwards, reason=reason, by=by)
    facts = {"shift": shift.pk, "register": shift.register.code, "amount": amount, "reason": reason}
    running_totals.answer(
        questions_of(moved),
        facts | shifts.others_drawer(shift, by),
        by=by,
        tokens=tokens,
        reference=f"cash movement {moved.pk}",
    )
    if kind in OUTWARDS:
        cash.refuse_more_than_there_is(shift, amount, lying_there, by=by)
    outbox.open_drawer(shift.register, by=by)
    if kind != CashKind.NO_SALE:
        signed.when_committed(moved)
    return moved


def questions_of(moved: CashMovement) -> Iterator[Question]:
    """The actions and sizes to check against the approval limits when cash is moved by hand."""
    if moved.kind == CashKind.NO_SALE:
        yield Action.NO_SALE, Decimal(moved.shift.cash_movements.filter(kind=CashKind.NO_SALE).count())
    if moved.kind in OUTWARDS:
        yield Action.PAY_OUT if moved.kind == CashKind.PAY_OUT else Action.DROP, -moved.amount
        yield from shifts.not_ones_own(moved.shift, moved.by)
        yield Action.CASH_OUT_TOGETHER, running_totals.cash_out(moved.shift, moved.by)
