"""Members by month of their first purchase: who is new, who came again, and what they spent. A card is a member."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pos.money import ZERO
from pos.postgres.standby import connection
from reports.figures import member_months
from reports.figures.periods import Period
from reports.rollups import freshness

KEPT = """
    SELECT first, (until - interval '1 month')::date AS month, members, spent FROM reports_cohort
     WHERE until > %(start)s AND until <= %(kept)s AND until <= %(end)s
"""
COHORTS = f"""
    {KEPT}
     UNION ALL
    SELECT first, month, count(*) FILTER (WHERE sales > 0), sum(spent)
      FROM ({{visits}}) v (member, month, sales, spent) JOIN ({{begun}}) b USING (member)
     GROUP BY 1, 2 ORDER BY 1, 2
"""
BEGUN = """
    SELECT member, min(first) AS first
      FROM (SELECT member, first FROM reports_memberuntil WHERE until = %(kept)s
             UNION ALL
            SELECT member, month FROM ({months}) m) f
     GROUP BY 1
"""
OF_MONTHS = """
    SELECT count(*) OVER everybody, count(*) FILTER (WHERE sales > 0) OVER everybody, sum(sales) OVER everybody,
           sum(spent) OVER everybody, member, sales, spent
      FROM (SELECT member, sum(sales)::int AS sales, sum(spent) AS spent
              FROM ({{visits}}) v (member, month, sales, spent) {those} GROUP BY 1) m
    WINDOW everybody AS ()
     ORDER BY spent DESC, member LIMIT %(most)s
"""
OF_ALL = OF_MONTHS.format(those="")
OF_SOME = OF_MONTHS.format(
    those="""
      JOIN ({begun}) b USING (member)
     WHERE (%(first)s::date IS NULL OR first = %(first)s)
       AND (NOT %(new)s OR first = month) AND (NOT %(back)s OR first < month)
    """
)
ALL, NEW, BACK = "all", "new", "back"


@dataclass(frozen=True, slots=True)
class Visited:
    """The members who first bought in `first`, in one month: how many bought, and what they spent."""

    first: date
    month: date
    members: int
    spent: Decimal

    @property
    def is_new(self) -> bool:
        return self.first == self.month


@dataclass(frozen=True, slots=True)
class Visitors:
    """The first of them, each with sales and spend; the rest is of all. `bought` are those with a sale."""

    first: list[tuple[int, int, Decimal]]
    count: int = 0
    bought: int = 0
    sales: int = 0
    spent: Decimal = ZERO


def cohorts(period: Period) -> list[Visited]:
    """A row for each month of the period, which are whole ones, and each month in which its members first bought."""
    kept = kept_until()
    since = max(period.start, kept.replace(day=1))
    return [Visited(*row) for row in asked(COHORTS, period, since=since, kept=kept)]


def of_months(months: Period, who: str, most: int | None = None) -> Visitors:
    """In whole months: all, new ones in their first month, those who came back in later ones, or who first bought in a
    month. Those who spent most come first."""
    if who == ALL:
        rows = asked(OF_ALL, months, since=months.start, most=most)
    else:
        first = None if who in (NEW, BACK) else date.fromisoformat(who)
        facts = {"kept": kept_until(), "first": first, "new": who == NEW, "back": who == BACK}
        rows = asked(OF_SOME, months, since=months.start, most=most, **facts)
    return Visitors([row[4:] for row in rows], *rows[0][:4]) if rows else Visitors([])


def kept_until() -> date:
    return freshness.last_until(date.max, freshness.state()) or date.min


def members(rows: Iterable[Visited]) -> int:
    return sum(row.members for row in rows)


def spent(rows: Iterable[Visited]) -> Decimal:
    return sum((row.spent for row in rows), ZERO)


def asked(question: str, period: Period, *, since: date, **facts: Any) -> list[tuple[Any, ...]]:
    """`since` is the first day of which the visits of the members are read."""
    facts |= {"start": period.start, "end": period.end}
    parts = {"visits": member_months.by_month(since, period.end, facts)}
    if "{begun}" in question:
        months = member_months.between(facts["kept"], period.end, facts, "since")
        parts["begun"] = BEGUN.format(months=months)
    with connection.cursor() as cursor:
        cursor.execute(question.format(**parts), facts)
        return cursor.fetchall()
