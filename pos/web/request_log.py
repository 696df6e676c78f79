"""The log: a line for each request, and the traceback of what failed.

Neither holds what people typed: routes instead of addresses, ids instead of names, and of an error its kind and its
place, since its words repeat the values it is about.
"""

import logging
import sys
from collections.abc import Callable, Iterator
from time import monotonic
from traceback import format_tb
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse

log = logging.getLogger("pos.requests")
ID = "X-Request-Id"


class Requests:
    """Around every request; its id is in the answer, for who asks what happened."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = monotonic()
        request.log_id = uuid4().hex[:16]  # type: ignore[attr-defined]
        answer = self.get_response(request)
        answer.headers[ID] = request.log_id  # type: ignore[attr-defined]
        level = logging.ERROR if answer.status_code >= 500 else logging.INFO
        facts = {"status": answer.status_code, "ms": round((monotonic() - begun) * 1000)}
        log.log(level, "%s", spelt({**about(request), **facts}))
        return answer


def about(request: HttpRequest) -> dict[str, Any]:
    found = request.resolver_match
    return {
        "id": getattr(request, "log_id", "-"),
        "method": str(request.method)[:10] if str(request.method).isalpha() else "-",
        "route": f"/{found.route}" if found else "-",
        "user": user_of(request) or "-",
    }


def user_of(request: HttpRequest) -> int | None:
    """Who had signed in, if anybody has looked by now: the log asks no database."""
    user = request.__dict__.get("user")
    known = request.__dict__.get("_cached_user") if hasattr(user, "_wrapped") else user
    return getattr(known, "pk", None)


def spelt(facts: dict[str, Any]) -> str:
    return " ".join(f"{name}={value}" for name, value in facts.items())


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what led to it, the first cause first."""
    if error is not None:
        yield from chain(error.__cause__ or (None if error.__suppress_context__ else error.__context__))
        yield error


def told(error: BaseException) -> str:
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    diagnosis = getattr(error, "diag", None)
    facts = {"sqlstate": getattr(error, "sqlstate", None), "constraint": getattr(diagnosis, "constraint_name", None)}
    return f"{kind} {spelt({name: value for name, value in facts.items() if value})}".strip()


class Lines(logging.Formatter):
    """One line for a record; an error with its traceback and without its words. Of Django's own records about a
    request only the error is told: their text holds the address."""

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest):
            text = f"failed {spelt(about(request))}"
        else:
            text = record.getMessage().replace("\n", " ").replace("\r", " ")
        begin = f"{self.formatTime(record, '%Y-%m-%dT%H:%M:%S%z')} {record.levelname} {record.name}: {text}"
        return begin + "".join(self.formatted(record))

    def formatted(self, record: logging.LogRecord) -> Iterator[str]:
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        for one in chain(error):
            yield f"\n{told(one)}\n{''.join(format_tb(one.__traceback__)).rstrip()}"


def with_error(record: logging.LogRecord) -> bool:
    """Django says of every refused request that it was refused; the line of the request says so already."""
    return bool(record.exc_info and record.exc_info[1])


def settings_for(*, debug: bool) -> dict[str, Any]:
    """LOGGING: everything to the standard error; the shop to try says what failed, and no more."""
    console = {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "lines"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": "pos.web.request_log.Lines"}},
        "filters": {"with_error": {"()": "django.utils.log.CallbackFilter", "callback": with_error}},
        "handlers": {"console": console, "faults": {**console, "filters": ["with_error"]}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "pos.requests": {"level": "ERROR" if debug else "INFO"},
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.request": {"handlers": ["faults"], "level": "ERROR", "propagate": False},
            "django.security": {"handlers": [], "level": "CRITICAL", "propagate": False},
            "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        },
    }
