"""A program sends up to a thousand products, counts or members at once and gets a result for each."""

from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from files import imports
from files.models import FileImport
from inventory.models import Category, Product, Stock, StockMovement
from members.models import Member
from tests import keys
from tests.proof import assert_books_are_right

pytestmark = pytest.mark.django_db
PRODUCTS, COUNTS, MEMBERS = "/api/v1/products/bulk", "/api/v1/stock/bulk", "/api/v1/members/bulk"


def send(client: Client, path: str, rows: Any, **more: Any) -> Any:
    headers = {"Idempotency-Key": more.pop("key", str(uuid4()))}
    return client.post(path, {"rows": rows, **more}, content_type="application/json", headers=headers)


def told(answer: Any) -> list[tuple[int, str]]:
    """Status of each row, with the first field at fault."""
    results = answer.json()["results"]
    assert [one["row"] for one in results] == list(range(len(results)))
    return [(one["status"], one["problem"]["errors"][0]["field"] if one["problem"] else "") for one in results]


ROWS: list[Any] = [
    {"name": "Jam", "price": "3.90", "sku": "JAM", "barcodes": ["4000417025005"], "category": "Spreads", "stock": "4"},
    {"barcodes": ["4006381333931"], "price": "13.00"},
    {"name": "No price"},
    {"sku": "X", "name": "X", "price": "-1"},
    {"sku": "Y", "name": "Y", "price": 1, "colour": "red"},
    7,
    {"sku": "jam", "name": "Jam again", "price": "1.00"},
    {"name": "Honey", "price": 5, "tax_rate": "nobody's"},
]
EXPECTED = [
    (201, ""),
    (200, ""),
    (409, "price"),
    (400, "price"),
    (400, "colour"),
    (400, ""),
    (409, ""),
    (409, "tax_rate"),
]


def test_each_row_is_taken_in_or_refused_by_itself(may_api: Client, may: User, tea: Product) -> None:
    tried = send(may_api, PRODUCTS, ROWS, dry_run=True)
    assert (tried.status_code, tried.json()["id"], told(tried)) == (200, None, EXPECTED), tried.content
    assert (Product.objects.count(), Category.objects.count(), FileImport.objects.count()) == (1, 0, 0)

    made = send(may_api, PRODUCTS, ROWS)
    assert (made.status_code, told(made)) == (201, EXPECTED), made.content
    body = made.json()
    figures = ("created", "changed", "unchanged", "refused", "dry_run")
    assert [body[name] for name in figures] == [1, 1, 0, 6, False]
    assert [tried.json()[name] for name in figures] == [1, 1, 0, 6, True]
    jam = Product.objects.get(sku="JAM")
    assert [one["id"] for one in body["results"][:3]] == [jam.pk, tea.pk, None]
    assert (jam.category.name if jam.category else "", jam.stock.quantity) == ("Spreads", 4)
    tea.refresh_from_db()
    assert (tea.price, tea.name) == (D("13.00"), "Green tea")
    assert body["results"][3]["problem"]["code"] == "invalid" and body["results"][2]["problem"]["code"] == "refused"
    assert_books_are_right()

    imports.undo(body["id"], by=may)
    tea.refresh_from_db()
    assert tea.price == D("12.50")


def test_rows_sent_twice_with_one_key_are_taken_in_once(may_api: Client, tea: Product) -> None:
    rows, key = [{"barcodes": ["4006381333931"], "counted": "3"}, {"sku": "nowhere", "counted": "1"}], str(uuid4())
    first, again = (send(may_api, COUNTS, rows, key=key) for _ in range(2))
    assert (first.status_code, again.status_code, again["Idempotent-Replayed"]) == (201, 200, "true")
    assert first.json() == again.json() and told(first) == [(200, ""), (409, "sku")]
    assert StockMovement.objects.filter(kind="count").count() == 1 and Stock.objects.get(product=tea).quantity == 3
    assert send(may_api, COUNTS, rows[:1], key=key).json()["code"] == "key_reused"
    assert_books_are_right()


def test_members_are_made_and_changed_by_card_mail_or_phone(may_api: Client, vera: Member) -> None:
    rows = [{"name": "Mara Lind", "email": "mara@example.org"}, {"number": vera.number, "phone": "+49 30 1234567"}, {}]
    made = send(may_api, MEMBERS, rows)
    assert told(made) == [(201, ""), (200, ""), (409, "email")]
    assert made.json()["results"][0]["id"] == Member.objects.get(email="mara@example.org").pk
    assert made.json()["results"][1]["id"] == vera.pk


def test_invalid_bulk_request_writes_nothing(may_api: Client, ana_api: Client, may: User) -> None:
    assert send(ana_api, PRODUCTS, ROWS).status_code == 403
    badly_asked: list[Any] = [None, [], "x", {}, [{}] * 1001]
    for rows in badly_asked:
        assert send(may_api, PRODUCTS, rows).status_code == 400
    assert may_api.post(PRODUCTS, {"rows": ROWS, "why": 1}, content_type="application/json").status_code == 400
    assert send(keys.machine(may, "products:read", "stock:write"), PRODUCTS, ROWS).json()["code"] == "out_of_scope"
    assert send(keys.machine(may, "stock:write"), COUNTS, [{"sku": "a", "counted": "1"}]).status_code == 201
    assert Product.objects.count() == 0


def test_steep_prices_are_confirmed(may_api: Client, tea: Product) -> None:
    row = [{"barcodes": ["4006381333931"], "price": "99.00"}]
    assert send(may_api, PRODUCTS, row, dry_run=True).json()["steep_prices"] == 1
    refused = send(may_api, PRODUCTS, row)
    assert (refused.status_code, refused.json()["code"]) == (409, "steep_prices")
    assert send(may_api, PRODUCTS, row, confirm_steep_prices=True).status_code == 201


def test_a_thousand_rows_take_no_more_statements_than_one(may_api: Client) -> None:
    counted = []
    for most in (1, 1000):
        rows = [{"sku": f"S{most}-{n}", "name": f"Thing {n}", "price": "1.00", "stock": "2"} for n in range(most)]
        with CaptureQueriesContext(connection) as asked:
            assert send(may_api, PRODUCTS, rows).json()["created"] == most
        counted.append(len(asked))
    assert counted[0] == counted[1] < 80
