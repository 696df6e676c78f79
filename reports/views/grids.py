"""Tables of figures as the smaller pages of the reports show them, and the same tables as files."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.functional import Promise

from pos import exports
from pos.templatetags.money import money
from pos.templatetags.money import share as share_of
from reports.figures.charts import Chart
from reports.views.forms import PeriodForm
from reports.views.sales_cells import Cell, Line

SHOWN = 200
Words = str | Promise
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Grid:
    """`more` are lines in the file only."""

    title: Words
    heads: Sequence[Words]
    lines: Sequence[Line]
    total: Sequence[Cell] = ()
    note: Words = ""
    more: int = 0

    @classmethod
    def cut(
        cls,
        title: Words,
        heads: Sequence[Words],
        rows: Sequence[Row],
        line: Callable[[Row], Line],
        *total: Cell,
        count: int | None = None,
    ) -> "Grid":
        """A line for each of the first so many rows; the others, `count` with them, are in the file."""
        more = (len(rows) if count is None else count) - SHOWN
        return cls(title, heads, [line(row) for row in rows[:SHOWN]], total, more=max(more, 0))


@dataclass(frozen=True, slots=True)
class Page:
    """`choices` are other ways to look at it: title, address, whether it is this one; `newest` and `older` are where a
    long list begins and goes on."""

    title: Words
    lead: Words
    grids: Sequence[Grid]
    drawn: Words = ""
    chart: Chart | None = None
    choices: Sequence[tuple[Words, str, bool]] = ()
    figures: Sequence[tuple[Words, Cell]] = ()
    newest: str = ""
    older: str = ""


def shown(request: HttpRequest, form: PeriodForm, page: Page, table: exports.Table) -> HttpResponseBase:
    """The page, or its table as a file."""
    if wanted := request.GET.get("format"):
        return exports.answer(table, wanted)
    return render(request, "reports/grids.html", {"form": form, "period": form.period, "page": page})


def unclear(request: HttpRequest, form: PeriodForm) -> HttpResponseBase:
    return render(request, "reports/unclear.html", {"form": form}, status=400)


def sum_of(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))


def in_money(amount: Decimal | None, href: str = "") -> Cell:
    return Cell("–") if amount is None else Cell(money(amount), amount < 0, href)


def counted(number: Any, href: str = "") -> Cell:
    return Cell(str(number), bool(number < 0), href)


def share(part: Decimal, whole: Decimal) -> Cell:
    return Cell(share_of((part / whole).quantize(Decimal("0.001")))) if whole else Cell("–")


def named(title: Words, form: PeriodForm, *more: object) -> str:
    """The name of a file: what it is, of which days, and what it was filtered by."""
    return " ".join(str(word) for word in (title, form.period.start, form.period.last, *more) if word)
