"""Parts of counts and suppliers through the API."""

from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from inventory.counting import entries, sheets
from inventory.models import CountEntry, Product, Supplier, SupplierArticle
from tests.keys import machine

pytestmark = pytest.mark.django_db
V1 = "/api/v1"


def post(client: Client, path: str, key: Any = None) -> Any:
    return client.post(V1 + path, {}, content_type="application/json", headers={"Idempotency-Key": str(key or uuid4())})


def test_an_entry_is_taken_back_once(may: User, ana: User, ana_api: Client, tea: Product) -> None:
    sheet = sheets.open_sheet(by=may, title="Autumn")
    entry = entries.count(sheet, tea.pk, D(7), by=ana)
    path, key = f"/counts/{sheet.number}/entries/{entry.pk}/take-back", uuid4()
    first, again = post(ana_api, path, key), post(ana_api, path, key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["quantity"] == "-7"
    assert [one.quantity for one in CountEntry.objects.order_by("pk")] == [7, -7]


def test_entry_of_another_sheet_is_not_taken_back(may: User, ana_api: Client, tea: Product) -> None:
    here, there = sheets.open_sheet(by=may, title="Here"), sheets.open_sheet(by=may, title="There")
    entry = entries.count(here, tea.pk, D(7), by=may)
    assert post(ana_api, f"/counts/{there.number}/entries/{entry.pk}/take-back").status_code == 404
    assert post(Client(), f"/counts/{here.number}/entries/{entry.pk}/take-back").status_code == 401
    assert post(machine(may, "stock:read"), f"/counts/{here.number}/entries/{entry.pk}/take-back").status_code == 403
    sheets.drop(here, by=may)
    assert post(ana_api, f"/counts/{here.number}/entries/{entry.pk}/take-back").status_code == 409
    assert CountEntry.objects.count() == 1


def test_article_of_a_supplier_is_dropped(may_api: Client, ana_api: Client, tea: Product) -> None:
    supplier = Supplier.objects.create(name="Tea House")
    article = SupplierArticle.objects.create(supplier=supplier, product=tea)
    path = f"{V1}/suppliers/{supplier.pk}/articles/{article.pk}"
    assert ana_api.delete(path).status_code == 403
    assert may_api.delete(f"{V1}/suppliers/999999/articles/{article.pk}").status_code == 404
    assert may_api.delete(path).status_code == 204
    assert may_api.delete(path).status_code == 404
