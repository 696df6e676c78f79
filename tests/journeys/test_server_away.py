"""The server fails between two steps of a cashier: nothing is lost or done twice."""

import pytest
from playwright.sync_api import Page, Route, expect

from accounts.models import User
from billing.models import BasketLine, Bill, Register
from inventory.models import Product
from tests.journeys.walking import MILK, TEA, Counter, intercept

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def counter(page: Page, ana: User, r1: Register, stocked: list[Product]) -> Counter:
    """A till whose network errors on the console are allowed."""
    at = Counter(page)
    at.start()
    page.wait_for_load_state()
    return at


def quantities() -> dict[str, int]:
    return {line.product.name: int(line.quantity) for line in BasketLine.objects.select_related("product")}


def test_scans_made_while_the_server_is_away_are_kept_shown_and_added_in_order(counter: Counter) -> None:
    page = counter.page
    counter.scan(TEA)
    expect(counter.lines).to_have_count(1)
    page.context.set_offline(True)
    for code in (MILK, TEA, MILK):
        counter.scan(code)
    expect(page.locator("connection-note")).to_contain_text("cannot sell now")
    expect(page.locator("connection-note")).to_contain_text(f"Kept: {MILK}, {TEA}, {MILK}")
    page.context.set_offline(False)
    expect(page.get_by_label("Quantity of Milk")).to_have_value("2")
    expect(page.get_by_label("Quantity of Green tea")).to_have_value("2")
    expect(page.locator("connection-note")).to_be_hidden()
    assert quantities() == {"Green tea": 2, "Milk": 2}
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('kept/'))") == []


def test_scan_whose_answer_was_lost_is_added_once_however_often_it_is_sent(counter: Counter) -> None:
    page = counter.page
    sent: list[str] = []

    def done_but_not_answered(route: Route) -> None:
        sent.append(route.request.post_data or "")
        if len(sent) <= 3:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    intercept(page, "**/scan", done_but_not_answered)
    counter.scan(TEA)
    expect(counter.lines).to_have_count(1, timeout=20_000)
    assert len(sent) == 4
    assert quantities() == {"Green tea": 1}


def test_kept_scans_are_added_by_the_next_page_after_a_crash(counter: Counter) -> None:
    page = counter.page
    intercept(page, "**/scan", lambda route: route.abort())
    counter.scan(TEA)
    counter.scan(MILK)
    expect(page.locator("connection-note")).to_contain_text(MILK)
    page.unroute("**/scan")
    page.reload()
    expect(counter.lines).to_have_count(2)
    assert quantities() == {"Green tea": 1, "Milk": 1}


@pytest.mark.parametrize("stored", [True, False], ids=["stored", "not stored"])
def test_payment_cut_off_is_looked_up_and_never_taken_twice(counter: Counter, stored: bool) -> None:
    page = counter.page
    counter.scan(TEA)
    expect(counter.due).to_have_text("€12.50")

    def cut(route: Route) -> None:
        if stored:
            route.fetch(max_redirects=0)
        route.abort()

    intercept(page, "**/pay", cut, times=1)
    page.get_by_role("button", name="Exact").click()
    if not stored:
        expect(page.locator("connection-note")).to_contain_text("Do not take the money twice")
        expect(page.locator("connection-note")).to_be_hidden(timeout=20_000)
        page.get_by_role("button", name="Exact").click()
    expect(counter.receipt).to_be_visible(timeout=20_000)
    assert Bill.objects.count() == 1


def test_scan_after_the_basket_was_paid_is_offered_to_the_next_one(counter: Counter) -> None:
    page = counter.page
    counter.scan(TEA)
    expect(counter.lines).to_have_count(1)
    held: list[Route] = []
    intercept(page, "**/pay", lambda route: held.append(route), times=1)  # noqa: PLW0108
    with page.expect_request("**/pay"):
        page.get_by_role("button", name="Exact").click()
    counter.scan(MILK)
    held[0].continue_()
    expect(counter.receipt).to_be_visible()
    page.get_by_role("link", name="Next sale").click()
    expect(page.locator("kept-scans")).to_contain_text(MILK)
    page.get_by_role("button", name="Add here").click()
    expect(page.get_by_label("Quantity of Milk")).to_have_value("1")
    expect(page.locator("kept-scans")).to_be_hidden()
    assert quantities() == {"Green tea": 1, "Milk": 1}


def test_pin_is_never_kept_in_the_browser(counter: Counter, saver: object) -> None:
    page = counter.page
    counter.scan(TEA)
    counter.attach("vera@example.org")
    expect(page.locator(".customer__name")).to_be_visible()
    page.get_by_text("Spend points").click()
    page.get_by_label("Points").fill("5")
    page.get_by_label("Member's PIN").fill("482917")
    page.context.set_offline(True)
    page.get_by_role("button", name="Use").click()
    expect(page.locator("connection-note")).to_be_visible()
    assert "482917" not in page.evaluate("JSON.stringify(localStorage)")
    page.context.set_offline(False)
    expect(counter.due).to_have_text("€5.62")
