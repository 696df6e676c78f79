"""The days to compare with, and a report's rows beside theirs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from pos.money import ZERO
from reports.figures import periods
from reports.figures.dimensions import DIMENSIONS, Dimension
from reports.figures.measures import MEASURES, Measure, Sums
from reports.figures.naming import Named, names
from reports.figures.periods import Period
from reports.figures.question import Answer, Question, answer, first
from reports.rollups import freshness

BEFORE, YEAR = "before", "year"
COMPARED = {BEFORE: _("the days before"), YEAR: _("a year before")}
MOST_FILLED = 400
MANY = (DIMENSIONS["product"], DIMENSIONS["member"])
Key = Any


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a report; `before` is the same of the days it is compared with, their row's key `key_before`."""

    key: Key
    named: Named
    sums: Sums
    before: Sums | None = None
    key_before: Key = None

    def figure(self, measure: Measure) -> Any:
        return measure.read(self.sums)

    def figure_before(self, measure: Measure) -> Any:
        return measure.read(self.before) if self.before else None


@dataclass(frozen=True, slots=True)
class Report:
    """`more` is whether rows were left out; the total is of all."""

    question: Question
    rows: list[Row]
    total: Sums
    before: Period | None = None
    total_before: Sums | None = None
    more: bool = False

    @property
    def measures(self) -> list[Measure]:
        return self.question.measures


@freshness.asked_once
def report(question: Question, compare: str = "", *, sort: str = "", most: int | None = None) -> Report:
    """With `most`, of goods and members only the first so many by the measure `sort`; a minus before it turns it
    round."""
    assert question.by
    earlier = periods.compared(question.period, compare) if compare else None
    keys, more = (
        first(question, *order(question, sort), most, earlier) if most and question.by in MANY else (None, False)
    )
    now = answer(question, keys)
    then = answer(replace(question, period=earlier), keys) if earlier else None
    beside = moved(then, question) if then else {}
    called = names(question.by, {**dict.fromkeys(filled(question)), **now.rows, **beside})
    none = dict.fromkeys(question.sums, ZERO)
    rows = [
        Row(key, named, now.rows.get(key, none), *(beside.get(key, (none, None)) if then else ()))
        for key, named in called.items()
    ]
    return Report(question, in_order(question.by, rows), now.total, earlier, then.total if then else None, more)


def order(question: Question, sort: str) -> tuple[Measure, bool]:
    """The measure, and whether the smallest comes first."""
    measure = MEASURES.get(sort.removeprefix("-"))
    return (measure if measure in question.measures else MEASURES["revenue"]), sort.startswith("-")


def in_order(by: Dimension, rows: list[Row]) -> list[Row]:
    """Times run on; everything else begins with what brought in most."""
    if by.is_time or by.name in ("hour", "weekday"):
        return sorted(rows, key=lambda row: row.key)
    return sorted(rows, key=lambda row: (-row.sums["revenue"], row.named.name))


def filled(question: Question) -> list[Key]:
    """The hours, days or months of the period, those without a bill too."""
    by = question.by
    if by is DIMENSIONS["hour"]:
        return [] if "hour" in question.filters else list(range(24))
    if by not in (DIMENSIONS["day"], DIMENSIONS["month"]) or question.period.length > MOST_FILLED:
        return []
    only = question.filters.get("weekday")
    days = [day for day in question.period.days if only in (None, day.isoweekday())]
    return days if by is DIMENSIONS["day"] else sorted({day.replace(day=1) for day in days})


def moved(then: Answer, question: Question) -> Mapping[Key, tuple[Sums, Key]]:
    """The earlier rows and their own keys, under the keys of the days they are compared with.

    A day that has no counterpart, such as the 31st, is in the total only.
    """
    by, start, earlier = question.by, question.period.start, then.question.period.start
    if by is None or not by.is_time:
        return {key: (sums, key) for key, sums in then.rows.items()}
    months = (start.year - earlier.year) * 12 + start.month - earlier.month
    found: dict[Key, tuple[Sums, Key]] = {}
    for key, sums in then.rows.items():
        there = (
            periods.months_away(key, months) if by.name == "month" else periods.days_away(key, (start - earlier).days)
        )
        if there and by.name == "week":
            there -= timedelta(there.weekday())
        if there and there < question.period.end:
            found[there] = sums, key
    return found
