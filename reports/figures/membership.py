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

COHORTS = """
    SELECT first, month, count(*) FILTER (WHERE sales > 0), sum(spent)
      FROM ({visits}) v (member, month, sales, spent) JOIN ({begun}) b USING (member)
     GROUP BY 1, 2 ORDER BY 1, 2
"""
BEGUN = "SELECT member, min(month) AS first FROM ({months}) m (member, month, sales, spent) GROUP BY 1"
OF_MONTHS = """
    SELECT member, sum(sales)::int, sum(spent) AS spent
      FROM ({{visits}}) v (member, month, sales, spent) {those}
     GROUP BY 1 ORDER BY 3 DESC, 1
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


def cohorts(period: Period) -> list[Visited]:
    """A row for each month of the period and each month in which its members first bought."""
    return [Visited(*row) for row in asked(COHORTS, start=period.start, end=period.end)]


def of_months(months: Period, who: str) -> list[tuple[int, int, Decimal]]:
    """Member, sales and spend in whole months: of all, of new ones in their first month, of those who came back in
    later ones, or of who first bought in a month."""
    if who == ALL:
        return asked(OF_ALL, start=months.start, end=months.end)
    first = None if who in (NEW, BACK) else date.fromisoformat(who)
    return asked(OF_SOME, start=months.start, end=months.end, first=first, new=who == NEW, back=who == BACK)


def members(rows: Iterable[Visited]) -> int:
    return sum(row.members for row in rows)


def spent(rows: Iterable[Visited]) -> Decimal:
    return sum((row.spent for row in rows), ZERO)


def asked(question: str, *, start: date, end: date, **facts: Any) -> list[tuple[Any, ...]]:
    parts = {"visits": member_months.by_month(start, end, facts)}
    if "{begun}" in question:
        parts["begun"] = BEGUN.format(months=member_months.by_month(date.min, end, facts, "since"))
    with connection.cursor() as cursor:
        cursor.execute(question.format(**parts), facts)
        return cursor.fetchall()
