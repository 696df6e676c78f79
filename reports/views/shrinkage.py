"""What disappeared from the shelf, by cause, down to the movements, for managers."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import permitted
from accounts.models import Permission
from inventory.models import MovementKind
from pos import calendar, exports
from pos.templatetags.money import amount
from reports.figures import asked, shrinkage
from reports.figures.shrinkage import Lost
from reports.views.forms import FourWeeksForm
from reports.views.grids import Grid, Page, in_money, named, shown, sum_of, unclear
from reports.views.sales_cells import Cell, Line

ALL = "all"
CAUSES = [(ALL, ""), (MovementKind.COUNT.value, ""), (MovementKind.WRITE_OFF.value, "")]


class CauseForm(FourWeeksForm):
    """`kind`, and for a write-off its `reason`, open one cause to its movements."""

    def __init__(self, query: Any, *, today: date) -> None:
        super().__init__(query, today=today)
        self.fields |= {
            "kind": forms.ChoiceField(choices=CAUSES, required=False, widget=forms.HiddenInput()),
            "reason": forms.CharField(
                label=_("Reason"), required=False, max_length=200, strip=False, widget=forms.HiddenInput()
            ),
        }


@require_safe
@permitted(Permission.REPORTS)
def by_cause(request: HttpRequest) -> HttpResponseBase:
    form = CauseForm(request.GET, today=calendar.today())
    if not form.is_valid():
        return unclear(request, form)
    if kind := form.cleaned_data["kind"]:
        return movements(request, form, kind, form.cleaned_data["reason"])
    told = shrinkage.told(form.period)
    rows = [
        (cause, f"?{asked.search(form.period, {}, kind=cause.kind, reason=cause.reason)}") for cause in told["causes"]
    ]
    everything = f"?{asked.search(form.period, {}, kind=ALL)}"
    said = {"form": form, "period": form.period, "today": form.today, "COUNT": MovementKind.COUNT.value}
    return render(request, "reports/shrinkage.html", {**said, **told, "rows": rows, "everything": everything})


def movements(request: HttpRequest, form: CauseForm, kind: str, reason: str) -> HttpResponseBase:
    found = shrinkage.movements(form.period, "" if kind == ALL else kind, reason)
    title = {ALL: _("Shrinkage"), MovementKind.COUNT: _("Differences of counts")}.get(kind, reason)
    total = [Cell(""), Cell(""), *(in_money(sum_of(getattr(row, name) for row in found)) for name in WORTH)]
    heads = [_("When"), _("Product"), _("Quantity"), _("At cost"), _("At price")]
    page = Page(
        title,
        _("Every movement this figure is made of, the latest first."),
        [Grid.cut(title, heads, found, line, *(total if found else ()))],
        choices=[(_("All causes"), f"?{asked.search(form.period, {})}", False)],
    )
    return shown(request, form, page, as_table(found, named(title, form)))


WORTH = ("at_cost", "at_price")


def line(lost: Lost) -> Line:
    counted = Cell(amount(lost.quantity, lost.sold_by), lost.quantity < 0)
    worth = [in_money(getattr(lost, name)) for name in WORTH]
    return Line(date_format(localtime(lost.at), _("d M Y, H:i")), [Cell(lost.name), counted, *worth])


def as_table(found: list[Lost], name: str) -> exports.Table:
    return exports.Table(
        name,
        [
            (_("When"), lambda lost: lost.at),
            (_("Product"), lambda lost: lost.name),
            (_("Quantity"), lambda lost: lost.quantity),
            (_("At cost"), lambda lost: lost.at_cost),
            (_("At price"), lambda lost: lost.at_price),
        ],
        found,
    )
