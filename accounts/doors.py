"""Who stands at the door."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from rest_framework.request import Request

from accounts.models import User

View = Callable[..., HttpResponseBase]


def person(request: HttpRequest | Request) -> User:
    """The one who is signed in, behind a door that has already checked that somebody is."""
    user: Any = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    return user


def managers_only(view: View) -> View:
    """Everyone else who is signed in is told so; who is not is asked to sign in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not person(request).is_manager:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
