"""Ana refunds goods at the till, in a real browser."""

from collections.abc import Iterator
from decimal import Decimal as D

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from billing.drawer import shifts
from billing.models import Bill
from inventory.models import Product
from members.models import Member
from tests import cast
from tests.cast import PASSWORD
from tests.counter import sell

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bill(ana: User, tea: Product, milk: Product, olga: Member) -> Bill:
    """A bill of 27.00, two teas and a milk: 20.00 by card, the rest in cash."""
    cast.till("R1")
    shifts.open_shift("R1", opening_float=D("100.00"), by=ana)
    return sell((tea, "2"), (milk, "1"), by=ana, card="20.00", cash="10.00", member=olga.pk)


def stand_at_the_till(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label("Username").fill("ana")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/shift/open")
    page.get_by_role("button", name="Work at this till").click()
    page.wait_for_url("**/till/*")


@pytest.fixture
def till(page: Page, bill: Bill) -> Iterator[Page]:
    """Ana's browser at R1; any console error fails the test."""
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    stand_at_the_till(page)
    yield page
    assert not complaints


def test_scanned_receipt_is_refunded_once_however_often_the_button_is_pressed(till: Page) -> None:
    till.locator("#code").fill("R1-000001")
    till.keyboard.press("Enter")
    till.get_by_role("link", name="Refund", exact=True).click()
    till.get_by_role("button", name="One Green tea more").click()
    expect(till.locator("#confirm")).to_have_text("Refund €12.50")
    till.get_by_role("button", name="One Green tea more").click()
    expect(till.locator("#confirm")).to_have_text("Refund €25.00")
    expect(till.locator("#back-card")).to_have_value("20.00")
    expect(till.locator("#back-cash")).to_have_value("5.00")
    till.get_by_label("Reason").fill("Faulty")
    till.locator("#confirm").dblclick()
    expect(till.get_by_role("heading", name="Give back")).to_be_visible()
    till.go_back()
    expect(till.get_by_text("all refunded")).to_be_visible()
    assert [(refund.number, refund.total) for refund in Bill.objects.filter(kind="refund")] == [
        ("R1-R000001", D("-25.00"))
    ]


def test_refund_that_exceeds_the_sale_is_refused_and_moves_nothing(till: Page, bill: Bill) -> None:
    till.goto(f"/bills/{bill.number}/refund")
    till.get_by_label("How many Green tea come back").fill("3")
    till.keyboard.press("Tab")
    expect(till.get_by_text("more than is left of the sale")).to_be_visible()
    expect(till.locator("#confirm")).to_have_count(0)
    assert not Bill.objects.filter(kind="refund").exists()


def test_refund_works_without_javascript(browser: Browser, browser_context_args: dict[str, str], bill: Bill) -> None:
    page = browser.new_context(**{**browser_context_args, "java_script_enabled": False}).new_page()  # type: ignore[arg-type]
    stand_at_the_till(page)
    page.goto(f"/bills/{bill.number}/refund")
    page.get_by_label("How many Milk come back").fill("1")
    page.get_by_label("Reason").fill("Faulty")
    page.get_by_role("button", name="Work it out").click()
    page.locator("#confirm").click()
    expect(page.get_by_role("heading", name="Give back")).to_be_visible()
    assert Bill.objects.get(kind="refund").total == D("-2.00")


@pytest.mark.parametrize("width", [1280, 390])
def test_refund_pages_are_accessible(page: Page, bill: Bill, width: int) -> None:
    stand_at_the_till(page)
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"/bills/{bill.number}/refund?line_1=1")
    expect(page.locator("#confirm")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
