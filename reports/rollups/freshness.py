"""Which kept sums are those of the books at this moment."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import wraps
from typing import ParamSpec, TypeVar

from pos.postgres.standby import connection
from reports.rollups.sources import DAY, MONTH, UNTIL

A_DAY, SHORTEST_MONTH = timedelta(1), 28
WORTH_IT = timedelta(92)  # shorter spans have fewer rows in their months than the sums until both their ends
Span = tuple[date, date]  # half-open
P = ParamSpec("P")
R = TypeVar("R")
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
# A month is up to date while it has the bills of its kept days, sums until a day while they have those of all before
WHOLE_MONTHS = """
    SELECT k.month
      FROM reports_rolledmonth k
     WHERE k.month >= %(start)s AND k.month + interval '1 month' <= %(end)s
       AND k.bills = (SELECT sum(bills) FROM reports_rolledday d
                       WHERE d.day >= k.month AND d.day < k.month + interval '1 month')
     ORDER BY 1
"""
LAST_UNTIL = """
    SELECT k.until
      FROM reports_rolleduntil k
     WHERE k.until <= %(day)s AND k.bills = (SELECT sum(bills) FROM reports_rolledday d WHERE d.day < k.until)
     ORDER BY 1 DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Cover:
    """Which days the kept sums of each length answer, and which are read from the bills. Two sums until a day answer
    for the days between them."""

    kept: Mapping[str, list[Span]]
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


known: ContextVar[State | None] = ContextVar("known", default=None)


def asked_once(figures: Callable[P, R]) -> Callable[P, R]:
    """For figures that take several statements: the state is that of their beginning."""

    @wraps(figures)
    def read(*args: P.args, **kwargs: P.kwargs) -> R:
        token = known.set(state())
        try:
            return figures(*args, **kwargs)
        finally:
            known.reset(token)

    return read


def state() -> State:
    if found := known.get():
        return found
    with connection.cursor() as cursor:
        cursor.execute(STATE)
        return State(*cursor.fetchone())


def stale(start: date, end: date) -> set[date]:
    """The days up to the last one kept whose bills are not those that were added up."""
    with connection.cursor() as cursor:
        cursor.execute(STALE, {"start": start, "end": end})
        return {row[0] for row in cursor.fetchall()}


def cover(start: date, end: date, lengths: Collection[str]) -> Cover:
    """The longest kept sums that lie within these days, and are those of the books."""
    now = state()
    if not now.kept or DAY not in lengths:
        return Cover({}, [(start, end)])
    unsure = now.unsure(start, end)
    kept, left = {}, [(start, end)]
    for length in (UNTIL, MONTH):
        if length in lengths:
            kept[length] = [
                span for gap in left for span in (years(*gap, now) if length == UNTIL else months(*gap, unsure))
            ]
            left = [gap for first, last in left for gap in between(first, last, kept[length])]
    kept[DAY] = [run for first, last in left for run in runs(first, now.until(first, last), unsure)]
    live = [gap for first, last in left for gap in between(first, last, kept[DAY])]
    return Cover({length: joined(spans) for length, spans in kept.items()}, live)


def years(start: date, end: date, now: State) -> list[Span]:
    """From the beginning of the first month to the last day until which sums are kept."""
    first, last = (start if start.day == 1 else next_month(start)), last_until(end, now)
    return [(first, last)] if last and last - first >= WORTH_IT else []


def last_until(day: date, now: State) -> date | None:
    """The last day up to this one until which sums are kept. None while a bill that came late is not added up."""
    if not now.adds_up:
        return None
    with connection.cursor() as cursor:
        cursor.execute(LAST_UNTIL, {"day": day})
        row = cursor.fetchone()
    return row[0] if row else None


def months(start: date, end: date, unsure: Collection[date]) -> list[Span]:
    """The kept months within these days, in order."""
    if (end - start).days < SHORTEST_MONTH:
        return []
    with connection.cursor() as cursor:
        cursor.execute(WHOLE_MONTHS, {"start": start, "end": end})
        spans = [(first, next_month(first)) for (first,) in cursor.fetchall()]
    return [(first, last) for first, last in spans if not any(first <= day < last for day in unsure)]


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


def between(start: date, end: date, spans: Iterable[Span]) -> Iterator[Span]:
    """What these spans, in order, leave of the days."""
    for first, last in spans:
        if start <= first and last <= end:
            if start < first:
                yield start, first
            start = last
    if start < end:
        yield start, end


def joined(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in spans:
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found
