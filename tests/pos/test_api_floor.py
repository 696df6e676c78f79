"""Rules that hold for every API route, tested on the settings."""

import json
import re
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework import serializers

from pos.api import docs
from pos.api.errors import plain
from pos.api.fields import MomentField
from pos.models import StoreSettings
from tests.test_architecture import HEIGHTS

pytestmark = pytest.mark.django_db
SETTINGS = "/api/v1/settings"


def patch(client: Client, body: str | dict[str, Any]) -> Any:
    data = body if isinstance(body, str) else json.dumps(body)
    return client.patch(SETTINGS, data, content_type="application/json")


def assert_problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert (body["status"], body["code"], body["type"]) == (status, code, f"urn:pos:problem:{code}")
    assert set(body) == {"type", "title", "status", "code", "detail", "errors", "facts", "request_id"}
    return body


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        '"x"',
        '{"point_multiplier": NaN}',
        '{"point_multiplier": Infinity}',
        '{"point_multiplier": 0.2}',
        '{"point_multiplier": "0.1e1"}',
        '{"point_multiplier": "-0"}',
        '{"point_multiplier": "1.5"}',
        '{"point_multiplier": true}',
        '{"point_multiplier": null}',
        '{"point_multiplier": "0.123456"}',
        '{"point_multiplier": "٠"}',
        '{"cutoff_hour": 24}',
        '{"cutoff_hour": 99999999999999999999}',
        '{"cash_difference_limit": "1.234"}',
        '{"cash_difference_limit": "1000000000"}',
        '{"shop_name": "a\\u0000b"}',
        '{"shop_name": "\\ud800"}',
        '{"shop_name": ""}',
        '{"shop_name": 7}',
        '{"prices_include_tax": "yes"}',
        '{"nonsense": 1}',
        '{"id": 5}',
        "[" * 100_000,
        '{"cutoff_hour": ' + "9" * 5_000 + "}",
    ],
)
def test_invalid_change_is_400_and_changes_nothing(may_api: Client, body: str) -> None:
    answer = patch(may_api, body)
    assert_problem(answer, 400, answer.json().get("code"))
    assert StoreSettings.objects.count() == 1


def test_the_field_at_fault_is_named(may_api: Client) -> None:
    body = assert_problem(patch(may_api, {"vip_discount_rate": "1.01", "nonsense": 1}), 400, "invalid")
    assert [error["field"] for error in body["errors"]] == ["nonsense"]
    body = assert_problem(patch(may_api, {"vip_discount_rate": "1.01"}), 400, "invalid")
    assert [(error["field"], error["code"]) for error in body["errors"]] == [("vip_discount_rate", "max_value")]


def test_money_and_rates_are_text_in_the_currencys_decimals(may_api: Client, settings: Any) -> None:
    body = patch(may_api, {"cash_difference_limit": 7, "vip_discount_rate": "0.075"}).json()
    assert (body["cash_difference_limit"], body["vip_discount_rate"]) == ("7.00", "0.075")
    settings.CURRENCY = "JPY"
    assert may_api.get(SETTINGS).json()["cash_difference_limit"] == "7"
    assert_problem(patch(may_api, {"cash_difference_limit": "7.5"}), 400, "invalid")


def test_wrong_method_type_and_accept_are_problems(may_api: Client) -> None:
    assert_problem(may_api.put(SETTINGS), 405, "method_not_allowed")
    assert_problem(may_api.put(f"{SETTINGS}?a=1"), 405, "method_not_allowed")
    assert_problem(may_api.patch(SETTINGS, "a=1", content_type="text/plain"), 415, "unsupported_media_type")
    assert_problem(may_api.get(SETTINGS, headers={"Accept": "image/png"}), 406, "not_acceptable")
    assert_problem(patch(may_api, '{"shop_name": "' + "x" * 3_000_000 + '"}'), 413, "too_large")


def test_allow_header_lists_the_methods_that_work(may_api: Client, client: Client) -> None:
    for method in ("put", "options", "trace"):
        answer = getattr(may_api, method)(SETTINGS)
        assert_problem(answer, 405, "method_not_allowed")
        assert answer["Allow"] == "GET, HEAD, PATCH"
    assert client.get("/api/v1/auth/token")["Allow"] == "POST"


def test_unknown_paths_are_problems_for_everyone(client: Client) -> None:
    for path in ("/api", "/api/", "/api/v1/nothing", "/api/v2/settings", "/api/v1/settings/"):
        assert_problem(client.get(path), 404, "not_found")
        assert_problem(client.post(path), 404, "not_found")


