"""Tells whether a failed request may have been written: if the database is lost during a commit, the commit may or may
not have happened."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

MAY_BE_WRITTEN: ContextVar[bool] = ContextVar("may_be_written", default=False)
SAFE = ("GET", "HEAD", "OPTIONS")
CONNECTION_LOST = ("08", "57P")


@contextmanager
def undecided() -> Iterator[None]:
    """Wraps a commit. Only an error that PostgreSQL itself reported, on a living connection, means it was certainly
    rolled back."""
    before = MAY_BE_WRITTEN.get()
    MAY_BE_WRITTEN.set(True)
    try:
        yield
    except DatabaseError as error:
        state = getattr(error.__cause__, "sqlstate", None)
        if state and not state.startswith(CONNECTION_LOST):
            MAY_BE_WRITTEN.set(before)
        raise


@contextmanager
def beside_the_deed() -> Iterator[None]:
    """Wraps a write that a client need not know the outcome of, such as a count of its requests."""
    before = MAY_BE_WRITTEN.get()
    try:
        yield
    finally:
        MAY_BE_WRITTEN.set(before)


def is_unknown(method: str | None) -> bool:
    """Whether the outcome is unknown. Requests with safe methods write nothing."""
    return MAY_BE_WRITTEN.get() and method not in SAFE


class Fates:
    """Middleware: resets the mark at the start of each request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        MAY_BE_WRITTEN.set(False)
        return self.get_response(request)
