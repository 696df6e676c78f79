"""Where somebody is signed in, with an end to each, and the history of sign-ins: one's own, or a manager's view."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import fact_words, trail
from accounts.access import open_sign_ins
from accounts.doors import managers_only, person
from accounts.models import User
from accounts.views.people import known

SHOWN = 30


@never_cache
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    return show(request, person(request))


@never_cache
@require_safe
@managers_only
def of(request: HttpRequest, username: str) -> HttpResponse:
    return show(request, known(username))


def show(request: HttpRequest, them: User) -> HttpResponse:
    history = trail.sign_ins(them)[: SHOWN + 1]
    page: dict[str, Any] = {
        "them": them,
        "is_me": them.pk == person(request).pk,
        "sign_ins": open_sign_ins.of(them, here=request.session.session_key),
        "history": [{"entry": entry, "facts": fact_words.told(entry)} for entry in history[:SHOWN]],
        "more": len(history) > SHOWN,
    }
    return render(request, "accounts/security/sign_ins.html", page)


@never_cache
@require_POST
def end_own(request: HttpRequest) -> HttpResponse:
    return end(request, person(request))


@never_cache
@require_POST
@managers_only
def end_of(request: HttpRequest, username: str) -> HttpResponse:
    return end(request, known(username))


def end(request: HttpRequest, them: User) -> HttpResponse:
    """Ends the sign-in the button stands for; without a name, all of them but this one."""
    me, name = person(request), request.POST.get("sign_in", "")
    if name:
        open_sign_ins.end(them, name, by=me)
        messages.success(request, _("This sign-in is ended."))
    else:
        open_sign_ins.end_all(them, by=me)
        if is_me := them.pk == me.pk:
            update_session_auth_hash(request, them)
        messages.success(request, _("Every other sign-in is ended.") if is_me else _("Signed out everywhere."))
    return redirect("sign_ins") if them.pk == me.pk else redirect("sign_ins_of", them.username)
