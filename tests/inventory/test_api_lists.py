"""The list of products over the API: filters, search, pages, changes."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from inventory.models import Category, Product, Stock
from inventory.shelf import stock
from tests import cast
from tests.inventory.test_api import URL, listed, problem, send

pytestmark = pytest.mark.django_db


def test_filters_can_be_combined(may_api: Client, tea: Product, milk: Product, cheese: Product) -> None:
    shelf = Category.objects.create(name="Drinks")
    Product.objects.filter(pk__in=[tea.pk, milk.pk]).update(category=shelf)
    Product.objects.filter(pk=milk.pk).update(is_active=False)
    Stock.objects.filter(pk=cheese.pk).update(quantity=0)
    assert listed(may_api, search="gren") == ["Green tea"]
    assert listed(may_api, search="chese", out_of_stock="true") == ["Cheese"]
    assert listed(may_api, search="chese", in_stock="true") == []
    assert listed(may_api, barcode="4006381333931") == ["Green tea"]
    assert listed(may_api, barcode="nothing") == []
    assert listed(may_api, barcode="4006381333931, nothing,4011800525224") == ["Green tea", "Milk"]
    assert listed(may_api, sku=f"{milk.sku.lower()},{cheese.sku}") == ["Milk", "Cheese"]
    assert listed(may_api, ids=f"{cheese.pk},{tea.pk},999999", sku=tea.sku) == ["Green tea"]
    assert listed(may_api, category=shelf.pk, is_active="false") == ["Milk"]
    assert listed(may_api, in_stock="false") == listed(may_api, out_of_stock="true") == ["Cheese"]


@pytest.mark.parametrize(
    "bad",
    [
        {"page_size": 0},
        {"page_size": 101},
        {"page_size": 10**30},
        {"page_size": -1},
        {"cursor": "x"},
        {"category": "x"},
        {"category": 0},
        {"category": 10**30},
        {"in_stock": "perhaps"},
        {"updated_since": "yesterday"},
        {"colour": "red"},
        {"ids": "1,x"},
        {"ids": ",".join(map(str, range(1, 102)))},
        {"sku": "S" * 101},
        {"search": "a\0b"},
    ],
)
def test_seed_d47_bad_parameters_are_400(may_api: Client, bad: dict[str, Any]) -> None:
    assert problem(may_api.get(URL, bad)) == (400, "invalid")


@pytest.mark.parametrize("text", ["(", "%", "_", "\\", "'", '"', "&|!:*", "x" * 10_000])
def test_seed_d45_search_takes_special_characters_literally(may_api: Client, tea: Product, text: str) -> None:
    assert listed(may_api, search=text) == []


def test_seed_d47_pages_are_stable_and_complete(may_api: Client) -> None:
    for n in range(7):
        cast.product(f"Tea {n}")
    seen, url = [], f"{URL}?page_size=3&search=tea"
    while url:
        page = may_api.get(url).json()
        seen += [product["name"] for product in page["results"]]
        url = page["next"]
    assert seen == [f"Tea {n}" for n in range(7)]


def test_every_change_is_listed_since_then_stock_too(may: User, may_api: Client, tea: Product, milk: Product) -> None:
    after = lambda product: Product.objects.get(pk=product.pk).updated_at + timedelta(microseconds=1)  # noqa: E731
    since = max(after(tea), after(milk), *(s.updated_at + timedelta(microseconds=1) for s in Stock.objects.all()))
    assert listed(may_api, updated_since=since.isoformat()) == []
    stock.receive(tea, Decimal(1), by=may)
    send(may_api, "PATCH", f"{URL}/{milk.pk}", {"price": "2.10"})
    send(may_api, "PATCH", f"{URL}/{tea.pk}", {"price": "13.00"})
    assert listed(may_api, updated_since=since.isoformat()) == ["Milk", "Green tea"]
    seen, url = [], f"{URL}?page_size=1&updated_since={since.isoformat().replace('+', '%2B')}"
    while url:
        page = may_api.get(url).json()
        seen += [product["name"] for product in page["results"]]
        url = page["next"]
    assert seen == ["Milk", "Green tea"]


def test_list_takes_no_more_statements_for_more_products(may_api: Client) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            listed(may_api)
        return len(asked)

    cast.product("One", barcode="96385074")
    few = statements()
    for n in range(20):
        cast.product(f"Thing {n}", barcode=f"code {n}")
    assert statements() == few
