"""A day or a month beside the same days before and the year before."""

from dataclasses import dataclass
from datetime import date, timedelta

from reports.figures import periods
from reports.figures.comparing import BEFORE, YEAR
from reports.figures.measures import Sums
from reports.figures.periods import Period
from reports.figures.question import Question, answer


@dataclass(frozen=True, slots=True)
class Against:
    """`how` is empty for the days themselves; `sums` are what they came to."""

    how: str
    period: Period
    sums: Sums


def of(period: Period, today: date) -> list[Against]:
    """The days themselves first. Of a month that still runs only the days that are over, and as many of the others."""
    over = so_far(period, today)
    spans = [("", over), *((how, same_of(over, period, how)) for how in (BEFORE, YEAR))]
    return [Against(how, span, answer(Question(span)).total) for how, span in spans if span]


def so_far(period: Period, today: date) -> Period:
    return Period(period.start, today) if period.start < today < period.end else period


def same_of(over: Period, period: Period, how: str) -> Period | None:
    there = periods.compared(period, how)
    if there is None or over == period:
        return there
    return Period(there.start, min(there.end, there.start + timedelta(over.length)))
