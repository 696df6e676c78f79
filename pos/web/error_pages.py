"""The error pages; the API gets a problem document instead."""

import sys
from collections.abc import Callable
from http import HTTPStatus

from django.db import DatabaseError, DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pos import fate
from pos.api import errors
from pos.errors import Refused
from pos.web import request_id

UNKNOWN = -503
SENTENCES = {
    400: ("bad_request", _("The shop could not read this request.")),
    403: ("permission_denied", _("This is not yours to open. Ask a manager.")),
    404: ("not_found", _("There is nothing at this address.")),
    503: ("busy", _("The shop is busy just now. Nothing was changed; try again in a moment.")),
    UNKNOWN: ("outcome_unknown", _("Nobody can tell whether this was done. Look for it before you do it again.")),
    500: ("server_error", _("Something went wrong on our side. Nothing was lost; try again.")),
}
TITLES = {
    400: _("Bad Request"),
    401: _("Unauthorized"),
    403: _("Forbidden"),
    404: _("Not Found"),
    409: _("Conflict"),
    413: _("Too Large"),
    422: _("Not Possible Like This"),
    429: _("Too Many Requests"),
    500: _("Server Error"),
    503: _("Busy"),
}


def page(request: HttpRequest, status: int, sentence: str = "") -> HttpResponse:
    code, default = SENTENCES[status]
    request_id.refused.set(code)
    status = abs(status)
    if request.path.startswith("/api/"):
        return errors.answer(status, code, str(default))
    return said(request, status, sentence or default)


def said(request: HttpRequest, status: int, sentence: str | Promise) -> HttpResponse:
    title = TITLES.get(status) or HTTPStatus(status).phrase
    return render(request, "error.html", {"title": title, "status": status, "sentence": sentence}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answers 503 when the database is locked, read-only or unreachable; otherwise 500."""
    trouble = sys.exception()
    if isinstance(trouble, OperationalError | InterfaceError) or is_read_only(trouble):
        unknown = not is_read_only(trouble) and fate.is_unknown(request.method)
        busy = page(request, UNKNOWN if unknown else 503)
        busy.headers["Retry-After"] = "5"
        return busy
    return page(request, 500)


def is_read_only(trouble: BaseException | None) -> bool:
    return isinstance(trouble, DatabaseError) and getattr(trouble.__cause__, "sqlstate", "") == errors.READ_ONLY


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return page(request, 403, gettext("This form was too old. Go back, reload the page and send it again."))


class RefusalPages:
    """Middleware: a Refused that no view caught becomes an error page. The API handles its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DataError):  # a number too large for its column, or a character that text cannot hold
            return page(request, 400)
        if not isinstance(exception, Refused):
            return None
        return said(request, exception.status, exception.message)
