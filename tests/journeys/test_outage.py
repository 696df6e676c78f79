"""A till with leave to sell in an outage, cut off, reloaded, and connected again."""

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from billing.models import Bill, OutageProblem, Register
from inventory.models import Product
from tests.journeys.walking import MILK, TEA, Counter

pytestmark = pytest.mark.django_db(transaction=True)


def ring_up(page: Page, code: str, cash: str, number: str) -> None:
    page.get_by_label("Scan a code").fill(code)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Provisional receipt").locator("tr")).to_have_count(1)
    page.get_by_label("Cash received").fill(cash)
    page.get_by_role("button", name="Take cash").click()
    expect(page.get_by_label("Provisional receipt")).to_contain_text(number)
    page.get_by_role("button", name="Next sale").click()


def test_sales_of_an_outage_are_posted_once_and_differences_reported(
    page: Page, ana: User, r1: Register, stocked: list[Product]
) -> None:
    Register.objects.filter(pk=r1.pk).update(outage_sales=True)
    blocked: list[str] = []
    page.on("console", lambda said: blocked.append(said.text) if "Content Security Policy" in said.text else None)
    counter = Counter(page)
    counter.sign_in()
    counter.open_shift()
    expect(page.locator("outage-ready")).to_have_attribute("data-state", "ready")
    page.context.set_offline(True)
    page.goto("/till")
    expect(page.locator("[data-state]")).to_contain_text("The server is away")
    ring_up(page, TEA, "20", "R1-P-0001")
    page.reload()
    expect(page.locator("[data-state]")).to_contain_text("The server is away")
    ring_up(page, MILK, "5", "R1-P-0002")
    expect(page.get_by_label("Sales that wait").locator("li")).to_have_count(2)
    Product.objects.filter(name="Milk").update(price=Decimal("2.50"))
    page.context.set_offline(False)
    expect(page.get_by_label("Sales that wait").locator("li")).to_have_count(0, timeout=20_000)
    bill = Bill.objects.get()
    assert (bill.total, bill.change, bill.outage.provisional_number) == (Decimal("12.50"), Decimal("7.50"), "R1-P-0001")
    problem = OutageProblem.objects.get()
    assert problem.differences == ["Milk was sold at 2.00; its price is now 2.50."]
    page.get_by_role("link", name="To the till").click()
    expect(page.get_by_label("Scan a code")).to_be_focused()
    assert Bill.objects.count() == 1
    assert not blocked


def test_till_without_leave_never_offers_it(page: Page, ana: User, r1: Register, stocked: list[Product]) -> None:
    counter = Counter(page)
    counter.sign_in()
    counter.open_shift()
    expect(page.locator("outage-ready")).to_have_count(0)
    answer = page.goto("/till/outage")
    assert answer is not None
    assert answer.status == 404
