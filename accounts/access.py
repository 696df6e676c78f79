"""Pages for managers."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

View = Callable[..., HttpResponseBase]


def managers_only(view: View) -> View:
    """Everyone else who is signed in is told so; who is not is asked to sign in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.is_manager:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
