"""What the shop owes the holders of gift cards, store credit and points at the end of a day, and how old that is.

What was redeemed was redeemed from the oldest: that of a card sold in March and topped up in May goes first from March.
The points of bills are those kept until a day, and what the days since and their age moved.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings

from members.models import PointsKind
from pos.calendar import beginning
from pos.money import ZERO
from pos.postgres.standby import connection
from reports.figures import member_months
from reports.rollups import freshness
from reports.rollups.until import AGING, MIDDLE, OLD, YOUNG

GIFT_CARD, STORE_CREDIT, POINTS = "gift_card", "store_credit", "points"
EVERY_KIND = "all"
AGES = ("to_30", "to_90", "to_365", "older", "below_zero")
OF_ALL, HELD = 1 + len(AGES), 3 + len(AGES)  # columns

# The shop's day at a moment, by the cut-off hour that was in force then
DAY_OF = """
    ((e.at AT TIME ZONE %(zone)s) - make_interval(hours => coalesce(
        (SELECT s.cutoff_hour FROM pos_storesettings s WHERE s.changed_at <= e.at ORDER BY s.id DESC LIMIT 1),
        (SELECT s.cutoff_hour FROM pos_storesettings s ORDER BY s.id LIMIT 1))))::date
"""
# As the journal dates them: an entry of a bill to the bill's business date, of a sale without a bill to its shift's
CHANGES = f"""
    SELECT v.kind, e.card_id AS holder, coalesce(b.business_date, s.business_date, {DAY_OF}) AS day, e.amount
      FROM billing_storedvalueentry e JOIN billing_storedvalue v ON v.id = e.card_id
      LEFT JOIN billing_bill b ON b.id = e.bill_id
      LEFT JOIN billing_shift s ON s.id = e.shift_id
     WHERE e.amount <> 0
     UNION ALL
    SELECT '{POINTS}', e.member_id, {DAY_OF}, e.amount
      FROM members_pointsentry e WHERE e.kind IN ('adjusted', 'moved') AND e.at < %(far)s
"""
GIVEN = "CASE WHEN %(day)s - day {old} THEN greatest(amount, 0) ELSE 0 END"
OF_CHANGES = f"""
    SELECT kind, holder, {GIVEN.format(old=f"<= {YOUNG}")} AS to_30,
           {GIVEN.format(old=f"BETWEEN {YOUNG + 1} AND {MIDDLE}")} AS to_90,
           {GIVEN.format(old=f"BETWEEN {MIDDLE + 1} AND {OLD}")} AS to_365,
           {GIVEN.format(old=f"> {OLD}")} + least(amount, 0) AS older
      FROM ({CHANGES}) c WHERE day <= %(day)s
"""
OF_BILLS = f"""
    SELECT '{POINTS}'::text AS kind, member AS holder, to_30, to_90, to_365, older
      FROM reports_memberuntil WHERE until = %(kept)s
"""
MOVED = f"SELECT '{POINTS}', member, {{moves}} FROM ({{bills}}) u"
# What was used is taken from the oldest, what is then below zero from the next, and so on. OFFSET 0 has each sum worked
# out once, not again at each place that names it
AGED = f"""
    WITH since AS (
        SELECT kind::text, holder, sum(older) AS d, sum(to_365) AS c, sum(to_90) AS b, sum(to_30) AS a
          FROM ({OF_CHANGES} UNION ALL {{moved}}) s WHERE {{those}} GROUP BY 1, 2),
    holding AS (
        SELECT kind, holder, coalesce(older, 0) + coalesce(d, 0) AS d, coalesce(to_365, 0) + coalesce(c, 0) AS c,
               coalesce(to_90, 0) + coalesce(b, 0) AS b, coalesce(to_30, 0) + coalesce(a, 0) AS a
          FROM (SELECT * FROM ({OF_BILLS}) k WHERE {{those}}) k FULL JOIN since USING (kind, holder) OFFSET 0),
    added AS (SELECT *, d + c AS dc, d + c + b AS dcb, d + c + b + a AS owed FROM holding OFFSET 0),
    aged AS MATERIALIZED (
        SELECT kind, holder, owed, greatest(least(a, owed), 0) AS to_30, greatest(least(b, dcb), 0) AS to_90,
               greatest(least(c, dc), 0) AS to_365, greatest(d, 0) AS older, least(owed, 0) AS below_zero
          FROM added WHERE owed <> 0)
"""
EVERYBODY, OF_KIND, OF_HOLDER = "true", "kind = %(kind)s", "kind = %(kind)s AND holder = %(holder)s"
BY_KIND = f"{AGED} SELECT kind, {', '.join(f'sum({age})' for age in AGES)} FROM aged GROUP BY 1"
HOLDERS = f"""{AGED}
    SELECT total.*, listed.kind, listed.holder, {", ".join(f"listed.{age}" for age in AGES)}
      FROM (SELECT count(*), {", ".join(f"coalesce(sum({age}), 0)" for age in AGES)} FROM aged) total
      LEFT JOIN (SELECT * FROM aged ORDER BY owed DESC, kind, holder LIMIT %(most)s) listed ON true
     ORDER BY listed.owed DESC, listed.kind, listed.holder
