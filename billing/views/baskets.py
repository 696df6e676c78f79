"""The manager's views of unpaid baskets and of unknown codes."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.doors import managers_only
from accounts.http import StaffRequest
from billing.basket import baskets
from billing.codes.unknown_codes import attach, dismiss, waiting
from billing.views.forms import AttachForm
from pos.errors import Refused
from pos.models import StoreSettings


@login_required
@managers_only
@require_GET
def store_baskets(request: StaffRequest) -> HttpResponse:
    return render(
        request,
        "billing/basket/store_baskets.html",
        {"baskets": baskets.unpaid(), "basket_days": StoreSettings.in_force().basket_days},
    )


@login_required
@managers_only
@require_GET
def unknown_codes(request: StaffRequest) -> HttpResponse:
    return show_unknown(request)


def show_unknown(request: StaffRequest, refusal: Refused | None = None, scan_id: int | None = None) -> HttpResponse:
    context = {"scans": waiting()[:200], "refusal": refusal, "asked": scan_id}
    return render(request, "billing/codes/unknown_codes.html", context, status=refusal.status if refusal else 200)


@login_required
@managers_only
@require_POST
def attach_code(request: StaffRequest, scan_id: int) -> HttpResponse:
    try:
        attach(scan_id, AttachForm(request.POST).values()["product"], by=request.user)
    except Refused as refused:
        return show_unknown(request, refused, scan_id)
    return redirect("unknown_codes")


@login_required
@managers_only
@require_POST
def dismiss_code(request: StaffRequest, scan_id: int) -> HttpResponse:
    try:
        dismiss(scan_id, by=request.user)
    except Refused as refused:
        return show_unknown(request, refused, scan_id)
    return redirect("unknown_codes")
