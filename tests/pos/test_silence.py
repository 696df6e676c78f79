"""When the database server freezes, a request gives up after a while instead of blocking its thread."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from accounts.models import User
from pos.postgres.silence import A_MOMENT, Impatient, gives_up_after, unlimited
from tests.clients import tokens_of
from tests.served import served


@contextmanager
def frozen(*backends: int) -> Iterator[None]:
    for pid in backends:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in backends:
            os.kill(pid, signal.SIGCONT)


@pytest.fixture
def impatient() -> Iterator[Impatient]:
    params = connection.get_connection_params() | {"autocommit": True}
    with gives_up_after(0.5).connect(**params) as made:
        yield made


@pytest.mark.django_db
def test_wait_for_a_silent_server_ends_with_an_error_and_a_closed_connection(impatient: Impatient) -> None:
    assert impatient.execute("SELECT 1").fetchone() == (1,)
    with frozen(impatient.info.backend_pid), pytest.raises(psycopg.OperationalError, match="does not answer"):
        impatient.execute("SELECT 1")
    assert impatient.closed


@pytest.mark.django_db(transaction=True)
def test_statement_of_an_import_or_audit_may_take_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.ensure_connection()
    monkeypatch.setattr(type(connection.connection), "longest", 0.5)
    with transaction.atomic(), unlimited(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(1)")
    with pytest.raises(OperationalError, match="does not answer"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(1)")
    connection.close()


SLOW_CHECK = """
    CREATE TEMP TABLE taken_in (id integer) ON COMMIT DROP;
    CREATE FUNCTION pg_temp.check_slowly() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_sleep(1); RETURN NEW; END';
    CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON taken_in DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION pg_temp.check_slowly();
    INSERT INTO taken_in VALUES (1);
"""


@pytest.mark.django_db(transaction=True)
def test_checks_that_wait_for_the_end_of_an_import_may_take_longer_too(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.ensure_connection()
    monkeypatch.setattr(type(connection.connection), "longest", 0.5)
    with transaction.atomic(), unlimited(), connection.cursor() as cursor:
        cursor.execute(SLOW_CHECK)
    connection.close()


@pytest.mark.django_db
def test_connection_that_answered_a_moment_ago_is_not_asked_again(
    impatient: Impatient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pos.postgres.silence.A_MOMENT", 60)
    impatient.execute("SELECT 1")
    with frozen(impatient.info.backend_pid):
        impatient.execute("")
        monkeypatch.setattr("pos.postgres.silence.A_MOMENT", -1)
        with pytest.raises(psycopg.OperationalError, match="does not answer"):
            impatient.execute("")


@pytest.mark.django_db
def test_connection_the_server_hung_up_on_does_not_work(impatient: Impatient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pos.postgres.silence.A_MOMENT", 60)
    impatient.execute("SELECT 1")
    assert impatient.works
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [impatient.info.backend_pid])
    with pytest.raises(psycopg.OperationalError):
        impatient.execute("")
    assert impatient.closed
    assert not impatient.works


@pytest.fixture
def asked(ana: User) -> Iterator[Callable[[], list[int]]]:
    """Asks a served shop, which must answer; returns the backends of its connections."""
    bearer = tokens_of("ana")["access"]
    head = "GET /api/v1/settings HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    with served(workers=1, DATABASE_SILENCE="1") as shop:

        def ask() -> list[int]:
            assert shop.ask(f"{head}Authorization: Bearer {bearer}\r\n\r\n".encode()).startswith(b"HTTP/1.1 200")
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                    " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
                )
                return [row[0] for row in cursor.fetchall()]

        yield ask


@pytest.mark.django_db(transaction=True)
def test_requests_go_on_after_their_connections_froze(asked: Callable[[], list[int]]) -> None:
    pids = asked()
    assert pids
    time.sleep(1.1 * A_MOMENT)
    with frozen(*pids):
        asked()


@pytest.mark.django_db(transaction=True)
def test_requests_go_on_after_the_server_hung_up(asked: Callable[[], list[int]]) -> None:
    pids = asked()
    assert pids
    with connection.cursor() as cursor:
        for pid in pids:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    asked()
