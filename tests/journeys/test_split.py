"""Several tenders for one sale, and gift cards scanned at the till."""

from decimal import Decimal
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from accounts.models import User
from billing.codes import card_spelling
from billing.models import Payment
from billing.stored_value import gift_cards
from tests.journeys.walking import MILK, TEA, Counter
from tests.proof import assert_books_are_right

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = pytest.mark.parametrize("size", [(1280, 800), (1024, 768), (390, 844)], ids=lambda size: f"{size[0]}x{size[1]}")


@pytest.fixture
def at_the_till(counter: Counter) -> Counter:
    counter.start()
    return counter


def sold_card(amount: str, by: User) -> str:
    """Sells a gift card and returns its code."""
    key = uuid4()
    gift_cards.sell(key, register="R1", amount=Decimal(amount), tender="card", by=by)
    return card_spelling.code_for(key)


@SIZES
def test_one_press_fills_in_the_rest_and_total_and_pay_stay_in_view(
    at_the_till: Counter, size: tuple[int, int]
) -> None:
    page = at_the_till.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    at_the_till.scan(TEA)
    expect(at_the_till.lines).to_have_count(1)
    page.keyboard.press("F10")
    page.locator("#split-cash").fill("5")
    page.get_by_role("button", name="The rest by Card").click()
    expect(page.locator("#split-card")).to_have_value("7.50")
    pay = page.locator(".payment__panel--split > .button--pay")
    expect(pay).to_be_focused()
    for field in page.locator(".payment__panel--split [name=amount]").all():
        field.focus()
        expect(at_the_till.due).to_be_in_viewport(ratio=1)
        expect(pay).to_be_in_viewport(ratio=1)
    pay.focus()
    page.keyboard.press("Enter")
    expect(at_the_till.receipt).to_be_visible()
    assert {p.method_id: p.amount for p in Payment.objects.all()} == {"cash": Decimal(5), "card": Decimal("7.50")}


@SIZES
def test_gift_card_is_scanned_pays_what_is_on_it_and_says_what_is_left(
    at_the_till: Counter, ana: User, size: tuple[int, int]
) -> None:
    page = at_the_till.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    code = sold_card("10.00", ana)
    at_the_till.scan(TEA)
    expect(at_the_till.lines).to_have_count(1)
    page.keyboard.type(f"{code}\n", delay=10)
    card = page.locator(".payment__card")
    expect(card).to_contain_text(f"Gift card …{code[-4:]}")
    expect(at_the_till.due).to_have_text("€2.50")
    assert code not in page.content()
    page.keyboard.type(f"{MILK}\n", delay=10)
    expect(at_the_till.lines).to_have_count(2)
    expect(card).to_contain_text("€0.00 left on it")
    expect(at_the_till.due).to_have_text("€4.50")
    page.keyboard.press("F10")
    page.get_by_role("button", name="The rest by Cash").click()
    expect(page.locator("#split-cash")).to_have_value("4.50")
    page.keyboard.press("Enter")
    expect(at_the_till.receipt).to_contain_text("€0.00")
    expect(at_the_till.receipt).to_contain_text(f"Left on gift card …{code[-4:]}")
    assert_books_are_right()


def test_gift_card_with_more_than_is_due_keeps_the_rest(at_the_till: Counter, ana: User) -> None:
    page = at_the_till.page
    code = sold_card("50.00", ana)
    at_the_till.scan(TEA)
    expect(at_the_till.lines).to_have_count(1)
    at_the_till.scan(code)
    page.get_by_role("button", name="Pay €12.50 with the card shown").click()
    expect(at_the_till.receipt).to_contain_text("€37.50")


def test_made_up_gift_card_codes_are_refused_and_soon_limited(at_the_till: Counter) -> None:
    page = at_the_till.page
    for number in range(8):
        at_the_till.scan(f"ABCD-EFGH-JKMN-{number:04d}")
        expect(page.locator("#basket").get_by_role("alert").first).to_be_visible()
    expect(page.locator("#basket").get_by_role("alert").first).to_contain_text("Too many")


def test_code_of_a_new_gift_card_is_printed_as_a_barcode_and_stays_after_a_reload(at_the_till: Counter) -> None:
    page = at_the_till.page
    page.goto("/gift-cards")
    page.get_by_label("Amount").first.fill("25")
    page.get_by_role("button", name="Take the money").click()
    bars = page.get_by_role("img", name="Barcode of")
    expect(bars).to_be_visible()
    page.reload()
    expect(bars).to_be_visible()
