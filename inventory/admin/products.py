"""Products and their stock movements in the admin."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.doors import person
from inventory.admin.forms import MoveForm, NewProductForm, ProductForm
from inventory.admin.movements import Movements
from inventory.goods import missing, pictures, products, search
from inventory.models import Product, StockMovement
from inventory.shelf import low, manual_movements
from pos.back_office.rows import SpokenRefusals
from pos.errors import Refused
from pos.templatetags.money import amount, each
from pos.web.page_key import once_of


class OnShelf(admin.SimpleListFilter):
    title = _("stock")
    parameter_name = "stock"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("in", _("In stock")), ("low", _("At or below the reorder point")), ("out", _("Out of stock"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        wanted = {
            "in": low.left_somewhere(),
            "low": low.somewhere(low.LOW),
            "out": low.somewhere(low.OUT),
        }
        return queryset.filter(wanted.get(self.value() or "", Q()))


@admin.register(Product)
class ProductAdmin(SpokenRefusals):
    form = ProductForm
    list_display = ("thumbnail", "name", "sku", "category", "price_shown", "on_hand", "is_active")
    list_display_links = ("name",)
    list_filter = ("is_active", OnShelf, "category", "tax_rate", "sold_by")
    list_per_page = 50
    search_fields = ("name",)
    search_help_text = _("Barcode, SKU, words or their beginnings; small slips are forgiven")
    show_full_result_count = False
    inlines = (Movements,)
    export_prefetch = ("barcodes", "stock")
    export_also = (
        (_("stock"), lambda row: row.stock.quantity),
        (_("barcodes"), lambda row: "|".join(code.code for code in row.barcodes.all())),
    )
    actions = ("put_on_sale", "take_off_sale", "forget")
    readonly_fields = ("picture", "on_hand")
    fieldsets = (
        (None, {"fields": ("name", "sku", "codes", "category", "description", "minimum_age", "is_active")}),
        (_("Price"), {"fields": ("price", "open_price", "tax_rate", "cost", "sold_by", "content", "content_unit")}),
        (_("Shelf"), {"fields": ("on_hand", "reorder_point", "allow_negative_stock")}),
        (_("Picture"), {"fields": ("picture", "upload", "drop_picture", "opened_version")}),
    )
    add_fieldsets = (
        (None, {"fields": ("name", "sku", "codes", "category", "description", "minimum_age", "is_active")}),
        (_("Price"), {"fields": ("price", "open_price", "tax_rate", "cost", "sold_by", "content", "content_unit")}),
        (_("Shelf"), {"fields": ("opening_stock", "reorder_point", "allow_negative_stock")}),
        (_("Picture"), {"fields": ("upload",)}),
    )

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return (queryset.filter(search.matches(search_term)) if search_term else queryset), False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        return super().get_queryset(request).select_related("stock", "category")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **kwargs, **({} if obj else {"form": NewProductForm}))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fieldsets if obj else self.add_fieldsets

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def save_model(self, request: Any, obj: Product, form: Any, change: bool) -> None:
        asked = form.cleaned_data
        if change:
            saved = products.edit(obj, by=request.user, version=asked["opened_version"], **form.edits())
        else:
            fields = {name: asked[name] for name in (*products.EDITABLE, "codes", "allow_negative_stock")}
            saved = products.create(by=request.user, opening_stock=asked["opening_stock"] or 0, **fields)
            obj.pk, obj.sku = saved.pk, saved.sku
            self.say_what_is_missing(request, saved)
        if asked["upload"]:
            pictures.put(saved, asked["upload"], by=request.user)
        elif asked["drop_picture"]:
            pictures.drop(saved, by=request.user)

    def say_what_is_missing(self, request: HttpRequest, product: Product) -> None:
        for sentence in missing.sentences(product):
            self.message_user(request, sentence, messages.WARNING)

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(self.move_stock)
        return [path("<int:pk>/stock/", page, name="inventory_product_stock"), *super().get_urls()]

    def move_stock(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A delivery, a count or a write-off."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        product = get_object_or_404(Product.objects.select_related("stock"), pk=pk)
        form = MoveForm(request.POST if request.method == "POST" else None, initial={"kind": request.GET.get("kind")})
        if form.is_valid():
            try:
                once = once_of(request, f"stock of product {pk}", form.cleaned_data)
                move = partial(manual_movements.move, product, by=person(request), **form.cleaned_data)
                made = once.make(StockMovement.objects.all(), move)
            except Refused as refused:
                named = getattr(refused, "field", None)
                form.add_error(named if named in form.fields else None, refused.message)
            else:
                self.message_user(
                    request,
                    _("%(product)s: %(quantity)s entered as %(kind)s.")
                    % {
                        "product": product,
                        "quantity": amount(made.quantity, product.sold_by),
                        "kind": made.get_kind_display(),
                    },
                )
                return redirect(reverse("admin:inventory_product_change", args=[pk]))
        title = _("Move stock: %(product)s") % {"product": product}
        context = {**self.admin_site.each_context(request), "title": title, "opts": self.opts}
        context |= {"product": product, "form": form, "original": product}
        return render(request, "admin/inventory/product/move_stock.html", context)

    @admin.action(description=_("Put on sale"))
    def put_on_sale(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        self.each(request, queryset, lambda product: products.edit(product, by=person(request), is_active=True))

    @admin.action(description=_("Take off sale"))
    def take_off_sale(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        self.each(request, queryset, lambda product: products.edit(product, by=person(request), is_active=False))

    @admin.action(description=_("Delete (with a history: take off sale)"))
    def forget(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        self.each(request, queryset, lambda product: products.remove(product, by=person(request)))

    def each(self, request: HttpRequest, chosen: QuerySet[Product], verb: Callable[[Product], Any]) -> None:
        done = 0
        for product in chosen.order_by("pk"):
            try:
                verb(product)
                done += 1
            except Refused as refused:
                self.message_user(
                    request,
                    _("%(product)s: %(message)s") % {"product": product, "message": refused.message},
                    messages.ERROR,
                )
        self.message_user(request, _("Done for %(done)s.") % {"done": done})

    @admin.display(description=_("picture"))
    def thumbnail(self, product: Product) -> str:
        if not product.image:
            return format_html('<span class="thumbnail" aria-hidden="true">{}</span>', product.name[:1])
        return format_html('<img class="thumbnail" src="{}" alt="" width="40" height="40">', product.image.url)

    @admin.display(description=_("picture"))
    def picture(self, product: Product) -> str:
        return (
            format_html('<img class="thumbnail thumbnail--large" src="{}" alt="">', product.image.url)
            if product.image
            else "—"
        )

    @admin.display(description=_("price"), ordering="price")
    def price_shown(self, product: Product) -> str:
        return each(product.price, product.sold_by)

    @admin.display(description=_("stock"), ordering="stock__quantity")
    def on_hand(self, product: Product) -> str:
        left = product.stock.quantity
        shown = amount(left, product.sold_by)
        if left <= 0:
            return format_html('<span class="level level--out">{} · {}</span>', shown, _("none left"))
        if left <= product.reorder_point:
            return format_html('<span class="level level--low">{} · {}</span>', shown, _("reorder"))
        return shown
