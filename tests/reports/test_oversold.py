"""Goods sold without recorded stock, which a manager has to count."""

from decimal import Decimal as D

import pytest
from django.test import Client

from accounts.models import User
from billing.models import Bill, Shift
from inventory.models import Product
from inventory.shelf import stock
from tests import cast
from tests.counter import sell
from tests.reports.test_pages import text_of

PAGE, API = "/reports/oversold", "/api/v1/reports/oversold"


@pytest.fixture
def crisps(db: None) -> Product:
    return cast.product("Crisps <b>", "1.50", "0", sku="CR-1")


@pytest.fixture
def sold(may: User, shift: Shift, crisps: Product) -> Bill:
    """Two crisps sold with no recorded stock, after one sold the same way."""
    sell((crisps, "1"), by=may, card="1.50")
    return sell((crisps, "2"), by=may, card="3.00")


def test_page_lists_goods_to_count_and_links_to_the_count(may_web: Client, crisps: Product, sold: Bill) -> None:
    page = may_web.get(PAGE)
    assert "Crisps &lt;b&gt; CR-1 3 -3" in text_of(page)
    assert f'href="/bills/{sold.number}"' in page.content.decode()
    assert f'href="/admin/inventory/product/{crisps.pk}/stock/?kind=count"' in page.content.decode()
    assert "1 to count: sold without stock" in text_of(may_web.get("/reports"))
    form = may_web.get(f"/admin/inventory/product/{crisps.pk}/stock/?kind=count").content.decode()
    assert '<option value="count" selected>' in form
    may_web.post(f"/admin/inventory/product/{crisps.pk}/stock/", {"kind": "count", "quantity": "4"})
    assert "Nothing waits for a count" in text_of(may_web.get(PAGE))
    assert "to count" not in text_of(may_web.get("/reports")).replace("To count", "")


def test_api_lists_goods_until_they_are_counted(may_api: Client, crisps: Product, sold: Bill) -> None:
    (row,) = may_api.get(API).json()["results"]
    assert {name: row[name] for name in ("product", "sku", "name", "stock", "oversold", "last_bill")} == {
        "product": crisps.pk,
        "sku": "CR-1",
        "name": "Crisps <b>",
        "stock": "-3",
        "oversold": "3",
        "last_bill": sold.number,
    }
    url = f"/api/v1/products/{crisps.pk}/stock"
    counted = may_api.post(url, {"kind": "count", "quantity": "4"}, content_type="application/json")
    assert counted.status_code == 201
    assert may_api.get(API).json()["results"] == []


def test_delivery_does_not_remove_goods_from_the_list(may_web: Client, may: User, crisps: Product, sold: Bill) -> None:
    stock.receive(crisps, D(10), by=may)
    assert "Crisps &lt;b&gt; CR-1 3 7" in text_of(may_web.get(PAGE))


def test_cashier_does_not_see_the_list(ana_web: Client, ana_api: Client) -> None:
    assert ana_web.get(PAGE).status_code == 403
    assert ana_api.get(API).status_code == 403


def test_bill_and_ledger_show_what_was_sold_without_stock(may_web: Client, crisps: Product, sold: Bill) -> None:
    assert "2 sold without stock" in text_of(may_web.get(f"/bills/{sold.number}"))
    assert "2 sold without stock" not in text_of(may_web.get(f"/bills/{sold.number}/receipt"))
    assert "Sold without stock" in text_of(may_web.get("/admin/inventory/stockmovement/"))
