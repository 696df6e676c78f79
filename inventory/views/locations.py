"""The page of locations: made, renamed, switched off, with the tax rates that hold there."""

from functools import partial

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.confirming import confirmed
from accounts.doors import managers_only
from accounts.http import StaffRequest
from inventory.models import Location
from inventory.shelf import locations
from inventory.views.location_forms import LocationForm, TaxesForm
from pos.errors import Refused
from pos.web.page_key import once_of


@never_cache
@require_http_methods(["GET", "POST"])
@managers_only
def location_list(request: StaffRequest) -> HttpResponse:
    form = LocationForm(typed(request), initial={"is_active": True})
    refusal = None
    if request.method == "POST":
        try:
            asked = form.values() | {"is_active": True}
            enter = partial(locations.enter, Location(), by=request.user, **asked)
            once_of(request, "location", asked).make(Location.objects.all(), enter)
            messages.success(request, _("%(name)s is added.") % {"name": asked["name"]})
            return redirect("locations")
        except Refused as refused:
            refusal = refused
    held = Count("stock", filter=~Q(stock__quantity=0))
    context = {
        "rows": Location.objects.annotate(products=held),
        "first": locations.first_name(),
        "form": form,
        "refusal": refusal,
    }
    return render(request, "inventory/locations.html", context, status=refusal.status if refusal else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@managers_only
def location(request: StaffRequest, location_id: int) -> HttpResponse:
    found = get_object_or_404(Location, pk=location_id)
    form = LocationForm(typed(request), initial={"name": found.name, "code": found.code, "is_active": found.is_active})
    if request.method == "POST":
        try:
            locations.enter(found, by=request.user, **form.values())
            messages.success(request, _("Saved."))
            return redirect("locations")
        except Refused as refused:
            return show(request, found, form, refused)
    return show(request, found, form)


@require_POST
@managers_only
@confirmed
def set_location_taxes(request: StaffRequest, location_id: int) -> HttpResponse:
    found = get_object_or_404(Location, pk=location_id)
    try:
        locations.set_taxes(found, TaxesForm(request.POST).instead(), by=request.user)
    except Refused as refused:
        return show(request, found, LocationForm(initial={"name": found.name, "code": found.code}), refused)
    messages.success(request, _("Saved."))
    return redirect("location", location_id)


def typed(request: StaffRequest) -> QueryDict | None:
    """What was sent, were it nothing at all."""
    return request.POST if request.method == "POST" else None


def show(request: StaffRequest, found: Location, form: LocationForm, refusal: Refused | None = None) -> HttpResponse:
    taxes = {f"tax_{one.tax_rate_id}": one.instead_id for one in found.taxes.all()}
    context = {"location": found, "form": form, "taxes": TaxesForm(initial=taxes), "refusal": refusal}
    return render(request, "inventory/location.html", context, status=refusal.status if refusal else 200)
