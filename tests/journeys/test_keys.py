"""The sheet of keys: each key it names does what it says."""

import pytest
from playwright.sync_api import expect

from tests.journeys.walking import MILK, TEA, Counter

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def counter(counter: Counter) -> Counter:
    counter.start()
    for code in (TEA, MILK):
        counter.scan(code)
    expect(counter.lines).to_have_count(2)
    return counter


def test_each_key_of_the_sheet_does_what_it_says(counter: Counter) -> None:
    page, keys = counter.page, counter.page.keyboard
    scan_box = page.get_by_label("Scan a code")
    keys.press("?")
    sheet = page.get_by_role("dialog", name="Keys of the till")
    expect(sheet).to_be_visible()
    named = sheet.locator("kbd").all_inner_texts()
    assert set(named) == {
        *("F1", "F2", "/", "F3", "F4", "F6", "F7", "F8", "F9", "F10"),
        *("Scroll Lock", "Insert", "Pause", "Delete", "Enter", "Esc", "?"),
    }
    keys.press("Escape")
    expect(sheet).to_be_hidden()
    keys.press("F4")
    expect(page.get_by_role("textbox", name="Member")).to_be_focused()
    keys.press("F2")
    expect(scan_box).to_be_focused()
    keys.press("F7")
    expect(page.get_by_label("Quantity of Milk")).to_be_focused()
    keys.press("Escape")
    expect(scan_box).to_be_focused()
    keys.press("F6")
    expect(page.get_by_role("dialog", name="Milk")).to_be_visible()
    keys.press("Escape")
    expect(page.get_by_role("dialog", name="Milk")).to_be_hidden()
    keys.press("F9")
    expect(page.get_by_role("radio", name="Card")).to_be_checked()
    keys.press("F10")
    expect(page.locator("#split-cash")).to_be_focused()
    page.get_by_role("radio", name="Split").focus()
    keys.press("/")
    expect(scan_box).to_be_focused()
    keys.press("F8")
    expect(page.get_by_label("Cash received")).to_be_focused()
    keys.press("Enter")
    expect(counter.receipt).to_be_visible()


def test_keys_of_the_basket_open_what_they_say(counter: Counter) -> None:
    page, keys = counter.page, counter.page.keyboard
    for key, title in [
        ("F3", "Discount on the whole basket"),
        ("Pause", "Park this basket"),
        ("Delete", "Drop this basket?"),
    ]:
        keys.press(key)
        dialog = page.get_by_role("dialog", name=title)
        expect(dialog.locator(":focus")).to_have_count(1)
        keys.press("Escape")
        expect(dialog).to_be_hidden()
    page.get_by_label("Scan a code").fill("40")
    keys.press("Home")
    keys.press("Delete")
    expect(page.get_by_label("Scan a code")).to_have_value("0")
    keys.press("Insert")
    expect(page.get_by_text("Ready for the next customer")).to_be_visible()


def test_every_key_the_page_knows_is_on_the_sheet(counter: Counter) -> None:
    page = counter.page
    known = page.locator("[data-key]").evaluate_all("all => all.flatMap((part) => part.dataset.key.split(' '))")
    named = page.locator("#keys kbd").all_text_contents()
    assert {key.replace("Escape", "Esc").replace("ScrollLock", "Scroll Lock") for key in known} <= set(named)


def test_line_sheet_by_keyboard(counter: Counter) -> None:
    page, keys = counter.page, counter.page.keyboard
    keys.press("F6")
    expect(page.locator("#sheet-quantity")).to_be_focused()
    page.locator("#sheet-percent").press_sequentially("5")
    keys.press("Enter")
    expect(counter.due).to_have_text("€14.40")
    keys.press("F6")
    expect(page.locator("#sheet-quantity")).to_be_focused()
    page.locator("#sheet-note").fill("gift")
    page.locator("#sheet-note").press("Enter")
    expect(counter.lines.first).to_contain_text("gift")
    keys.press("F6")
    expect(page.locator("#sheet-quantity")).to_be_focused()
    page.get_by_text("How this price came about").click()
    expect(page.locator(".sheet__why")).to_contain_text("€1.90")
    page.get_by_role("button", name="Remove the line").click()
    expect(counter.lines).to_have_count(1)
    expect(counter.due).to_have_text("€12.50")
