"""The OpenAPI document says what a program needs and nothing about the implementation."""

import ast
import gzip
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, ClassVar

import jsonschema  # type: ignore[import-untyped]
import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import path
from drf_spectacular.generators import SchemaGenerator
from rest_framework.permissions import AllowAny
from rest_framework.response import Response

from pos.api import docs, problems
from pos.api.deprecation import Deprecated
from pos.api.document import operations
from pos.api.errors import problem
from pos.api.schema import ProblemSerializer
from pos.api.views import ApiView
from pos.errors import Invalid
from tests.test_architecture import HEIGHTS

REFUSED = {kind.__name__: kind for kind in problems.refusals()}


def parts(of: Any) -> Iterator[dict[str, Any]]:
    if isinstance(of, dict):
        yield of
    for part in of.values() if isinstance(of, dict) else of if isinstance(of, list) else ():
        yield from parts(part)


def checked_by(schema: Mapping[str, Any]) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator({**schema, "components": docs.document()["components"]})


def test_every_operation_is_summed_up_described_and_says_what_can_go_wrong() -> None:
    document = docs.document()
    found = list(operations(document))
    assert len({one["operationId"] for one in found}) == len(found) > 150
    for one in found:
        assert 3 < len(one["summary"]) <= 60 and "\n" not in one["summary"], one["operationId"]
        assert not one["summary"].endswith(".") and one["description"].strip(". "), one["operationId"]
        assert {"400", "406", "503"} <= set(one["responses"]), one["operationId"]
        for status, told in one["responses"].items():
            assert "$ref" in told or (told["description"] and told["headers"]), (one["operationId"], status)
    tags = {tag["name"] for tag in document["tags"]}
    assert {tag for one in found for tag in one["tags"]} == tags


def test_headers_a_program_needs_are_in_the_document() -> None:
    document = docs.document()
    sell = document["paths"]["/api/v1/bills"]["post"]
    assert "Idempotent-Replayed" in sell["responses"]["200"]["headers"]
    assert "Idempotent-Replayed" not in sell["responses"]["201"]["headers"]
    edit = document["paths"]["/api/v1/products/{product_id}"]["patch"]
    assert "If-Match" in {one["name"] for one in edit["parameters"]}
    assert "ETag" in edit["responses"]["200"]["headers"]
    assert "ETag" in document["paths"]["/api/v1/products"]["get"]["responses"]["304"]["headers"]
    answers = document["components"]["responses"]
    assert all("Retry-After" in answers[f"Problem{status}"]["headers"] for status in (429, 503))
    assert all("X-Request-Id" in answer["headers"] for answer in answers.values())


def test_document_names_no_python_or_framework_internals() -> None:
    document = docs.document()
    assert not {"BlankEnum", "NullEnum"} & set(document["components"]["schemas"])
    assert not [name for name in document["components"]["schemas"] if re.search(r"Enum[0-9a-f]{3}|Enum\d", name)]
    told = [part["description"] for part in parts(document) if isinstance(part.get("description"), str)]
    names = r"self\.|query_class|serializer|(?<![-\w])None(?![-\w])|__|queryset|Python"
    assert not [one for one in told if re.search(names, one)]


def test_each_fact_of_a_refusal_has_a_documented_type() -> None:
    """Reads every `raise` in the source: each fact given must be described in the document."""
    missing = []
    for room in HEIGHTS:
        for file in (settings.BASE_DIR / room).rglob("*.py"):
            for call in (one for one in ast.walk(ast.parse(file.read_text())) if isinstance(one, ast.Call)):
                kind = REFUSED.get(ast.unparse(call.func).rpartition(".")[2])
                if kind and not issubclass(kind, Invalid):
                    told = {word.arg for word in call.keywords if word.arg}
                    missing += [(file.name, kind.code, fact) for fact in told - set(problems.FACTS.get(kind.code, ()))]
    assert not missing


def test_a_problem_is_as_the_document_says() -> None:
    schemas = docs.document()["components"]["schemas"]
    assert {"out_of_stock", "needs_approval", "not_found", "invalid", "key_reused"} <= set(
        schemas["ProblemCode"]["enum"]
    )
    check = checked_by({"$ref": "#/components/schemas/Problem"})
    told = problem(409, "out_of_stock", "Not enough.", facts={"products": {"7": "3"}})
    check.validate(told)
    assert not check.is_valid({**told, "code": "no_such_code"})
    assert not check.is_valid({**told, "facts": {"products": 7}})
    assert not check.is_valid({**told, "facts": {"told_to_nobody": 7}})


def test_each_example_is_as_the_document_says() -> None:
    bodies = [body for one in operations(docs.document()) for body in parts(one) if "example" in body]
    assert len(bodies) > 20
    for body in bodies:
        checked_by(body["schema"]).validate(body["example"])


def test_deprecated_route_says_so_a_year_ahead() -> None:
    class Old(ApiView):
        permission_classes = [AllowAny]
        authentication_classes: ClassVar[list[Any]] = []  # type: ignore[misc]
        serializer_class = ProblemSerializer
        deprecated = Deprecated(since=date(2026, 12, 1), gone=date(2027, 12, 1), instead="/api/v1/new")

        def get(self, request: Any) -> Response:
            """What it told."""
            return Response({})

    answer = Old.as_view()(RequestFactory().get("/api/v1/old"))
    assert (answer["Deprecation"], answer["Sunset"]) == ("@1796083200", "Wed, 01 Dec 2027 00:00:00 GMT")
    assert answer["Link"] == '</api/v1/new>; rel="successor-version"'
    told = SchemaGenerator(patterns=[path("api/v1/old", Old.as_view())]).get_schema(request=None, public=True)
    operation = told["paths"]["/api/v1/old"]["get"]
    assert operation["deprecated"] is True and "gone from 2027-12-01 on" in operation["description"]
    assert {"Deprecation", "Sunset"} <= set(operation["responses"]["200"]["headers"])
    with pytest.raises(ValueError, match="twelve months"):
        Deprecated(since=date(2026, 12, 1), gone=date(2027, 6, 1))


@pytest.mark.django_db
def test_the_document_is_public_compressed_and_kept_by_caches(client: Client) -> None:
    answer = client.get("/api/v1/schema", headers={"Accept-Encoding": "gzip"})
    assert (answer.status_code, answer["Content-Encoding"]) == (200, "gzip")
    assert "public" in answer["Cache-Control"] and "Accept-Encoding" in answer["Vary"]
    assert len(answer.content) < 100_000
    plain = client.get("/api/v1/schema")
    assert json.loads(gzip.decompress(answer.content)) == plain.json()
    again = client.get("/api/v1/schema", headers={"If-None-Match": plain["ETag"]})
    assert again.status_code == 304 and "public" in again["Cache-Control"]


def test_optional_field_has_no_default_in_the_document() -> None:
    schemas = docs.document()["components"]["schemas"]
    back = schemas["ReturnedRequest"]["properties"]["to_stock"]
    assert back["description"].endswith("left out: true")
    told = [
        (name, field)
        for name, one in schemas.items()
        for field, f in one.get("properties", {}).items()
        if "default" in f
    ]
    assert told == []


def test_request_for_another_host_is_refused_with_a_code_of_the_document(client: Client) -> None:
    said = client.get("/api/v1/products", headers={"Host": "a b"})
    assert (said.status_code, said.json()["code"]) == (400, "bad_request")
    assert "bad_request" in docs.document()["components"]["schemas"]["ProblemCode"]["enum"]
