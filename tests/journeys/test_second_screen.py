"""The screen turned towards the customer."""

from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from billing.basket import baskets, customer, customer_display, scanning
from billing.models import Register, Shift
from inventory.models import Product
from members.models import Member
from tests.cast import PIN
from tests.journeys.walking import TEA, Counter, complaints_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def screen(browser: Browser, live_server: LiveServer, r1: Register) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server.url, locale="en-GB")
    page = context.new_page()
    complaints = complaints_of(page)
    page.goto("/display/R1")
    page.get_by_label("The code the till shows").fill(customer_display.pairing_code(r1))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    yield page
    assert not [said for said in complaints if "403" not in said]
    context.close()


def test_customer_sees_the_basket_types_the_pin_and_sees_the_change(
    counter: Counter, saver: Member, screen: Page
) -> None:
    page = counter.page
    counter.start()
    counter.scan(TEA)
    expect(screen.get_by_label("Your basket")).to_contain_text("Green tea")
    counter.attach(saver.number)
    expect(screen.get_by_label("Total")).to_contain_text("€10.62")
    page.get_by_text("Spend points").click()
    page.get_by_label("Points").fill("5")
    page.get_by_role("button", name="Ask on the customer's screen").click()
    expect(screen.get_by_role("heading", name="pay €5.00 with points?")).to_be_visible()
    for wrong in "000000":
        screen.get_by_role("button", name=wrong, exact=True).click()
    screen.get_by_role("button", name="OK").click()
    expect(screen.get_by_role("alert")).to_contain_text("not right")
    for figure in PIN:
        screen.get_by_role("button", name=figure, exact=True).click()
    screen.get_by_role("button", name="OK").click()
    expect(screen.get_by_label("Total")).to_contain_text("€5.62")
    expect(counter.due).to_have_text("€5.62")
    page.get_by_label("Cash received").fill("10")
    page.get_by_role("button", name="Pay €5.62").click()
    expect(screen.get_by_text("€4.38")).to_be_visible()


def test_customer_declines_to_type_the_pin(counter: Counter, saver: Member, screen: Page) -> None:
    counter.start()
    counter.scan(TEA)
    counter.attach(saver.number)
    counter.page.get_by_text("Spend points").click()
    counter.page.get_by_role("button", name="Ask on the customer's screen").click()
    screen.get_by_role("button", name="Rather not").click()
    expect(counter.page.get_by_text("Spend points")).to_be_visible()
    expect(counter.due).to_have_text("€10.62")


def test_screen_must_be_paired_with_the_current_code(r1: Register) -> None:
    visitor = Client()
    assert visitor.get("/display/R1/now").status_code == 404
    assert visitor.post("/display/R1/answer", {"pin": PIN}).status_code == 404
    for code in ("", "000000", "٣٤٥٦٧٨", "\0", "9" * 1000):
        assert visitor.post("/display/R1", {"code": code}).status_code == 403
    assert visitor.post("/display/R1", {"code": customer_display.pairing_code(r1)}).status_code == 429
    assert visitor.get("/display/R9").status_code == 404


def test_unpaired_screen_goes_blank(r1: Register, ana: User) -> None:
    screen = Client()
    assert screen.post("/display/R1", {"code": customer_display.pairing_code(r1)}).status_code == 302
    assert screen.get("/display/R1/now").status_code == 200
    customer_display.unpair(r1, by=ana)
    assert screen.get("/display/R1/now").status_code == 404


def test_unchanged_basket_costs_no_bytes(
    shift: Shift, r1: Register, ana: User, tea: Product, django_assert_max_num_queries
) -> None:
    screen = Client(headers={"Accept-Encoding": "gzip"})
    screen.post("/display/R1", {"code": customer_display.pairing_code(r1)})
    basket = baskets.current(r1, ana)
    scanning.scan(basket.pk, TEA)
    tag = screen.get("/display/R1/now").headers["ETag"]
    with django_assert_max_num_queries(3):
        again = screen.get("/display/R1/now", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    scanning.scan(basket.pk, TEA)
    assert screen.get("/display/R1/now", headers={"If-None-Match": tag}).status_code == 200


def test_customer_is_asked_for_no_more_points_than_there_are(
    shift: Shift, r1: Register, ana_web: Client, ana: User, tea: Product, saver: Member
) -> None:
    ana_web.post("/shift/join", {"register": "R1"})
    basket = baskets.current(r1, ana)
    scanning.scan(basket.pk, TEA)
    customer.attach_member(basket.pk, saver, version=2)
    for points in ("", "0", "-1", "NaN", "12.50", "1e9", "\0"):
        answer = ana_web.post(f"/till/{basket.pk}/points/ask", {"points": points, "version": 3})
        assert 400 <= answer.status_code < 500, points
    assert ana_web.post(f"/till/{basket.pk}/points/ask", {"points": "5", "version": 3}).status_code == 302
    assert customer_display.showing(r1).asked == 5
