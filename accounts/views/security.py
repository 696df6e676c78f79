"""A manager's own sign-in: the second factor, set up and taken off."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import half_way, passkeys, recovery_codes, second_factor, step_up
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
        "passkeys": passkeys.of(me),
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
            return settled(request, codes)
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


@never_cache
@require_http_methods(["GET", "POST"])
@managers_only
@confirmed
def passkey(request: HttpRequest) -> HttpResponse:
    """Makes a passkey; the first second factor shows the recovery codes, this once."""
    me, refusal = person(request), None
    if answer := request.POST.get("made", ""):
        try:
            codes = second_factor.add_passkey(me, answer, request)
            if codes:
                return settled(request, codes)
            messages.success(request, _("The passkey signs you in from now on."))
            return redirect("security")
        except Refused as refused:
            refusal = refused
    page = {"offer": passkeys.offer(me, request), "refusal": refusal, "is_owed": half_way.OWED in request.session}
    return render(request, "accounts/security/passkey.html", page, status=refusal.status if refusal else 200)


@never_cache
@require_POST
@managers_only
@confirmed
def drop_passkey(request: HttpRequest, passkey_id: int) -> HttpResponse:
    second_factor.drop_passkey(person(request), passkey_id)
    messages.success(request, _("The passkey signs nobody in any more."))
    return redirect("security")


def settled(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """Keeps this session, of all the person's, and shows the codes of the new second factor."""
    half_way.settle(request)
    step_up.note(request)
    update_session_auth_hash(request, person(request))
    return shown_once(request, codes)


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
