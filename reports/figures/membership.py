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

VISITS = """
    WITH visits AS (
        SELECT member, month, sum(revenue) AS spent, sum(sales) AS sales
          FROM ({bills}) u GROUP BY 1, 2),
    begun AS (SELECT member, min(month) AS first FROM visits GROUP BY 1)
"""
COHORTS = f"""{VISITS}
    SELECT first, month, count(*) FILTER (WHERE sales > 0), sum(spent)
      FROM visits JOIN begun USING (member) WHERE month >= %(start)s GROUP BY 1, 2 ORDER BY 1, 2
"""
OF_MONTHS = f"""{VISITS}
    SELECT member, sum(sales)::int, sum(spent) AS spent FROM visits JOIN begun USING (member)
     WHERE month >= %(start)s AND (%(first)s::date IS NULL OR first = %(first)s)
       AND (NOT %(new)s OR first = month) AND (NOT %(back)s OR first < month)
     GROUP BY 1 ORDER BY 3 DESC, 1
"""
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
    first = None if who in (ALL, NEW, BACK) else date.fromisoformat(who)
    return asked(OF_MONTHS, start=months.start, end=months.end, first=first, new=who == NEW, back=who == BACK)


def members(rows: Iterable[Visited]) -> int:
    return sum(row.members for row in rows)


def spent(rows: Iterable[Visited]) -> Decimal:
    return sum((row.spent for row in rows), ZERO)


def asked(question: str, *, end: date, **facts: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question.format(bills=member_months.until(end, facts)), facts)
        return cursor.fetchall()
