"""Answers every error of the API as RFC 9457 problem+json."""

import re
from collections.abc import Mapping
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, OperationalError
from django.http import HttpRequest, JsonResponse
from drf_standardized_errors.formatter import ExceptionFormatter, flatten_errors
from drf_standardized_errors.handler import ExceptionHandler
from rest_framework import exceptions
from rest_framework.fields import get_error_detail
from rest_framework.response import Response

from pos import fate
from pos.errors import InUse, Invalid, Refused, TooLarge
from pos.unique import UNIQUE
from pos.web import request_id

CONTENT_TYPE = "application/problem+json"
KEY = re.compile(r"[0-9a-fA-F-]{32,36}")
PLACE = re.compile(r"\.([0-9]+)(?=\.|$)", re.ASCII)
LONGEST_ECHO, MOST_ERRORS = 300, 100
READ_ONLY = "25006"
CHECK, FOREIGN_KEY, RESTRICT = "23514", "23503", "23001"


class Busy(Refused):
    code = "busy"
    status = 503
    message = "The shop is busy just now. Nothing was changed; ask again."


class OutcomeUnknown(Refused):
    """The database was lost during the commit. `look_up` is the address that tells whether it was done."""

    code = "outcome_unknown"
    status = 503
    message = "The database was lost before it answered: this may have been done or not. Look before asking again."

    @classmethod
    def of(cls, request: HttpRequest) -> "OutcomeUnknown":
        key = request.headers.get("Idempotency-Key", "")
        if not KEY.fullmatch(key):
            return cls()
        again = "Asking again with the same Idempotency-Key does it once."
        if "/gift-cards" in request.path:
            return cls(f"The database was lost before it answered: this may have been done or not. {again}")
        address = f"/api/v1/bills/by-key/{key}"
        return cls(
            f"The database was lost before it answered: this may have been done or not. GET {address} says. {again}",
            look_up=address,
        )


class RefusedByShop(exceptions.APIException):
    """Wraps a Refused for REST framework."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.message, refused.code)
        self.status_code = refused.status
        self.code, self.message = refused.code, refused.message
        self.wait = refused.facts.get("retry_after")
        self.facts = refused.facts
        self.errors: list[dict[str, str]] = []
        if isinstance(refused, Invalid):
            self.errors = [{"field": refused.field, "code": refused.reason, "detail": refused.message}]


def problem(
    status: int,
    code: str,
    detail: str,
    errors: list[dict[str, str]] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    request_id.refused.set(code)
    return {
        "type": f"urn:pos:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "errors": errors or [],
        "facts": plain(facts or {}),
        "request_id": request_id.running.get(),
    }


def plain(value: Any) -> Any:
    """Facts as JSON: decimals and keys become text."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(item) for item in value]
    return value


class Handler(ExceptionHandler):
    def convert_known_exceptions(self, exc: Exception) -> Exception:
        refused = said_by_database(exc) if isinstance(exc, DatabaseError | InterfaceError) else exc
        request: HttpRequest = self.context["request"]._request  # type: ignore[union-attr]
        if isinstance(refused, Busy) and fate.is_unknown(request.method):
            refused = OutcomeUnknown.of(request)
        if isinstance(refused, RequestDataTooBig):
            refused = TooLarge()
        if isinstance(refused, Refused):
            return RefusedByShop(refused)
        if isinstance(refused, DjangoValidationError):
            return exceptions.ValidationError(get_error_detail(refused))
        if isinstance(refused, SuspiciousOperation):
            return exceptions.ParseError()
        return super().convert_known_exceptions(refused)

    def get_headers(self, exc: exceptions.APIException) -> dict[str, str]:
        headers: dict[str, str] = super().get_headers(exc)
        if exc.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
            headers.setdefault("Retry-After", "1")
        return headers

    def get_response(self, exc: exceptions.APIException, data: dict[str, Any]) -> Response:
        return Response(data, status=exc.status_code, headers=self.get_headers(exc), content_type=CONTENT_TYPE)


def said_by_database(exc: Exception) -> Exception:
    """Turns database errors (constraint, range, lock) into the answer for the client; other errors stay a 500."""
    state = getattr(exc.__cause__, "sqlstate", None)
    if isinstance(exc, OperationalError | InterfaceError) or state == READ_ONLY:
        return Busy()
    if isinstance(exc, DataError):
        return Invalid("", "A value is out of range or holds characters that cannot be stored.")
    if isinstance(exc, IntegrityError):
        if state == UNIQUE:
            return InUse()
        if state == CHECK:
            return Invalid("", "A value is outside what the shop allows.")
        if state in (FOREIGN_KEY, RESTRICT) or hasattr(exc, "protected_objects"):
            return InUse("Something else still refers to this, or it refers to something that is gone.")
    return exc


class Formatter(ExceptionFormatter):
    def run(self) -> dict[str, Any]:
        exc = self.exc
        if isinstance(exc, RefusedByShop):
            return problem(exc.status_code, exc.code, exc.message, exc.errors, exc.facts)
        found = flatten_errors(exc.detail)
        if isinstance(exc, exceptions.ValidationError):
            errors = faults(exc)
            return problem(exc.status_code, "invalid", sentence(errors), errors)
        if exc.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return problem(exc.status_code, "server_error", "Something went wrong on our side.")
        facts = {"retry_after": int(wait)} if (wait := getattr(exc, "wait", None)) else {}
        return problem(exc.status_code, found[0].code, found[0].detail, facts=facts)


def faults(error: exceptions.ValidationError) -> list[dict[str, str]]:
    found = flatten_errors(error.detail)[:MOST_ERRORS]
    return [{"field": field_of(e.attr), "code": e.code, "detail": short(e.detail)} for e in found]


def field_of(attr: str | None) -> str:
    """As it is spelt in the body: `lines[2].quantity`, counted from zero."""
    name = (attr or "").removesuffix("non_field_errors").removesuffix(".").removesuffix("__all__")
    return short(PLACE.sub(r"[\1]", name))


def short(text: str) -> str:
    """Cuts long input that is repeated in an answer."""
    return text if len(text) <= LONGEST_ECHO else f"{text[:LONGEST_ECHO]}…"


def sentence(errors: list[dict[str, str]]) -> str:
    first = errors[0] if errors else {"field": "", "detail": "The request is not valid."}
    return f"{first['field']}: {first['detail']}" if first["field"] else first["detail"]


def answer(status: int, code: str, detail: str) -> JsonResponse:
    """A problem document for requests that no API view handles."""
    return JsonResponse(problem(status, code, detail), status=status, content_type=CONTENT_TYPE)


def unknown_path(request: HttpRequest, rest: str = "") -> JsonResponse:
    return answer(HTTPStatus.NOT_FOUND, "not_found", "There is nothing at this address.")


unknown_path.login_required = False  # type: ignore[attr-defined]
unknown_path.csrf_exempt = True  # type: ignore[attr-defined]
