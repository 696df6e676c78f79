"""Generates the OpenAPI document: every operation with its possible errors."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from inspect import getdoc
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.permissions import AllowAny

from pos.api.deprecation import Deprecated
from pos.api.scopes import needed
from pos.api.summaries import SUMMARIES

PROBLEM = "application/problem+json"
WORDS = {
    400: "Badly asked",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not there",
    406: "No such representation",
    409: "Well asked, but the shop says no",
    410: "The feed began anew: take a snapshot",
    411: "No length stated",
    413: "Too large",
    415: "Not a content type the shop reads",
    422: "The same key with other content",
    429: "Too many attempts; see Retry-After",
    431: "Address and headers are too long",
    503: "Busy; see Retry-After",
}
KEYS = "key"
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
# Text of this form and not of the format `uuid`: clients made from the document would put an object into the header
KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"},
    OpenApiParameter.HEADER,
    required=True,
    description="Your own UUID: it happens exactly once, for ever. After a lost answer ask again with the same key.",
)
VERSION = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The `ETag` of what is changed. If somebody changed it since, the answer is 409 `stale`.",
)
WRITES = ("POST", "PUT", "PATCH")
DONE = {"200": "Done", "201": "Made", "202": "Waiting", "204": "Done; there is nothing to tell"}


def header(description: str, kind: str = "string") -> dict[str, Any]:
    return {"description": description, "schema": {"type": kind}}


# Where each is defined once for all answers: `components.headers` of the document
HEADERS: Mapping[str, Any] = {
    "Deprecation": header("Since when it is known that this route goes: @ and seconds since 1970 (RFC 9745)."),
    "Sunset": header("When it goes, twelve months later at the earliest (RFC 8594)."),
    "ETag": header("Changes whenever the answer does. `If-None-Match` with it is answered 304 while nothing changed."),
    "Idempotent-Replayed": {"description": "Done before.", "schema": {"type": "string", "enum": ["true"]}},
    "Retry-After": header("Seconds until it is worth asking again.", "integer"),
    "X-Request-Id": header("Names this request in the shop's log. Send one of your own, or get one."),
}


def ref(part: str, name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/{part}/{name}"}


def refs(part: str, names: Iterable[str]) -> dict[str, Any]:
    return {name: ref(part, name) for name in names}


def problem_responses() -> dict[str, Any]:
    """The answer of each status of a refusal, for `components.responses` of the document."""
    return {
        f"Problem{status}": {
            "description": told,
            "headers": refs("headers", ["X-Request-Id", *(["Retry-After"] if "Retry-After" in told else [])]),
            "content": {PROBLEM: {"schema": ref("schemas", "Problem")}},
        }
        for status, told in WORDS.items()
    }


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

    @property
    def has_version(self) -> bool:
        return self.method in getattr(self.view, "reads_version", ())

    def get_summary(self) -> str:
        return SUMMARIES.get(self.get_operation_id()) or self.get_description().partition(".")[0]

    def get_description(self) -> str:  # type: ignore[override]
        """That of the method; for a GET without one that of its class, but not of a class it inherits from."""
        told = getdoc(getattr(self.view, str(self.method).lower())) or ""
        if not told and self.method == "GET":
            told = type(self.view).__dict__.get("__doc__") or ""
        told = re.sub(r"(?<!\n)\n(?![\n*-])", " ", told) or f"{SUMMARIES.get(self.get_operation_id(), '')}."
        further = [f"A key needs the scope `{self.scope}`."] if self.scope else []
        further += [self.deprecation.sentence] if self.deprecation else []
        return "\n\n".join([told, *further])

    @property
    def deprecation(self) -> Deprecated | None:
        return getattr(self.view, "deprecated", None)

    def is_deprecated(self) -> bool:
        return self.deprecation is not None

    def get_tags(self) -> list[str]:
        return super().get_tags() or ["start"]

    def get_override_parameters(self) -> list[Any]:
        if self.has_key:
            return [KEY]
        if self.has_version:
            return [VERSION]
        query = getattr(self.view, "query_class", None)
        return [query] if query and self.method == "GET" and query().fields else []

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        if self.has_key and "201" in bodies:
            bodies["200"] = {**bodies["201"], "description": "Done before under this key."}
        if self.method == "GET":
            bodies["304"] = {"description": "As the answer whose ETag If-None-Match names"}
        for code, body in bodies.items():
            body["description"] = body.get("description") or DONE[code]
            body["headers"] = refs("headers", self.headers_of(code))
        self.resolve_serializer(ProblemSerializer, "response")
        return {**{str(status): ref("responses", f"Problem{status}") for status in self.problem_statuses()}, **bodies}

    def headers_of(self, status: str) -> list[str]:
        names = ["X-Request-Id", *(["Deprecation", "Sunset"] if self.deprecation else [])]
        if self.method == "GET" and status in ("200", "304"):
            names.append("ETag")
        if self.has_version and status == "200":
            names.append("ETag")
        if (self.has_key or getattr(self.view, "is_done_once", False)) and status == "200":
            names.append("Idempotent-Replayed")
        return names

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> dict[str, Any]:
        """An answer always carries all its fields."""
        shape: dict[str, Any] = super()._map_basic_serializer(serializer, direction)
        if direction == "response" and shape.get("properties"):
            shape["required"] = sorted(shape["properties"])
        return shape

    def problem_statuses(self) -> set[int]:
        statuses = {400, 406, 431, 503, *getattr(self.view, "problems", ())}
        if not any(isinstance(permission, AllowAny) for permission in self.view.get_permissions()):
            statuses |= {401, 403}
        if "{" in self.path:
            statuses.add(404)
        if self.method in WRITES:
            statuses |= {409, 411, 413, 415}
        if self.has_key:
            statuses.add(422)
        if self.scope is not None:
            statuses.add(429)
        return statuses | ({409} if self.method == "DELETE" else set())

    def get_auth(self) -> list[dict[str, Any]]:
        """People sign in; machines bring a key. The scope it needs stands in the description and in `x-scope`."""
        keys: list[dict[str, Any]] = [] if self.scope is None else [{KEYS: []}]
        return [*super().get_auth(), *keys]

    def get_extensions(self) -> dict[str, Any]:
        return {"x-scope": self.scope} if self.scope else {}

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
