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


def refund_of(client: Client, number: str, key: object = None, **more: Any) -> Any:
    body = {
        "lines": [{"line": 1, "quantity": "1"}],
        "payments": [{"method": "cash", "amount": "12.50"}],
        "reason": "does not fit",
        **more,
    }
    key = {"Idempotency-Key": str(key or uuid4())}
    return client.post(f"{SALE}/{number}/refunds", body, content_type="application/json", headers=key)


def test_a_practice_bill_is_refunded_for_practice_and_no_more_than_is_left(sandbox: Client, tea: Product) -> None:
    number = sell(sandbox, [{"product": tea.pk, "quantity": "2"}]).json()["number"]
    before, key = everything(), uuid4()
    back = refund_of(sandbox, number, key)
    assert (back.status_code, back.json()["number"], back.json()["total"]) == (201, "API-TR000001", "-12.50")
    assert back.json()["lines"][0]["refund_of"] == {"number": number, "line": 1}
    assert refund_of(sandbox, number, key).json() == back.json()
    assert sandbox.get(f"{SALE}/{number}").json()["refunds"] == ["API-TR000001"]
    assert refund_of(sandbox, number).status_code == 201
    over = refund_of(sandbox, number)
    assert (over.status_code, over.json()["code"]) == (409, "already_refunded")
    after = everything()
    assert {table for table in after if after[table] != before[table]} == {"billing_practicebill"}


def test_a_practice_bill_is_not_refunded_in_earnest(sandbox: Client, ana_api: Client, tea: Product) -> None:
    number = sell(sandbox, [{"product": tea.pk, "quantity": "2"}]).json()["number"]
    answer = refund_of(ana_api, number)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert not Bill.objects.exists()


def test_goods_of_a_practice_bill_are_exchanged_for_practice(sandbox: Client, tea: Product, milk: Product) -> None:
    number = sell(sandbox, [{"product": tea.pk, "quantity": "1"}]).json()["number"]
    body = {
        "returned": [{"line": 1, "quantity": "1"}],
        "reason": "too strong",
        "lines": [{"product": milk.pk, "quantity": "7"}],
        "payments": [{"method": "cash", "amount": "1.50"}],
    }
    quoted = sandbox.post(
        f"{SALE}/{number}/exchange-quotes",
        {name: body[name] for name in ("returned", "lines")},
        content_type="application/json",
    )
    assert (quoted.status_code, quoted.json()["due"]) == (200, "1.50")
    headers = {"Idempotency-Key": str(uuid4())}
    done = sandbox.post(f"{SALE}/{number}/exchanges", body, content_type="application/json", headers=headers)
    assert done.status_code == 201, done.json()
    assert (done.json()["refund"]["number"], done.json()["sale"]["number"]) == ("API-TR000001", "API-T000002")
    again = sandbox.post(f"{SALE}/{number}/exchanges", body, content_type="application/json", headers=headers)
    assert (again.status_code, again.json()) == (200, done.json())
    assert not Bill.objects.exists()
