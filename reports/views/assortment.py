"""The page of products: which goods carry the shop, which lie on the shelf."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format, localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from accounts.doors import managers_only
from pos import calendar, exports
from pos.money import rounded
from pos.templatetags.money import amount, share
from reports.figures import asked, assortment, periods
from reports.figures.assortment import ABC, DEAD, RANKS, SLOW, Goods
from reports.views.forms import RangeForm
from reports.views.grids import Grid, in_money
from reports.views.sales_cells import Cell, Line

SHOWN, MONTHS = 200, 3
TITLES = {
    ABC: gettext_lazy("What brings the revenue"),
    SLOW: gettext_lazy("Slow movers"),
    DEAD: gettext_lazy("Dead stock"),
}

HEADS = {
    ABC: [
        *(gettext_lazy("Class"), gettext_lazy("Revenue"), gettext_lazy("Share"), gettext_lazy("Margin")),
        *(gettext_lazy("Sold"), gettext_lazy("Stock")),
    ],
    SLOW: [
        *(gettext_lazy("Revenue"), gettext_lazy("Sold"), gettext_lazy("Stock"), gettext_lazy("Value at cost")),
        gettext_lazy("Lasts"),
    ],
    DEAD: [gettext_lazy("Stock"), gettext_lazy("Value at cost"), gettext_lazy("Last sold")],
}


class QuarterForm(RangeForm):
    """Defaults to this month and the three before: of whole months the sums by product are kept."""

    def __init__(self, query: Any, *, today: date) -> None:
        super().__init__(query, today=today)
        self.fields["kind"] = forms.ChoiceField(choices=list(TITLES.items()), widget=forms.HiddenInput())
        self.fields["rank"] = forms.ChoiceField(
            choices=[(rank, rank) for rank in RANKS], required=False, widget=forms.HiddenInput()
        )

    def usual(self) -> dict[str, Any]:
        first = periods.months_away(self.today, -MONTHS) or self.today
        return {**super().usual(), "from": first.isoformat(), "kind": ABC}


@require_safe
@managers_only
def products(request: HttpRequest) -> HttpResponseBase:
    form = QuarterForm(request.GET, today=calendar.today())
    if not form.is_valid():
        return render(request, "reports/unclear.html", {"form": form}, status=400)
    kind, rank = form.cleaned_data["kind"], form.cleaned_data["rank"]
    if kind != ABC:
        rank = ""
    if wanted := request.GET.get("format"):
        rows = assortment.listed(kind, form.period, rank=rank).goods
        return exports.answer(as_table(rows, f"{TITLES[kind]} {rank} {form.period.start} {form.period.last}"), wanted)
    found = assortment.listed(kind, form.period, SHOWN, rank)
    count = next((each.count for each in found.ranks if each.rank == rank), found.count)
    search = asked.search(form.period, {})
    bills = f"{reverse('report_bills')}?{search}"
    lines = [line(goods, *SHOWS[kind](goods, f"{bills}&product={goods.product}")) for goods in found.goods]
    context = {
        "form": form,
        "period": form.period,
        "kind": kind,
        "title": TITLES[kind],
        "tabs": [(each, title, f"?{asked.search(form.period, {}, kind=each)}") for each, title in TITLES.items()],
        "search": search,
        "grids": [Grid(_("Products"), [_("Product"), *HEADS[kind]], lines, more=count - len(lines))],
        "rank": rank,
        "count": count,
        "value": found.value,
        "ranks": [rank for rank in found.ranks if rank.count] if kind == ABC else [],
    }
    return render(request, "reports/sales/products.html", context)


def line(goods: Goods, *cells: Cell) -> Line:
    return Line(goods.name, cells, reverse("product_sales", args=[goods.product]))


def in_order_of_revenue(goods: Goods, bills: str) -> list[Cell]:
    return [
        Cell(goods.rank),
        in_money(goods.revenue, bills),
        Cell(share(goods.share)),
        in_money(goods.margin, bills),
        sold(goods, bills),
        in_stock(goods),
    ]


def that_lasts(goods: Goods, bills: str) -> list[Cell]:
    lasts = goods.lasts or 0
    said = Cell(ngettext("%(days)s day", "%(days)s days", lasts) % {"days": localize(lasts)})
    return [in_money(goods.revenue, bills), sold(goods, bills), *on_the_shelf(goods), said]


def unsold(goods: Goods, _bills: str) -> list[Cell]:
    last = date_format(goods.last_sold, _("j N Y")) if goods.last_sold else _("never")
    return [*on_the_shelf(goods), Cell(last)]


def sold(goods: Goods, bills: str) -> Cell:
    return Cell(amount(goods.sold, goods.sold_by), goods.sold < 0, bills)


def in_stock(goods: Goods) -> Cell:
    return Cell(amount(goods.stock, goods.sold_by), goods.stock < 0, movements_of(goods))


def on_the_shelf(goods: Goods) -> list[Cell]:
    return [in_stock(goods), in_money(goods.value, movements_of(goods))]


def movements_of(goods: Goods) -> str:
    return f"{reverse('report_stock')}?product={goods.product}&location=0"


SHOWS: dict[str, Callable[[Goods, str], list[Cell]]] = {ABC: in_order_of_revenue, SLOW: that_lasts, DEAD: unsold}


def as_table(found: Sequence[Goods], name: str) -> exports.Table:
    return exports.Table(
        name,
        [
            (_("SKU"), lambda goods: goods.sku),
            (_("Product"), lambda goods: goods.name),
            (_("Class"), lambda goods: goods.rank),
            (_("Revenue"), lambda goods: rounded(goods.revenue)),
            (_("Net"), lambda goods: rounded(goods.net)),
            (_("Margin"), lambda goods: rounded(goods.margin)),
            (_("Quantity"), lambda goods: goods.sold),
            (_("Stock"), lambda goods: goods.stock),
            (_("Value at cost"), lambda goods: rounded(goods.value)),
            (_("Lasts for days"), lambda goods: goods.lasts),
            (_("Last sold"), lambda goods: goods.last_sold),
        ],
        found,
    )
