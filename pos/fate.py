"""Whether a request that failed has left something behind: what was being committed when the database went away may
be written or not, and nobody here can tell."""

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
    """Around a commit: only an error that PostgreSQL answered with, and lived to tell, undoes it for certain."""
    before = MAY_BE_WRITTEN.get()
    MAY_BE_WRITTEN.set(True)
    try:
        yield
    except DatabaseError as error:
        state = getattr(error.__cause__, "sqlstate", None)
        if state and not state.startswith(CONNECTION_LOST):
            MAY_BE_WRITTEN.set(before)
        raise


def is_unknown(method: str | None) -> bool:
    """Nobody asks for anything to be written with a GET."""
    return MAY_BE_WRITTEN.get() and method not in SAFE


class Fates:
    """Around every request: nothing has been written yet."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        MAY_BE_WRITTEN.set(False)
        return self.get_response(request)
