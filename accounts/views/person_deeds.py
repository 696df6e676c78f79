"""What a manager does for one person: PIN, password, badge, sign-in, switching off and on."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.access import second_factor
from accounts.confirming import confirmed
from accounts.doors import View, managers_only, person
from accounts.models import User
from accounts.people import badges, staff
from accounts.views.people import back_to, explain, known, show
from accounts.views.people_forms import NewPasswordForm, PinForm
from pos.errors import Refused


@never_cache
@sensitive_post_parameters("pin")
@require_POST
@managers_only
@confirmed
def new_pin(request: HttpRequest, username: str) -> HttpResponse:
    them, form = known(username), PinForm(request.POST, auto_id="pin_%s")
    if not form.is_valid():
        return show(request, them, 400, pin_form=form)
    try:
        staff.set_pin(them, form.cleaned_data["pin"], by=person(request))
    except Refused as refused:
        return show(request, them, explain(form, refused, "pin"), pin_form=form)
    return back_to(request, them, _("The new PIN holds from now on."))


@never_cache
@sensitive_post_parameters("password")
@require_POST
@managers_only
@confirmed
def new_password(request: HttpRequest, username: str) -> HttpResponse:
    them, form = known(username), NewPasswordForm(request.POST, auto_id="password_%s")
    if not form.is_valid():
        return show(request, them, 400, password_form=form)
    try:
        staff.change(them, by=person(request), password=form.cleaned_data["password"])
    except Refused as refused:
        return show(request, them, explain(form, refused, "password"), password_form=form)
    return back_to(request, them, _("The new password holds from now on. Every sign-in of theirs has ended."))


def deed(verb: Callable[..., Any], outcome: Any, *, asks: bool = False) -> View:
    """A button of the page that asks for nothing but the press, or for a proof of who presses it."""

    @never_cache
    @require_POST
    @managers_only
    def pressed(request: HttpRequest, username: str) -> HttpResponse:
        them = known(username)
        try:
            verb(them, by=person(request))
        except Refused as refused:
            return show(request, them, refused.status, refusal=refused)
        return back_to(request, them, outcome % {"name": them.name})

    return managers_only(confirmed(pressed)) if asks else pressed


switch_off = deed(staff.switch_off, _("%(name)s is switched off and signed out everywhere."))
switch_on = deed(staff.switch_on, _("%(name)s may sign in again."), asks=True)
open_sign_in = deed(staff.open_sign_in, _("%(name)s can sign in again."))
second_factor_off = deed(second_factor.take_off, _("The password alone signs %(name)s in from now on."), asks=True)
revoke_badge = deed(badges.revoke, _("The badge opens nothing any more."))


@never_cache
@require_POST
@managers_only
@confirmed
def new_badge(request: HttpRequest, username: str) -> HttpResponse:
    """Shows the new badge, to be printed now: its code is stored nowhere."""
    them = known(username)
    code = badges.issue(them, by=person(request))
    return render(request, "accounts/badge.html", {"them": User.objects.get(pk=them.pk), "code": code})
