import socket
from concurrent.futures import ThreadPoolExecutor
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from billing.models import Bill, Shift
from inventory.models import Product
from pos.postgres.base import DatabaseWrapper
from pos.postgres.silence import Impatient
from pos.web import health
from tests.clients import sign_in, tokens_of
from tests.served import served


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_needs_no_sign_in(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert client.post(path).status_code == 405


def test_liveness_uses_no_database(client: Client) -> None:
    assert client.get("/healthz").content == b"alive\n"


@pytest.mark.django_db
def test_health_on_the_same_machine_needs_no_tls(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    client = Client()
    assert [client.get(path).status_code for path in ("/healthz", "/readyz", "/sign-in")] == [200, 200, 301]


@pytest.mark.django_db
def test_shop_is_not_ready_while_the_database_does_not_answer(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(**params: Any) -> None:
        raise psycopg.OperationalError("the database is gone")

    monkeypatch.setattr(Impatient, "connect", gone)
    assert client.get("/readyz").status_code == 503


@pytest.mark.django_db(transaction=True)
def test_a_database_that_takes_no_writes_is_not_ready(client: Client) -> None:
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        try:
            answer = client.get("/readyz")
        finally:
            cursor.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    assert (answer.status_code, answer.content) == (503, b"the database is read-only\n")
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_health_does_not_wait_for_a_hanging_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as mute:
        mute.bind(f"{folder}/.s.PGSQL.5432")
        mute.listen(9)
        params = {"host": folder, "dbname": "pos", "user": "pos"}
        monkeypatch.setattr(DatabaseWrapper, "get_connection_params", lambda _: params)
        with ThreadPoolExecutor(8) as many:
            answers = [asked.result(60) for asked in [many.submit(health.why_not) for _ in range(8)]]
    assert all(answers)


@pytest.mark.django_db(transaction=True)
def test_write_to_a_read_only_database_is_refused_with_a_sentence(ana_api: Client, shift: Shift, tea: Product) -> None:
    paid = {"method": "cash", "amount": "20.00"}
    asked = {"register": "R1", "lines": [{"product": tea.pk, "quantity": "1"}], "payments": [paid]}
    key = {"Idempotency-Key": str(uuid4())}
    ana_api.raise_request_exception = False
    nobody = Client(raise_request_exception=False)
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
        try:
            answer = ana_api.post("/api/v1/bills", asked, content_type="application/json", headers=key)
            page = sign_in(nobody, "ana")
        finally:
            cursor.execute("SET default_transaction_read_only = off")
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert page.status_code == 503
    assert not Bill.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_no_request_fails_after_a_database_restart(ana: User) -> None:
    bearer = tokens_of("ana")["access"]
    head = "GET /api/v1/settings HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    ask = f"{head}Authorization: Bearer {bearer}\r\n\r\n"
    with served(workers=1) as shop:
        for _ in range(4):
            assert shop.ask(ask.encode()).startswith(b"HTTP/1.1 200")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert cursor.fetchone()[0] > 0
        for _ in range(4):
            assert shop.ask(ask.encode()).startswith(b"HTTP/1.1 200")