"""
OF_CARD = f"""
    SELECT coalesce(b.business_date, s.business_date, {DAY_OF}) AS day, e.kind, coalesce(b.number, ''), e.amount
      FROM billing_storedvalueentry e
      LEFT JOIN billing_bill b ON b.id = e.bill_id
      LEFT JOIN billing_shift s ON s.id = e.shift_id
     WHERE e.card_id = %(holder)s AND e.amount <> 0
"""
OF_MEMBER = f"""
    SELECT b.business_date AS day, CASE WHEN k.amount > 0 THEN k.more ELSE k.less END, b.number, k.amount
      FROM billing_bill b, LATERAL (VALUES
           ('{PointsKind.EARNED.value}', '{PointsKind.TAKEN_BACK.value}', b.points_earned),
           ('{PointsKind.RETURNED.value}', '{PointsKind.SPENT.value}', -b.points_spent)) k (more, less, amount)
     WHERE b.member_id = %(holder)s AND k.amount <> 0
     UNION ALL
    SELECT {DAY_OF}, e.kind, '', e.amount
      FROM members_pointsentry e
     WHERE e.member_id = %(holder)s AND e.kind IN ('adjusted', 'moved') AND e.at < %(far)s
"""
CHANGED = (
    "SELECT * FROM ({changes}) c (day, kind, bill, amount) WHERE day <= %(day)s ORDER BY day DESC, bill DESC, kind"
)


@dataclass(frozen=True, slots=True)
class Changed:
    """One change of what a holder is owed; `kind` as the ledger of the card or of the points has it."""

    day: date
    kind: str
    bill: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Owing:
    """In money; `below_zero` are points taken back that had been spent."""

    to_30: Decimal = ZERO
    to_90: Decimal = ZERO
    to_365: Decimal = ZERO
    older: Decimal = ZERO
    below_zero: Decimal = ZERO

    @property
    def parts(self) -> tuple[Decimal, ...]:
        return self.to_30, self.to_90, self.to_365, self.older, self.below_zero

    @property
    def total(self) -> Decimal:
        return sum(self.parts, ZERO)


@dataclass(frozen=True, slots=True)
class Held:
    """`holder` is the id of the card or of the member."""

    kind: str
    holder: int
    owing: Owing


@dataclass(frozen=True, slots=True)
class Holders:
    """The first of them; `count` and `owing` are of all."""

    first: list[Held]
    count: int = 0
    owing: Owing = field(default_factory=Owing)


@freshness.asked_once
def by_kind(day: date) -> dict[str, Owing]:
    found = {kind: Owing(*ages) for kind, *ages in asked(BY_KIND, day)}
    return {kind: found.get(kind, Owing()) for kind in (GIFT_CARD, STORE_CREDIT, POINTS)}


@freshness.asked_once
def holders(day: date, kind: str, most: int | None = None) -> Holders:
    """Of one kind or every kind, the largest first."""
    rows = asked(HOLDERS, day, EVERYBODY if kind == EVERY_KIND else OF_KIND, kind=kind, most=most)
    count, *of_all = rows[0][:OF_ALL]
    held = [Held(row[OF_ALL], row[OF_ALL + 1], Owing(*row[HELD:])) for row in rows if count]
    return Holders(held, count, Owing(*of_all))


@freshness.asked_once
def of_holder(day: date, kind: str, holder: int) -> Owing:
    return Owing(*asked(HOLDERS, day, OF_HOLDER, kind=kind, holder=holder, most=1)[0][1:OF_ALL])


def changes(day: date, kind: str, holder: int) -> list[Changed]:
    """What a card or a member held at the end of the day is the sum of, the latest first."""
    question = CHANGED.format(changes=OF_MEMBER if kind == POINTS else OF_CARD)
    return [Changed(*row) for row in asked(question, day, holder=holder)]


def asked(question: str, day: date, those: str = EVERYBODY, **more: Any) -> list[tuple[Any, ...]]:
    far, end = beginning(day, 0) + timedelta(days=3), day + timedelta(1)
    kept = freshness.last_until(end, freshness.state()) or date.min
    facts = {"day": day, "zone": settings.TIME_ZONE, "far": far, "kept": kept, **more}
    moved = " UNION ALL ".join(
        MOVED.format(moves=moves, bills=member_months.between(back(kept, days), back(end, days), facts, f"by{days}"))
        for days, moves in AGING
    )
    with connection.cursor() as cursor:
        cursor.execute(question.format(moved=moved, those=those), facts)
        return cursor.fetchall()


def back(day: date, days: int) -> date:
    return day - timedelta(min(days, day.toordinal() - 1))
