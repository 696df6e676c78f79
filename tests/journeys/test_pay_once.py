"""Pay pressed twice in any way makes one sale and one receipt."""

import re
from decimal import Decimal as D
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from billing.codes import card_spelling
from billing.models import Bill, Register
from billing.stored_value import gift_cards
from inventory.models import Product
from tests.journeys.walking import TEA, Counter
from tests.proof import assert_books_are_right

KEY = UUID("6f1c0000-0000-4000-8000-000000000001")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def counter(page: Page, ana: User, r1: Register, stocked: list[Product]) -> Counter:
    """A tea in the basket of Ana's open till."""
    at = Counter(page)
    at.start()
    page.wait_for_load_state()
    at.scan(TEA)
    expect(at.due).to_have_text("€12.50")
    return at


def sold_once(counter: Counter) -> None:
    expect(counter.receipt).to_be_visible()
    assert [bill.total for bill in Bill.objects.all()] == [D("12.50")]
    assert_books_are_right()


def test_double_click_sells_once(counter: Counter) -> None:
    counter.page.get_by_role("button", name="Exact").dblclick()
    sold_once(counter)


def test_enter_and_click_sell_once(counter: Counter) -> None:
    counter.page.locator("#pay-cash").evaluate("pay => { pay.form.requestSubmit(pay); pay.click() }")
    sold_once(counter)


def test_paying_takes_one_request_to_the_receipt(counter: Counter) -> None:
    page = counter.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    at = page.url
    page.get_by_role("button", name="Exact").click()
    expect(counter.receipt).to_be_visible()
    expect(page).to_have_url(re.compile(r"/bills/R1-000001/receipt$"))
    expect(page.get_by_role("link", name="Bills")).to_have_attribute("aria-current", "page")
    page.wait_for_load_state("networkidle")
    assert [request for request in asked if "/static/" not in request] == [f"POST {at}/pay"]
    page.reload()
    sold_once(counter)


def test_back_and_pay_again_shows_the_receipt(counter: Counter) -> None:
    page = counter.page
    address = page.url
    page.get_by_role("button", name="Exact").click()
    expect(counter.receipt).to_be_visible()
    page.go_back()
    again = page.get_by_role("button", name="Exact")
    if again.is_visible():
        again.click()
    else:
        page.goto(address)
    sold_once(counter)


def test_two_tabs_sell_once(counter: Counter) -> None:
    other = Counter(counter.page.context.new_page())
    other.page.goto(counter.page.url)
    expect(other.due).to_have_text("€12.50")
    for tab in (counter, other):
        tab.page.get_by_role("button", name="Exact").click()
    sold_once(counter)
    sold_once(other)


def test_gift_card_and_cash_share_a_bill(counter: Counter, ana: User) -> None:
    page = counter.page
    gift_cards.sell(KEY, register="R1", amount=D(10), tender="card", by=ana)
    page.get_by_text("Split", exact=True).click()
    page.get_by_label("Gift card", exact=True).fill("10")
    page.get_by_label("Code of Gift card").fill(card_spelling.code_for(KEY).lower())
    page.locator("#split-cash").fill("5")
    expect(page.locator(".payment__panel--split .payment__change")).to_contain_text("€2.50")
    page.get_by_role("button", name="Pay €12.50", exact=True).last.click()
    sold_once(counter)
