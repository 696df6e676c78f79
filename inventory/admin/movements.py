"""Stock movements in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from inventory.goods import search
from inventory.models import Product, StockMovement
from pos.back_office.long_lists import LongList
from pos.back_office.rows import LatestInline
from pos.templatetags.money import amount


def moved_amount(movement: StockMovement) -> str:
    moved = amount(movement.quantity, movement.product.sold_by)
    return f"+{moved}" if movement.quantity > 0 else moved


class ShowsOversold:
    @admin.display(description=_("sold without stock"))
    def oversold_shown(self, movement: StockMovement) -> str:
        return amount(movement.oversold, movement.product.sold_by) if movement.oversold else ""


class Movements(ShowsOversold, LatestInline):
    model = StockMovement
    verbose_name_plural = _("what moved lately")
    fields = ("at", "kind", "moved", "oversold_shown", "unit_cost", "reference", "reason", "by")
    readonly_fields = ("moved", "oversold_shown")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("product")

    @admin.display(description=_("quantity"))
    def moved(self, movement: StockMovement) -> str:
        if movement._state.adding:  # a row from the submitted form that is not in the ledger
            return ""
        return moved_amount(movement)


@admin.register(StockMovement)
class StockMovementAdmin(ShowsOversold, LongList):
    list_display = (
        "at",
        "product",
        "kind",
        "quantity_shown",
        "oversold_shown",
        "unit_cost",
        "reference",
        "reason",
        "by",
    )
    list_filter = ("kind", "at")
    list_select_related = ("product", "by")
    search_fields = ("reference",)
    search_help_text = _("Reference, or a product's barcode, SKU or words")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        if not search_term:
            return queryset, False
        if "\0" in search_term:
            return queryset.none(), False
        named = queryset.filter(reference__in=[search_term, f"bill {search_term.upper()}"])
        if named.exists():
            return named, False
        return queryset.filter(product__in=Product.objects.filter(search.matches(search_term)).values("pk")), False

    @admin.display(description=_("quantity"), ordering="quantity")
    def quantity_shown(self, movement: StockMovement) -> str:
        return moved_amount(movement)
