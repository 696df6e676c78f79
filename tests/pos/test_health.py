from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_nobody_needs_to_sign_in_to_ask_how_the_shop_is(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert client.post(path).status_code == 405


def test_a_living_process_asks_no_database(client: Client) -> None:
    assert client.get("/healthz").content == b"alive\n"


@pytest.mark.django_db
def test_a_supervisor_beside_the_process_asks_without_tls(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    client = Client()
    assert [client.get(path).status_code for path in ("/healthz", "/readyz", "/sign-in")] == [200, 200, 301]


@pytest.mark.django_db
def test_without_an_answer_from_the_database_the_shop_is_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> None:
        raise OperationalError("the database is gone")

    monkeypatch.setattr(connection, "cursor", gone)
    assert client.get("/readyz").status_code == 503
