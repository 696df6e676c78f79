"""Which kept sums are those of the books at this moment."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pos.postgres.standby import connection
from reports.rollups.sources import DAY, MONTH, YEAR

A_DAY, SHORTEST_MONTH = timedelta(1), 28
LONGER = (YEAR, MONTH)
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
# Of months and years one is up to date while it has the bills of its kept days
WHOLE = """
    SELECT '{length}', k.{length}
      FROM reports_rolled{length} k
     WHERE k.{length} >= %(start)s AND k.{length} + interval '1 {length}' <= %(end)s
       AND k.bills = (SELECT sum(bills) FROM reports_rolledday d
                       WHERE d.day >= k.{length} AND d.day < k.{length} + interval '1 {length}')
"""


@dataclass(frozen=True, slots=True)
class Cover:
    """Which days the kept sums of each length answer, and which are read from the bills."""

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


def state() -> State:
    with connection.cursor() as cursor:
        cursor.execute(STATE)
        return State(*cursor.fetchone())


def stale(start: date, end: date) -> set[date]:
    """The days up to the last one kept whose bills are not those that were added up."""
    with connection.cursor() as cursor:
        cursor.execute(STALE, {"start": start, "end": end})
        return {row[0] for row in cursor.fetchall()}


def cover(start: date, end: date, lengths: Collection[str], cuts: Iterable[date] = ()) -> Cover:
    """The longest kept sums that lie within these days, and are those of the books. No cut lies within one, but it may
    be cut before its first day."""
    now = state()
    if not now.kept or DAY not in lengths:
        return Cover({}, [(start, end)])
    unsure = now.unsure(start, end)
    found = whole([length for length in LONGER if length in lengths], start, end, unsure, [*cuts])
    kept, left = {}, [(start, end)]
    for length, spans in found.items():
        kept[length] = [span for span in spans if any(first <= span[0] < last for first, last in left)]
        left = [gap for first, last in left for gap in between(first, last, kept[length])]
    kept[DAY] = [run for first, last in left for run in runs(first, now.until(first, last), unsure)]
    live = [gap for first, last in left for gap in between(first, last, kept[DAY])]
    return Cover({length: joined(spans) for length, spans in kept.items()}, live)


def whole(
    lengths: Sequence[str], start: date, end: date, unsure: Collection[date], cuts: Collection[date]
) -> dict[str, list[Span]]:
    """The kept years and months within these days, in order."""
    if not lengths or (end - start).days < SHORTEST_MONTH:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"{' UNION ALL '.join(WHOLE.format(length=length) for length in lengths)} ORDER BY 2",
            {"start": start, "end": end},
        )
        rows = [(length, (first, after(length, first))) for length, first in cursor.fetchall()]
    sure = [
        (length, (first, last))
        for length, (first, last) in rows
        if not any(first <= day < last for day in unsure) and not any(first < cut < last for cut in cuts)
    ]
    return {length: [span for of, span in sure if of == length] for length in lengths}


def runs(start: date, end: date, without: Iterable[date]) -> list[Span]:
    """What is left of these days without some of them."""
    found = []
    for day in sorted(without):
        if start <= day < end:
            found.append((start, day))
            start = day + A_DAY
    return [span for span in (*found, (start, end)) if span[0] < span[1]]


def after(length: str, first: date) -> date:
    """The first day after this month or year."""
    return next_month(first) if length == MONTH else first.replace(year=first.year + 1)


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
