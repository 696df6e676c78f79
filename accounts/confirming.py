"""Pages for what cannot be undone: who did not prove lately who they are is asked before the deed, and nothing typed is
lost."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters

from accounts.access import passkeys, second_factor, step_up
from accounts.access.sign_in import LONGEST_PASSWORD
from accounts.doors import person
from pos.errors import Refused

View = Callable[..., HttpResponseBase]
PROOF, PASSKEY = "proof", "passkey"
NOT_CARRIED = {PROOF, PASSKEY, "csrfmiddlewaretoken"}


def confirmed(view: View) -> View:
    """Asks before a POST; must stand inside the decorator that says who may."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST" or not request.user.is_authenticated:
            return view(request, *args, **kwargs)
        try:
            let_through(request)
        except step_up.StepUpNeeded:
            return ask(request, None)
        except Refused as refused:
            return ask(request, refused)
        return view(request, *args, **kwargs)

    return sensitive_post_parameters(PROOF)(guarded)


def let_through(request: HttpRequest) -> None:
    """A code sent twice by a double press is not looked at again: the first press has proved the person."""
    try:
        step_up.demand(request)
    except step_up.StepUpNeeded:
        given, passkey = request.POST.get(PROOF, ""), request.POST.get(PASSKEY, "")
        if not given and not passkey:
            raise
        step_up.prove(person(request), given[:LONGEST_PASSWORD], request, passkey=passkey)


def ask(request: HttpRequest, refusal: Refused | None) -> HttpResponse:
    """The page that asks; its form carries what was sent, so that the answer does the deed."""
    carried = [(name, value) for name, values in request.POST.lists() if name not in NOT_CARRIED for value in values]
    page = {
        "carried": carried,
        "loses_files": bool(request.FILES),
        "by_code": second_factor.is_asked_of(person(request)),
        "question": passkeys.question(person(request), request),
        "back": back(request),
        "refusal": refusal,
    }
    return render(request, "accounts/security/confirm.html", page, status=refusal.status if refusal else 403)


def back(request: HttpRequest) -> str:
    """The page the form stood on, if it is one of the shop's."""
    came_from = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return urlsplit(came_from).path if ours else "/"


class Confirmed:
    """Before a ModelAdmin: its changes and deletions ask as these pages do."""

    @method_decorator(confirmed)
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return super().changeform_view(request, *args, **kwargs)  # type: ignore[misc]

    @method_decorator(confirmed)
    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return super().delete_view(request, *args, **kwargs)  # type: ignore[misc]
