"""The page of sales: what was sold, split by anything, compared, filtered; and the bills behind each figure."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import managers_only, person
from pos import calendar, exports
from reports.figures import asked, comparing, tables
from reports.figures.charts import Column, chart
from reports.figures.comparing import Report, Row
from reports.figures.dimensions import DIMENSIONS
from reports.figures.measures import MEASURES, Measure
from reports.figures.queries import Taken
from reports.figures.question import children
from reports.views.sales_cells import CHANGED, Cell, Line, cells, chips, opens
from reports.views.sales_forms import FilteredForm, SalesForm
from reports.views.saved_views import rows as rows_of_views

SHOWN, DRAWN, LABEL, CROWDED = 200, 31, 10, 12
FIRST = [
    MEASURES[name]
    for name in ("revenue", "net", "margin", "margin_rate", "sales", "average", "pieces", "discount", "refunded")
]
# Where the name of a row leads: the same figures in smaller parts
SMALLER = {"month": "day", "week": "day", "day": "hour", "weekday": "hour", "rate": "product", "product": "day"}


@require_safe
@managers_only
def sales(request: HttpRequest) -> HttpResponseBase:
    form = SalesForm(request.GET, today=calendar.today())
    if not form.is_valid():
        return render(request, "reports/unclear.html", {"form": form}, status=400)
    compare, sort = form.cleaned_data["compare"], form.cleaned_data["sort"]
    if wanted := request.GET.get("format"):
        return exports.answer(as_table(form, comparing.report(form.question, compare)), wanted)
    by_this = [MEASURES[name] for name in [sort.removeprefix("-")] if name in MEASURES]
    found = comparing.report(replace(form.question, wanted=[*FIRST, *by_this]), compare, sort=sort, most=SHOWN)
    measures = [measure for measure in FIRST if measure in found.measures]
    rows = in_order(found.rows, sort)
    context = {
        "form": form,
        "period": form.period,
        "before": found.before,
        "heads": heads(form, measures),
        "by": form.question.by,
        "lines": lines(form, found, rows[:SHOWN], measures),
        "more": found.more or len(rows) > SHOWN,
        "total": together(form, found, measures),
        "chart": chart(columns(form, rows[:DRAWN])),
        "chips": chips(form),
        "saved": rows_of_views(person(request)),
        "here": f"{request.path}?{search(form)}",
        "query": search(form),
        "moves": form.period.last == form.today,
    }
    return render(request, "reports/sales/sales.html", context)


def in_order(rows: list[Row], sort: str) -> list[Row]:
    """The largest first; with a minus the smallest. What has no such figure comes last."""
    measure = MEASURES.get(sort.removeprefix("-"))
    if measure is None or not rows or not set(measure.of) <= set(rows[0].sums):
        return rows
    known = [row for row in rows if row.figure(measure) is not None]
    unknown = [row for row in rows if row.figure(measure) is None]
    return sorted(known, key=lambda row: row.figure(measure), reverse=not sort.startswith("-")) + unknown


def heads(form: SalesForm, measures: Iterable[Measure]) -> list[dict[str, Any]]:
    """Each column's title and where a press on it leads: sorted by it, then the other way round."""
    sort, found = form.cleaned_data["sort"], []
    for measure in measures:
        order = {measure.name: "descending", f"-{measure.name}": "ascending"}.get(sort, "")
        towards = f"-{measure.name}" if sort == measure.name else measure.name
        found.append({"title": measure.title, "order": order, "href": f"?{search(form, sort=towards)}"})
        if measure.name == "revenue" and form.cleaned_data["compare"]:
            found += [{"title": _("Before")}, {"title": CHANGED}]
    return found


def search(form: FilteredForm, **more: str) -> str:
    said = {name: form.cleaned_data.get(name) or "" for name in ("by", "compare", "sort")}
    return asked.search(form.period, form.filters, **{**said, **more})


def lines(form: SalesForm, found: Report, rows: Iterable[Row], measures: list[Measure]) -> list[Line]:
    by, page = form.by(), reverse("report_bills")
    of_row = asked.of_rows(form.period, by, form.filters)
    of_earlier = asked.of_rows(found.before or form.period, by, form.filters)
    made = []
    for row in rows:
        name, code = row.named.name, row.named.code
        here = of_row(row.key, code)
        bills, before = f"{page}?{here}", ""
        if row.key_before is not None:
            before = f"{page}?{of_earlier(row.key_before, code)}"
        smaller = {"by": smaller_than(form, row), "compare": form.cleaned_data["compare"]}
        leads = f"?{here}&{urlencode(asked.said(smaller))}" if smaller["by"] else bills
        made.append(Line(name, cells(row.sums, row.before, measures, bills, before), leads, DIMENSIONS[by].is_time))
    return made


def together(form: SalesForm, found: Report, measures: list[Measure]) -> list[Cell]:
    before = opens(found.before, form.filters) if found.before else ""
    return cells(found.total, found.total_before, measures, opens(form.period, form.filters), before)


def smaller_than(form: SalesForm, row: Row) -> str:
    """By what a row is split next; nothing where its bills come next."""
    by = form.by()
    if by == "hour" or (by == "product" and form.period.length == 1):
        return ""
    if by == "category":
        has_children = bool(row.key and children().get(row.key)) and form.question.filters.get("category") != row.key
        return "category" if has_children else "product"
    return SMALLER.get(by, "day")


def columns(form: SalesForm, rows: list[Row]) -> list[Column]:
    by, found = DIMENSIONS[form.by()], []
    for place, row in enumerate(rows):
        name = row.named.name
        label = {"day": f"{getattr(row.key, 'day', '')}", "hour": row.named.code}.get(by.name, shortened(name))
        if len(rows) > CROWDED and not (by.is_time or by.name == "hour") and place % 3:
            label = ""
        before = Taken(row.before["revenue"]) if row.before else Taken()
        found.append(Column(label, name, Taken(row.sums["revenue"]), before, minor=len(rows) > 8 and place % 3 > 0))
    return found


def shortened(name: str) -> str:
    return name if len(name) <= LABEL else f"{name[: LABEL - 1]}…"


def as_table(form: SalesForm, found: Report) -> exports.Table:
    by = found.question.by
    assert by
    said = " ".join([str(form.period.start), str(form.period.last), *form.filters.values()])
    heads = (_("Code"), str(by.title))
    then = _("%(measure)s before")
    name = f"{_('Sales')} {by.title} {said}"
    return tables.table(
        found, name, heads, lambda measure, was: then % {"measure": measure.title} if was else str(measure.title)
    )
