"""Cursor pagination of the API's lists over a stable order."""

from typing import Any

from django.db.models import Model, QuerySet
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from pos.errors import Invalid
from pos.keyset import START, Page, Place, decoded
from pos.postgres.plans import for_their_values

MOST, USUAL = 100, 50


class Pages(BasePagination):
    """Keyset pagination by the view's `ordering`, whose columns are never null and whose last column is unique. What is
    no queryset has `rows_of(place)` of its own."""

    parameters = ("page_size", "cursor")
    page: Page[Model]

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.url = request.build_absolute_uri()
        cursor = request.query_params.get("cursor")
        position = decoded(cursor) if cursor is not None else START
        place = Place(tuple(view.ordering), page_size(request.query_params.get("page_size")), position)
        with for_their_values():
            found = place.rows_of(queryset) if isinstance(queryset, QuerySet) else queryset.rows_of(place)
            self.page = place.page(list(found))
        return list(self.page.rows)

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.link(self.page.after), "previous": self.link(self.page.before), "results": data})

    def link(self, cursor: str | None) -> str | None:
        return str(replace_query_param(remove_query_param(self.url, "cursor"), "cursor", cursor)) if cursor else None

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
