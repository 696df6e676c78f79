"""A manager's own sign-in: the second factor, set up and taken off."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import half_way, recovery_codes, second_factor
from accounts.confirming import confirmed
from accounts.doors import managers_only, person
from accounts.views.second_factor_forms import AppCodeForm
from pos.errors import Refused
from pos.models import StoreSettings


@never_cache
@require_safe
@managers_only
def security(request: HttpRequest) -> HttpResponse:
    return show(request)


def show(request: HttpRequest, status: int = 200, refusal: Refused | None = None) -> HttpResponse:
    me = person(request)
    page = {
        "app": second_factor.app(me),
        "codes_left": recovery_codes.left(me),
        "wanted": StoreSettings.in_force().second_factor,
        "refusal": refusal,
    }
    return render(request, "accounts/security/security.html", page, status=status)


@never_cache
@require_POST
@managers_only
@confirmed
def begin(request: HttpRequest) -> HttpResponse:
    try:
        second_factor.begin(person(request))
    except Refused as refused:
        return show(request, refused.status, refused)
    return redirect("second_factor_app")


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
@managers_only
def app(request: HttpRequest) -> HttpResponse:
    """The new app's QR code; POST confirms it by its first code and shows the recovery codes, this once."""
    me, status = person(request), 200
    form = AppCodeForm(request.POST or None)
    if form.is_bound and not form.is_valid():
        status = 400
    elif form.is_bound:
        try:
            codes = second_factor.confirm(me, form.cleaned_data["code"], request)
            half_way.settle(request)
            update_session_auth_hash(request, me)
            return shown_once(request, codes)
        except Refused as refused:
            form.add_error("code", refused.message)
            status = refused.status
    device = second_factor.begun(me)
    page = {
        "form": form,
        "address": device and second_factor.address(device),
        "secret": device and second_factor.secret(device),
        "is_owed": half_way.OWED in request.session,
    }
    return render(request, "accounts/security/app.html", page, status=status)


@never_cache
@require_POST
@managers_only
@confirmed
def codes(request: HttpRequest) -> HttpResponse:
    """Ten new recovery codes; those before are good no more."""
    try:
        return shown_once(request, second_factor.new_recovery_codes(person(request)))
    except Refused as refused:
        return show(request, refused.status, refused)


def shown_once(request: HttpRequest, made: list[str]) -> HttpResponse:
    return render(request, "accounts/security/codes.html", {"codes": "\n".join(made)})


@never_cache
@require_POST
@managers_only
@confirmed
def off(request: HttpRequest) -> HttpResponse:
    me = person(request)
    second_factor.take_off(me, by=me)
    messages.success(request, _("Your second factor is taken off. The password alone signs you in."))
    return redirect("security")
