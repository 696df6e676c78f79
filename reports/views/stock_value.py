"""The page of the stock's value at the end of any day, by location, category and product, down to the movements."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.doors import managers_only
from inventory.models import Location, Product, StockMovement
from pos import calendar, exports
from pos.models import StoreSettings
from pos.money import ZERO
from pos.templatetags.money import amount, quantity
from reports.figures.stock_value import OnShelf, Shelf, Together
from reports.views.forms import DayForm
from reports.views.grids import SHOWN, Grid, Page, in_money, shown, sum_of, unclear
from reports.views.sales_cells import Cell, Line

HEADS = (gettext_lazy("Pieces"), gettext_lazy("Kilograms"), gettext_lazy("Value at cost"))


class ShelfForm(DayForm):
    """`location` and `category` narrow the list to one, `product` opens its movements; 0 is the first location, or no
    category."""

    location = forms.IntegerField(required=False, min_value=0, max_value=2**62, widget=forms.HiddenInput())
    category = forms.IntegerField(required=False, min_value=0, max_value=2**62, widget=forms.HiddenInput())
    product = forms.ModelChoiceField(Product.objects.all(), required=False, widget=forms.HiddenInput())


@require_safe
@managers_only
def value(request: HttpRequest) -> HttpResponseBase:
    form = ShelfForm(request.GET, today=calendar.today())
    if not form.is_valid():
        return unclear(request, form)
    day, said = form.period.start, form.cleaned_data
    if said["product"]:
        return movements(request, form, day, said["product"])
    only = {name: said[name] for name in ("location", "category") if said[name] is not None}
    shelf, places = Shelf(day, **only), {0: _("Shop"), **{place.pk: place.name for place in Location.objects.all()}}
    if wanted := request.GET.get("format"):
        return exports.answer(as_table(shelf.read()[1], places, f"{_('Stock value')} {day}"), wanted)
    parts, first = shelf.read(SHOWN)
    at, of = [part for part in parts if part.category is None], [part for part in parts if part.location is None]
    total = together(at)
    page = Page(
        _("Stock value"),
        _("What lay on the shelf at the end of the day, at its average cost then."),
        [
            split(_("By location"), _("Location"), at, lambda part: places[part.location or 0], total, day, only),
            split(
                _("By category"),
                _("Category"),
                of,
                lambda part: part.category_name or _("Without a category"),
                total,
                day,
                only,
            ),
            by_product(first, places, total, day, only),
        ],
        choices=[(_("The whole stock"), f"?day={day}", False)] if only else [],
    )
    return render(request, "reports/grids.html", {"form": form, "period": form.period, "page": page})


def address(day: date, only: dict[str, int]) -> str:
    return "?" + "&".join(f"{word}={said}" for word, said in {"day": day, **only}.items())


def listed(day: date, only: dict[str, int]) -> str:
    """The list of the products behind a total, the third of the page."""
    return f"{address(day, only)}#grid-3"


def together(parts: list[Together]) -> Together:
    count = sum(part.count for part in parts)
    pieces, kilograms = sum_of(part.pieces for part in parts), sum_of(part.kilograms for part in parts)
    return Together(None, "", None, pieces, kilograms, sum_of(part.value for part in parts), count)


def split(
    title: str,
    head: str,
    parts: list[Together],
    called: Callable[[Together], str],
    total: Together,
    day: date,
    only: dict[str, int],
) -> Grid:
    lines = []
    for part in parts:
        its_own = {"location": part.location, "category": part.category}
        href = address(day, only | {name: key for name, key in its_own.items() if key is not None})
        lines.append(Line(called(part), sums(part, href), href))
    return Grid(title, [head, *HEADS], lines, sums(total, listed(day, only)) if total.count else ())


def sums(part: Together, href: str = "") -> list[Cell]:
    """Pieces and kilograms are never added to each other."""
    cells = [Cell(quantity(count), count < 0, href if count else "") for count in (part.pieces, part.kilograms)]
    return [*cells, in_money(part.value, href)]


def by_product(rows: list[OnShelf], places: dict[int, str], total: Together, day: date, only: dict[str, int]) -> Grid:
    lines = []
    for row in rows:
        href = f"?day={day}&product={row.product}&location={row.location}"
        name = f"{row.name}, {places[row.location]}" if len(places) > 1 else row.name
        counted = Cell(amount(row.quantity, row.sold_by), row.quantity < 0, href)
        lines.append(Line(name, [counted, in_money(row.cost, href), in_money(row.value, href)], href))
    heads = [_("Product"), _("Stock"), _("Average cost"), _("Value at cost")]
    summed = [Cell(""), Cell(""), in_money(total.value, listed(day, only))]
    return Grid(_("By product"), heads, lines, summed if rows else (), more=max(total.count - SHOWN, 0))


def movements(request: HttpRequest, form: ShelfForm, day: date, product: Product) -> HttpResponseBase:
    """The movements that the product's stock is the sum of, the last first."""
    until = calendar.beginning(day + timedelta(1), StoreSettings.in_force().cutoff_hour)
    found = StockMovement.objects.filter(product=product, at__lt=until).select_related("location", "by")
    location = form.cleaned_data["location"]
    if location is not None:
        found = found.filter(location=location or None)
    of_all = found.aggregate(sum=Sum("quantity", default=ZERO), count=Count("pk"))
    total = of_all["sum"]
    _parts, shelves = Shelf(day, product=product.pk, location=location).read()
    lines = [moved(one, product) for one in found.order_by("-pk")[:SHOWN]]
    heads = [_("When"), _("What"), _("For"), _("By"), _("Quantity")]
    summed = [Cell(""), Cell(""), Cell(""), Cell(amount(total, product.sold_by), total < 0)]
    page = Page(
        product.name,
        _("The movements its stock at the end of the day is the sum of."),
        [Grid(_("Movements"), heads, lines, summed if lines else (), more=max(of_all["count"] - SHOWN, 0))],
        choices=[(_("The whole stock"), f"?day={day}", False), (_("Product"), product_page(product), False)],
        figures=[
            *((_("Average cost"), in_money(row.cost)) for row in shelves[:1]),
            *((_("Value at cost"), in_money(sum_of(row.value for row in shelves))) for _first in shelves[:1]),
        ],
    )
    return shown(request, form, page, moved_table(found.order_by("-pk").iterator(SHOWN), product, day))


