"""Goods are sent to the store room by scanning, and what arrived is typed there."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from inventory.models import Location, LocationStock, Product, Stock, TransferDraft
from inventory.shelf import locations
from tests.journeys.reading import Reader
from tests.journeys.walking import MILK, TEA, Counter, complaints_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_goods_are_scanned_sent_and_received_short(
    page: Page, may: User, stocked: list[Product], tea: Product, milk: Product
) -> None:
    store = locations.enter(Location(), by=may, code="STORE", name="Store room")
    complaints, found = complaints_of(page), list[str]()
    reader = Reader(page, None, found)
    Counter(page).sign_in("may")
    page.goto("/transfers/new")
    expect(page.locator("delivery-queue:defined")).to_be_attached()
    expect(page.get_by_label("To", exact=True)).to_have_value(str(store.pk))
    for code in (TEA, MILK, MILK):
        page.keyboard.type(f"{code}\n", delay=10)
    expect(page.locator(f"#quantity-{milk.pk}")).to_have_value("2")
    reader.check("a transfer being scanned")
    page.get_by_role("button", name="Send 2 articles").click()
    expect(page.get_by_role("heading", name="TR-000001")).to_be_visible()
    page.get_by_label("How many Milk arrived").fill("1")
    page.get_by_role("button", name="Receive in Store room").click()
    expect(page.get_by_text("Some of it has not arrived")).to_be_visible()
    reader.check("a transfer received short")
    for where in ("/transfers", "/locations", f"/locations/{store.pk}"):
        page.goto(where)
        reader.check(where)
    assert LocationStock.objects.get(product=milk).quantity == 1
    assert Stock.objects.get(product=milk).quantity == 98
    assert not TransferDraft.objects.exists()
    assert not complaints
    assert not found, "\n".join(found)
