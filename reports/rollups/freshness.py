"""Which kept sums are those of the books at this moment."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from pos.postgres.standby import connection

A_DAY, SHORTEST_MONTH = timedelta(1), 28
Span = tuple[date, date]  # half-open
# The registers count their bills without gaps, in the bill's own transaction. Days that were kept hold no more than the
# books, so where the sums are equal each day is.
STATE = """
    SELECT (SELECT coalesce(sum(last_sale + last_refund), 0) FROM billing_register), kept.bills,
           (SELECT count(*) FROM billing_bill WHERE business_date > kept.last AND kept.bills > 0), kept.last
      FROM (SELECT coalesce(sum(bills), 0) AS bills, coalesce(max(day), date '0001-01-01') AS last
              FROM reports_rolledday) kept
"""
STALE = """
    SELECT coalesce(b.day, r.day)
      FROM (SELECT business_date AS day, count(*) AS bills FROM billing_bill
             WHERE business_date >= %(start)s AND business_date < %(end)s
               AND business_date <= (SELECT max(day) FROM reports_rolledday) GROUP BY 1) b
      FULL JOIN (SELECT day, bills FROM reports_rolledday WHERE day >= %(start)s AND day < %(end)s) r ON r.day = b.day
     WHERE b.bills IS DISTINCT FROM r.bills
"""
MONTHS = """
    SELECT m.month
      FROM reports_rolledmonth m
     WHERE m.month >= %(start)s AND m.month + interval '1 month' <= %(end)s
       AND m.bills = (SELECT sum(bills) FROM reports_rolledday d
                       WHERE d.day >= m.month AND d.day < m.month + interval '1 month')
     ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Cover:
    """Which days the kept sums answer, and which are read from the bills."""

    kept: list[Span]
    live: list[Span]


@dataclass(frozen=True, slots=True)
class State:
    """How many bills the registers counted, how many were added up, and how many are of the days after those."""

    counted: int
    kept: int
    after: int
    last: date

    @property
    def adds_up(self) -> bool:
        return self.counted == self.kept + self.after

    def unsure(self, start: date, end: date) -> set[date]:
        return set() if self.adds_up or not self.kept else stale(start, end)

    def until(self, start: date, end: date) -> date:
        """The end of the days that are kept."""
        return end if not self.after and self.kept else min(end, max(start, self.last + A_DAY))


def state() -> State:
    with connection.cursor() as cursor:
        cursor.execute(STATE)
        return State(*cursor.fetchone())


def stale(start: date, end: date) -> set[date]:
    """The days up to the last one kept whose bills are not those that were added up."""
    with connection.cursor() as cursor:
        cursor.execute(STALE, {"start": start, "end": end})
        return {row[0] for row in cursor.fetchall()}


def of_days(start: date, end: date) -> Cover:
    now = state()
    unsure = now.unsure(start, end)
    return _cover(start, end, runs(start, now.until(start, end), unsure))


def of_months(start: date, end: date, cuts: Iterable[date] = ()) -> Cover:
    """The whole months among these days of which every day is kept as it is in the books, and within which no cut
    lies: a month may be cut before its first day."""
    if (end - start).days < SHORTEST_MONTH or not (now := state()).kept:
        return Cover([], [(start, end)])
    unsure = now.unsure(start, end)
    with connection.cursor() as cursor:
        cursor.execute(MONTHS, {"start": start, "end": end})
        months = [row[0] for row in cursor.fetchall()]
    sure = [
        month
        for month in months
        if not any(month <= day < next_month(month) for day in unsure)
        and not any(month < cut < next_month(month) for cut in cuts)
    ]
    return _cover(start, end, _joined((month, next_month(month)) for month in sure))


def runs(start: date, end: date, without: Iterable[date]) -> list[Span]:
    """What is left of these days without some of them."""
    found = []
    for day in sorted(without):
        if start <= day < end:
            found.append((start, day))
            start = day + A_DAY
    return [span for span in (*found, (start, end)) if span[0] < span[1]]


def next_month(month: date) -> date:
    return (month.replace(day=28) + timedelta(4)).replace(day=1)


def _cover(start: date, end: date, kept: list[Span]) -> Cover:
    return Cover(kept, list(_between(start, end, kept)))


def _between(start: date, end: date, kept: list[Span]) -> Iterator[Span]:
    for first, last in kept:
        if start < first:
            yield start, first
        start = last
    if start < end:
        yield start, end


def _joined(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in spans:
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found
