"""`manage.py audit`: its output and its exit code."""

import json
from functools import partial
from io import StringIO
from time import sleep
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from inventory.models import Product, Stock
from pos import rewritings
from pos.models import LedgerRewriting
from reports import audit
from tests.at_once import at_once
from tests.ledgers import ledgers_unlocked


def told(*arguments: str) -> Any:
    out = StringIO()
    call_command("audit", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_command_passes_for_correct_books() -> None:
    count_anew()
    assert "The books are right" in told()
    assert json.loads(told("--json"))["broken"] == 0


@pytest.mark.django_db(transaction=True)
def test_command_names_the_faulty_rows_and_fails(tea: Product) -> None:
    count_anew()
    Stock.objects.update(quantity=3)
    with pytest.raises(CommandError) as failed:
        told()
    assert failed.value.returncode == 1
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("audit", "--json", stdout=out)
    (found,) = [row for row in json.loads(out.getvalue())["invariants"] if not row["ok"] and not row["hint"]]
    assert (found["code"], found["count"], found["offenders"]) == ("I01", 1, [f"product {tea.pk}"])


def rewritten() -> list[str]:
    (counted,) = [found for found in audit.findings() if found.invariant.code == "I19.hint"]
    assert counted.is_broken == bool(counted.offenders)
    return counted.offenders


CONNECTED = """
    SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'
"""


def connected() -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(CONNECTED)
        return {pid for (pid,) in cursor.fetchall()}


def count_anew() -> None:
    """Resets the counters, as after a crash or a restore elsewhere. Connections of
    earlier tests report counts when they end, or idle in the pool up to ten seconds later, so all are ended first."""
    before = connected()
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    for _ in range(100):
        if before.isdisjoint(connected()):
            break
        sleep(0.1)
    else:
        pytest.fail("a test before this one left a connection open")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_reset()")


def rewrite_a_movement() -> None:
    with ledgers_unlocked(), connection.cursor() as cursor:
        cursor.execute("UPDATE inventory_stockmovement SET reason = 'oops'")
        cursor.execute("SELECT pg_stat_force_next_flush()")


@pytest.mark.django_db(transaction=True)
def test_rewritten_row_fails_the_audit_even_after_the_counters_are_reset(tea: Product) -> None:
    count_anew()
    assert rewritten() == []
    rewrite_a_movement()
    assert rewritten() == ["inventory_stockmovement"]
    with pytest.raises(CommandError):
        told()
    count_anew()
    assert rewritten() == ["inventory_stockmovement"]
    with pytest.raises(CommandError):
        told()


@pytest.mark.django_db(transaction=True)
def test_rows_rewritten_by_migrations_are_excused_but_later_ones_are_not(tea: Product) -> None:
    count_anew()
    rewritings.note(rewritings.counted())
    rewrite_a_movement()
    assert rewritings.note(rewritings.counted(), why=rewritings.MIGRATIONS) == 1
    assert rewritten() == []
    assert rewritings.note(rewritings.counted()) == 0
    rewrite_a_movement()
    assert rewritten() == ["inventory_stockmovement"]


@pytest.mark.django_db(transaction=True)
def test_worker_notes_rewritten_rows(tea: Product) -> None:
    count_anew()
    rewrite_a_movement()
    call_command("work", "--once")
    assert LedgerRewriting.objects.filter(ledger="inventory_stockmovement", why="").count() == 1
    assert rewritten() == ["inventory_stockmovement"]


@pytest.mark.django_db(transaction=True)
def test_rewritten_rows_noted_at_once_are_noted_once(tea: Product) -> None:
    count_anew()
    rewrite_a_movement()
    seen = rewritings.counted()
    at_once([partial(rewritings.note, seen)] * 4)
    assert LedgerRewriting.objects.filter(ledger="inventory_stockmovement").count() == 1


@pytest.mark.django_db(transaction=True)
def test_audit_reads_one_snapshot_and_writes_nothing(tea: Product) -> None:
    with audit.one_moment(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')")
        assert cursor.fetchone() == ("repeatable read", "on")
