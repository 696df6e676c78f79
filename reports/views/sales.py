"""The page of sales: what was sold, split by anything, compared, filtered; and the bills behind each figure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import managers_only
from pos import calendar, exports
from pos.money import ZERO
from pos.templatetags.money import money, percent, quantity
from reports.figures import asked, comparing, opened, tables
from reports.figures.charts import Column, chart
from reports.figures.comparing import Report, Row
from reports.figures.dimensions import DIMENSIONS, FILTERS
from reports.figures.measures import COUNT, MEASURES, MONEY, PERCENT, Measure, Sums
from reports.figures.naming import names
from reports.figures.queries import Taken
from reports.figures.question import answer, children
from reports.views.sales_forms import BillsForm, FilteredForm, SalesForm

PAGE, SHOWN, DRAWN, LABEL = 50, 200, 31, 10
FIRST = [
    MEASURES[name]
    for name in ("revenue", "net", "margin", "margin_rate", "sales", "average", "pieces", "discount", "refunded")
]
# Where the name of a row leads: the same figures in smaller parts
SMALLER = {"month": "day", "week": "day", "day": "hour", "weekday": "hour", "rate": "product", "product": "day"}


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    is_negative: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    smaller: str
    bills: str
    cells: list[Cell]


@require_safe
@managers_only
def sales(request: HttpRequest) -> HttpResponseBase:
    form = SalesForm(request.GET, today=calendar.today())
    if not form.is_valid():
        return render(request, "reports/unclear.html", {"form": form}, status=400)
    found = comparing.report(form.question, form.cleaned_data["compare"])
    if wanted := request.GET.get("format"):
        return exports.answer(as_table(form, found), wanted)
    measures = [measure for measure in FIRST if measure in found.measures]
    rows = in_order(found.rows, form.cleaned_data["sort"])
    context = {
        "form": form,
        "period": form.period,
        "before": found.before,
        "heads": heads(form, measures),
        "by": form.question.by,
        "lines": [line(form, row, measures) for row in rows[:SHOWN]],
        "more": max(len(rows) - SHOWN, 0),
        "total": cells(found.total, found.total_before, measures),
        "bills": f"{reverse('report_bills')}?{asked.search(form.period, form.filters)}",
        "chart": chart(columns(form, rows[:DRAWN])),
        "chips": chips(form),
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
            found += [{"title": _("Before")}, {"title": _("Change")}]
    return found


def search(form: FilteredForm, **more: str) -> str:
    said = {name: form.cleaned_data.get(name) or "" for name in ("by", "compare", "sort")}
    return asked.search(form.period, form.filters, **{**said, **more})


def line(form: SalesForm, row: Row, measures: list[Measure]) -> Line:
    by = form.by()
    period, filters = asked.within(form.period, by, row.key, row.named.code, form.filters)
    bills = f"{reverse('report_bills')}?{asked.search(period, filters)}"
    smaller = smaller_than(form, row)
    compare = form.cleaned_data["compare"]
    leads = f"?{asked.search(period, filters, by=smaller, compare=compare)}" if smaller else bills
    return Line(row.named.name, leads, bills, cells(row.sums, row.before, measures))


def smaller_than(form: SalesForm, row: Row) -> str:
    """By what a row is split next; nothing where its bills come next."""
    by = form.by()
    if by == "hour" or (by == "product" and form.period.length == 1):
        return ""
    if by == "category":
        has_children = bool(row.key and children().get(row.key)) and form.question.filters.get("category") != row.key
        return "category" if has_children else "product"
    return SMALLER.get(by, "day")


def cells(sums: Sums, before: Sums | None, measures: list[Measure]) -> list[Cell]:
    found = []
    for measure in measures:
        value = measure.read(sums)
        found.append(cell(measure, value))
        if measure.name == "revenue" and before is not None:
            then = measure.read(before) or ZERO
            found += [cell(measure, then), change(value or ZERO, then)]
    return found


def cell(measure: Measure, value: Decimal | None) -> Cell:
    if value is None:
        return Cell("–")
    written = {MONEY: money, PERCENT: percent}.get(measure.shape, quantity)
    return Cell(str(int(value)) if measure.shape == COUNT else written(tables.shown(measure, value)), value < 0)


def change(now: Decimal, then: Decimal) -> Cell:
    if then <= 0:
        return Cell("–")
    by = ((now - then) / then).quantize(Decimal("0.001"))
    return Cell(f"+{percent(by)}" if by > 0 else percent(by), by < 0)


def columns(form: SalesForm, rows: list[Row]) -> list[Column]:
    by, found = DIMENSIONS[form.by()], []
    for place, row in enumerate(rows):
        name = row.named.name
        label = {"day": f"{getattr(row.key, 'day', '')}", "hour": row.named.code}.get(by.name, shortened(name))
        before = Taken(row.before["revenue"]) if row.before else Taken()
        found.append(Column(label, name, Taken(row.sums["revenue"]), before, minor=len(rows) > 8 and place % 3 > 0))
    return found


def shortened(name: str) -> str:
    return name if len(name) <= LABEL else f"{name[: LABEL - 1]}…"


def chips(form: FilteredForm) -> list[dict[str, str]]:
    """What the bills are filtered by, each with the address without it."""
    found = []
    for name, value in form.question.filters.items():
        rest = {other: text for other, text in form.filters.items() if other != name}
        said = {field: form.cleaned_data.get(field) or "" for field in ("by", "compare", "sort")}
        called = names(FILTERS[name], [value]).get(value)
        found.append(
            {
                "title": str(FILTERS[name].title),
                "value": called.name if called else form.filters[name],
                "href": f"?{asked.search(form.period, rest, **said)}",
            }
        )
    return found


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


@require_safe
@managers_only
def bills(request: HttpRequest) -> HttpResponse | HttpResponseBase:
    form = BillsForm(request.GET, today=calendar.today())
    if not form.is_valid():
        return render(request, "reports/unclear.html", {"form": form}, status=400)
    if wanted := request.GET.get("format"):
        return exports.answer(bills_as_table(form), wanted)
    found = opened.bills(form.question, PAGE + 1, form.cleaned_data["after"])
    total = answer(form.question).total
    more = found[PAGE - 1].place if len(found) > PAGE else None
    context = {
        "form": form,
        "period": form.period,
        "rows": found[:PAGE],
        "next": f"?{asked.search(form.period, form.filters, after=f'{more[0]}.{more[1]}')}" if more else "",
        "first": f"?{asked.search(form.period, form.filters)}" if form.cleaned_data["after"] else "",
        "figures": [(measure.title, cell(measure, measure.read(total))) for measure in form.question.measures],
        "revenue": total["revenue"],
        "is_part": form.question.source.table != "reports_daytaking",
        "chips": chips(form),
    }
    return render(request, "reports/sales/bills.html", context)


def bills_as_table(form: BillsForm) -> exports.Table:
    said = " ".join([str(form.period.start), str(form.period.last), *form.filters.values()])
    return exports.Table(
        f"{_('Bills')} {said}",
        [
            (_("Number"), lambda row: row.bill.number),
            (_("When"), lambda row: row.bill.at),
            (_("business date"), lambda row: row.bill.business_date),
            (_("Till"), lambda row: row.bill.register.code),
            (_("Cashier"), lambda row: row.bill.cashier.username),
            (_("Revenue"), lambda row: row.part),
            (_("Total"), lambda row: row.bill.total),
        ],
        opened.every(form.question),
    )
