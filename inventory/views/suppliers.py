"""Suppliers, and what they call the shop's products."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import permitted
from accounts.http import StaffRequest
from accounts.models import Permission
from inventory.buying import scanned
from inventory.buying import suppliers as verbs
from inventory.models import Supplier, SupplierArticle
from inventory.views.buying_forms import ArticleForm, SupplierForm
from pos.errors import Invalid, Refused
from pos.web.page_key import once_of


@permitted(Permission.BUYING)
@require_safe
def suppliers(request: StaffRequest) -> HttpResponse:
    listed = Supplier.objects.order_by("-is_active", "name")
    return render(request, "inventory/buying/suppliers.html", {"suppliers": listed})


@permitted(Permission.BUYING)
@require_http_methods(["GET", "POST"])
def new_supplier(request: StaffRequest) -> HttpResponse:
    form = SupplierForm(request.POST or None, initial={"is_active": True})
    status = 200
    if form.is_valid():
        try:
            once = once_of(request, "supplier", form.cleaned_data)
            enter = partial(verbs.enter, Supplier(), by=request.user, **form.cleaned_data)
            made = once.make(Supplier.objects.all(), enter)
            return redirect("supplier", made.pk)
        except Refused as refused:
            status = explain(form, refused)
    return render(request, "inventory/buying/supplier_form.html", {"form": form}, status=status)


@permitted(Permission.BUYING)
@require_http_methods(["GET", "POST"])
def supplier(request: StaffRequest, supplier_id: int) -> HttpResponse:
    """The supplier's own data and articles; a POST changes the data."""
    found = get_object_or_404(Supplier, pk=supplier_id)
    form = SupplierForm(request.POST or None, instance=found)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            verbs.enter(found, by=request.user, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("supplier", found.pk)
        except Refused as refused:
            status = explain(form, refused)
    return show(request, found, status, form=form)


@permitted(Permission.BUYING)
@require_POST
def put_article(request: StaffRequest, supplier_id: int) -> HttpResponse:
    found, form = get_object_or_404(Supplier, pk=supplier_id), ArticleForm(request.POST)
    try:
        values = form.values()
        product = scanned.read(values.pop("product"), found).product
        once = once_of(request, f"article of supplier {found.pk}", {"product": product.pk, **values})
        once.make(
            SupplierArticle.objects.all(), partial(verbs.put_article, found, product.pk, by=request.user, **values)
        )
        return redirect("supplier", found.pk)
    except Refused as refused:
        return show(request, found, refused.status, article_form=form, refusal=refused)


@permitted(Permission.BUYING)
@require_POST
def drop_article(request: StaffRequest, article_id: int) -> HttpResponse:
    article = get_object_or_404(SupplierArticle.objects.select_related("supplier"), pk=article_id)
    verbs.drop_article(article, by=request.user)
    return redirect("supplier", article.supplier_id)


def show(request: StaffRequest, found: Supplier, status: int = 200, **more: Any) -> HttpResponse:
    page = {
        "supplier": found,
        "form": SupplierForm(instance=found),
        "article_form": ArticleForm(auto_id="article_%s"),
        "articles": found.articles.select_related("product"),
        **more,
    }
    return render(request, "inventory/buying/supplier.html", page, status=status)


def explain(form: SupplierForm, refused: Refused) -> int:
    """Adds the refusal to the field it is about; returns the HTTP status of the page."""
    at_fault = refused.field if isinstance(refused, Invalid) else refused.facts.get("field")
    form.add_error(at_fault if at_fault in form.fields else None, refused.message)
    return refused.status
