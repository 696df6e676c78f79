"""The page of taxes: by rate and month or quarter."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.doors import managers_only
from pos import calendar, exports
from pos.money import ZERO
from pos.templatetags.money import percent
from reports.figures import asked, periods, taxes
from reports.figures.charts import Column, chart
from reports.figures.queries import Taken
from reports.figures.taxes import MONTH, QUARTER, Taxed
from reports.views.forms import RangeForm
from reports.views.grids import Grid, Page, in_money, named, shown, sum_of, unclear
from reports.views.sales_cells import Cell, Line, opens

DRAWN = 62
PER = {MONTH: gettext_lazy("By month"), QUARTER: gettext_lazy("By quarter")}


class TaxForm(RangeForm):
    """Defaults to the year so far."""

    def __init__(self, query: Any, *, today: date) -> None:
        super().__init__(query, today=today)
        self.fields["per"] = forms.ChoiceField(choices=list(PER.items()), widget=forms.HiddenInput())

    def usual(self) -> dict[str, Any]:
        return {**super().usual(), "from": self.today.replace(month=1, day=1).isoformat(), "per": MONTH}


@require_safe
@managers_only
def by_rate(request: HttpRequest) -> HttpResponseBase:
    form = TaxForm(request.GET, today=calendar.today())
    if not form.is_valid():
        return unclear(request, form)
    per = form.cleaned_data["per"]
    found = taxes.by_rate(form.period, per)
    drawn = columns(found, per)
    page = Page(
        _("Taxes"),
        _("The tax in the revenue, by rate. Refunds are taken off."),
        [of_rates(found), of_times(found, per)],
        drawn=_("Tax"),
        chart=chart(drawn) if len(drawn) > 1 else None,
        choices=[(title, f"?{asked.search(form.period, {}, per=key)}", key == per) for key, title in PER.items()],
    )
    return shown(request, form, page, taxes_as_table(found, named(_("Taxes"), form, PER[per])))


TAX_HEADS = (gettext_lazy("Net"), gettext_lazy("Tax"), gettext_lazy("Revenue"))


def code_of(rate: Decimal) -> str:
    return f"{rate.normalize():f}"


def tax_cells(rows: list[Taxed], href: str) -> list[Cell]:
    return [in_money(sum_of(getattr(row, name) for row in rows), href) for name in ("net", "tax", "revenue")]


def of_rates(found: list[Taxed]) -> Grid:
    """The whole period by rate."""
    lines = []
    for rate in sorted({row.rate for row in found}):
        rows = [row for row in found if row.rate == rate]
        lines.append(Line(percent(rate), tax_cells(rows, opens(whole(rows), {"rate": code_of(rate)}))))
    total = tax_cells(found, opens(whole(found), {})) if found else ()
    return Grid(_("By rate"), [_("Tax rate"), *TAX_HEADS], lines, total)


def of_times(found: list[Taxed], per: str) -> Grid:

    def line(row: Taxed) -> Line:
        cells = tax_cells([row], opens(row.period, {"rate": code_of(row.rate)}))
        return Line(f"{spoken(row.period.start, per)}, {percent(row.rate)}", cells)

    total = tax_cells(found, opens(whole(found), {})) if found else ()
    return Grid.cut(PER[per], [_("Days"), *TAX_HEADS], found, line, *total)


def whole(rows: list[Taxed]) -> periods.Period:
    return periods.Period(min(row.period.start for row in rows), max(row.period.end for row in rows))


def spoken(day: date, per: str) -> str:
    if per == MONTH:
        return date_format(day, _("F Y"))
    return _("Quarter %(number)s of %(year)s") % {"number": (day.month + 2) // 3, "year": day.year}


def columns(found: list[Taxed], per: str) -> list[Column]:
    sums: dict[date, Decimal] = {}
    for row in found:
        sums[row.period.start] = sums.get(row.period.start, ZERO) + row.tax
    return [
        Column(date_format(day, "M" if per == MONTH else "M y"), spoken(day, per), Taken(tax), minor=len(sums) > 12)
        for day, tax in list(sums.items())[-DRAWN:]
    ]


def taxes_as_table(found: list[Taxed], name: str) -> exports.Table:
    return exports.Table(
        name,
        [
            (_("From"), lambda row: row.period.start),
            (_("To"), lambda row: row.period.last),
            (_("Tax rate"), lambda row: row.rate),
            (_("Net"), lambda row: row.net),
            (_("Tax"), lambda row: row.tax),
            (_("Revenue"), lambda row: row.revenue),
        ],
        found,
    )
