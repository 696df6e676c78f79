"""What cannot be undone asks again who it is, unless the person proved it minutes ago: by the second factor, or by the
password where there is none. A sign-in is such a proof; a till's PIN is not."""

from time import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.access import second_factor, sign_in
from accounts.models import User
from pos.errors import Refused

PROVED = "proved_at"


class StepUpNeeded(Refused):
    code = "step_up_needed"
    status = 403
    message = _("Sign in again: this asks for a sign-in of the last minutes.")


def note(request: HttpRequest) -> None:
    request.session[PROVED] = int(time())


def is_lately(at: object) -> bool:
    return isinstance(at, int) and 0 <= time() - at + 1 <= settings.STEP_UP_MINUTES * 60 + 1


def demand(request: HttpRequest | Request) -> None:
    """Raises StepUpNeeded unless the session, or the sign-in a token comes from, proved the person lately."""
    token: Any = getattr(request, "auth", None)
    if not is_lately(token.get(PROVED) if isinstance(request, Request) else request.session.get(PROVED)):
        raise StepUpNeeded


def prove(user: User, secret: str, request: HttpRequest, *, passkey: str = "") -> None:
    """Accepts a code or a passkey of the second factor, or the password of who has none."""
    if second_factor.is_asked_of(user):
        second_factor.check(user, secret, request, passkey=passkey)
    else:
        sign_in.verify_again(user, secret, request)
    note(request)


class ConfirmedLately(BasePermission):
    """For views of the API, after the permission that says who may: changing needs a sign-in of the last minutes. A
    DELETE asks by itself where it cannot be undone, because most of them take a right away."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.method in ("POST", "PUT", "PATCH"):
            demand(request)
        return True
