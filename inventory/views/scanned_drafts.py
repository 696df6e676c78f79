"""A list somebody is scanning together, such as a delivery or a transfer: changed by one small form after the other."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.doors import View
from accounts.http import StaffRequest
from pos.errors import Refused

DraftView = Callable[..., HttpResponse | None]


def changes(guard: Callable[[View], View], show: Callable[..., HttpResponse], page: str) -> Callable[[DraftView], View]:
    """Wraps a view that changes the person's draft, then shows it: a fragment for the script, else a redirect to the
    page."""

    def wrapped(view: DraftView) -> View:
        @guard
        @require_POST
        @wraps(view)
        def door(request: StaffRequest, **kwargs: Any) -> HttpResponse:
            try:
                answer = view(request, **kwargs)
            except Refused as refusal:
                return show(request, refusal)
            if answer is not None:
                return answer
            return show(request) if request.htmx else redirect(page)

        return door

    return wrapped


def go(request: StaffRequest, name: str, *args: Any) -> HttpResponse:
    """Redirects to another page, for the script's requests too."""
    answer = HttpResponseRedirect(reverse(name, args=args))
    return HttpResponse(status=204, headers={"HX-Redirect": answer.url}) if request.htmx else answer
