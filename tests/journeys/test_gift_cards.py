"""Gift cards sold and spent without leaving the basket."""

import os
from decimal import Decimal as D
from uuid import UUID

import pytest
from playwright.sync_api import Locator, expect

from accounts.models import User
from billing.basket import customer_display
from billing.codes import card_spelling
from billing.models import Bill, Register, StoredValue
from billing.stored_value import balances, gift_cards
from tests.journeys.walking import MILK, TEA, Counter

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = [(1280, 800), (1024, 768), (390, 844)]
KEY = UUID("6f1c0000-0000-4000-8000-000000000001")
IN_VIEW = """element => {
  const { top, right, bottom, left, width, height } = element.getBoundingClientRect();
  const seen = document.elementFromPoint(left + width / 2, top + height / 2);
  const isInside = top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth;
  return isInside && (element.contains(seen) || seen?.contains(element));
}"""


@pytest.fixture(params=SIZES, ids=[f"{width}x{height}" for width, height in SIZES])
def sized(request: pytest.FixtureRequest, counter: Counter) -> Counter:
    """A till at each screen size, with a tea and a milk in the basket: 14.50."""
    width, height = request.param
    counter.page.set_viewport_size({"width": width, "height": height})
    return begun(counter)


def begun(counter: Counter) -> Counter:
    Register.objects.update(scan_pause=500)
    counter.start()
    for code, lines in ((TEA, 1), (MILK, 2)):
        counter.scan(code)
        expect(counter.lines).to_have_count(lines)
    return counter


def look(counter: Counter, name: str) -> None:
    """Saves a picture if pictures were asked for."""
    if folder := os.environ.get("POS_PICTURES"):
        size = counter.page.viewport_size or {"width": 0}
        counter.page.screenshot(path=f"{folder}/{name}-{size['width']}.png")


def seen(part: Locator) -> None:
    expect(part).to_be_visible()
    assert part.evaluate(IN_VIEW), part


@pytest.fixture
def code(ana: User, sized: Counter) -> str:
    """A gift card of 10.00."""
    gift_cards.sell(KEY, register="R1", amount=D(10), tender="card", by=ana)
    return card_spelling.code_for(KEY)


def test_gift_card_scanned_in_any_field_pays_what_it_holds(sized: Counter, code: str) -> None:
    page = sized.page
    page.get_by_label("Cash received").focus()
    page.keyboard.type(f"{card_spelling.plain(code)}\n")
    card = page.locator(".payment__card")
    expect(card).to_contain_text(f"Gift card …{code[-4:]}")
    expect(card).to_contain_text("€0.00 left on it")
    expect(sized.due).to_have_text("€4.50")
    look(sized, "presented")
    if (to_pay := page.get_by_role("link", name="To pay €4.50")).is_visible():
        seen(to_pay)
        to_pay.click()
    seen(sized.due)
    page.get_by_role("button", name="Exact").click()
    expect(sized.receipt).to_contain_text("Left on gift card")
    look(sized, "presented-receipt")
    assert [paid.method_id for paid in Bill.objects.get().payments.all()] == ["gift_card", "cash"]
    assert balances.find(code).balance == 0


def test_gift_card_that_covers_the_total_pays_with_one_press_and_shows_the_rest(sized: Counter, code: str) -> None:
    page = sized.page
    page.get_by_role("button", name="Remove Green tea").click()
    expect(sized.lines).to_have_count(1)
    sized.scan(code.lower())
    expect(sized.due).to_have_text("€0.00")
    expect(page.locator(".payment__card")).to_contain_text("€8.00 left on it")
    page.get_by_role("button", name="Pay €2.00 with the card shown").click()
    expect(page.locator(".after-sale")).to_contain_text("€8.00")
    assert balances.find(code).balance == 8


def test_gift_card_is_sold_with_the_goods_and_its_code_stays_until_the_next_basket(sized: Counter) -> None:
    page = sized.page
    page.get_by_role("button", name="Gift card", exact=True).click()
    page.get_by_role("textbox", name="Amount, EUR").fill("25")
    look(sized, "gift-card-dialog")
    page.keyboard.press("Enter")
    expect(sized.lines).to_have_count(3)
    expect(sized.due).to_have_text("€39.50")
    look(sized, "gift-card-in-basket")
    page.keyboard.press("F10")
    page.get_by_role("button", name="The rest by Cash").click()
    page.keyboard.press("Enter")
    expect(sized.receipt).to_be_visible()
    code = page.locator(".after-sale__change .notice__title .nowrap").inner_text()
    assert balances.find(code).balance == 25
    bill = Bill.objects.get()
    assert (bill.total, bill.cards_sold) == (D("14.50"), 25)
    page.reload()
    expect(page.locator(".after-sale__change")).to_contain_text(code)
    expect(page.locator(".receipt .bars-code")).to_be_visible()
    look(sized, "gift-card-receipt")
    page.get_by_role("link", name="Slip of gift card").click()
    expect(page.locator(".receipt .bars-code")).to_be_visible()
    expect(page.locator(".receipt")).to_contain_text(code)
    look(sized, "gift-card-slip")


def test_gift_card_alone_is_sold_removed_and_sold_again(counter: Counter) -> None:
    page = counter.page
    counter.start()
    page.keyboard.press("ScrollLock")
    page.get_by_role("textbox", name="Amount, EUR").fill("25")
    page.keyboard.press("Enter")
    expect(counter.lines).to_have_count(1)
    page.get_by_role("button", name="Remove the gift card of €25.00").click()
    expect(counter.lines).to_have_count(0)
    page.keyboard.press("ScrollLock")
    page.get_by_role("textbox", name="Amount, EUR").fill("50")
    page.keyboard.press("Enter")
    expect(counter.due).to_have_text("€50.00")
    page.get_by_role("button", name="Exact").click()
    expect(counter.receipt).to_contain_text("€50.00")
    assert StoredValue.objects.get().balance == 50


def test_gift_card_is_sold_and_spent_without_script(plain_counter: Counter, ana: User) -> None:
    page = plain_counter.page
    plain_counter.start()
    gift_cards.sell(KEY, register="R1", amount=D(10), tender="card", by=ana)
    plain_counter.scan(TEA)
    page.get_by_role("button", name="Gift card", exact=True).click()
    page.get_by_role("textbox", name="Amount, EUR").fill("20")
    plain_counter.press_enter()
    expect(plain_counter.due).to_have_text("€32.50")
    plain_counter.scan(card_spelling.code_for(KEY))
    expect(plain_counter.due).to_have_text("€22.50")
    page.get_by_role("button", name="Exact").click()
    expect(plain_counter.receipt).to_be_visible()
    assert balances.find(card_spelling.code_for(KEY)).balance == 0


def test_customer_sees_the_gift_card_sold_and_what_a_gift_card_pays(sized: Counter, code: str, ana: User) -> None:
    sized.page.get_by_role("button", name="Gift card", exact=True).click()
    sized.page.get_by_role("textbox", name="Amount, EUR").fill("25")
    sized.page.keyboard.press("Enter")
    expect(sized.lines).to_have_count(3)
    sized.scan(code)
    expect(sized.due).to_have_text("€29.50")
    shown = customer_display.showing(Register.objects.get(code="R1"))
    assert (shown.due, [part.amount for part in shown.presented]) == (D("29.50"), [D(10)])
