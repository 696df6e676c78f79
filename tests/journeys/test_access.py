"""Axe finds nothing on any page of the till, in any state, by day and by night."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import User
from billing.models import Register
from inventory.models import Product
from members.models import Member
from tests.cast import PIN
from tests.journeys.walking import MILK, TEA, Counter

pytestmark = pytest.mark.django_db(transaction=True)
AXE = Axe()


def check(page: Page) -> None:
    """Once the colours are there and at rest: one on its way is read as too faint."""
    page.wait_for_load_state("load")
    page.evaluate("Promise.all(document.getAnimations().map((moving) => moving.finished))")
    found = AXE.run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_of_the_till_can_be_read_by_everyone(
    page: Page, ana: User, r1: Register, stocked: list[Product], saver: Member, scheme: str, width: int
) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 844})
    counter = Counter(page)
    page.goto("/sign-in")
    check(page)
    counter.sign_in()
    check(page)
    counter.open_shift()
    check(page)
    page.get_by_label("Scan a code").press_sequentially("tea")
    expect(page.get_by_role("region", name="Found products")).to_be_visible()
    check(page)
    sell_with_a_slip(counter, saver)
    page.goto("/shift")
    check(page)
    page.get_by_role("link", name="Count and close").click()
    check(page)
    page.get_by_role("button", name="Close the shift").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page)
    page.get_by_label("Or the sum alone").fill("110")
    page.get_by_label("Reason").fill("a coin was missing")
    page.get_by_role("button", name="Close the shift").click()
    expect(page.get_by_role("heading", name="Z 1, R1")).to_be_visible()
    check(page)


def sell_with_a_slip(counter: Counter, saver: Member) -> None:
    page = counter.page
    for code in (TEA, MILK):
        counter.scan(code)
    expect(counter.lines).to_have_count(2)
    check(page)
    counter.scan("9999999999994")
    expect(page.get_by_role("alert").filter(has_text="9999999999994")).to_be_visible()
    check(page)
    counter.attach(saver.number)
    expect(page.get_by_text("Vera Vogel").first).to_be_visible()
    page.get_by_text("Spend points").click()
    check(page)
    page.get_by_label("Points").fill("5")
    page.get_by_label("Member's PIN").fill("000000" if PIN != "000000" else "000001")
    page.get_by_role("button", name="Use").click()
    expect(page.get_by_role("alert").filter(has_text="PIN")).to_be_visible()
    check(page)
    for tender in ("Card", "Split", "Cash"):
        page.get_by_text(tender, exact=True).first.click()
        check(page)
    page.get_by_role("button", name="Pay €").first.click()
    expect(counter.receipt).to_be_visible()
    check(page)
    page.get_by_role("link", name="Details").click()
    expect(page.get_by_role("link", name="All bills")).to_be_visible()
    check(page)
    page.get_by_role("link", name="All bills").click()
    check(page)
