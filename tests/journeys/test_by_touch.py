"""The till by touch alone: no key is pressed, no mouse is moved."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Locator, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from billing.models import Bill, BillLine, Favourite, Register
from inventory.models import Product
from tests.journeys.walking import Counter, complaints_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def touched(
    browser: Browser, live_server: LiveServer, ana: User, r1: Register, stocked: list[Product]
) -> Iterator[Counter]:
    """Ana's open till on a touch screen; she has signed in with the keyboard."""
    for place, product in enumerate(stocked):
        Favourite.objects.create(register=r1, product=product, position=place)
    viewport = {"width": 1024, "height": 768}
    context = browser.new_context(base_url=live_server.url, locale="en-GB", has_touch=True, viewport=viewport)
    page = context.new_page()
    complaints = complaints_of(page)
    at = Counter(page)
    at.start()
    yield at
    assert not complaints
    context.close()


def pad(counter: Counter) -> Locator:
    return counter.page.locator("number-pad:visible")


def press(counter: Counter, figures: str) -> None:
    """Presses keys on the number pad of the tapped field, which must stay in view."""
    field = counter.page.locator("input:focus")
    expect(pad(counter)).to_have_count(1)
    above, below = field.bounding_box(), pad(counter).bounding_box()
    assert above is not None and below is not None
    apart_x = above["x"] + above["width"] <= below["x"] or below["x"] + below["width"] <= above["x"]
    assert apart_x or above["y"] + above["height"] <= below["y"] or below["y"] + below["height"] <= above["y"]
    for figure in figures:
        pad(counter).get_by_role("button", name="Decimal point" if figure == "." else figure, exact=True).tap()
    expect(field).to_have_value(figures)


def ok(counter: Counter) -> None:
    pad(counter).get_by_role("button", name="OK").tap()


def test_whole_sale_by_touch_alone(touched: Counter, cheese: Product) -> None:
    page = touched.page
    for name in ("Green tea", "Milk", "Cheese"):
        page.get_by_role("button", name=name).first.tap()
    expect(page.get_by_label("Kilograms of Cheese")).to_be_focused()
    press(touched, "0.35")
    ok(touched)
    expect(touched.due).to_have_text("€21.50")
    page.get_by_label("Quantity of Milk").tap()
    press(touched, "12")
    ok(touched)
    expect(touched.due).to_have_text("€43.50")
    page.get_by_role("button", name="One Milk less").tap()
    expect(touched.due).to_have_text("€41.50")
    page.get_by_role("button", name="Remove Green tea").tap()
    expect(touched.due).to_have_text("€29.00")
    page.get_by_label("Cash received").tap()
    press(touched, "50")
    ok(touched)
    expect(touched.receipt).to_contain_text("€21.00")
    page.get_by_role("link", name="Next sale").tap()
    expect(page.get_by_text("Ready for the next customer")).to_be_visible()
    assert Bill.objects.get().total == Decimal("29.00")


def test_price_and_discount_by_touch_alone(touched: Counter) -> None:
    page = touched.page
    page.get_by_role("button", name="Green tea").tap()
    page.get_by_role("link", name="Green tea").tap()
    page.get_by_label("Other price").tap()
    press(touched, "12.40")
    page.get_by_label("Reason").tap()
    page.get_by_label("Reason").fill("dented tin")
    page.get_by_role("dialog").get_by_role("button", name="Set").nth(1).tap()
    expect(touched.due).to_have_text("€12.40")
    page.get_by_role("button", name="Discount").tap()
    page.get_by_role("textbox", name="Discount %").tap()
    press(touched, "5")
    ok(touched)
    expect(touched.due).to_have_text("€11.78")
    page.get_by_role("button", name="Exact").tap()
    expect(touched.receipt).to_be_visible()
    line = BillLine.objects.get()
    assert (line.unit_price, line.net) == (Decimal("12.40"), Decimal("11.78"))


def test_number_typed_on_the_pad_counts_without_pressing_ok(touched: Counter) -> None:
    page = touched.page
    page.get_by_role("button", name="Milk").tap()
    page.get_by_label("Quantity of Milk").tap()
    press(touched, "7")
    page.get_by_text("Card", exact=True).first.tap()
    expect(touched.due).to_have_text("€14.00")


def test_ten_quick_taps_on_plus_make_eleven(touched: Counter) -> None:
    touched.page.get_by_role("button", name="Milk").tap()
    expect(touched.lines).to_have_count(1)
    box = touched.page.get_by_role("button", name="One Milk more").bounding_box()
    assert box
    for _ in range(10):
        touched.page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(touched.page.get_by_label("Quantity of Milk")).to_have_value("11")
