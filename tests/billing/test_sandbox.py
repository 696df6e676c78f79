"""A key in sandbox mode sells by the same rules, and nothing of it stays but the practice bill."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.models import User
from billing.models import Bill, PracticeBill, Register
from inventory.models import Product
from members.models import Member
from tests import keys
from tests.billing.test_api_bills import SALE, sell

pytestmark = pytest.mark.django_db
SELLING = ("bills:read", "bills:write", "products:read")


@pytest.fixture
def sandbox(may: User) -> Client:
    return keys.machine(may, *SELLING, sandbox=True, may_refund=True)


def everything() -> dict[str, int]:
    """How many rows each table has, and what may change in a row beside."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        tables = sorted(name for (name,) in cursor.fetchall())
        found = {}
        for table in tables:
            cursor.execute(
                f"SELECT md5(coalesce(string_agg(r::text, chr(10) ORDER BY r::text), '')) FROM \"{table}\" r"
            )
            found[table] = cursor.fetchone()[0]
    return found


def test_a_sandbox_key_sells_and_nothing_but_the_practice_bill_stays(
    sandbox: Client, tea: Product, vera: Member
) -> None:
    sandbox.get("/api/v1/products")  # notes when the key was last used
    before = everything()
    sold = sell(sandbox, [{"product": tea.pk, "quantity": "2"}], member=vera.pk)
    assert sold.status_code == 201
    bill = sold.json()
    assert (bill["number"], bill["total"], bill["register"]) == ("API-T000001", "21.25", "API")
    after = everything()
    assert {table for table in after if after[table] != before[table]} == {"billing_practicebill"}


def test_a_sandbox_sale_is_answered_again_by_its_key(sandbox: Client, tea: Product) -> None:
    key = uuid4()
    first = sell(sandbox, [{"product": tea.pk, "quantity": "2"}], key)
    again = sell(sandbox, [{"product": tea.pk, "quantity": "2"}], key)
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")
    assert again.json() == first.json()
    assert sandbox.get(f"{SALE}/by-key/{key}").json() == first.json()
    assert sandbox.get(f"{SALE}/{first.json()['number'].lower()}").json() == first.json()
    other = sell(sandbox, [{"product": tea.pk, "quantity": "1"}], key)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert PracticeBill.objects.count() == 1


def test_the_series_counts_on_and_is_wiped(sandbox: Client, tea: Product) -> None:
    numbers = [sell(sandbox, [{"product": tea.pk, "quantity": "1"}]).json()["number"] for _ in range(2)]
    assert numbers == ["API-T000001", "API-T000002"]
    call_command("wipe_training")
    assert not PracticeBill.objects.exists()
    assert sandbox.get(f"{SALE}/API-T000001").status_code == 404


def test_the_books_go_on_without_a_gap(sandbox: Client, ana_api: Client, tea: Product) -> None:
    numbers = [
        sell(client, [{"product": tea.pk, "quantity": "1"}]).json()["number"] for client in (ana_api, sandbox, ana_api)
    ]
    assert numbers == ["API-000001", "API-T000001", "API-000002"]
    assert Bill.objects.count() == 2
    assert Register.objects.get(code="API").last_sale == 2
