"""A badge is made and printed by a manager, and scanned at a locked till."""

import re

from playwright.sync_api import Page, expect

from accounts.models import User
from billing.models import Register
from pos.models import StoreSettings
from tests.journeys.walking import Counter, complaints_of

CODE = re.compile(r"BDG[A-Z2-9]{16}")


def made_for(page: Page, username: str) -> str:
    page.goto(f"/person/{username}")
    page.get_by_role("button", name="Make a new badge").click()
    expect(page.get_by_role("heading", name="Badge of")).to_be_visible()
    page.get_by_role("button", name="Print", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-printed", "1")
    found = CODE.search(page.locator(".receipt__foot").inner_text())
    assert found
    return found[0]


def scan(page: Page, code: str) -> None:
    expect(page.locator("lock-screen:defined")).to_be_attached()
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def test_scanned_badge_opens_a_locked_till_where_the_shop_lets_it(
    page: Page, ana: User, may: User, r1: Register
) -> None:
    complaints = complaints_of(page)
    Counter(page).sign_in("may")
    code = made_for(page, "ana")
    counter = Counter(page)
    counter.open_shift()
    page.get_by_role("button", name="Lock or hand over").click()
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
    scan(page, code)
    expect(page.get_by_label("User name or badge")).to_have_value("ana")
    expect(page.get_by_label("PIN, or password")).to_be_focused()
    StoreSettings.change(by="may", badge_needs_pin=False)
    page.reload()
    scan(page, code)
    expect(page.get_by_label("Scan a code")).to_be_visible()
    expect(page.locator(".topbar__name")).to_contain_text("Ana")
    assert not complaints
