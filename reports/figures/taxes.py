"""Tax by rate and month or quarter, from the same kept sums as every figure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pos.money import ZERO
from reports.figures import periods
from reports.figures.dimensions import DIMENSIONS
from reports.figures.measures import TAXED, Sums
from reports.figures.periods import Period
from reports.figures.question import Question, answer

MONTH, QUARTER = "month", "quarter"
MONTHS = {MONTH: 1, QUARTER: 3}


@dataclass(frozen=True, slots=True)
class Taxed:
    """What one rate came to in these days."""

    period: Period
    rate: Decimal
    revenue: Decimal
    tax: Decimal

    @property
    def net(self) -> Decimal:
        return self.revenue - self.tax


def by_rate(period: Period, per: str) -> list[Taxed]:
    """A row for each month or quarter and rate, in order of time."""
    found: dict[tuple[date, Decimal], list[Sums]] = {}
    for rate in sorted(answer(Question(period, DIMENSIONS["rate"], wanted=TAXED)).rows):
        of_rate = Question(period, DIMENSIONS["month"], {"rate": rate}, wanted=TAXED)
        for month, sums in answer(of_rate).rows.items():
            found.setdefault((beginning(month, per), rate), []).append(sums)
    return [of(part(period, start, per), rate, sums) for (start, rate), sums in sorted(found.items())]


def of(period: Period, rate: Decimal, sums: Iterable[Sums]) -> Taxed:
    parts = list(sums)
    return Taxed(period, rate, sum((one["revenue"] for one in parts), ZERO), sum((one["tax"] for one in parts), ZERO))


def beginning(month: date, per: str) -> date:
    return month if per == MONTH else month.replace(month=(month.month - 1) // 3 * 3 + 1)


def part(period: Period, start: date, per: str) -> Period:
    """The days of the month or quarter that lie in the period."""
    end = periods.months_away(start, MONTHS[per]) or period.end
    return Period(max(period.start, start), min(period.end, end))
