"""The period a report page shows."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pos.errors import Invalid
from reports.figures import periods
from reports.figures.periods import Period

WEEK = 7


def day_field(**facts: Any) -> forms.DateField:
    return forms.DateField(input_formats=["%Y-%m-%d"], widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"), **facts)


class PeriodForm(forms.Form):
    """Missing fields default to `today`. Once valid, `period` is the period asked for."""

    period: Period

    def __init__(self, asked: Any, *, today: date) -> None:
        self.today = today
        super().__init__({**self.usual(), **asked.dict()})

    def usual(self) -> dict[str, Any]:
        return {}

    def read(self, values: dict[str, Any]) -> Period:
        raise NotImplementedError

    def clean(self) -> None:
        if self.errors:
            return
        try:
            self.period = self.read(self.cleaned_data)
        except Invalid as refused:
            self.add_error(refused.field if refused.field in self.fields else None, refused.message)


class DayForm(PeriodForm):
    day = day_field(label=_("Day"))

    def usual(self) -> dict[str, Any]:
        return {"day": self.today.isoformat()}

    def read(self, values: dict[str, Any]) -> Period:
        return periods.day(values["day"])


class MonthForm(PeriodForm):
    year = forms.IntegerField(label=_("Year"))
    month = forms.IntegerField(label=_("Month"))

    def usual(self) -> dict[str, Any]:
        return {"year": self.today.year, "month": self.today.month}

    def read(self, values: dict[str, Any]) -> Period:
        return periods.month(values["year"], values["month"])


class YearForm(PeriodForm):
    year = forms.IntegerField(label=_("Year"))

    def usual(self) -> dict[str, Any]:
        return {"year": self.today.year}

    def read(self, values: dict[str, Any]) -> Period:
        return periods.year(values["year"])


class RangeForm(PeriodForm):
    """Defaults to the last seven days."""

    span = WEEK

    def __init__(self, asked: Any, *, today: date) -> None:
        super().__init__(asked, today=today)
        self.fields |= {"from": day_field(label=_("From")), "to": day_field(label=_("To"))}

    def usual(self) -> dict[str, Any]:
        first = periods.days_away(self.today, 1 - self.span) or self.today
        return {"from": first.isoformat(), "to": self.today.isoformat()}

    def read(self, values: dict[str, Any]) -> Period:
        return periods.between(values["from"], values["to"])


class FourWeeksForm(RangeForm):
    """Defaults to the last four weeks."""

    span = 4 * WEEK


class LastMonthForm(RangeForm):
    """Defaults to the month before."""

    def usual(self) -> dict[str, Any]:
        last = self.today.replace(day=1) - timedelta(days=1)
        return {"from": last.replace(day=1).isoformat(), "to": last.isoformat()}
