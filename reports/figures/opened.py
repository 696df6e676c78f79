"""The bills a figure is made of, newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.timezone import get_current_timezone_name

from billing.models import Bill
from pos.postgres.standby import connection, or_own
from reports.figures.periods import Period, days_away
from reports.figures.question import Question, where

FIRST_LOOK, WIDER = 7, 4  # days
AT_ONCE = 500
Place = tuple[date, int]


@dataclass(frozen=True, slots=True)
class Opened:
    """`part` is what the bill adds to the figure: all of it, or its lines or payments that were asked for."""

    bill: Bill
    part: Decimal

    @property
    def place(self) -> Place:
        return self.bill.business_date, self.bill.pk


def bills(question: Question, most: int, after: Place | None = None) -> list[Opened]:
    """So many, from behind that place on."""
    found: list[tuple[int, Decimal]] = []
    for period in looks(question.period, after):
        found += parts(question, period, most - len(found), after)
        if len(found) >= most:
            break
    rows = Bill.objects.select_related("register", "cashier", "member").in_bulk([pk for pk, _part in found])
    return [Opened(rows[pk], part) for pk, part in found]


def looks(period: Period, after: Place | None) -> Iterator[Period]:
    """The period in pieces, the last days first and ever longer: a page is full long before a year is read."""
    end = min(period.end, after[0] + timedelta(1)) if after else period.end
    days = FIRST_LOOK
    while end > period.start:
        start = max(period.start, days_away(end, -days) or period.start)
        yield Period(start, end)
        end, days = start, days * WIDER


def parts(question: Question, period: Period, most: int, after: Place | None) -> list[tuple[int, Decimal]]:
    source = question.source
    asked: dict[str, Any] = {
        "zone": get_current_timezone_name(),
        "start": period.start,
        "end": period.end,
        "most": most,
    }
    facts = source.facts.format(days="b.business_date >= %(start)s AND b.business_date < %(end)s")
    conditions = where(question, asked)
    if after:
        asked |= {"day": after[0], "bill": after[1]}
        conditions += " AND (day, bill) < (%(day)s, %(bill)s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT bill, sum(revenue) FROM ({facts}) f WHERE {conditions} "
            "GROUP BY day, bill ORDER BY day DESC, bill DESC LIMIT %(most)s",
            asked,
        )
        return cursor.fetchall()


def every(question: Question) -> Iterator[Opened]:
    """All of them, for a file."""
    after: Place | None = None
    while lot := or_own(partial(bills, question, AT_ONCE, after)):
        yield from lot
        after = lot[-1].place