def product_page(product: Product) -> str:
    return reverse("product", args=[product.pk])


def moved(one: StockMovement, product: Product) -> Line:
    when = date_format(localtime(one.at), _("d M Y, H:i"))
    said = " ".join(text for text in (one.reference, one.reason) if text)
    count = Cell(amount(one.quantity, product.sold_by), one.quantity < 0)
    return Line(when, [Cell(one.get_kind_display()), Cell(said), Cell(str(one.by)), count])


def moved_table(found: Iterable[StockMovement], product: Product, day: date) -> exports.Table:
    columns: list[tuple[str, Callable[[Any], Any]]] = [
        (_("When"), lambda one: one.at),
        (_("Location"), lambda one: one.location.name if one.location else ""),
        (_("What"), lambda one: one.get_kind_display()),
        (_("For"), lambda one: one.reference),
        (_("Reason"), lambda one: one.reason),
        (_("By"), lambda one: one.by.username),
        (_("Quantity"), lambda one: one.quantity),
    ]
    return exports.Table(f"{_('Movements')} {product.sku} {day}", columns, found)


def as_table(rows: list[OnShelf], places: dict[int, str], name: str) -> exports.Table:
    return exports.Table(
        name,
        [
            (_("SKU"), lambda row: row.sku),
            (_("Product"), lambda row: row.name),
            (_("Category"), lambda row: row.category_name),
            (_("Location"), lambda row: places[row.location]),
            (_("Quantity"), lambda row: row.quantity),
            (_("Average cost"), lambda row: row.cost),
            (_("Value at cost"), lambda row: row.value),
        ],
        rows,
    )
