"""The labels, tooltips and comparison values of a chart's columns."""

from collections.abc import Mapping
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reports.figures import asked, periods
from reports.figures.charts import NOTHING_BEHIND, Column
from reports.figures.periods import Period
from reports.figures.queries import Taken

A_WEEK, A_MONTH, MOST_DAYS = 7, 31, 92
MONDAY = 0


def of_hours(day: date, hours: Mapping[int, Taken], before: Mapping[int, Taken]) -> list[Column]:
    return [
        Column(
            f"{hour}",
            f"{hour}:00",
            taken,
            before.get(hour, NOTHING_BEHIND),
            minor=bool(hour % 3),
            bills=bills_of(periods.day(day), hour=str(hour)),
        )
        for hour, taken in hours.items()
    ]


def of_month_days(days: Mapping[date, Taken]) -> list[Column]:
    return [
        Column(
            f"{day.day}",
            date_format(day, _("D j N")),
            taken,
            minor=day.day % 5 != 0 and day.day != 1,
            href=day_page(day),
            bills=bills_of(periods.day(day)),
        )
        for day, taken in days.items()
    ]


def of_days(days: Mapping[date, Taken]) -> list[Column]:
    return [
        Column(
            label_of(day, len(days)),
            date_format(day, _("D j N")),
            taken,
            minor=gives_way(day, len(days)),
            href=day_page(day),
            bills=bills_of(periods.day(day)),
        )
        for day, taken in days.items()
    ]


def label_of(day: date, among: int) -> str:
    """Weekday and day within a week, the day within a month; beyond that only Mondays have a label."""
    if among <= A_WEEK:
        return date_format(day, _("D j"))
    if among <= A_MONTH:
        return date_format(day, "j")
    return date_format(day, _("j N")) if day.weekday() == MONDAY else ""


def gives_way(day: date, among: int) -> bool:
    """Whether the label is hidden on a narrow screen: a month keeps its Mondays, a longer period the first Monday of
    each month."""
    if among <= A_WEEK:
        return False
    return day.weekday() != MONDAY or (among > A_MONTH and day.day > A_WEEK)


def of_months(months: Mapping[date, Taken], period: Period) -> list[Column]:
    """The first and the last may be parts of a month: what lies within the period."""
    return [
        Column(
            date_format(month, "M"),
            date_format(month, _("F Y")),
            taken,
            minor=len(months) >= 12 and month.month % 3 != 1,
            href=f"{reverse('report_month')}?year={month.year}&month={month.month}",
            bills=bills_of(asked.part_of(period, "month", month)),
        )
        for month, taken in months.items()
    ]


def bills_of(period: Period, **filters: str) -> str:
    return f"{reverse('report_bills')}?{asked.search(period, filters)}"


def day_page(day: date) -> str:
    return f"{reverse('report_today')}?day={day.isoformat()}"
