"""The outage page is accessible in each state, light and dark, and obeys the content security policy."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from billing.models import Register
from inventory.models import Product
from tests.journeys.outages import Away
from tests.journeys.reading import Reader
from tests.journeys.walking import MILK

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_state_of_an_outage(page: Page, ana: User, may: User, r1: Register, stocked: list[Product]) -> None:
    page.emulate_media(reduced_motion="reduce")
    gallery = os.environ.get("POS_GALLERY")
    reader = Reader(page, Path(gallery) if gallery else None)
    till = Away(page)
    till.begin()
    till.go_away()
    reader.check("outage away")
    till.scan_away("tea")
    expect(page.get_by_role("button", name="Green tea")).to_be_visible()
    reader.check("outage found")
    page.get_by_role("button", name="Green tea").click()
    page.get_by_label("Cash received").fill("1")
    page.get_by_role("button", name="Take cash").click()
    expect(page.get_by_role("alert")).to_contain_text("At least 12.50 in cash.")
    reader.check("outage too little cash")
    page.get_by_label("Cash received").fill("20")
    page.get_by_role("button", name="Take cash").click()
    expect(till.paper).to_contain_text("Served by Ana")
    reader.check("outage paid")
    page.get_by_role("button", name="Next sale").click()
    till.ring_up(MILK, "5")
    Product.objects.filter(name="Milk").update(price=3)
    till.come_back()
    expect(page.get_by_text("Waits for a manager:")).to_be_visible(timeout=20_000)
    reader.check("outage back")
    page.get_by_role("button", name="Lock").click()
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
    page.context.clear_cookies()
    till.sign_in("may")
    page.goto("/reports/outage")
    expect(page.get_by_role("heading", name="R1-P1-0002: €2.00")).to_be_visible()
    reader.check("outage report")
    assert not reader.found, "\n".join(reader.found)
