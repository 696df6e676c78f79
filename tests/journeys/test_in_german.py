"""A day at the counter in German: a sale, a refund and the close of the shift, money typed with a comma."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from billing.models import Bill, CashMovement, Register, Shift
from inventory.models import Product
from tests.cast import PASSWORD
from tests.journeys.walking import MILK, TEA, complaints_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def german(
    request: pytest.FixtureRequest,
    browser: Browser,
    live_server: LiveServer,
    ana: User,
    r1: Register,
    stocked: list[Product],
) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server.url, locale="de-DE", java_script_enabled=request.param)
    page = context.new_page()
    complaints = complaints_of(page)
    yield page
    assert not complaints
    context.close()


def test_a_day_in_german_is_right_to_the_cent(german: Page) -> None:
    page = german
    sign_in(page)
    open_the_till(page)
    for code, lines in ((TEA, 1), (MILK, 2)):
        page.get_by_label("Code scannen oder Namen tippen").fill(code)
        page.keyboard.press("Enter")
        expect(page.locator(".basket__line")).to_have_count(lines)
    expect(page.locator(".payment__total")).to_have_text("14,50 €")
    expect(page.get_by_label("Bar erhalten")).to_have_value("14,50")
    page.get_by_label("Bar erhalten").fill("20,50")
    page.get_by_role("button", name="14,50 € bezahlen", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rückgeld")
    expect(page.locator(".after-sale__change output").first).to_have_text("6,00 €")
    bill = Bill.objects.get()
    assert (bill.total, bill.change) == (Decimal("14.50"), Decimal("6.00"))
    give_back_the_tea(page, bill)
    close_the_shift(page, "101,99")
    assert Shift.objects.get().counted == Decimal("101.99")


def sign_in(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label("Benutzername").fill("ana")
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()
    expect(page.get_by_role("banner")).to_be_visible()


def open_the_till(page: Page) -> None:
    page.goto("/shift/open")
    page.get_by_label("Wechselgeld in der Lade").fill("99,99")
    page.get_by_role("button", name="Till R1 öffnen").click()
    expect(page.get_by_text("Bereit für die nächste Kundschaft")).to_be_visible()
    if page.evaluate("Boolean(document.querySelector('scan-box'))") and "htmx" in page.evaluate("Object.keys(window)"):
        expect(page.locator("scan-box:defined")).to_be_attached()
    assert CashMovement.objects.get().amount == Decimal("99.99")


def give_back_the_tea(page: Page, bill: Bill) -> None:
    page.goto(f"/bills/{bill.number}/refund")
    page.get_by_label("Wie viel Green tea zurückkommt").fill("1")
    page.get_by_label("Wie viel Green tea zurückkommt").press("Tab")
    work_it_out = page.get_by_role("button", name="Ausrechnen")
    if work_it_out.is_visible():
        work_it_out.click()
    expect(page.get_by_role("button", name="12,50 € zurückgeben")).to_be_visible()
    page.get_by_label("Grund").fill("passt nicht")
    expect(page.get_by_label("Bar von 14,50 €")).to_have_value("12,50")
    page.get_by_role("button", name="12,50 € zurückgeben").click()
    expect(page.get_by_role("heading", name="Zurückgeben")).to_be_visible()
    assert Bill.objects.get(kind="refund").total == Decimal("-12.50")


def close_the_shift(page: Page, counted: str) -> None:
    page.get_by_role("link", name="Schicht").click()
    page.get_by_role("link", name="Kassensturz und Abschluss").click()
    page.get_by_label("Oder nur die Summe").fill(counted)
    page.get_by_role("button", name="Schicht abschließen").click()
    expect(page.get_by_role("heading", name="Schicht abgeschlossen")).to_be_visible()
    expect(page.locator(".figure", has_text="Differenz")).to_contain_text("0,00 €")
