"""Records denied actions after the refused action has been rolled back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest, HttpResponse

from accounts.models import Approval, Deed

NOTED: ContextVar[list[dict[str, Any]] | None] = ContextVar("noted", default=None)


def note(wish: dict[str, Any], reference: str) -> None:
    """Notes a denial to be recorded; the same denial is noted once per request, even if the action was retried."""
    noted, entry = NOTED.get(), {**wish, "reference": reference}
    if noted is not None and entry not in noted:
        noted.append(entry)


@contextmanager
def written_down() -> Iterator[None]:
    noted: list[dict[str, Any]] = []
    before = NOTED.set(noted)
    try:
        yield
    finally:
        NOTED.reset(before)
        for entry in noted:
            Approval.objects.create(deed=Deed.DENIED, **entry)


@contextmanager
def forgotten() -> Iterator[None]:
    """Whatever is denied inside is recorded nowhere."""
    before = NOTED.set(None)
    try:
        yield
    finally:
        NOTED.reset(before)


class Denials:
    """Middleware that records the denials noted during a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with written_down():
            return self.get_response(request)
