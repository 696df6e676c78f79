"""Figures as the pages of sales write them, and what they are filtered by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import escape
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import pgettext_lazy

from pos.money import ZERO
from pos.templatetags.money import language, money, quantity, share
from reports.figures import against as beside
from reports.figures import asked, tables
from reports.figures.columns import bills_of
from reports.figures.dimensions import FILTERS
from reports.figures.measures import COUNT, MEASURES, MONEY, PERCENT, Measure, Sums
from reports.figures.naming import names
from reports.figures.periods import Period
from reports.views.sales_forms import FilteredForm

CHANGED = pgettext_lazy("of a figure", "Change")


@dataclass(frozen=True, slots=True)
class Cell:
    """`bills` is the page of the bills it sums; none where it is no sum of bills. `note` marks it, in words."""

    text: str
    is_negative: bool = False
    bills: str = ""
    note: str = ""

    @property
    def td(self) -> SafeString:
        """Written here and not in a template or by Django's `format_html`, which take several times as long: a page has
        up to two thousand."""
        of = "number" + ("" if self.note else " nowrap") + (" negative" if self.is_negative else "")
        text = escape(self.text)
        if self.bills:
            text = f'<a class="table__link table__figure" href="{escape(self.bills)}">{text}</a>'
        note = f' <span class="badge badge--warning">{escape(self.note)}</span>' if self.note else ""
        return SafeString(f'<td class="{of}">{text}{note}</td>')


@dataclass(frozen=True, slots=True)
class Line:
    """`href` is where the name leads: the same in smaller parts."""

    name: str
    cells: Sequence[Cell]
    href: str = ""
    is_time: bool = False

    @property
    def tr(self) -> SafeString:
        """Written here for the reason a cell is."""
        name, of = escape(self.name), "nowrap" if self.is_time else "table__words table__name"
        if self.href:
            name = f'<a class="table__link" href="{escape(self.href)}">{name}</a>'
        return SafeString(f'<tr><th class="{of}" scope="row">{name}</th>{"".join(cell.td for cell in self.cells)}</tr>')


def cells(sums: Sums, before: Sums | None, measures: list[Measure], bills: str, bills_before: str = "") -> list[Cell]:
    found, name = [], language()
    for measure in measures:
        value = measure.read(sums)
        found.append(cell(measure, value, bills, name))
        if measure.name == "revenue" and before is not None:
            then = measure.read(before) or ZERO
            found += [cell(measure, then, bills_before, name), change(value or ZERO, then, name)]
    return found


def opens(period: Period, filters: Mapping[str, str]) -> str:
    return bills_of(period, **filters)


def cell(measure: Measure, value: Decimal | None, bills: str = "", name: str = "") -> Cell:
    """`name` is the reader's language."""
    if value is None:
        return Cell("–", bills=bills)
    return Cell(written(measure, tables.shown(measure, value) or ZERO, name), value < 0, bills)


def written(measure: Measure, value: Decimal, name: str) -> str:
    if measure.shape == COUNT:
        return str(int(value))
    return {MONEY: money, PERCENT: share}.get(measure.shape, quantity)(value, name)


def change(now: Decimal, then: Decimal, name: str = "") -> Cell:
    if then <= 0:
        return Cell("–")
    by = ((now - then) / then).quantize(Decimal("0.001"))
    return Cell(f"+{share(by, name)}" if by > 0 else share(by, name), by < 0)


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


BESIDE = [MEASURES[name] for name in ("revenue", "net", "margin", "sales", "average", "discount", "refunded")]


def against(period: Period, today: date) -> dict[str, Any]:
    """The days beside the same days before and the year before. A day that still runs is compared with no whole one."""
    found = beside.of(period, today)
    runs = found[0].period.start == today
    rows = []
    for each in found:
        written = cells(each.sums, None, BESIDE, opens(each.period, {}))
        then = found[0].sums["revenue"], each.sums["revenue"]
        written.insert(1, Cell("") if not each.how else Cell("–") if runs else change(*then))
        rows.append({"how": each.how, "period": each.period, "cells": written})
    return {"titles": [BESIDE[0].title, CHANGED, *(measure.title for measure in BESIDE[1:])], "rows": rows}
