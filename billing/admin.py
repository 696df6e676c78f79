from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.forms import ShapeForm
from billing.codes import patterns, trial
from billing.drawer import favourites, registers, tenders
from billing.models import (
    LABEL_LENGTH,
    Bill,
    BillLine,
    BillTax,
    CashMovement,
    Favourite,
    LabelPattern,
    Payment,
    Register,
    Shift,
    Tender,
    TenderKind,
    ZReport,
)
from billing.receipts import bill_search
from inventory.shelf import locations
from pos.back_office.figures import FiguresBelow, WholeNumber
from pos.back_office.long_lists import LongList
from pos.back_office.rows import ReadOnly, SpokenRefusals


class Lines(FiguresBelow):
    model = BillLine
    fields = (
        "position",
        "sku",
        "name",
        "quantity",
        "list_price",
        "unit_price",
        "line_discount",
        "bill_discount",
        "manual_discount",
        "net",
        "tax_rate",
        "tax",
    )


class Taxes(FiguresBelow):
    model = BillTax
    fields = ("rate", "base", "tax")


class Payments(FiguresBelow):
    model = Payment
    fields = ("method", "amount", "reference")


@admin.register(Bill)
class BillAdmin(LongList):
    ordering = bill_search.BY_DAY
    list_display = ("number", "kind", "at", "register", "cashier", "member", "total", "points_spent", "points_earned")
    list_filter = ("kind", "register", "business_date", "cashier")
    list_select_related = ("register", "cashier", "member")
    search_fields = ("number",)
    search_help_text = _("Number, member, product or cashier")
    inlines = (Lines, Taxes, Payments)
    exclude = ("fingerprint",)
    in_points = ("points_spent", "points_earned")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return bill_search.Search(search_term).among(queryset), False


@admin.register(Tender)
class TenderAdmin(SpokenRefusals):
    list_display = ("__str__", "code", "kind", "is_active", "position")

    def get_readonly_fields(self, request: HttpRequest, obj: Tender | None = None) -> tuple[str, ...]:
        if obj and obj.kind == TenderKind.EXCHANGE:
            return ("code", "kind", "is_active")  # the exchange tender cannot be switched off
        return ("code", "kind") if obj else ()

    def save_model(self, request: Any, obj: Tender, form: Any, change: bool) -> None:
        if change:
            tenders.change(obj.code, by=request.user, **{name: getattr(obj, name) for name in form.changed_data})
        else:
            tenders.add(obj, by=request.user)


class ProductPicker(AutocompleteSelect):
    """Picks by searching; the words in the empty box are also its name."""

    def build_attrs(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().build_attrs(*args, **kwargs), "data-placeholder": gettext("Search a product")}


class Favourites(admin.TabularInline):
    model = Favourite
    extra = 1
    autocomplete_fields = ("product",)
    formfield_overrides: ClassVar[Any] = {models.IntegerField: {"widget": WholeNumber}}

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "product":
            kwargs["widget"] = ProductPicker(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.widget.attrs["aria-label"] = capfirst(db_field.verbose_name)
        return field


@admin.register(Register)
class RegisterAdmin(SpokenRefusals):
    form = ShapeForm
    list_display = ("code", "name", "kind", "is_active", "is_training", "last_sale", "last_z")
    fieldsets = (
        (None, {"fields": ("code", "name", "kind", "is_active", "is_training", "outage_sales")}),
        (_("Scanner"), {"fields": registers.SCANNER}),
        (_("Receipt printer"), {"fields": registers.PRINTER}),
    )
    inlines = (Favourites,)

    def get_fieldsets(self, request: HttpRequest, obj: Register | None = None) -> Any:
        """A shop with one location is not asked for it."""
        if not locations.are_several():
            return self.fieldsets
        (name, first), *rest = self.fieldsets
        return ((name, {"fields": (*first["fields"], "location")}), *rest)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "location":
            kwargs |= {"queryset": locations.active(), "empty_label": locations.first_name()}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Register | None = None) -> tuple[str, ...]:
        return ("code", "kind") if obj else ()

    def save_model(self, request: Any, obj: Register, form: Any, change: bool) -> None:
        if change:
            registers.change(obj, by=request.user)
        else:
            devices = {
                name: getattr(obj, name) for name in ("location", "is_training", *registers.SCANNER, *registers.PRINTER)
            }
            added = registers.add(code=obj.code, name=obj.name, kind=obj.kind, by=request.user, **devices)
            obj.pk = added.pk

    def save_formset(self, request: Any, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)  # notes for the log of the back office what changed
        kept = [one.instance for one in formset.forms if one not in formset.deleted_forms and one.instance.product_id]
        ordered = sorted(kept, key=lambda row: row.position)
        favourites.put(form.instance, [row.product_id for row in ordered], by=request.user)


class Movements(FiguresBelow):
    model = CashMovement
    fields = ("at", "kind", "amount", "reason", "by")


@admin.register(Shift)
class ShiftAdmin(ReadOnly):
    list_display = ("register", "business_date", "opened_at", "opened_by", "closed_at", "counted", "expected")
    list_filter = ("register", "business_date")
    list_select_related = ("register", "opened_by")
    inlines = (Movements,)


@admin.register(ZReport)
class ZReportAdmin(ReadOnly):
    list_display = ("register", "number", "at", "shift")
    list_filter = ("register",)
    list_select_related = ("register", "shift__register")
    fields = ("register", "number", "shift", "at", "page")
    readonly_fields = ("page",)

    @admin.display(description=_("document"))
    def page(self, z: ZReport) -> str:
        return format_html('<a href="{}">{}</a>', reverse("z_report", args=[z.shift_id]), z)


@admin.register(LabelPattern)
class LabelPatternAdmin(SpokenRefusals):
    list_display = ("name", "prefix", "kind", "item_digits", "value_digits", "decimals", "has_price_check", "is_active")

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(self.try_label)
        return [path("try/", page, name="billing_labelpattern_try"), *super().get_urls()]

    def save_model(self, request: Any, obj: LabelPattern, form: Any, change: bool) -> None:
        patterns.keep(obj, by=request.user)

    def try_label(self, request: HttpRequest) -> HttpResponse:
        """Shows how the till would read a typed or scanned code."""
        code = request.GET.get("code", "")[:LABEL_LENGTH]
        context = {**self.admin_site.each_context(request), "title": _("Try a label"), "opts": self.opts, "code": code}
        context["trial"] = trial.try_label(code) if code else None
        return render(request, "admin/billing/labelpattern/try.html", context)
