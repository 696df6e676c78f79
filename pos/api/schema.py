"""Generates the OpenAPI document: every operation with its possible errors."""

import re
from functools import cache
from importlib import import_module
from typing import Any
from uuid import UUID

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.permissions import AllowAny

from pos.api.scopes import needed

PROBLEM = "application/problem+json"
WORDS = {
    400: "Badly asked",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not there",
    406: "No such representation",
    410: "The feed began anew: take a snapshot",
    409: "Well asked, but the shop says no",
    413: "Too large",
    415: "Not a content type the shop reads",
    422: "The same key with other content",
    429: "Too many attempts; see Retry-After",
    503: "Busy; see Retry-After",
}
KEYS = "key"
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
KEY = OpenApiParameter(
    "Idempotency-Key",
    UUID,
    OpenApiParameter.HEADER,
    required=True,
    description="Makes it happen exactly once, for ever. Ask again with the same key after a lost answer.",
)
WRITES = ("POST", "PUT", "PATCH")


class ProblemErrorSerializer(serializers.Serializer[Any]):
    field = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457."""

    type = serializers.CharField(help_text="urn:pos:problem:<code>")
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    facts = serializers.DictField()
    request_id = serializers.CharField(help_text="as in X-Request-Id; it stands in the shop's log and trail")

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "errors": ProblemErrorSerializer(many=True)}


class ShopSchema(AutoSchema):
    """A view may list additional statuses in `problems`."""

    @property
    def has_key(self) -> bool:
        return self.method == "POST" and getattr(self.view, "reads_key", False)

    def get_override_parameters(self) -> list[Any]:
        if self.has_key:
            return [KEY]
        query = getattr(self.view, "query_class", None)
        return [query] if query and self.method == "GET" and query().fields else []

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        if self.has_key and "201" in bodies:
            bodies["200"] = {**bodies["201"], "description": "Done before under this key."}
        if self.method == "GET":
            bodies["304"] = {"description": "As the answer whose ETag If-None-Match names"}
        problem = self.resolve_serializer(ProblemSerializer, "response").ref
        for status in sorted(self.problem_statuses()):
            content = {PROBLEM: {"schema": problem}}
            bodies.setdefault(str(status), {"description": WORDS[status], "content": content})
        return bodies

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> dict[str, Any]:
        """An answer always carries all its fields."""
        shape: dict[str, Any] = super()._map_basic_serializer(serializer, direction)
        if direction == "response" and shape.get("properties"):
            shape["required"] = sorted(shape["properties"])
        return shape

    def problem_statuses(self) -> set[int]:
        statuses = {400, 406, 503, *getattr(self.view, "problems", ())}
        if not any(isinstance(permission, AllowAny) for permission in self.view.get_permissions()):
            statuses |= {401, 403}
        if "{" in self.path:
            statuses.add(404)
        if self.method in WRITES:
            statuses |= {409, 413, 415}
        if self.has_key:
            statuses.add(422)
        if self.scope is not None:
            statuses.add(429)
        return statuses | ({409} if self.method == "DELETE" else set())

    def get_auth(self) -> list[dict[str, Any]]:
        """People sign in; machines bring a key with the scope named here."""
        scope = self.scope
        keys = [] if scope is None else [{KEYS: [scope] if scope else []}]
        return [*super().get_auth(), *keys]

    @property
    def scope(self) -> str | None:
        return needed(names_by_path().get(self.path), self.method)


@cache
def names_by_path() -> dict[str, str]:
    """The names of the API's routes, by their path as the document writes it."""
    routes = import_module("pos.api.urls").urlpatterns
    return {"/api/v1/" + PARAMETER.sub(r"{\1}", str(route.pattern)): route.name for route in routes}


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.access.authentication.TokenAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
