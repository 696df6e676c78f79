"""Cursor pagination of lists over a stable order."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from pos.errors import Invalid

MOST, USUAL = 100, 50
Row = Model
Position = tuple[bool, list[str]]


class Pages(BasePagination):
    """Keyset pagination by the view's `ordering`, whose columns are never null and whose last column is unique."""

    parameters = ("page_size", "cursor")

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.url = request.build_absolute_uri()
        self.ordering = tuple(view.ordering)
        self.size = page_size(request.query_params.get("page_size"))
        cursor = request.query_params.get("cursor")
        backward, values = decoded(cursor) if cursor is not None else (False, [])
        rows = queryset.order_by(*(flipped(name) if backward else name for name in self.ordering))
        if values:
            rows = rows.filter(beyond(queryset, self.ordering, values, backward))
        found = list(rows[: self.size + 1])
        more, self.rows = len(found) > self.size, found[: self.size]
        if backward:
            self.rows.reverse()
        self.has_next, self.has_previous = (True, more) if backward else (more, bool(values))
        return self.rows

    def get_paginated_response(self, data: Any) -> Response:
        rows = self.rows
        after = self.link(False, rows[-1]) if self.has_next and rows else None
        before = self.link(True, rows[0]) if self.has_previous and rows else None
        return Response({"next": after, "previous": before, "results": data})

    def link(self, backward: bool, row: Row) -> str:
        values = [text_of(getattr(row, name.lstrip("-"))) for name in self.ordering]
        cursor = urlsafe_b64encode(json.dumps([backward, values]).encode()).decode().rstrip("=")
        return str(replace_query_param(remove_query_param(self.url, "cursor"), "cursor", cursor))

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
        return [
            {"name": "page_size", "in": "query", "required": False, "schema": size},
            {"name": "cursor", "in": "query", "required": False, "schema": {"type": "string"}},
        ]


def page_size(asked: str | None) -> int:
    if asked is None:
        return USUAL
    if not (asked.isascii() and asked.isdecimal() and len(asked) <= 3 and 1 <= int(asked) <= MOST):
        raise Invalid("page_size", f"A page has 1 to {MOST} rows.")
    return int(asked)


def flipped(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def text_of(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def decoded(cursor: str) -> Position:
    try:
        backward, values = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(backward, bool) or not all(isinstance(value, str) for value in values):
            raise ValueError
    except (ValueError, TypeError, RecursionError):
        raise Invalid("cursor", "This cursor was not given out by the shop.") from None
    return backward, list(values)


def beyond(rows: QuerySet[Row], ordering: tuple[str, ...], values: list[str], backward: bool) -> Q:
    """Rows after the given position. The bound of the first column is repeated so that its index is used."""
    names = [name.lstrip("-") for name in ordering]
    try:
        typed = [column(rows, n).to_python(v) for n, v in zip(names, values, strict=True)]
    except (ValueError, ValidationError):
        raise Invalid("cursor", "This cursor was not given out by the shop.") from None
    steps = ["lt" if name.startswith("-") != backward else "gt" for name in ordering]
    after, same = Q(), Q()
    for name, step, value in zip(names, steps, typed, strict=True):
        after |= same & Q(**{f"{name}__{step}": value})
        same &= Q(**{name: value})
    return Q(**{f"{names[0]}__{steps[0]}e": typed[0]}) & after


def column(rows: QuerySet[Row], name: str) -> Any:
    """The model field of a column, or the annotation's output field."""
    annotation = rows.query.annotations.get(name)
    return rows.model._meta.get_field(name) if annotation is None else annotation.output_field
