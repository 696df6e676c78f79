"""Ana's day at the counter, from the float to the count: by hand, without script, by keyboard alone."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from billing.models import Bill, Shift
from inventory.models import Product
from members.models import Member
from tests.cast import PASSWORD, PIN
from tests.journeys.walking import MILK, TEA, Counter

pytestmark = pytest.mark.django_db(transaction=True)


def test_cashier_works_a_day_by_hand(either_counter: Counter, saver: Member, cheese: Product) -> None:
    counter, page = either_counter, either_counter.page
    counter.sign_in_by_hand()
    counter.open_shift_by_hand("100.00")
    for code in (TEA, MILK, cheese.sku, TEA):
        counter.scan(code)
    page.get_by_label("Kilograms of Cheese").press_sequentially("1")
    counter.press_enter()
    expect(page.get_by_label("Quantity of Green tea")).to_have_value("2")
    expect(counter.lines).to_have_count(3)
    counter.attach(saver.number)
    expect(page.get_by_text("Vera Vogel").first).to_be_visible()
    expect(counter.due).to_have_text("€39.95")
    page.get_by_text("Spend points").click()
    page.get_by_label("Points").fill("5")
    page.get_by_label("Member's PIN").fill(PIN)
    page.get_by_role("button", name="Use").click()
    expect(counter.due).to_have_text("€34.95")
    page.get_by_label("Cash received").fill("50")
    page.get_by_role("button", name="Pay €34.95").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Change")
    expect(counter.receipt).to_contain_text("€15.05")
    see_the_receipt_on_paper(counter)
    bill = Bill.objects.get()
    assert (bill.total, bill.points_spent, bill.points_earned) == (Decimal("39.95"), Decimal(5), Decimal("5.24"))
    page.get_by_role("link", name="Next sale").click()
    expect(page.get_by_text("Ready for the next customer")).to_be_visible()
    close_the_shift(counter, "134.95")
    assert Shift.objects.get().counted == Decimal("134.95")


def see_the_receipt_on_paper(counter: Counter) -> None:
    counter.page.get_by_role("button", name="Print").click()
    expect(counter.page).to_have_url(re.compile("/prints/"))
    counter.page.emulate_media(media="print")
    expect(counter.receipt).to_be_visible()
    expect(counter.page.get_by_role("link", name="Next sale")).to_be_hidden()
    expect(counter.page.locator(".topbar")).to_be_hidden()
    counter.page.emulate_media(media="screen")


def close_the_shift(counter: Counter, counted: str) -> None:
    page = counter.page
    page.get_by_role("link", name="Shift").click()
    page.get_by_role("link", name="Count and close").click()
    page.get_by_label("Or the sum alone").fill(counted)
    page.get_by_role("button", name="Close the shift").click()
    expect(page.get_by_role("heading", name="Z 1, R1")).to_be_visible()
    expect(page.locator(".figure", has_text="Difference")).to_contain_text("€0.00")


def test_receipt_is_printed_with_one_press(counter: Counter) -> None:
    counter.sign_in_by_hand()
    counter.open_shift_by_hand()
    counter.scan(TEA)
    counter.page.get_by_role("button", name="Exact").click()
    counter.page.get_by_role("button", name="Print").click()
    expect(counter.page.locator("html")).to_have_attribute("data-printed", "1")


def test_cashier_works_by_keyboard_alone(counter: Counter, saver: Member) -> None:
    page, keys = counter.page, counter.page.keyboard
    page.goto("/sign-in")
    keys.type("ana")
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    expect(page.get_by_label("Float in the drawer")).to_be_focused()
    keys.press("ControlOrMeta+A")
    keys.type("100")
    keys.press("Enter")
    expect(page.get_by_label("Scan a code")).to_be_focused()
    for code in (TEA, MILK, TEA):
        keys.type(code)
        keys.press("Enter")
    expect(page.get_by_label("Quantity of Green tea")).to_have_value("2")
    keys.press("F7")
    expect(page.get_by_label("Quantity of Milk")).to_be_focused()
    keys.type("3")
    keys.press("Enter")
    expect(counter.due).to_have_text("€31.00")
    keys.press("F4")
    keys.type("vera@example.org")
    keys.press("Enter")
    expect(counter.due).to_have_text("€26.35")
    spend_points_by_key(counter, "5")
    expect(counter.due).to_have_text("€21.35")
    keys.press("F8")
    expect(page.get_by_label("Cash received")).to_be_focused()
    keys.type("30")
    keys.press("Enter")
    expect(counter.receipt).to_contain_text("€8.65")
    expect(page.get_by_role("link", name="Next sale")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_text("Ready for the next customer")).to_be_visible()
    walk_to(counter, "Shift")
    walk_to(counter, "Count and close")
    press_until_focused(counter, lambda: "Or the sum alone" in focused(counter))
    keys.type("121.35")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Z 1, R1")).to_be_visible()


def spend_points_by_key(counter: Counter, amount: str) -> None:
    keys = counter.page.keyboard
    keys.press("F4")
    press_until_focused(counter, lambda: focused(counter) == "Points")
    keys.press("ControlOrMeta+A")
    keys.type(amount)
    keys.press("Tab")
    keys.type(PIN, delay=60)
    keys.press("Enter")


def focused(counter: Counter) -> str:
    return counter.page.evaluate("(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()")


def press_until_focused(counter: Counter, reached: Callable[[], bool]) -> None:
    for _ in range(60):
        if reached():
            return
        counter.page.keyboard.press("Tab")
    raise AssertionError("Tab never led there.")


def walk_to(counter: Counter, name: str) -> None:
    press_until_focused(counter, lambda: focused(counter) == name)
    with counter.page.expect_navigation():
        counter.page.keyboard.press("Enter")
