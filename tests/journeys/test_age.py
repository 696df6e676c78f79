"""The till asks for the age before it takes money: by key, by finger, without script, and while the server is away."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from billing.models import Bill, Register
from inventory.models import Product
from tests import cast
from tests.journeys.outages import Away
from tests.journeys.reading import SIZES, Reader
from tests.journeys.walking import MILK, TEA, Counter

pytestmark = pytest.mark.django_db(transaction=True)
WINE, GIN = "4012345678901", "4023456789012"
CONFIRMED = "from 16, asked"


@pytest.fixture
def stocked(tea: Product, milk: Product, cheese: Product) -> list[Product]:
    wine = cast.product("Riesling", "9.00", barcode=WINE, minimum_age=16)
    return [tea, milk, cheese, wine, cast.product("Gin", "30.00", barcode=GIN, minimum_age=18)]


def test_age_is_asked_before_the_money(either_counter: Counter) -> None:
    counter, page = either_counter, either_counter.page
    counter.start()
    for code in (TEA, WINE):
        counter.scan(code)
    expect(page.get_by_text("Ask for the age: sold from 16")).to_be_visible()
    expect(page.get_by_text("or before.")).to_be_visible()
    expect(page.get_by_role("button", name="Pay €21.50")).to_have_count(0)
    page.get_by_role("button", name="The customer is 16 or older").click()
    expect(page.get_by_text(CONFIRMED)).to_be_visible()
    page.get_by_role("button", name="Pay €21.50", exact=True).first.click()
    expect(counter.receipt).to_be_visible()
    assert Bill.objects.get().age_checked == 16


def test_age_is_confirmed_by_key_and_asked_again_for_a_higher_one(counter: Counter) -> None:
    page, keys = counter.page, counter.page.keyboard
    counter.start()
    counter.scan(WINE)
    expect(page.get_by_text("sold from 16")).to_be_visible()
    keys.press("F8")
    keys.press("Enter")
    expect(page.get_by_text("sold from 16")).to_be_visible()
    keys.press("F1")
    expect(page.get_by_text(CONFIRMED)).to_be_visible()
    counter.scan(GIN)
    expect(page.get_by_text("sold from 18")).to_be_visible()
    expect(counter.due).to_have_text("€39.00")
    keys.press("F1")
    expect(page.get_by_text("from 18, asked")).to_be_visible()
    keys.press("F8")
    expect(page.get_by_label("Cash received")).to_be_focused()
    keys.press("Enter")
    expect(counter.receipt).to_be_visible()
    assert Bill.objects.get().age_checked == 18


def test_age_is_asked_in_an_outage_too(page: Page, ana: User, r1: Register, stocked: list[Product]) -> None:
    till = Away(page)
    till.begin()
    till.go_away()
    question = page.get_by_label("The customer was asked, and is 16 or older.")
    till.scan_away(MILK)
    expect(till.paper.locator("tr")).to_have_count(1)
    expect(question).to_be_hidden()
    till.scan_away(WINE)
    expect(question).to_be_visible()
    page.get_by_label("Cash received").fill("20")
    page.get_by_role("button", name="Take cash").click()
    expect(page.get_by_role("alert")).to_contain_text("is 16 or older")
    question.check()
    till.scan_away(GIN)
    older = page.get_by_label("The customer was asked, and is 18 or older.")
    expect(older).not_to_be_checked()
    older.check()
    page.get_by_label("Cash received").fill("50")
    page.get_by_role("button", name="Take cash").click()
    expect(till.paper).to_contain_text("Served by Ana")
    till.come_back()
    expect(page.get_by_text("In the books as bill")).to_be_visible(timeout=20_000)
    assert Bill.objects.get().age_checked == 18


def test_everyone_can_read_the_question(counter: Counter) -> None:
    page, gallery = counter.page, os.environ.get("POS_GALLERY")
    page.emulate_media(reduced_motion="reduce")
    reader = Reader(page, Path(gallery) if gallery else None, sizes=(*SIZES, (1280, 800)))
    counter.start()
    for code in (TEA, WINE):
        counter.scan(code)
    expect(page.get_by_text("sold from 16")).to_be_visible()
    reader.check("age asked")
    page.get_by_role("button", name="The customer is 16 or older").click()
    expect(page.get_by_text(CONFIRMED)).to_be_visible()
    reader.check("age confirmed")
    assert not reader.found, "\n".join(reader.found)


def test_everyone_can_read_the_question_of_an_outage(
    page: Page, ana: User, r1: Register, stocked: list[Product]
) -> None:
    gallery = os.environ.get("POS_GALLERY")
    reader = Reader(page, Path(gallery) if gallery else None)
    till = Away(page)
    till.begin()
    till.go_away()
    till.scan_away(WINE)
    expect(page.get_by_label("The customer was asked")).to_be_visible()
    reader.check("age away asked")
    assert not reader.found, "\n".join(reader.found)