def test_unknown_and_repeated_parameters_are_refused(may_api: Client) -> None:
    for query in (
        "?colour=red",
        "?page_size=0",
        "?page_size=101",
        "?page_size=x",
        "?page_size=٣",
        "?page_size=1&page_size=2",
        "?cursor=x",
        "?cursor=W3RydWUsWyJhIl1d",
        "?cursor=",
        "?page_size=",
        "?a=%00",
    ):
        assert_problem(may_api.get(f"{SETTINGS}/history{query}"), 400, "invalid")
    assert_problem(may_api.patch(f"{SETTINGS}?dry_run=1", "{}", content_type="application/json"), 400, "invalid")


def test_pages_have_no_gap_or_overlap_in_either_direction(may_api: Client) -> None:
    for hour in range(1, 8):
        patch(may_api, {"cutoff_hour": hour})
    seen, url, pages = [], f"{SETTINGS}/history?page_size=3", []
    while url:
        pages.append(may_api.get(url).json())
        seen += [row["cutoff_hour"] for row in pages[-1]["results"]]
        url = pages[-1]["next"]
    assert seen == [7, 6, 5, 4, 3, 2, 1, 0]
    back = may_api.get(pages[2]["previous"]).json()
    assert back["results"] == pages[1]["results"]
    assert may_api.get(back["previous"]).json()["previous"] is None


def test_server_error_is_a_problem_without_a_traceback(may_api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr(StoreSettings, "in_force", broken)
    may_api.raise_request_exception = False
    body = assert_problem(may_api.get(SETTINGS), 500, "server_error")
    assert "secret" not in json.dumps(body)


def test_the_document_is_openapi_3_1_without_warnings(tmp_path: Any) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))
    assert docs.document()["openapi"].startswith("3.1")


def test_document_is_served_as_json(client: Client) -> None:
    for wanted in ("application/vnd.oai.openapi+json", "application/json", "*/*"):
        assert client.get("/api/v1/schema", headers={"Accept": wanted}).json()["openapi"].startswith("3.1")


def test_refusal_repeats_only_part_of_long_input(may_api: Client) -> None:
    for body in ({"k" * 100_000: 1}, {"shop_name": "A" * 100_000}, {f"k{n}": 1 for n in range(5000)}):
        said = patch(may_api, body)
        assert_problem(said, 400, "invalid")
        assert len(said.content) < 20_000


def test_address_with_a_line_break_is_not_found(may_api: Client) -> None:
    assert_problem(may_api.get("/api/v1/products/%0d%0aX:y"), 404, "not_found")


def test_document_says_what_each_deletion_answers() -> None:
    paths = docs.document()["paths"]
    answers = {
        path: [status for status in operations["delete"]["responses"] if status < "300"]
        for path, operations in paths.items()
        if "delete" in operations
    }
    assert answers.pop("/api/v1/members/{member_id}/vip") == ["200"]
    assert answers
    assert set(map(tuple, answers.values())) == {("204",)}


def api_paths(patterns: list[Any], prefix: str = "/") -> set[str]:
    found: set[str] = set()
    for entry in patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            found |= api_paths(entry.url_patterns, path)
        elif isinstance(entry, URLPattern) and path.startswith("/api/v1/"):
            found.add(path)
    return found


def test_seed_d54_every_route_is_in_the_document_and_the_other_way_round(client: Client) -> None:
    routes = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path) for path in api_paths(get_resolver().url_patterns)}
    told = set(client.get("/api/v1/schema").json()["paths"])
    assert {route.rstrip("/") for route in routes - {"/api/v1/docs"}} == told


def test_docs_page_is_public_and_loads_nothing_from_other_hosts(client: Client) -> None:
    page = client.get("/api/v1/docs")
    text = page.content.decode()
    assert page.status_code == 200
    assert "//" not in text.replace("http://testserver", "").replace("<!--", "")
    assert "style-src 'self' 'unsafe-inline'" in page["Content-Security-Policy"]
    assert "script-src 'self';" in page["Content-Security-Policy"] + ";"


def shapes(of: type[Any] = serializers.Serializer) -> set[type[Any]]:
    found = set(of.__subclasses__())
    return found.union(*map(shapes, found)) if found else found


def test_every_time_is_given_in_utc() -> None:
    get_resolver().url_patterns  # noqa: B018 (loads every view, and with it every serializer)
    ours = [shape for shape in shapes() if shape.__module__.split(".")[0] in HEIGHTS]
    fields = [(shape.__name__, name, field) for shape in ours for name, field in shape._declared_fields.items()]
    moments = [(shape, name) for shape, name, field in fields if isinstance(field, serializers.DateTimeField)]
    assert ("ShiftSerializer", "opened_at") in moments
    assert [(s, n) for s, n, field in fields if type(field) is serializers.DateTimeField] == []
    at = MomentField().to_representation(datetime(2026, 7, 1, 14, 30, tzinfo=ZoneInfo("Europe/Berlin")))
    assert at == "2026-07-01T12:30:00Z"


def test_decimals_and_keys_in_facts_become_text() -> None:

    assert plain({4: {"left": [Decimal("0.350")]}}) == {"4": {"left": ["0.350"]}}
