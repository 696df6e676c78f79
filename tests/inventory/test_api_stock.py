"""Stock, categories and tax rates over the API."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from inventory.models import Category, Product, Stock, TaxRate
from tests.inventory.test_api import URL, problem, send

pytestmark = pytest.mark.django_db


def test_stock_moves_through_its_ledger(may_api: Client, tea: Product) -> None:
    url = f"{URL}/{tea.pk}/stock"
    moved = [
        ({"kind": "delivery", "quantity": "12", "reference": "D7", "cost": "4.00"}, "12"),
        ({"kind": "count", "quantity": 20, "reason": "Monday"}, "-2"),
        ({"kind": "write_off", "quantity": "5", "reason": "broken"}, "-5"),
    ]
    for asked, quantity in moved:
        answer = send(may_api, "POST", url, asked)
        assert (answer.status_code, answer.json()["quantity"], answer.json()["by"]) == (201, quantity, "may")
    ledger = may_api.get(url).json()["results"]
    assert [entry["kind"] for entry in ledger] == ["write_off", "count", "delivery", "opening"]
    assert may_api.get(f"{URL}/{tea.pk}").json()["stock"] == "15"


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"kind": "sale", "quantity": "1"}, (400, "invalid")),
        ({"kind": "delivery"}, (400, "invalid")),
        ({"kind": "delivery", "quantity": "0"}, (400, "invalid")),
        ({"kind": "delivery", "quantity": "NaN"}, (400, "invalid")),
        ({"kind": "delivery", "quantity": "0.5"}, (400, "invalid")),
        ({"kind": "delivery", "quantity": "9999999"}, (400, "invalid")),
        ({"kind": "delivery", "quantity": 1.0}, (400, "invalid")),
        ({"kind": "write_off", "quantity": "1"}, (400, "invalid")),
        ({"kind": "write_off", "quantity": "11", "reason": "flood"}, (409, "out_of_stock")),
        ({"kind": "count", "quantity": "-1"}, (400, "invalid")),
        ({"kind": "count", "quantity": "1", "cost": "1"}, (400, "invalid")),
        ({"kind": "count", "quantity": "1", "reason": "x" * 201}, (400, "invalid")),
    ],
)
def test_bad_movement_moves_nothing(may_api: Client, tea: Product, bad: dict[str, Any], said: tuple[int, str]) -> None:
    assert problem(send(may_api, "POST", f"{URL}/{tea.pk}/stock", bad)) == said
    assert Stock.objects.get().quantity == 10


@pytest.mark.parametrize(
    ("path", "body", "change"),
    [
        ("categories", {"name": "Drinks"}, {"name": "Beverages"}),
        ("tax-rates", {"name": "Reduced", "rate": "0.07"}, {"rate": "0.075"}),
    ],
)
def test_categories_and_tax_rates_are_kept(
    may_api: Client, ana_api: Client, path: str, body: dict[str, Any], change: dict[str, Any]
) -> None:
    url = f"/api/v1/{path}"
    made = send(may_api, "POST", url, body)
    assert made.status_code == 201
    one = f"{url}/{made.json()['id']}"
    assert problem(send(may_api, "POST", url, body)) == (409, "in_use")
    assert send(may_api, "PATCH", one, change).json() | change == may_api.get(one).json()
    assert ana_api.get(url).json()["results"] == [may_api.get(one).json()]
    assert problem(send(ana_api, "POST", url, body)) == (403, "permission_denied")
    assert problem(send(may_api, "PATCH", one, {"name": ""})) == (400, "invalid")
    assert may_api.delete(one).status_code == 204
    assert problem(may_api.get(one)) == (404, "not_found")


def test_what_is_used_is_not_deleted(may_api: Client, tea: Product) -> None:
    shelf, rate = Category.objects.create(name="Drinks"), TaxRate.objects.create(name="Full", rate=Decimal("0.19"))
    Product.objects.update(category=shelf, tax_rate=rate)
    assert problem(may_api.delete(f"/api/v1/categories/{shelf.pk}")) == (409, "in_use")
    assert problem(may_api.delete(f"/api/v1/tax-rates/{rate.pk}")) == (409, "in_use")


def test_category_cannot_be_its_own_parent(may_api: Client) -> None:
    top = Category.objects.create(name="Food")
    below = Category.objects.create(name="Drinks", parent=top)
    for parent in (top.pk, below.pk):
        answer = send(may_api, "PATCH", f"/api/v1/categories/{top.pk}", {"parent": parent})
        assert problem(answer) == (400, "invalid")


@pytest.mark.parametrize("rate", ["-0.1", "1.1", "NaN", "0.123456", 0.5, None, "10%"])
def test_seed_d02_tax_rate_is_a_fraction(may_api: Client, rate: Any) -> None:
    assert problem(send(may_api, "POST", "/api/v1/tax-rates", {"name": "X", "rate": rate})) == (400, "invalid")


def test_cost_of_goods_is_shown_to_managers_only(tea: Product, may_api: Client, ana_api: Client) -> None:
    path = f"/api/v1/products/{tea.pk}/stock"
    delivery = {"kind": "delivery", "quantity": "3", "reference": "delivery 7", "cost": "4.20"}
    made = may_api.post(path, delivery, content_type="application/json")
    assert made.json()["unit_cost"] == "4.20"
    assert may_api.get(path).json()["results"][0]["unit_cost"] == "4.20"
    assert ana_api.get(path).json()["results"][0]["unit_cost"] is None
