# ruff: noqa: F401, F811
"""Ana exchanges goods at the till, in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from billing.models import Bill, CashMovement
from inventory.models import Product
from tests.billing.test_refund_in_browser import bill, stand_at_the_till, till

pytestmark = pytest.mark.django_db(transaction=True)


def test_receipt_scanned_into_a_basket_starts_an_exchange_paid_once(till: Page, ana: User) -> None:
    code = till.locator("#code")
    code.fill("3*4006381333931")
    code.press("Enter")
    expect(till.locator(".basket__line")).to_have_count(1)
    code.fill("R1-000001")
    code.press("Enter")
    till.wait_for_url("**/bills/R1-000001/refund?basket=*")
    till.get_by_role("button", name="One Milk more").click()
    expect(till.locator("#confirm")).to_have_text("Refund €2.00")
    till.get_by_label("Reason").fill("Wrong item")
    till.locator("#exchange").click()
    till.wait_for_url("**/till/*")
    expect(till.locator(".basket__returns")).to_contain_text("1 × Milk")
    expect(till.locator(".payment__total")).to_have_text("€35.50")
    till.locator("#pay-cash").dblclick()
    till.wait_for_url("**/receipt")
    expect(till.locator(".receipt")).to_contain_text("Brought back, R1-R000001")
    sale = Bill.objects.get(exchange__isnull=False)
    assert (sale.number, sale.exchange and sale.exchange.number) == ("R1-000002", "R1-R000001")
    assert CashMovement.objects.filter(kind="refund").count() == 0


def test_difference_is_refunded_by_touch(till: Page, bill: Bill) -> None:
    till.goto(f"/bills/{bill.number}/refund")
    till.get_by_role("button", name="One Green tea more").click()
    expect(till.locator("#confirm")).to_have_text("Refund €12.50")
    till.get_by_label("Reason").fill("Did not fit")
    till.locator("#exchange").click()
    till.wait_for_url("**/till/*")
    expect(till.get_by_text("Scan what the customer takes instead")).to_be_visible()
    till.locator("#code").fill("4011800525224")
    till.keyboard.press("Enter")
    expect(till.locator("#give-back")).to_have_text("Give back €10.50")
    expect(till.locator("#back-card")).to_have_value("10.50")
    till.keyboard.press("F8")
    till.locator("#give-back").click()
    expect(till.get_by_role("heading", name="Give back")).to_be_visible()
    expect(till.locator("output").first).to_contain_text("10.50")


def test_customer_who_returns_nothing_pays_for_everything(till: Page, bill: Bill) -> None:
    till.goto(f"/bills/{bill.number}/refund?line_1=1&reason=Faulty")
    till.locator("#exchange").click()
    till.locator("#code").fill("4011800525224")
    till.keyboard.press("Enter")
    expect(till.locator("#give-back")).to_be_visible()
    till.get_by_role("button", name="Nothing comes back").click()
    expect(till.locator("#pay-cash")).to_have_text("Pay €2.00")
    assert not Bill.objects.filter(kind="refund").exists()


def test_exchange_works_without_javascript(
    browser: Browser,
    browser_context_args: dict[str, str],
    bill: Bill,
    tea: Product,
) -> None:
    page = browser.new_context(**{**browser_context_args, "java_script_enabled": False}).new_page()  # type: ignore[arg-type]
    stand_at_the_till(page)
    page.goto(f"/bills/{bill.number}/refund")
    page.get_by_label("How many Milk come back").fill("1")
    page.get_by_label("Reason").fill("Faulty")
    page.get_by_role("button", name="Work it out").click()
    page.locator("#exchange").click()
    page.locator("#code").fill("4006381333931")
    page.get_by_role("button", name="Add", exact=True).click()
    page.locator("#pay-cash").click()
    expect(page.locator(".receipt")).to_contain_text("Brought back")
    assert Bill.objects.filter(exchange__isnull=False).count() == 1


def test_exchange_of_goods_refunded_meanwhile_is_refused_and_moves_nothing(page: Page, bill: Bill) -> None:
    stand_at_the_till(page)
    page.goto(f"/bills/{bill.number}/refund?line_2=1&reason=Faulty")
    page.locator("#exchange").click()
    page.locator("#code").fill("4006381333931")
    page.keyboard.press("Enter")
    expect(page.locator("#pay-cash")).to_have_text("Pay €10.50")
    other = page.context.new_page()
    other.goto(f"/bills/{bill.number}/refund?line_2=1&reason=Faulty")
    other.locator("#confirm").click()
    expect(other.get_by_role("heading", name="Give back")).to_be_visible()
    page.locator("#pay-cash").click()
    expect(page.get_by_text("All of this has been refunded already").first).to_be_visible()
    assert Bill.objects.filter(kind="sale").count() == 1


@pytest.mark.parametrize("width", [1280, 390])
def test_exchange_pages_are_accessible(page: Page, bill: Bill, width: int) -> None:
    stand_at_the_till(page)
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"/bills/{bill.number}/refund?line_1=1&reason=Faulty")
    page.locator("#exchange").click()
    page.locator("#code").fill("4011800525224")
    page.keyboard.press("Enter")
    expect(page.locator("#give-back")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_page_of_goods_without_receipt_is_accessible(page: Page, bill: Bill) -> None:
    stand_at_the_till(page)
    page.goto("/bills")
    page.get_by_role("link", name="Refund without receipt").click()
    page.locator("#code").fill("4006381333931")
    page.keyboard.press("Enter")
    expect(page.locator("#confirm")).to_have_text("Give €12.50 store credit")
    assert Axe().run(page).violations_count == 0
    page.get_by_label("How many Green tea come back").fill("1")
    assert not Bill.objects.filter(kind="refund").exists()
