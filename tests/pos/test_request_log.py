"""The request log records what happened, without anything people typed."""

import io
import json
import logging.config
import os
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import DataError, connection, transaction
from django.test import Client, override_settings
from gunicorn.config import Config

from accounts.models import User
from accounts.people import staff
from billing.management.commands import work
from billing.receipts import outbox
from inventory.models import Product
from members.models import Member
from pos.errors import Refused
from pos.web import request_log
from pos.web.server_log import JsonLog
from tests import cast
from tests.clients import sign_in, tokens_of
from tests.pos.test_settings import manage

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """The log as in production, with DEBUG off, as text unless the test asks for JSON."""
    written = io.StringIO()
    monkeypatch.setattr(request_log.sys, "stderr", written)
    logging.config.dictConfig(request_log.settings_for(debug=False, form=getattr(request, "param", "text")))
    with override_settings(DEBUG=False):
        yield written
    monkeypatch.undo()
    logging.config.dictConfig(request_log.settings_for(debug=True))


def test_each_request_is_one_line(log: io.StringIO, ana: User, ana_api: Client) -> None:
    said = ana_api.get("/api/v1/products/999999?search=Vera")
    line = log.getvalue().strip()
    found = re.search(
        r"answered request_id=(\w{16}) method=GET route=/api/v1/products/<int:product_id>"
        r" user=(\d+) status=(\d+) ms=\d+$",
        line,
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
    assert "request_id=web-shop.17_a method=GET" in log.getvalue()
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
    assert "WARNING pos: one line request_id=r-1\n" in log.getvalue()
    logging.getLogger("pos").warning("afterwards")
    assert log.getvalue().endswith("WARNING pos: afterwards\n")


WORDS = "geheim-4711 Vera Vogel, PIN 482917"


def broken(*args: Any) -> None:
    try:
        int(WORDS)
    except ValueError as error:
        raise RuntimeError(WORDS) from error


@pytest.mark.parametrize("log", ["text", "json"], indirect=True)
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


@pytest.mark.parametrize("log", ["text", "json"], indirect=True)
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


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("log", ["json"], indirect=True)
def test_as_json_each_request_is_one_object_with_its_id(log: io.StringIO, ana: User, ana_api: Client) -> None:
    said = ana_api.get("/api/v1/products/999999?search=Vera", headers={"X-Request-Id": "r-1"})
    ((line),) = lines(log.getvalue())
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}", line.pop("at"))
    assert line.pop("ms") >= 0
    assert said["X-Request-Id"] == "r-1"
    assert line == {
        "level": "INFO",
        "logger": "pos.requests",
        "message": "answered",
        "request_id": "r-1",
        "method": "GET",
        "route": "/api/v1/products/<int:product_id>",
        "user": ana.pk,
        "status": 400,
    }


@pytest.mark.parametrize("log", ["json"], indirect=True)
def test_as_json_an_error_has_its_causes_and_places(log: io.StringIO, ana_api: Client, monkeypatch: Any) -> None:
    def settings_read() -> None:
        logging.getLogger("pos").warning("one\nline \u2028 \x1b[1m")
        broken()

    monkeypatch.setattr("accounts.api.settings.StoreSettings.in_force", settings_read)
    Client().get("/nowhere")
    nobody = json.loads(log.getvalue())
    assert (nobody["user"], nobody["route"], nobody["status"]) == (None, None, 404)
    log.truncate(log.seek(0))
    ana_api.raise_request_exception = False
    ana_api.get("/api/v1/settings", headers={"X-Request-Id": "r-1"})
    warning, error, answered = log.getvalue().rstrip("\n").split("\n")
    assert "\x1b" not in warning
    assert json.loads(warning)["request_id"] == json.loads(answered)["request_id"] == "r-1"
    told = json.loads(error)
    assert (told["level"], told["message"], told["request_id"]) == ("ERROR", "failed", "r-1")
    assert [one["type"] for one in told["errors"]] == ["builtins.ValueError", "builtins.RuntimeError"]
    assert "in broken" in told["errors"][0]["trace"][-1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("log", ["text", "json"], indirect=True)
def test_worker_logs_each_task_and_no_values_of_a_database_error(log: io.StringIO) -> None:
    def mangle() -> bool:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT %s::text::int", [WORDS])
        return True

    def nothing() -> bool:
        return False

    assert [work.pause(deed) for deed in (nothing, busy, mangle)] == [1.0, 0.0, 5.0]
    text = log.getvalue()
    assert len(text.splitlines()) == 2
    assert "tests.pos.test_request_log.busy" in text
    assert "sqlstate=22P02" in text
    for word in WORDS.split():
        assert word not in text


def busy() -> bool:
    return True


@pytest.mark.django_db(transaction=True)
def test_whole_worker_speaks_json_and_names_no_person(may: User) -> None:
    outbox.to_mail("The shop: new sign-in as may", to="may@example.org", text="May", by=may)
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    shop = {"DATABASE_URL": url, "LOG_FORMAT": "json", "EMAIL_URL": "smtp://127.0.0.1:1"}
    worked = manage("work", "--once", **shop)
    assert worked.returncode == 0, worked.stderr
    failed, done = lines(worked.stderr)[:2]
    assert failed["message"].endswith(", mail, try 1: ConnectionRefusedError")
    assert (done["logger"], done["task"]) == ("pos.tasks", "billing.receipts.outbox.work_one")
    assert " may" not in worked.stderr and "example.org" not in worked.stderr


def test_log_of_gunicorn_itself_is_json_too() -> None:
    said = JsonLog(Config())
    (handler,) = said.error_log.handlers
    record = logging.LogRecord("gunicorn.error", logging.INFO, "", 1, "Booting worker with pid: %s", (7,), None)
    assert json.loads(handler.format(record))["message"] == "Booting worker with pid: 7"


def test_unknown_log_format_is_refused_at_the_start() -> None:
    refused = manage("check", LOG_FORMAT="xml")
    assert refused.returncode == 1
    assert "LOG_FORMAT must be one of text, json" in refused.stderr
