"""Members by month of their first purchase: who is new, who came again, and what they spent. A card is a member."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pos.money import ZERO
from pos.postgres.standby import connection
from reports.figures import member_months
from reports.figures.dimensions import DIMENSIONS
from reports.figures.measures import MEASURES
from reports.figures.periods import Period
from reports.figures.question import Question, statement
from reports.rollups import freshness

KEPT = """
    SELECT first, (until - interval '1 month')::date AS month, members, spent FROM reports_cohort
     WHERE until > %(start)s AND until <= %(kept)s AND until <= %(end)s
"""
# Each member's first month and what it came to, as kept; beside that the first of the days since, of the same month or,
# where none is kept, of one that only began then
BEGUN = f"""
    SELECT member, coalesce(k.first, s.first) AS first, {
    ", ".join(
        f"coalesce(k.{name}, 0) + CASE WHEN coalesce(k.first, s.first) = s.first THEN s.{name} ELSE 0 END AS {name}"
        for name in ("sales", "bills", "spent")
    )
}
      FROM (SELECT member, first, first_sales AS sales, first_sales + first_refunds AS bills, first_revenue AS spent
              FROM reports_memberuntil WHERE until = %(kept)s AND member <> 0) k
      FULL JOIN (
            SELECT DISTINCT ON (member) member, month AS first, sum(sales) AS sales, sum(sales + refunds) AS bills,
                   sum(revenue) AS spent
              FROM ({{months}}) m GROUP BY member, month ORDER BY member, month) s USING (member)
"""
COHORTS = f"""
    {KEPT}
     UNION ALL
    SELECT first, month, count(*) FILTER (WHERE v.sales > 0), sum(v.spent)
      FROM ({{visits}}) v (member, month, sales, spent) JOIN ({BEGUN}) b USING (member)
     GROUP BY 1, 2 ORDER BY 1, 2
"""
BOUGHT = "SELECT key AS member, sales, sales + refunds AS bills, revenue AS spent FROM ({sums}) q WHERE key <> 0"
# Whose first month is one of these came back with what is not of that month
CAME_BACK = f"""
    SELECT v.member, v.sales - coalesce(b.sales, 0) AS sales, v.bills - coalesce(b.bills, 0) AS bills,
           v.spent - coalesce(b.spent, 0) AS spent
      FROM ({BOUGHT}) v LEFT JOIN ({BEGUN}) b ON b.member = v.member AND b.first >= %(start)s
"""
BEGUN_THEN = f"SELECT * FROM ({BEGUN}) b WHERE first >= %(start)s AND first < %(end)s"
OF_COHORT = f"SELECT v.* FROM ({BOUGHT}) v JOIN ({BEGUN}) b ON b.member = v.member WHERE b.first = %(first)s"
LISTED = """
    SELECT count(*) OVER everybody, count(*) FILTER (WHERE sales > 0) OVER everybody, (sum(sales) OVER everybody)::int,
           sum(spent) OVER everybody, member, sales::int, spent
      FROM ({those}) t WHERE bills > 0
    WINDOW everybody AS ()
     ORDER BY spent DESC, member LIMIT %(most)s
"""
ALL, NEW, BACK = "all", "new", "back"
WANTED = (MEASURES["bills"], MEASURES["revenue"])


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
    return [Visited(*row) for row in asked(COHORTS, period, kept=kept_until())]


def of_months(months: Period, who: str, most: int | None = None) -> Visitors:
    """In whole months: all, new ones in their first month, those who came back in later ones, or who first bought in a
    month. Those who spent most come first."""
    those = {ALL: BOUGHT, NEW: BEGUN_THEN, BACK: CAME_BACK}.get(who, OF_COHORT)
    first = date.fromisoformat(who) if those is OF_COHORT else None
    rows = asked(LISTED.format(those=those), months, kept=kept_until(), first=first, most=most)
    return Visitors([row[4:] for row in rows], *rows[0][:4]) if rows else Visitors([])


def kept_until() -> date:
    return freshness.last_until(date.max, freshness.state()) or date.min


def members(rows: Iterable[Visited]) -> int:
    return sum(row.members for row in rows)


def spent(rows: Iterable[Visited]) -> Decimal:
    return sum((row.spent for row in rows), ZERO)


def asked(question: str, period: Period, **facts: Any) -> list[tuple[Any, ...]]:
    facts |= {"start": period.start, "end": period.end}
    parts = {}
    if "{visits}" in question:
        parts["visits"] = member_months.by_month(max(period.start, facts["kept"].replace(day=1)), period.end, facts)
    if "{sums}" in question:
        parts["sums"] = statement(Question(period, DIMENSIONS["member"], wanted=WANTED), facts)
    if "{months}" in question:
        parts["months"] = member_months.between(facts["kept"], period.end, facts, "since")
    with connection.cursor() as cursor:
        cursor.execute(question.format(**parts), facts)
        return cursor.fetchall()
