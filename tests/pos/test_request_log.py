"""The request log records what happened, without anything people typed."""

import io
import json
import logging.config
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DataError, connection
from django.test import Client, override_settings

from accounts.models import User
from accounts.people import staff
from inventory.models import Product
from members.models import Member
from pos.errors import Refused
from pos.web import request_log
from tests import cast
from tests.clients import sign_in, tokens_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """The log as in production, with DEBUG off."""
    written = io.StringIO()
    monkeypatch.setattr(request_log.sys, "stderr", written)
    logging.config.dictConfig(request_log.settings_for(debug=False))
    with override_settings(DEBUG=False):
        yield written
    monkeypatch.undo()
    logging.config.dictConfig(request_log.settings_for(debug=True))


def test_each_request_is_one_line(log: io.StringIO, ana: User, ana_api: Client) -> None:
    said = ana_api.get("/api/v1/products/999999?search=Vera")
    line = log.getvalue().strip()
    found = re.search(
        r"id=(\w{16}) method=GET route=/api/v1/products/<int:product_id> user=(\d+) status=(\d+) ms=\d+$", line
    )
    assert found, line
    assert (found[1], found[2], found[3]) == (said["X-Request-Id"], str(ana.pk), "400")
    assert "Vera" not in line


def test_anonymous_user_and_unknown_route_are_logged_as_a_dash(log: io.StringIO) -> None:
    Client().get("/secret-address?token=geheim")
    assert re.search(r"method=GET route=- user=- status=404", log.getvalue())
    assert "secret-address" not in log.getvalue()


def test_client_may_name_its_request_and_a_refusal_repeats_the_name(log: io.StringIO, ana_api: Client) -> None:
    said = ana_api.get("/api/v1/products/999999", headers={"X-Request-Id": "web-shop.17_a"})
    assert said["X-Request-Id"] == said.json()["request_id"] == "web-shop.17_a"
    assert "id=web-shop.17_a method=GET" in log.getvalue()
    for odd in ("", "a b", "x" * 65, "-x", "ä", "a\nb", "<b>"):
        answer = ana_api.get("/api/v1/nothing", headers={"X-Request-Id": odd})
        assert re.fullmatch(r"[0-9a-f]{16}", answer["X-Request-Id"]), odd
        assert answer.json()["request_id"] == answer["X-Request-Id"]


def test_what_is_logged_during_a_request_names_it(log: io.StringIO, ana_api: Client, monkeypatch: Any) -> None:
    def settings_read() -> None:
        logging.getLogger("pos").warning("one\nline")
        raise Refused

    monkeypatch.setattr("accounts.api.settings.StoreSettings.in_force", settings_read)
    ana_api.get("/api/v1/settings", headers={"X-Request-Id": "r-1"})
    assert "WARNING pos: one line request=r-1\n" in log.getvalue()
    logging.getLogger("pos").warning("afterwards")
    assert log.getvalue().endswith("WARNING pos: afterwards\n")


WORDS = "geheim-4711 Vera Vogel, PIN 482917"


def broken(*args: Any) -> None:
    try:
        int(WORDS)
    except ValueError as error:
        raise RuntimeError(WORDS) from error


@pytest.mark.parametrize("door", ["api", "page"])
def test_error_is_logged_with_traceback_but_without_its_message(
    door: str, log: io.StringIO, ana_api: Client, ana_web: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.api.settings.StoreSettings.in_force", broken)
    monkeypatch.setattr("billing.views.till.register_of", broken)
    client = ana_api if door == "api" else ana_web
    client.raise_request_exception = False
    said = client.get("/api/v1/settings" if door == "api" else "/till")
    assert said.status_code == 500
    text = log.getvalue()
    assert text.count(said["X-Request-Id"]) == 2
    for told in ("builtins.RuntimeError", "builtins.ValueError", "in broken"):
        assert told in text
    for word in WORDS.split():
        assert word not in text


def test_database_error_is_logged_with_sqlstate_but_without_values() -> None:
    with pytest.raises(DataError, match="geheim") as caught, connection.cursor() as cursor:
        cursor.execute("SELECT %s::text::int", [WORDS])
    assert request_log.told(caught.value.__cause__ or caught.value).endswith("sqlstate=22P02")


SECRETS = {"password": "geheim-password-9", "pin": "739152", "secret": "739152", "name": "Zacharias Geheim"}


def test_log_contains_nothing_people_typed(
    log: io.StringIO, ana: User, may: User, tea: Product, vera: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = tokens_of("ana")
    web, api = Client(raise_request_exception=False), cast.with_token(may)
    api.raise_request_exception = False
    sign_in(web, "Zacharias Geheim", SECRETS["password"])
    sign_in(web, "ana")
    web.post("/password", {"current": SECRETS["password"], "new": SECRETS["password"]})
    web.post("/members/new", {**SECRETS, "email": "geheim@example.org"})
    web.get("/members?q=Zacharias+Geheim")
    staff_hire = staff.hire
    monkeypatch.setattr(staff, "hire", lambda **facts: staff_hire(**{**facts, "nothing": facts["password"]}))
    for body in (
        {"username": "zg", **SECRETS},
        {"username": "zg", "name": "Zacharias Geheim", "password": "geheim-password-9"},
    ):
        api.post("/api/v1/users", json.dumps(body), content_type="application/json")
    api.post("/api/v1/auth/token/refresh", json.dumps({"refresh": tokens["refresh"]}), content_type="application/json")
    api.get(f"/display/{tokens['access'][:40]}")
    text = log.getvalue()
    assert "builtins.TypeError" in text
    for secret in (*SECRETS.values(), "geheim@example.org", tokens["access"][:40], tokens["refresh"][:40], "Geheim"):
        assert secret not in text


def test_with_debug_only_failures_are_logged() -> None:
    loggers: dict[str, Any] = request_log.settings_for(debug=True)["loggers"]
    assert loggers["pos.requests"]["level"] == "ERROR"
