"""Goods without recorded stock are sold with a manager's approval, then listed for a count."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Approval, User
from billing.models import BillLine
from inventory.models import Product
from tests import cast
from tests.cast import PASSWORD, TILL_PIN
from tests.journeys.walking import MILK, TEA, Counter, complaints_of

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = [(1280, 800), (390, 844)]
CRISPS = "5000112637922"
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


@pytest.fixture
def crisps(db: None) -> Product:
    """1.50, with no recorded stock."""
    return cast.product("Crisps", "1.50", "0", barcode=CRISPS)


@pytest.fixture
def phone(may: User, browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """May's phone, on the page of reports."""
    context: BrowserContext = browser.new_context(
        base_url=live_server.url, locale="en-GB", viewport={"width": 390, "height": 844}, has_touch=True
    )
    page = context.new_page()
    complaints = complaints_of(page)
    page.goto("/sign-in?next=/reports")
    page.get_by_label("Username").fill("may")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    yield page
    assert not complaints
    context.close()


def speak(page: Page, language: str) -> None:
    page.context.add_cookies([{"name": "django_language", "value": language, "url": page.evaluate("location.origin")}])


def pay(counter: Counter) -> None:
    counter.page.locator("#pay-cash").click()


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_goods_without_recorded_stock_are_sold_with_a_managers_pin(
    counter: Counter, may: User, crisps: Product, width: int, height: int
) -> None:
    page = counter.page
    page.set_viewport_size({"width": width, "height": height})
    counter.start()
    counter.scan(CRISPS)
    expect(counter.lines).to_contain_text("none left")
    pay(counter)
    expect(page.get_by_role("alert")).to_contain_text("Not enough on the shelf: Crisps (0 left).")
    expect(page.locator(".approval")).to_contain_text("1 × Crisps, though stock says none is left, €1.50")
    expect(page.get_by_label("Manager or badge")).to_have_value("may")
    expect(page.get_by_label("Manager's PIN")).to_be_focused()
    assert page.evaluate(FITS)
    page.keyboard.type(TILL_PIN, delay=90)
    page.keyboard.press("Enter")
    expect(counter.receipt).to_contain_text("Crisps")
    assert BillLine.objects.get().oversold == 1
    assert Approval.objects.get(deed="used").approver == may


def test_pin_field_has_the_focus_without_script_too(plain_counter: Counter, may: User, crisps: Product) -> None:
    page = plain_counter.page
    plain_counter.start()
    plain_counter.scan(CRISPS)
    pay(plain_counter)
    expect(page.get_by_label("Manager's PIN")).to_be_focused()
    page.keyboard.type(TILL_PIN, delay=90)
    plain_counter.press_enter()
    expect(plain_counter.receipt).to_contain_text("Crisps")


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_approval_of_a_bill_discount_is_asked_for_in_a_sentence(
    counter: Counter, may: User, width: int, height: int
) -> None:
    page = counter.page
    page.set_viewport_size({"width": width, "height": height})
    counter.start()
    for code, lines in ((TEA, 1), (MILK, 2)):
        counter.scan(code)
        expect(counter.lines).to_have_count(lines)
    page.get_by_role("button", name="Discount").click()
    page.locator("#bill-percent").fill("10")
    page.locator("#bill-percent").press("Enter")
    expect(page.locator(".approval__sentence")).to_have_text("10 % off €14.50, 2 items: Green tea, Milk")
    expect(page.get_by_label("Manager's PIN")).to_be_focused()
    page.keyboard.type(TILL_PIN, delay=90)
    page.keyboard.press("Enter")
    expect(counter.due).to_have_text("€13.05")


def test_phone_shows_the_number_of_waiting_requests_on_every_page(
    counter: Counter, phone: Page, crisps: Product
) -> None:
    page, badge = counter.page, phone.locator(".topbar__count")
    expect(badge).to_be_hidden()
    counter.start()
    counter.scan(CRISPS)
    pay(counter)
    page.get_by_role("button", name="Ask a manager's phone").click()
    expect(page.get_by_text("Asked the managers.")).to_be_visible()
    for language, waits in (("de", "11 wartet"), ("en", "11 waiting")):
        speak(phone, language)
        for address in ("/bills", "/members", "/shift", "/shift/open", "/reports", "/reports/oversold", "/password"):
            phone.goto(address)
            expect(badge).to_have_text(waits)
            expect(badge).to_be_in_viewport(ratio=1)
            assert phone.evaluate(FITS)
    phone.goto("/approvals")
    question = phone.get_by_role("heading", name="1 × Crisps, though stock says none is left, €1.50")
    expect(question).to_be_visible()
    assert "version" not in phone.get_by_role("main").inner_text()
    phone.goto("/approvals/report")
    told = phone.get_by_role("cell", name="1 × Crisps, though stock says none is left").bounding_box()
    assert told and told["width"] > 200
    assert phone.evaluate(FITS)
    phone.goto("/approvals")
    phone.get_by_role("button", name="Approve").tap()
    expect(phone.get_by_text("Nobody is waiting")).to_be_visible()
    expect(badge).to_be_hidden()
    expect(counter.receipt).to_contain_text("Crisps")


def test_badge_appears_without_a_reload_on_the_approvals_page(counter: Counter, phone: Page, crisps: Product) -> None:
    phone.goto("/approvals")
    expect(phone.locator(".topbar__count")).to_be_hidden()
    counter.start()
    counter.scan(CRISPS)
    pay(counter)
    counter.page.get_by_role("button", name="Ask a manager's phone").click()
    expect(phone.locator(".topbar__count")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_manager_counts_what_was_sold_without_stock(
    counter: Counter, phone: Page, crisps: Product, width: int, height: int
) -> None:
    phone.set_viewport_size({"width": width, "height": height})
    page = counter.page
    counter.start()
    counter.scan(CRISPS)
    pay(counter)
    page.get_by_label("Manager's PIN").fill(TILL_PIN)
    page.keyboard.press("Enter")
    expect(counter.receipt).to_contain_text("Crisps")
    phone.goto("/reports")
    phone.get_by_role("link", name="1 to count: sold without stock").click()
    assert phone.evaluate(FITS)
    expect(phone.get_by_role("row", name="Crisps")).to_be_visible()
    phone.get_by_role("link", name="Count Crisps").click()
    phone.get_by_label("Quantity").fill("3")
    with phone.expect_navigation():
        phone.get_by_role("button", name="Record").click()
    phone.goto("/reports/oversold")
    expect(phone.get_by_text("Nothing waits for a count")).to_be_visible()
