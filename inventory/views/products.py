"""A new product, and the page of one: what it earns, what is there, how it came to that."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import permitted
from accounts.http import StaffRequest
from accounts.models import Permission
from inventory.goods import margins, missing, pictures
from inventory.goods import products as verbs
from inventory.models import MovementKind, PriceChange, Product, StockMovement
from inventory.shelf import locations
from inventory.shelf.costs import DELIVERED, IS_AVERAGE
from inventory.templatetags.contents import content_typed
from inventory.views.goods_forms import NewProductForm, PictureForm, ProductForm
from pos.errors import Refused, Stale
from pos.models import StoreSettings
from pos.money import ZERO
from pos.web.page_key import once_of

SHOWN = 10
AT_FAULT = {"barcodes": "codes", "content_unit": "content", "quantity": "opening_stock"}


@never_cache
@require_http_methods(["GET", "POST"])
@permitted(Permission.GOODS)
def new_product(request: StaffRequest) -> HttpResponse:
    """Ready for the next one when one is made; says what it still lacks."""
    form, status = NewProductForm(request.POST or None, initial=usual(request)), 200
    if form.is_bound and not form.is_valid():
        status = 400
    elif form.is_bound:
        try:
            asked = form.details()
            create = partial(verbs.create, by=request.user, **asked)
            made = once_of(request, "product", asked).make(Product.objects.select_related("stock"), create)
            messages.success(request, _("%(name)s is added.") % {"name": made.name})
            for sentence in missing.sentences(made):
                messages.warning(request, sentence)
            kept = {"made": made.pk, "tax_rate": made.tax_rate_id or "", "category": made.category_id or ""}
            return redirect(f"{reverse('new_product')}?{urlencode(kept)}")
        except Refused as refused:
            status = explain(form, refused)
    made_id = request.GET.get("made", "")
    made_before = Product.objects.filter(pk=made_id).first() if made_id.isdecimal() and len(made_id) < 19 else None
    return render(request, "inventory/goods/new_product.html", {"form": form, "made": made_before}, status=status)


def usual(request: StaffRequest) -> dict[str, Any]:
    """The tax and category of the product made before."""
    last: dict[str, Any] = Product.objects.order_by("-pk").values("tax_rate", "category").first() or {}  # type: ignore[assignment]
    return {name: request.GET.get(name, last.get(name)) for name in ("tax_rate", "category")}


def explain(form: Form, refused: Refused) -> int:
    """Adds the refusal to the field it is about; returns the HTTP status of the page."""
    field = getattr(refused, "field", refused.facts.get("field"))
    field = AT_FAULT.get(str(field), field)
    form.add_error(field if field in form.fields else None, refused.message)
    return refused.status


@never_cache
@require_http_methods(["GET", "POST"])
@permitted(Permission.GOODS)
def product(request: StaffRequest, product_id: int) -> HttpResponse:
    found = known(product_id)
    if request.method != "POST":
        return show(request, found)
    names = [name for name in ProductForm.base_fields if name != "cost" or not found.cost_is_average]
    form = ProductForm(request.POST, names)
    if not form.is_valid():
        return show(request, found, 400, form=form)
    try:
        verbs.edit(found, by=request.user, version=form.cleaned_data["version"], **form.changes())
    except Refused as refused:
        status = explain(form, refused)
        return show(request, known(product_id), status, form=form, is_stale=isinstance(refused, Stale))
    messages.success(request, _("Saved."))
    return redirect("product", product_id)


@require_safe
@permitted(Permission.GOODS)
def product_by_sku(request: StaffRequest, sku: str) -> HttpResponse:
    """The trail knows products by their SKU."""
    found = None if "\0" in sku else Product.objects.with_sku(sku).first()
    if found is None:
        raise Http404
    return redirect("product", found.pk)


@require_POST
@permitted(Permission.GOODS)
def put_picture(request: StaffRequest, product_id: int) -> HttpResponse:
    found, form = known(product_id), PictureForm(request.POST, request.FILES)
    try:
        asked = form.values()
        pictures.put(found, asked["file"], by=request.user, version=asked["version"])
    except Refused as refused:
        return show(request, known(product_id), refused.status, refusal=refused)
    messages.success(request, _("The picture is set."))
    return redirect("product", product_id)


@require_POST
@permitted(Permission.GOODS)
def drop_picture(request: StaffRequest, product_id: int) -> HttpResponse:
    pictures.drop(known(product_id), by=request.user)
    messages.success(request, _("The picture is taken away."))
    return redirect("product", product_id)


def known(product_id: int) -> Any:
    rows = Product.objects.select_related("stock", "category", "tax_rate").prefetch_related("barcodes")
    return get_object_or_404(rows.annotate(cost_is_average=IS_AVERAGE), pk=product_id)


def show(request: StaffRequest, found: Any, status: int = 200, **more: Any) -> HttpResponse:
    rate = found.tax_rate.rate if found.tax_rate else ZERO
    includes_tax = StoreSettings.in_force().prices_include_tax
    form = more.pop("form", None) or unbound(found)
    context = {
        "product": found,
        "form": form,
        "version": found.version if more.get("is_stale") else form["version"].value(),
        "checks": [form[name] for name in ("is_active", "open_price", "allow_negative_stock")],
        "margin": margins.margin(found.price, found.cost, rate, prices_include_tax=includes_tax),
        "missing": missing.sentences(found),
        "held": locations.held_of(found),
        "movements": [(movement, bill_of(movement)) for movement in latest_movements(found)],
        "prices": PriceChange.objects.filter(product=found.pk).order_by("-pk")[:SHOWN],
        "costs": DELIVERED.filter(product=found).select_related("by").order_by("-pk")[:SHOWN],
        **more,
    }
    return render(request, "inventory/goods/product.html", context, status=status)


def latest_movements(found: Product) -> QuerySet[StockMovement]:
    return found.movements.select_related("by", "location").order_by("-pk")[:SHOWN]


def bill_of(movement: StockMovement) -> str:
    """The number of the bill that moved the goods; nothing for other movements."""
    is_of_bill = movement.kind in (MovementKind.SALE, MovementKind.REFUND)
    return movement.reference.removeprefix("bill ") if is_of_bill and movement.reference.startswith("bill ") else ""


def unbound(found: Any) -> ProductForm:
    form = ProductForm(None, ProductForm.base_fields)
    given = dict(found.elsewhere.values_list("location", "reorder_point"))
    names = [name for name in ProductForm.base_fields if name not in ("codes", "content", "allow_negative_stock")]
    form.initial = {name: getattr(found, name) for name in names} | {
        "codes": "\n".join(code.code for code in found.barcodes.all()),
        "content": content_typed(found),
        "allow_negative_stock": found.stock.allow_negative,
        **{name: given.get(place.pk) for name, place in form.places.items()},
    }
    return form
