"""The log: one line per request, and the traceback of each error.

It never contains what people typed: routes instead of addresses, ids instead of names, and for an error only its type
and place, because its message repeats values.
"""

import logging
import sys
from collections.abc import Callable, Iterator
from time import monotonic
from traceback import format_tb
from typing import Any

from django.http import HttpRequest, HttpResponse

from pos.web import request_id

log = logging.getLogger("pos.requests")


class Requests:
    """Middleware that logs each request; the request's id is also sent in the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = monotonic()
        known = request_id.chosen(request.headers.get(request_id.HEADER))
        request.log_id = known  # type: ignore[attr-defined]
        begun_id, begun_key = request_id.running.set(known), request_id.machine_key.set(None)
        try:
            answer = self.get_response(request)
        finally:
            request_id.running.reset(begun_id)
            request_id.machine_key.reset(begun_key)
        answer.headers[request_id.HEADER] = known
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
    """The id of the signed-in user if it is already loaded: logging makes no query."""
    user = request.__dict__.get("user")
    known = request.__dict__.get("_cached_user") if hasattr(user, "_wrapped") else user
    return getattr(known, "pk", None)


def spelt(facts: dict[str, Any]) -> str:
    return " ".join(f"{name}={value}" for name, value in facts.items())


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and its causes, the first cause first."""
    if error is not None:
        yield from chain(error.__cause__ or (None if error.__suppress_context__ else error.__context__))
        yield error


def told(error: BaseException) -> str:
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    diagnosis = getattr(error, "diag", None)
    facts = {"sqlstate": getattr(error, "sqlstate", None), "constraint": getattr(diagnosis, "constraint_name", None)}
    return f"{kind} {spelt({name: value for name, value in facts.items() if value})}".strip()


class Lines(logging.Formatter):
    """Formats a record as one line; an error with traceback but without its message. For Django's records about a
    request only the error is logged, because their text contains the address."""

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest):
            text = f"failed {spelt(about(request))}"
        else:
            text = record.getMessage().replace("\n", " ").replace("\r", " ")
            if during := request_id.running.get():
                text += f" request={during}"
        begin = f"{self.formatTime(record, '%Y-%m-%dT%H:%M:%S%z')} {record.levelname} {record.name}: {text}"
        return begin + "".join(self.formatted(record))

    def formatted(self, record: logging.LogRecord) -> Iterator[str]:
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        for one in chain(error):
            yield f"\n{told(one)}\n{''.join(format_tb(one.__traceback__)).rstrip()}"


def with_error(record: logging.LogRecord) -> bool:
    """Drops Django's records about refused requests, which the request's own line already covers."""
    return bool(record.exc_info and record.exc_info[1])


def settings_for(*, debug: bool) -> dict[str, Any]:
    """The LOGGING setting: everything goes to standard error; with DEBUG, failures only."""
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
