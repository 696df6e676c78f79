"""Periods of business dates. Half-open: `end` is the day after the last."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from pos.errors import Invalid

FIRST_YEAR, LAST_YEAR = 1, 9998
WEEK = 7


@dataclass(frozen=True, slots=True)
class Period:
    """Business dates from `start` up to, but not including, `end`."""

    start: date
    end: date

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def length(self) -> int:
        return (self.end - self.start).days

    @property
    def days(self) -> list[date]:
        return [self.start + timedelta(days=n) for n in range((self.end - self.start).days)]


def day(of: date) -> Period:
    return between(of, of)


def in_whole_months(period: Period) -> Period:
    """From the first day of its first month to the end of its last."""
    last = period.last
    return Period(period.start.replace(day=1), month(last.year, last.month).end)


def month(year: int, number: int) -> Period:
    check_year("year", year)
    if not 1 <= number <= 12:
        raise Invalid("month", _("A month is a number from 1 to 12."))
    return between(date(year, number, 1), date(year, number, monthrange(year, number)[1]))


def year(number: int) -> Period:
    check_year("year", number)
    return Period(date(number, 1, 1), date(number + 1, 1, 1))


def between(first: date, last: date) -> Period:
    """The period from `first` to `last`, both included."""
    check_year("from", first.year)
    check_year("to", last.year)
    if last < first:
        raise Invalid("to", _("The last day is before the first."), "reversed")
    return Period(first, last + timedelta(days=1))


def check_year(field: str, number: int) -> None:
    if not FIRST_YEAR <= number <= LAST_YEAR:
        raise Invalid(
            field,
            _("A year is a number from %(first)s to %(last)s.") % {"first": FIRST_YEAR, "last": LAST_YEAR},
            "year",
        )


def days_away(of: date, days: int) -> date | None:
    """The date so many days away; None outside the calendar's range."""
    try:
        there = of + timedelta(days=days)
    except OverflowError:
        return None
    return there if there.year <= LAST_YEAR else None


def months_away(of: date, months: int) -> date | None:
    """The first day of the month so many months away."""
    counted = of.year * 12 + of.month - 1 + months
    return date(counted // 12, counted % 12 + 1, 1) if FIRST_YEAR <= counted // 12 <= LAST_YEAR else None


def whole_months(period: Period) -> int:
    """How many calendar months these days are exactly; 0 if they are none."""
    if period.start.day != 1 or period.end.day != 1:
        return 0
    return (period.end.year - period.start.year) * 12 + period.end.month - period.start.month


def compared(period: Period, how: str) -> Period | None:
    """The same days before, or a year before: whole months with whole months, other days with the same weekdays."""
    a_year = how == "year"
    if months := whole_months(period):
        start = months_away(period.start, -12 if a_year else -months)
        end = start and months_away(start, months)
        return Period(start, end) if start and end else None
    start = days_away(period.start, -52 * WEEK if a_year else -WEEK * -(-period.length // WEEK))
    return Period(start, start + timedelta(period.length)) if start else None
