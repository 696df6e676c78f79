"""What the shop owes the holders of gift cards, store credit and points: before a day, its changes, and after it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pos.calendar import beginning
from pos.money import ZERO
from reports.figures import periods
from reports.figures.dimensions import DIMENSIONS
from reports.figures.owing import DAY_OF, POINTS
from reports.figures.periods import Period
from reports.figures.question import Question, answer
from reports.journal.facts import asked
from reports.rollups.sources import NO_MEMBER

# An entry of a bill belongs to the bill's business date, of a sale without a bill to its shift's.
CARDS = f"""
    SELECT v.kind, e.kind, sum(e.amount), coalesce(b.business_date, s.business_date, {DAY_OF}) < %(day)s
      FROM billing_storedvalueentry e JOIN billing_storedvalue v ON v.id = e.card_id
      LEFT JOIN billing_bill b ON b.id = e.bill_id
      LEFT JOIN billing_shift s ON s.id = e.shift_id
     WHERE coalesce(b.business_date, s.business_date, {DAY_OF}) <= %(day)s
     GROUP BY 1, 2, 4
"""
POINTS_CORRECTED = f"""
    SELECT 'points', 'adjusted', sum(e.amount), {DAY_OF} < %(day)s FROM members_pointsentry e
     WHERE e.kind = 'adjusted' AND e.at < %(far)s AND {DAY_OF} <= %(day)s GROUP BY 4
"""
ISSUED, REDEEMED = ("issue", "top_up", "refund_to", "earned"), ("redeem", "spent")


@dataclass(slots=True)
class Owed:
    """All five are in money; `closing` is the sum of the others."""

    LABELS: ClassVar[dict[str, Promise]] = {
        "gift_card": _("Gift cards"),
        "store_credit": _("Store credit"),
        "points": _("Points"),
    }

    kind: str
    opening: Decimal = ZERO
    issued: Decimal = ZERO
    redeemed: Decimal = ZERO
    corrected: Decimal = ZERO

    @property
    def closing(self) -> Decimal:
        return self.opening + self.issued + self.redeemed + self.corrected


def owed(day: date) -> list[Owed]:
    found = {kind: Owed(kind) for kind in Owed.LABELS}
    far = beginning(day, 0) + timedelta(days=3)
    facts = {"day": day, "zone": settings.TIME_ZONE, "far": far}
    rows = [*asked(CARDS, facts), *asked(POINTS_CORRECTED, facts), *points_of_bills(day)]
    for kind, change, amount, is_before in rows:
        name = "opening" if is_before else "issued" if change in ISSUED else "corrected"
        name = "redeemed" if not is_before and change in REDEEMED else name
        setattr(found[kind], name, getattr(found[kind], name) + amount)
    return list(found.values())


def points_of_bills(day: date) -> Iterator[tuple[str, str, Decimal, bool]]:
    """What members earned and spent before the day and on it, from the kept sums; who has no card has no points."""
    for period, is_before in ((Period(date.min, day), True), (periods.day(day), False)):
        rows = answer(Question(period, DIMENSIONS["tier"])).rows
        of_members = [sums for tier, sums in rows.items() if tier != NO_MEMBER]
        yield POINTS, "earned", sum((sums["points_earned"] for sums in of_members), ZERO), is_before
        yield POINTS, "spent", -sum((sums["points_spent"] for sums in of_members), ZERO), is_before
