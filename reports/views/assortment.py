"""The page of products: which goods carry the shop, which lie on the shelf."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.doors import managers_only
from pos import calendar, exports
from pos.money import rounded
from reports.figures import asked, assortment, periods
from reports.figures.assortment import ABC, DEAD, RANKS, SLOW, Goods
from reports.views.forms import RangeForm

SHOWN, MONTHS = 200, 3
TITLES = {
    ABC: gettext_lazy("What brings the revenue"),
    SLOW: gettext_lazy("Slow movers"),
    DEAD: gettext_lazy("Dead stock"),
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
    context = {
        "form": form,
        "period": form.period,
        "kind": kind,
        "title": TITLES[kind],
        "tabs": [(each, title, f"?{asked.search(form.period, {}, kind=each)}") for each, title in TITLES.items()],
        "search": asked.search(form.period, {}),
        "goods": found.goods,
        "rank": rank,
        "count": count,
        "more": count - len(found.goods),
        "value": found.value,
        "ranks": [rank for rank in found.ranks if rank.count] if kind == ABC else [],
    }
    return render(request, "reports/sales/products.html", context)


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
