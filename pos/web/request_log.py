"""The log: one line per request and per task of the worker, and the traceback of each error, as text or as JSON.

It never contains what people typed: routes instead of addresses, ids instead of names, and for an error only its type
and place, because its message repeats values.
"""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from time import monotonic
from traceback import format_tb
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from pos.web import request_id

log = logging.getLogger("pos.requests")
TIME = "%Y-%m-%dT%H:%M:%S%z"
TEXT, JSON = "text", "json"
FORMATTERS = {TEXT: "pos.web.request_log.Lines", JSON: "pos.web.request_log.JsonLines"}


class Requests:
    """Middleware that logs each request; the request's id is also sent in the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = monotonic()
        known = request_id.chosen(request.META.get(request_id.IN_META))
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
        log.log(level, "answered", extra={"facts": about(request) | facts})
        return answer


def about(request: HttpRequest) -> dict[str, Any]:
    found = request.resolver_match
    return {
        "request_id": getattr(request, "log_id", None),
        "method": str(request.method)[:10] if str(request.method).isalpha() else None,
        "route": f"/{found.route}" if found else None,
        "user": user_of(request),
    }


def user_of(request: HttpRequest) -> int | None:
    """The id of the signed-in user if it is already loaded: logging makes no query."""
    user = request.__dict__.get("user")
    known = request.__dict__.get("_cached_user") if hasattr(user, "_wrapped") else user
    return getattr(known, "pk", None)


def spelt(facts: dict[str, Any]) -> str:
    return " ".join(f"{name}={'-' if value is None else value}" for name, value in facts.items())


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and its causes, the first cause first."""
    if error is not None:
        yield from chain(error.__cause__ or (None if error.__suppress_context__ else error.__context__))
        yield error


def kind_of(error: BaseException) -> dict[str, str]:
    """The error's type and what the database says of it, never its message."""
    diagnosis = getattr(error, "diag", None)
    facts = {
        "type": f"{type(error).__module__}.{type(error).__qualname__}",
        "sqlstate": getattr(error, "sqlstate", None),
        "constraint": getattr(diagnosis, "constraint_name", None),
    }
    return {name: value for name, value in facts.items() if value}


def told(error: BaseException) -> str:
    facts = kind_of(error)
    return f"{facts.pop('type')} {spelt(facts)}".strip()


def said(record: logging.LogRecord) -> tuple[str, dict[str, Any]]:
    """A record's message and facts. For Django's records about a request only the error is logged, because their text
    contains the address; a database's error among the arguments is told without the values its text repeats."""
    request = getattr(record, "request", None)
    if isinstance(request, HttpRequest):
        return "failed", about(request)
    if isinstance(record.args, tuple):
        record.args = tuple(told(it.__cause__ or it) if isinstance(it, DatabaseError) else it for it in record.args)
    facts: dict[str, Any] = getattr(record, "facts", {})
    if "request_id" not in facts and (during := request_id.running.get()):
        facts = facts | {"request_id": during}
    return record.getMessage().replace("\n", " ").replace("\r", " "), facts


def errors_of(record: logging.LogRecord) -> Iterator[BaseException]:
    yield from chain(record.exc_info[1] if isinstance(record.exc_info, tuple) else None)


class Lines(logging.Formatter):
    """A record as one line; an error with its traceback below."""

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None
        message, facts = said(record)
        begin = f"{self.formatTime(record, TIME)} {record.levelname} {record.name}: {message} {spelt(facts)}".rstrip()
        return begin + "".join(
            f"\n{told(error)}\n{''.join(format_tb(error.__traceback__)).rstrip()}" for error in errors_of(record)
        )


class JsonLines(logging.Formatter):
    """A record as one JSON object on one line; the errors in it with their tracebacks, the first cause first."""

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None
        message, facts = said(record)
        line: dict[str, Any] = {"at": self.formatTime(record, TIME), "level": record.levelname, "logger": record.name}
        line |= {"message": message, **facts}
        if errors := [kind_of(error) | {"trace": format_tb(error.__traceback__)} for error in errors_of(record)]:
            line["errors"] = errors
        return json.dumps(line, ensure_ascii=False, default=str)


def with_error(record: logging.LogRecord) -> bool:
    """Drops Django's records about refused requests, which the request's own line already covers."""
    return bool(record.exc_info and record.exc_info[1])


def settings_for(*, debug: bool, form: str = TEXT) -> dict[str, Any]:
    """The LOGGING setting: everything goes to standard error; with DEBUG, failures only."""
    level = "ERROR" if debug else "INFO"
    console = {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "lines"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": FORMATTERS[form]}},
        "filters": {"with_error": {"()": "django.utils.log.CallbackFilter", "callback": with_error}},
        "handlers": {"console": console, "faults": {**console, "filters": ["with_error"]}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "pos.requests": {"level": level},
            "pos.tasks": {"level": level},
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.request": {"handlers": ["faults"], "level": "ERROR", "propagate": False},
            "django.security": {"handlers": [], "level": "CRITICAL", "propagate": False},
            "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        },
    }
