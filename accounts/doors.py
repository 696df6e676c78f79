"""The signed-in user of a request, and views for managers only."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from rest_framework.request import Request

from accounts.models import Permission, User

View = Callable[..., HttpResponseBase]


def person(request: HttpRequest | Request) -> User:
    """The signed-in user. For views that already require sign-in; otherwise raises PermissionDenied."""
    user: Any = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    return user


def managers_only(view: View) -> View:
    """Allows managers only: other staff get 403. Anyone not signed in passes, for the sign-in middleware to
    redirect."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not person(request).is_manager:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def permitted(permission: Permission) -> Callable[[View], View]:
    """As `managers_only`, but for people whose role has this permission too."""

    def dressed(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated and not person(request).may(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return dressed
