"""The till's views for the basket's customer: the member and the points to spend."""

from functools import partial

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import StaffRequest
from billing.basket import customer, customer_display
from billing.receipts.finding import bought_by
from billing.views.forms import PointsForm, VersionForm, WhoForm
from billing.views.frame import on_basket, open_basket, show
from members import member_search, registry
from members.forms import RegisterForm
from members.models import Member
from members.points import UnknownMember
from members.views import explain
from pos.errors import Refused
from pos.web.page_key import once_of

PURCHASES = 8


@on_basket
def attach_member(request: StaffRequest, basket_id: int) -> HttpResponse | None:
    """Attaches the member found; with several found, shows them to choose from."""
    asked = WhoForm(request.POST).values()
    found = member_search.find(asked["who"])
    if not found:
        raise UnknownMember(_("No member has this card, phone, e-mail or name."))
    if len(found) > 1:
        return show(request, open_basket(request, basket_id), found_members=found)
    customer.attach_member(basket_id, found[0], version=asked["version"])
    return None


@on_basket
def detach_member(request: StaffRequest, basket_id: int) -> None:
    customer.detach_member(basket_id, version=VersionForm(request.POST).values()["version"])


@login_required
@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
def register_member(request: StaffRequest, basket_id: int) -> HttpResponse:
    """Registers a new member at the till and attaches it to the basket."""
    found = open_basket(request, basket_id)
    form, status = RegisterForm(request.POST or None), 200
    if form.is_valid():
        try:
            once = once_of(request, "member", form.cleaned_data)
            member = once.make(Member.objects.all(), partial(registry.register, **form.cleaned_data, by=request.user))
            customer.attach_member(found.pk, member, version=found.version)
            return redirect("basket", found.pk)
        except Refused as refused:
            status = explain(form, refused)
    return render(request, "members/member_form.html", {"form": form, "basket": found}, status=status)


@login_required
@require_GET
def purchases(request: StaffRequest, basket_id: int) -> HttpResponse:
    """The latest purchases of the basket's member."""
    found = open_basket(request, basket_id)
    bought = bought_by(found.member_id, PURCHASES) if found.member_id else []
    return render(request, "billing/basket/_purchases.html", {"basket": found, "bought": bought})


@on_basket
@sensitive_post_parameters("pin")
def spend_points(request: StaffRequest, basket_id: int) -> None:
    asked = PointsForm(request.POST).values()
    customer.spend_points(basket_id, asked["points"], asked["pin"], version=asked["version"], by=request.user)


@on_basket
def ask_points(request: StaffRequest, basket_id: int) -> None:
    """Has the customer display ask the member for the PIN."""
    asked = PointsForm(request.POST).values()
    customer_display.ask(basket_id, asked["points"], version=asked["version"])


@on_basket
def stop_asking(request: StaffRequest, basket_id: int) -> None:
    customer_display.stop_asking(basket_id)


@login_required
@require_GET
def answered(request: StaffRequest, basket_id: int) -> HttpResponse:
    """204 while the member is still being asked, then the basket."""
    found = open_basket(request, basket_id)
    return HttpResponse(status=204) if hasattr(found, "points_asked") else show(request, found)


@on_basket
def forget_points(request: StaffRequest, basket_id: int) -> None:
    customer.forget_points(basket_id, version=VersionForm(request.POST).values()["version"])
