"""What the pages of sales ask for: days, by what, compared with what, of which bills."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from billing.models import Register, Tender
from inventory.models import Category, TaxRate
from pos.templatetags.money import percent
from reports.figures import asked
from reports.figures.comparing import COMPARED
from reports.figures.dimensions import ALL, BESIDE_TENDERS, FILTERS, TIERS, WEEKDAYS
from reports.figures.measures import MEASURES
from reports.figures.periods import Period
from reports.figures.question import Question
from reports.views.forms import FourWeeksForm

EVERY = [("", _("all"))]


def choices() -> dict[str, list[tuple[Any, Any]]]:
    """What each filter can be chosen from. A product or a member comes by a link only."""
    rates = TaxRate.objects.values_list("rate", flat=True).order_by("rate").distinct()
    return {
        "category": [(0, _("Without a category")), *Category.objects.values_list("pk", "name")],
        "cashier": [(person.username, person.name) for person in User.objects.order_by("name")],
        "register": [(till.code, str(till)) for till in Register.objects.all()],
        "tender": [*((way.code, str(way)) for way in Tender.objects.all()), *BESIDE_TENDERS.items()],
        "rate": [(f"{rate.normalize():f}", percent(rate)) for rate in rates],
        "tier": list(TIERS.items()),
        "weekday": list(WEEKDAYS.items()),
        "hour": [(hour, f"{hour}:00") for hour in range(24)],
    }


class FilteredForm(FourWeeksForm):
    """Once valid, `question` is the question asked; `filters` are the texts of its address."""

    question: Question

    def __init__(self, query: Any, *, today: date) -> None:
        super().__init__(query, today=today)
        offered = choices()
        for name, dimension in FILTERS.items():
            widget = forms.Select(choices=EVERY + offered[name]) if name in offered else forms.HiddenInput()
            self.fields[name] = forms.CharField(
                label=str(dimension.title), required=False, max_length=150, widget=widget, strip=True
            )

    @property
    def filters(self) -> dict[str, str]:
        return asked.filters_of(self.cleaned_data)

    def by(self) -> str:
        return ""

    def read(self, values: dict[str, Any]) -> Period:
        period = super().read(values)
        self.question = asked.question(period, values, by=self.by())
        return period

    def shown(self) -> list[Any]:
        return [field for field in self.visible_fields() if field.name not in FILTERS]

    def narrowed(self) -> list[Any]:
        return [field for field in self.visible_fields() if field.name in FILTERS]


class SalesForm(FilteredForm):
    def __init__(self, query: Any, *, today: date) -> None:
        super().__init__(query, today=today)
        self.fields |= {
            "by": forms.ChoiceField(label=_("Split by"), choices=[(each.name, each.title) for each in ALL]),
            "compare": forms.ChoiceField(
                label=_("Compared with"), choices=[("", _("nothing")), *COMPARED.items()], required=False
            ),
            "sort": forms.CharField(required=False, max_length=30, widget=forms.HiddenInput()),
        }

    def usual(self) -> dict[str, Any]:
        return {**super().usual(), "by": "day"}

    def by(self) -> str:
        by: str = self.cleaned_data["by"]
        return by

    def clean_sort(self) -> str:
        """A measure to sort by, the largest first, or with a minus before it the smallest."""
        sort: str = self.cleaned_data["sort"]
        return sort if sort.removeprefix("-") in MEASURES else ""


class BillsForm(FilteredForm):
    """`after` is where the page before ended: business date and bill."""

    def __init__(self, query: Any, *, today: date) -> None:
        super().__init__(query, today=today)
        self.fields["after"] = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput())

    def clean_after(self) -> tuple[date, int] | None:
        day, _dot, bill = self.cleaned_data["after"].partition(".")
        if not day:
            return None
        try:
            if not (bill.isascii() and bill.isdecimal() and len(bill) <= 18):
                raise ValueError
            return date.fromisoformat(day), int(bill)
        except ValueError:
            raise forms.ValidationError(_("There is no such page.")) from None
