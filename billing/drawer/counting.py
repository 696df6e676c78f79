"""Closes a shift with a blind count of the drawer. The first count is binding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.approvals import approvals
from accounts.models import Action, AuditEntry, User
from billing.drawer import cash, running_totals, shifts
from billing.models import Shift, ZReport
from pos import clock
from pos.cards import refuse_card_number
from pos.errors import Invalid
from pos.exactly_once import ANEW, Anew
from pos.models import StoreSettings
from pos.money import ZERO, rounded, text
from pos.templatetags.money import money


class CountDiffers(Invalid):
    """The difference is above the limit, so it needs a reason. The count is recorded, so the answer may tell the
    expected cash."""


def close_shift(
    shift_id: int,
    *,
    counted: Decimal,
    by: User,
    reason: str = "",
    pieces: Mapping[Decimal, int] | None = None,
    tokens: Sequence[str] = (),
    once: Anew = ANEW,
) -> ZReport:
    """Closes the shift with the counted cash; the cashier is not told the expected cash before. A manager's approval
    (one of `tokens`) is needed if the difference is above the limit for it or if somebody else opened the shift; above
    the limit in the settings the difference needs a reason.

    A count that is refused is recorded and its difference is told. It binds: after a second count, the larger of the
    two differences counts. `pieces` is the number of each coin and note.
    """
    counted = cash.cash_amount("counted", counted)
    if pieces and sum(face * number for face, number in pieces.items()) != counted:
        raise Invalid("counted", _("The pieces add up to another sum."))
    refuse_card_number("reason", reason)
    count = Count(counted, pieces or {}, reason.strip())
    try:
        return once.make(ZReport.objects.all(), partial(_close_counted, shift_id, count, by=by, tokens=tokens))
    except (CountDiffers, approvals.NeedsApproval, approvals.Denied):
        if count.was_looked_at:
            trail.record(by, "shift.count_refused", f"shift {shift_id}", **count.as_facts())
        raise


@dataclass(slots=True)
class Count:
    """A count of the drawer. `expected` is set once the drawer's expected cash has been looked at."""

    counted: Decimal
    pieces: Mapping[Decimal, int]
    reason: str
    expected: Decimal = ZERO
    was_looked_at: bool = False

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
def _close_counted(shift_id: int, count: Count, *, by: User, tokens: Sequence[str]) -> ZReport:
    shift = shifts.lock_open_shift(shift_id, by=by)
    facts = {"shift": shift.pk, "register": shift.register.code, "counted": count.counted, "reason": count.reason}
    asks: dict[str, Any] = {"by": by, "tokens": tokens, "reference": f"shift {shift.pk}"}
    running_totals.answer(shifts.not_ones_own(shift, by), facts | shifts.others_drawer(shift, by), **asks)
    shift.pieces = count.pieces_stored()
    count.expected, count.was_looked_at = cash.expected_cash(shift), True
    furthest = max(abs(told.difference) for told in [count, *refused_counts(shift)])
    if furthest > StoreSettings.in_force().cash_difference_limit and not count.reason:
        raise unexplained(count, furthest)
    running_totals.answer([(Action.CASH_DIFFERENCE, furthest)], facts, **asks)
    return shifts.close(shift, counted=count.counted, by=by, at=clock.now(), reason=count.reason)


def unexplained(count: Count, furthest: Decimal) -> CountDiffers:
    difference = {"difference": money(rounded(count.difference))}
    is_second = abs(count.difference) < furthest
    earlier = _("An earlier count of this drawer was another: say why.")
    differs = _("The count differs by %(difference)s: say why.") % difference
    needed = CountDiffers("reason", earlier if is_second else differs, "required")
    needed.facts = {"expected": text(count.expected), "difference": text(count.difference)}
    return needed


def refused_counts(shift: Shift) -> list[Count]:
    """The counts of this shift that were refused, oldest first."""
    return [Count.from_facts(entry.facts) for entry in counts_written_down(shift) if "expected" in entry.facts]


def told_to(user: User, shift: Shift) -> Count | None:
    """The last refused count of this shift that was made by this user, who was told its difference."""
    own = counts_written_down(shift).filter(actor=user, facts__has_key="expected").last()
    return Count.from_facts(own.facts) if own else None


def counts_written_down(shift: Shift) -> QuerySet[AuditEntry]:
    return trail.of("shift.count_refused", f"shift {shift.pk}", since=shift.opened_at, until=shift.closed_at)


def other_counts(shift: Shift) -> QuerySet[AuditEntry]:
    """The refused counts of a closed shift that differ from the final count."""
    return counts_written_down(shift).exclude(facts__counted=text(shift.counted or ZERO))
