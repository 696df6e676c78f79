"""Threads of the web server keep their connections to the database from one request to the next."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from accounts.models import User
from pos.postgres.base import DatabaseWrapper
from tests.clients import tokens_of
from tests.served import served


@pytest.fixture
def of_a_thread(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Another thread's connection, on which a request has just ended."""
    monkeypatch.setattr(DatabaseWrapper, "threads", 1)
    monkeypatch.setattr("pos.postgres.silence.A_MOMENT", 60)
    made = connections.create_connection("default")
    with made.cursor() as cursor:
        cursor.execute("SELECT 1")
    yield made
    made.close()


@pytest.mark.django_db
def test_next_request_finds_the_same_connection(of_a_thread: Any) -> None:
    before = of_a_thread.connection
    of_a_thread.close_if_unusable_or_obsolete()
    assert of_a_thread.connection is before


@pytest.mark.django_db
def test_connection_that_was_silent_for_a_moment_goes_back_to_the_pool(
    of_a_thread: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pos.postgres.silence.A_MOMENT", -1)
    of_a_thread.close_if_unusable_or_obsolete()
    assert of_a_thread.connection is None


@pytest.mark.django_db(transaction=True)
def test_threads_with_fewer_connections_than_there_are_of_them_share_these(ana: User) -> None:
    bearer = tokens_of("ana")["access"]
    head = "GET /api/v1/settings HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    ask = f"{head}Authorization: Bearer {bearer}\r\n\r\n".encode()
    with served(workers=1, DATABASE_POOL="1", DATABASE_WAIT="3") as shop, ThreadPoolExecutor(8) as callers:
        answers = list(callers.map(lambda _: shop.ask(ask)[:12], range(48)))
    assert set(answers) == {b"HTTP/1.1 200"}
