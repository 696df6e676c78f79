"""What one product sold in the last days, returns subtracted."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from billing.models import BillLine
from reports.figures import periods
from reports.figures.measures import margin
from reports.figures.periods import Period
from reports.figures.question import Question, answer

SPANS = (7, 30, 365)
LATEST = 10


@dataclass(frozen=True, slots=True)
class Sold:
    """`revenue` is the lines as sold; `earned` what they brought without tax, less what the goods had cost."""

    period: Period
    quantity: Decimal
    revenue: Decimal
    earned: Decimal

    @property
    def days(self) -> int:
        return self.period.length


def spans(product: int, today: date) -> list[Sold]:
    """For each of SPANS, today and the days before it."""
    starts = [periods.days_away(today, 1 - days) or today for days in SPANS]
    return [sold(product, periods.between(start, today)) for start in starts]


def sold(product: int, period: Period) -> Sold:
    sums = answer(Question(period, filters={"product": product})).total
    return Sold(period, sums["pieces"] + sums["kilograms"], sums["as_sold"], margin(sums))


def latest(product: int) -> QuerySet[BillLine]:
    return BillLine.objects.filter(product=product).select_related("bill").order_by("-pk")[:LATEST]
