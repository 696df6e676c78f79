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
from reports.rollups.until import IS_MONTHLY

KEPT = """
    SELECT first, (until - interval '1 month')::date AS month, members, spent FROM reports_cohort
     WHERE until > %(start)s AND until <= %(kept)s AND until <= %(end)s
"""
BEGUN = """
    SELECT member, coalesce(k.first, m.first) AS first
      FROM (SELECT member, first FROM reports_memberuntil WHERE until = %(kept)s) k
      FULL JOIN (SELECT member, min(month) AS first FROM ({months}) m GROUP BY 1) m USING (member)
"""
COHORTS = f"""
    {KEPT}
     UNION ALL
    SELECT first, month, count(*) FILTER (WHERE sales > 0), sum(spent)
      FROM ({{visits}}) v (member, month, sales, spent) JOIN ({BEGUN}) b USING (member)
     GROUP BY 1, 2 ORDER BY 1, 2
"""
# Of each member what is kept until the end of the days asked for, less what was before them, and what the first month
# came to; then the same of the days since
OF_KEPT = f"""
    SELECT e.member, e.first, e.sales - coalesce(s.sales, 0) AS sales,
           e.sales + e.refunds - coalesce(s.sales + s.refunds, 0) AS bills, e.revenue - coalesce(s.revenue, 0) AS spent,
           e.first_sales, e.first_sales + e.first_refunds AS first_bills, e.first_revenue AS first_spent
      FROM reports_memberuntil e
      LEFT JOIN reports_memberuntil s ON s.member = e.member AND s.until = (
           SELECT max(until) FROM reports_rolleduntil
            WHERE until <= least(%(start)s, %(kept)s) AND (until = %(kept)s OR {IS_MONTHLY.format(until="until")}))
     WHERE e.until = %(kept)s AND e.member <> 0
"""
SINCE = """
    SELECT DISTINCT ON (member) member, month AS first, sales AS first_sales, bills AS first_bills,
           spent AS first_spent, sum(sales) FILTER (WHERE month >= %(start)s) OVER of_member AS sales,
           sum(bills) FILTER (WHERE month >= %(start)s) OVER of_member AS bills,
           sum(spent) FILTER (WHERE month >= %(start)s) OVER of_member AS spent
      FROM (SELECT member, month, sum(sales) AS sales, sum(sales + refunds) AS bills, sum(revenue) AS spent
              FROM ({months}) m GROUP BY 1, 2) m
    WINDOW of_member AS (PARTITION BY member) ORDER BY member, month
"""
SUMS = ("sales", "bills", "spent")
VISITS = f"""
    SELECT member, coalesce(k.first, o.first) AS first, {
    ", ".join(
        f"coalesce(k.{name}, 0) + coalesce(o.{name}, 0) AS {name}, coalesce(k.first_{name}, 0)"
        f" + CASE WHEN coalesce(k.first, o.first) = o.first THEN o.first_{name} ELSE 0 END AS first_{name}"
        for name in SUMS
    )
}
      FROM ({OF_KEPT}) k FULL JOIN ({SINCE}) o USING (member) OFFSET 0
"""
LISTED = f"""
    SELECT count(*) OVER everybody, count(*) FILTER (WHERE sales > 0) OVER everybody, (sum(sales) OVER everybody)::int,
           sum(spent) OVER everybody, member, sales::int, spent
      FROM (SELECT member, {{sums}} FROM ({VISITS}) v WHERE {{those}} OFFSET 0) t WHERE bills > 0
    WINDOW everybody AS ()
     ORDER BY spent DESC, member LIMIT %(most)s
"""
ALL, NEW, BACK = "all", "new", "back"
# Which members, and what of them
WHOM = {
    ALL: ("true", "{name}"),
    NEW: ("first >= %(start)s", "first_{name} AS {name}"),
    BACK: ("true", "{name} - CASE WHEN first >= %(start)s THEN first_{name} ELSE 0 END AS {name}"),
}
FIRST_IN = ("first = %(first)s", "{name}")


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


@freshness.asked_once
def cohorts(period: Period) -> list[Visited]:
    """A row for each month of the period, which are whole ones, and each month in which its members first bought."""
    return [Visited(*row) for row in asked(COHORTS, period, kept=kept_until(date.max))]


@freshness.asked_once
def of_months(months: Period, who: str, most: int | None = None) -> Visitors:
    """In whole months: all, new ones in their first month, those who came back in later ones, or who first bought in a
    month. Those who spent most come first."""
    those, sums = WHOM.get(who, FIRST_IN)
    question = LISTED.format(those=those, sums=", ".join(sums.format(name=name) for name in SUMS), months="{months}")
    first = None if who in WHOM else date.fromisoformat(who)
    rows = asked(question, months, kept=kept_until(months.end), first=first, most=most)
    return Visitors([row[4:] for row in rows], *rows[0][:4]) if rows else Visitors([])


def kept_until(day: date) -> date:
    return freshness.last_until(day, freshness.state()) or date.min


def members(rows: Iterable[Visited]) -> int:
    return sum(row.members for row in rows)


def spent(rows: Iterable[Visited]) -> Decimal:
    return sum((row.spent for row in rows), ZERO)


def asked(question: str, period: Period, **facts: Any) -> list[tuple[Any, ...]]:
    facts |= {"start": period.start, "end": period.end}
    parts = {"months": member_months.between(facts["kept"], period.end, facts, "since")}
    if "{visits}" in question:
        parts["visits"] = member_months.by_month(max(period.start, facts["kept"].replace(day=1)), period.end, facts)
    with connection.cursor() as cursor:
        cursor.execute(question.format(**parts), facts)
        return cursor.fetchall()
