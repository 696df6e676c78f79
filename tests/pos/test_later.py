"""Writes that wait for the next statement or the commit, and are sent together with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal as D
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from accounts.models import User
from billing.models import Shift
from billing.order import Order, Tendered, Wanted
from billing.sale.sales import sell
from inventory.models import Product
from members.models import Member
from pos import fate
from pos.postgres.rows import later, rows

pytestmark = pytest.mark.django_db(transaction=True)
WRITE = "INSERT INTO kept (number) VALUES (%s) RETURNING number"
READ = "SELECT number FROM kept ORDER BY number"


@pytest.fixture(autouse=True)
def kept() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (number integer PRIMARY KEY)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE kept")


def numbers() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(READ)
        return [number for (number,) in cursor.fetchall()]


@transaction.atomic
def write(*numbers: int) -> None:
    for number in numbers:
        later(WRITE, [number])


@transaction.atomic
def write_and_fail(number: int) -> None:
    later(WRITE, [number])
    raise ZeroDivisionError


@transaction.atomic
def write_and_close(number: int) -> None:
    later(WRITE, [number])
    connection.close()
    numbers()


def seen_by_others() -> list[int]:
    known = ("dbname", "user", "password", "host", "port")
    params = {name: value for name, value in connection.get_connection_params().items() if name in known}
    with psycopg.connect(**params) as other:
        return [number for (number,) in other.execute(READ).fetchall()]


def test_writes_are_committed_in_their_order() -> None:
    with transaction.atomic():
        later(WRITE, [1])
        later("UPDATE kept SET number = number + %s RETURNING number", [10])
        later(WRITE, [2])
    assert seen_by_others() == [2, 11]


def test_whoever_asks_next_sees_what_waited() -> None:
    with transaction.atomic():
        later(WRITE, [1])
        assert numbers() == [1]
        later(WRITE, [2])
        assert rows(READ) == [(1,), (2,)]


def test_statement_of_an_older_cursor_sees_what_waited() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        later(WRITE, [1])
        cursor.execute(READ)
        assert cursor.fetchall() == [(1,)]


def test_writes_outside_a_transaction_are_made_at_once() -> None:
    later(WRITE, [1])
    assert seen_by_others() == [1]


def test_nothing_of_a_transaction_that_failed_is_written_then_or_later() -> None:
    with pytest.raises(ZeroDivisionError):
        write_and_fail(1)
    write(2)
    assert seen_by_others() == [2]


def test_part_that_failed_takes_only_its_own_writes_with_it() -> None:
    with transaction.atomic():
        later(WRITE, [1])
        with pytest.raises(ZeroDivisionError):
            write_and_fail(1)  # would be refused, if it were sent
        write(3, 4)
    assert seen_by_others() == [1, 3, 4]


def test_refused_write_undoes_the_whole_and_says_that_nothing_was_written() -> None:
    fate.MAY_BE_WRITTEN.set(False)
    with pytest.raises(IntegrityError, match="kept_pkey"):
        write(1, 1, 2)
    assert not fate.is_unknown("POST")
    assert numbers() == []
    write(3)  # and the connection goes on
    assert seen_by_others() == [3]


def test_refused_write_is_told_where_it_is_sent() -> None:
    with transaction.atomic():
        later(WRITE, [1])
        with pytest.raises(IntegrityError):
            write(1)
        assert numbers() == [1]


def test_writes_of_a_closed_connection_are_gone() -> None:
    with pytest.raises(ProgrammingError, match="Cannot open a new connection"):
        write_and_close(1)
    assert numbers() == []


@contextmanager
def answers(file: Path) -> Iterator[list[str]]:
    """The kinds of messages that the database server sends meanwhile."""
    kinds: list[str] = []
    connection.ensure_connection()
    with file.open("w") as protocol:
        connection.connection.pgconn.trace(protocol.fileno())
        yield kinds
        connection.connection.pgconn.untrace()
    messages = [line.split("\t") for line in file.read_text().splitlines()]
    kinds += [message[3].strip() for message in messages if message[1] == "B"]


def test_writes_and_commit_are_one_round_trip(tmp_path: Path) -> None:
    with answers(tmp_path / "protocol") as kinds:
        write(1, 2)
    assert kinds.count("CommandComplete") == 4, "BEGIN, two writes, COMMIT"
    assert kinds.count("ReadyForQuery") == 2, "after BEGIN, and after the writes with COMMIT"
    assert seen_by_others() == [1, 2]


def test_sale_writes_bill_stock_points_and_cash_with_its_commit(
    tmp_path: Path, ana: User, vera: Member, tea: Product, shift: Shift
) -> None:
    def sale() -> Order:
        return Order(uuid4(), [Wanted(D(1), tea.pk)], [Tendered("cash", D(20))], register="R1", member=vera.pk)

    for _ in range(3):  # prepares the statements
        sell(sale(), cashier=ana)
    with answers(tmp_path / "protocol") as kinds:
        sell(sale(), cashier=ana)
    assert kinds.count("ReadyForQuery") == 6, (
        "after BEGIN, register, settings, goods, member, and all writes with COMMIT"
    )
