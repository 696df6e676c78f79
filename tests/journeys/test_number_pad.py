"""The number pad beside a number field covers neither the field, nor the change, nor Pay."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from billing.models import Bill, Register
from inventory.models import Product
from members.models import Member
from tests.journeys.walking import MILK, TEA, Counter, complaints_of

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = {"phone": (390, 844), "tablet": (1024, 768), "screen": (1280, 800)}
COVERED = """(field, isLong) => {
  const pad = document.querySelector("number-pad:not([hidden])").getBoundingClientRect();
  const here = field.closest(":popover-open") ?? document.querySelector("main");
  const tender = (part) => part.closest(".payment__tender");
  const inForm = [...field.form.querySelectorAll("button:not(.visually-hidden, .pad__key)")]
    .filter((part) => !tender(part) || tender(part) === tender(field));  // the rows below come when it is their turn
  const ofPayment = ".payment__change, .button--pay, .checkout__jump";
  const isAlone = innerWidth < 800 && !field.closest(".payment");  // a phone shows the way to Pay instead
  const shown = here.querySelectorAll(isAlone ? ".checkout__jump" : ofPayment);
  const kept = isLong ? [field] : [field, ...inForm, ...shown];
  return kept
    .map((part) => [part, part.getBoundingClientRect()])
    .filter(([part, box]) => box.height && box.top < innerHeight && box.bottom > 0)
    .filter(([part, box]) => pad.left < box.right - 1 && box.left < pad.right - 1
                          && pad.top < box.bottom - 1 && box.top < pad.bottom - 1)
    .map(([part]) => part.id || part.className);
}"""


@pytest.fixture(params=list(SIZES.values()), ids=list(SIZES))
def touched(
    request: pytest.FixtureRequest, browser: Browser, live_server: LiveServer, ana: User, r1: Register
) -> Iterator[Counter]:
    width, height = request.param
    viewport = {"width": width, "height": height}
    context = browser.new_context(base_url=live_server.url, locale="en-GB", has_touch=True, viewport=viewport)
    page = context.new_page()
    complaints = complaints_of(page)
    yield Counter(page)
    assert not complaints
    context.close()


@pytest.fixture
def till(touched: Counter, stocked: list[Product]) -> Counter:
    touched.start()
    for code in (TEA, MILK):
        touched.scan(code)
    expect(touched.lines).to_have_count(2)
    return touched


def see(field: Locator, *, in_long_form: bool = False) -> None:
    """Taps the field: a pad opens in view and covers nothing that must stay visible."""
    page = field.page
    field.tap()
    pad = page.locator("number-pad:visible")
    expect(pad).to_have_count(1)
    expect(field).to_be_focused()
    expect(field).to_be_in_viewport(ratio=1)
    expect(pad).to_be_in_viewport(ratio=0.95)
    assert field.evaluate(COVERED, in_long_form) == []


def test_pad_of_a_quantity_and_of_cash_leaves_all_in_sight(till: Counter) -> None:
    page = till.page
    see(page.get_by_label("Quantity of Milk"))
    see(page.get_by_label("Quantity of Green tea"))
    see(page.get_by_label("Cash received"))
    for kept in (".payment__panel--cash .payment__change", "#pay-cash"):
        expect(page.locator(kept)).to_be_in_viewport(ratio=1)
    page.locator("number-pad:visible").get_by_role("button", name="5", exact=True).tap()
    page.locator("number-pad:visible").get_by_role("button", name="0", exact=True).tap()
    page.locator("#pay-cash").tap()
    expect(till.receipt).to_contain_text("€35.50")


def test_pad_of_every_row_of_a_split_leaves_all_in_sight(till: Counter) -> None:
    page = till.page
    page.get_by_text("Split", exact=True).first.tap()
    for row in page.locator(".payment__panel--split [name=amount]").all():
        see(row)


def test_pad_of_a_weight_opens_by_itself_and_leaves_all_in_sight(till: Counter) -> None:
    page = till.page
    till.scan("cheese")
    weight = page.get_by_label("Kilograms of Cheese")
    expect(weight).to_be_focused()
    expect(page.locator("number-pad:visible")).to_have_count(1)
    expect(weight).to_be_in_viewport(ratio=1)
    assert weight.evaluate(COVERED) == []
    see(weight)
    for key in "0.25":
        page.locator("number-pad:visible").locator(f"[value='{key}']").tap()
    page.locator("number-pad:visible").get_by_role("button", name="OK").tap()
    expect(till.due).to_have_text("€19.50")
    expect(page.locator("number-pad:visible")).to_have_count(0)


def test_pad_of_the_sheet_and_of_the_discount_leaves_all_in_sight(till: Counter) -> None:
    page = till.page
    page.get_by_role("button", name="Discount").tap()
    for name in ("percent", "amount"):
        see(page.locator(f"#bill-{name}"))
    page.get_by_role("button", name="Cancel").tap()
    page.get_by_role("link", name="Milk").tap()
    for name in ("quantity", "price", "percent", "amount"):
        see(page.locator(f"#sheet-{name}"))


def test_pad_of_points_pin_and_approval_leaves_all_in_sight(till: Counter, saver: Member) -> None:
    page = till.page
    till.attach(saver.number)
    page.get_by_text("Spend points").tap()
    see(page.locator("#points"))
    see(page.locator("#pin"))
    page.get_by_role("link", name="Milk").tap()
    page.locator("#sheet-percent").fill("25")
    page.locator("#sheet-percent").press("Enter")
    see(page.locator("#approver-pin"))


def test_pad_of_the_drawer_leaves_all_in_sight(touched: Counter) -> None:
    page = touched.page
    touched.sign_in()
    page.goto("/shift/open")
    see(page.get_by_label("Float in the drawer"))
    for key in "100":
        page.locator("number-pad:visible").get_by_role("button", name=key, exact=True).tap()
    page.locator("number-pad:visible").get_by_role("button", name="OK").tap()
    expect(page.get_by_label("Scan a code")).to_be_visible()
    page.goto("/shift")
    see(page.locator("#amount"))
    page.get_by_text("Pay out").tap()
    see(page.locator("#amount"))
    page.get_by_role("link", name="Close").first.tap()
    for field in ("#count-1", "#count-8", ".count__row:last-child input", "#counted"):
        see(page.locator(field), in_long_form=True)
    see(page.locator("#count-1"), in_long_form=True)
    for key in ("2", "OK", "3"):
        page.locator("number-pad:visible").get_by_role("button", name=key, exact=True).tap()
    expect(page.locator("#count-1")).to_have_value("2")
    expect(page.locator("#count-2")).to_have_value("3")
    expect(page).to_have_url(re.compile("/close$"))


def test_pad_of_a_refund_and_of_a_gift_card_leaves_all_in_sight(till: Counter) -> None:
    page = till.page
    page.get_by_role("button", name="Exact").tap()
    expect(till.receipt).to_be_visible()
    page.goto(f"/bills/{Bill.objects.get().number}/refund")
    for name in ("Milk", "Green tea"):
        see(page.get_by_label(f"How many {name} come back"), in_long_form=True)
    page.goto("/gift-cards")
    see(page.locator("#amount"))
