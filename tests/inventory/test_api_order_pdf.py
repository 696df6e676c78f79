"""A purchase order as PDF, for programs."""

from datetime import UTC, datetime
from decimal import Decimal as D
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from inventory.buying import orders, suppliers
from inventory.models import Product, PurchaseOrder, Supplier
from tests import keys

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(may: User, tea: Product) -> PurchaseOrder:
    mill = suppliers.enter(Supplier(), by=may, name="Old Mill")
    return orders.create(mill.pk, [orders.Ordered(tea.pk, D(3))], by=may)


def path(order: PurchaseOrder) -> str:
    return f"/api/v1/purchase-orders/{order.number}/pdf"


@pytest.mark.parametrize("accepted", ["*/*", "application/pdf", "application/json"])
def test_order_is_read_as_pdf_whatever_the_client_accepts(order: PurchaseOrder, may_api: Client, accepted: str) -> None:
    paper = may_api.get(path(order), headers={"Accept": accepted})
    assert (paper.status_code, paper["Content-Type"], paper.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert paper["Content-Disposition"] == f'inline; filename="{order.number}.pdf"'


def test_pdf_of_an_order_is_the_same_until_the_order_changes(order: PurchaseOrder, may: User, may_api: Client) -> None:
    PurchaseOrder.objects.update(created_at=datetime(2020, 5, 4, tzinfo=UTC))
    paper = may_api.get(path(order))
    tag = paper["ETag"]
    assert b"/CreationDate (D:20200504" in paper.content
    assert may_api.get(path(order), headers={"If-None-Match": tag}).status_code == 304
    orders.change(order.number, note="to the back door")
    assert may_api.get(path(order), headers={"If-None-Match": tag}).status_code == 200


def test_pdf_is_in_the_language_of_the_shop(settings: Any, order: PurchaseOrder, may_api: Client) -> None:
    english = may_api.get(path(order)).content
    settings.LANGUAGE_CODE = "de"
    assert may_api.get(path(order)).content != english


def test_order_needs_the_permission_for_buying(
    order: PurchaseOrder, may: User, ana_api: Client, client: Client
) -> None:
    assert client.get(path(order)).status_code == 401
    refused = ana_api.get(path(order), headers={"Accept": "application/pdf"})
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    assert keys.machine(may, "purchasing:read").get(path(order)).status_code == 200
    assert keys.machine(may, "products:read").get(path(order)).json()["code"] == "out_of_scope"


def test_unknown_order_is_answered_with_a_problem_document(order: PurchaseOrder, may_api: Client) -> None:
    for number in ("PO-999999", "%00", "9" * 300):
        lost = may_api.get(f"/api/v1/purchase-orders/{number}/pdf", headers={"Accept": "application/pdf"})
        assert (lost.status_code, lost.json()["code"]) == (404, "not_found")
    assert may_api.get(path(order) + "?x=1").status_code == 400
