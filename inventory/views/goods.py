"""The list of goods: read and edited like a sheet, one row at a time."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import permitted
from accounts.http import StaffRequest
from accounts.models import Permission
from inventory.goods import listing, products
from inventory.models import Category, Product, TaxRate
from inventory.views import goods_cells
from inventory.views.goods_forms import ListForm, RowForm, TogetherForm
from pos.errors import Refused, Stale

COLUMNS, YEAR = "goods_columns", 365 * 24 * 60 * 60
UNPROCESSABLE = 422


@never_cache
@require_safe
@permitted(Permission.GOODS)
def goods(request: StaffRequest) -> HttpResponse:
    return show_goods(request)


def show_goods(request: StaffRequest, refusal: Refused | None = None, **more: Any) -> HttpResponse:
    """The list as the address of the page, or of the page a form came from, asks for it."""
    around = surroundings(request)
    query = QueryDict(urlsplit(around["here"]).query)
    form = ListForm(query)
    asked, said = form.asked(), form.cleaned_data
    page = listing.page(listing.listed(asked), after=said.get("after"), before=said.get("before"))
    context = {
        **around,
        "form": form,
        "previous": beside(query, "before", page.before),
        "next": beside(query, "after", page.after),
        "is_asked": any((asked.search, asked.category, asked.on_sale, asked.lacks)),
        "categories": Category.objects.all(),
        "rates": TaxRate.objects.all(),
        "together": TogetherForm(),
        "refusal": refusal,
        **more,
    }
    context["rows"] = [(product, row_of(product, context), None) for product in page.rows]
    return render(request, "inventory/goods/goods.html", context, status=refusal.status if refusal else 200)


def beside(query: QueryDict, name: str, product: int | None) -> str:
    """The address of the page before or after this one; nothing where there is none."""
    kept = {key: query[key] for key in ("q", "category", "on_sale", "lacks") if query.get(key)}
    return f"/goods?{urlencode({**kept, name: product})}" if product else ""


def surroundings(request: StaffRequest) -> dict[str, Any]:
    """What every row needs: the columns and the words of the choices."""
    return {
        "columns": goods_cells.chosen(request.COOKIES.get(COLUMNS, "").split(",")),
        "all_columns": goods_cells.COLUMNS,
        "words": goods_cells.choices(),
        "here": request.get_full_path() if request.method == "GET" else way_back(request),
    }


def row_of(product: Product, around: Mapping[str, Any], written: Mapping[str, str] = {}) -> list[goods_cells.Cell]:
    return goods_cells.cells(product, around["columns"], around["words"], written)


@require_POST
@permitted(Permission.GOODS)
def edit_row(request: StaffRequest, product_id: int) -> HttpResponse:
    """Saves the named fields of one product; a row that changed meanwhile is shown with both values."""
    product = get_object_or_404(listing.rows(), pk=product_id)
    names = [name for name in request.POST.getlist("fields") if name in goods_cells.VALUES]
    form = RowForm(request.POST, names)
    try:
        changes = form.changes()
        if not is_so(product, changes):
            products.edit(product, by=request.user, version=form.cleaned_data["version"], **changes)
    except Refused as refused:
        return show_row(request, product, names, refused)
    if request.htmx:
        return show_row(request, product, names)
    messages.success(request, _("Saved."))
    return redirect(way_back(request))


def is_so(product: Product, changes: Mapping[str, Any]) -> bool:
    """Whether the product has these values already, as when an answer was lost and the change is sent again."""
    values = {name: getattr(product, name) for name in changes if name != "codes"}
    values |= {"codes": [barcode.code for barcode in product.barcodes.all()]} if "codes" in changes else {}
    return values == changes


def show_row(request: StaffRequest, product: Product, names: list[str], refusal: Refused | None = None) -> HttpResponse:
    """One row as it is now. A refused value stays in its cell; a stale one stands beside what is there now."""
    fresh = get_object_or_404(listing.rows(), pk=product.pk)
    written = {name: request.POST.get(name, "") for name in names} if refusal else {}
    is_stale = isinstance(refusal, Stale)
    around = surroundings(request)
    context = {
        **around,
        "product": fresh,
        "cells": row_of(fresh, around, {} if is_stale else at_fault(written, refusal)),
        "refusal": refusal,
        "mine": [(name, value, label(name), spoken(name, value, around)) for name, value in written.items()]
        if is_stale
        else [],
    }
    if not request.htmx:
        return render(request, "inventory/goods/one_row.html", context, status=refusal.status if refusal else 200)
    status = UNPROCESSABLE if refusal and not is_stale else refusal.status if refusal else 200
    return render(request, "inventory/goods/_row.html", context, status=status)


def at_fault(written: dict[str, str], refusal: Refused | None) -> dict[str, str]:
    """The refused fields: the one that is named, or all that were sent."""
    named = {"barcodes": "codes", "content_unit": "content"}.get(field := getattr(refusal, "field", ""), field)
    return {named: written[named]} if named in written else written


def label(name: str) -> Any:
    return next(column.label for column in goods_cells.COLUMNS if column.name == name)


def spoken(name: str, value: str, around: Mapping[str, Any]) -> str:
    """A value as a person reads it: a choice by its words."""
    if name in around["words"]:
        return around["words"][name].get(int(value), "") if value.isdecimal() and len(value) < 19 else ""
    if name == "is_active":
        return str(_("on sale") if value else _("not on sale"))
    return value


@require_POST
@permitted(Permission.GOODS)
def choose_columns(request: StaffRequest) -> HttpResponse:
    """Remembers in this browser which columns the list shows."""
    wanted = [column.name for column in goods_cells.COLUMNS if column.name in request.POST.getlist("column")]
    answer = redirect(way_back(request))
    answer.set_cookie(
        COLUMNS,
        ",".join(wanted) or goods_cells.ALWAYS,
        max_age=YEAR,
        path="/goods",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


def way_back(request: StaffRequest) -> str:
    """The list a form was sent from."""
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/goods")
    return back if is_ours else "/goods"
