"""`manage.py audit`: what it says, and with which code it ends."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from inventory.models import Product, Stock
from reports import audit
from tests.ledgers import ledgers_unlocked


def told(*arguments: str) -> Any:
    out = StringIO()
    call_command("audit", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_command_is_content_with_right_books() -> None:
    assert "The books are right" in told()
    assert json.loads(told("--json"))["broken"] == 0


@pytest.mark.django_db(transaction=True)
def test_command_names_the_offenders_and_fails(tea: Product) -> None:
    Stock.objects.update(quantity=3)
    with pytest.raises(CommandError) as failed:
        told()
    assert failed.value.returncode == 1
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("audit", "--json", stdout=out)
    (found,) = [row for row in json.loads(out.getvalue())["invariants"] if not row["ok"] and not row["hint"]]
    assert (found["code"], found["count"], found["offenders"]) == ("I01", 1, [f"product {tea.pk}"])


@pytest.mark.django_db(transaction=True)
def test_row_once_rewritten_is_hinted_at_without_failing(tea: Product) -> None:
    with ledgers_unlocked(), connection.cursor() as cursor:
        cursor.execute("UPDATE inventory_stockmovement SET reason = 'oops'")
        cursor.execute("SELECT pg_stat_force_next_flush()")
    (hint,) = [found for found in audit.findings() if found.invariant.hint]
    assert "inventory_stockmovement" in hint.offenders
    assert not hint.is_broken


@pytest.mark.django_db(transaction=True)
def test_audit_sees_one_moment_and_writes_nothing(tea: Product) -> None:
    with audit.one_moment(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')")
        assert cursor.fetchone() == ("repeatable read", "on")
