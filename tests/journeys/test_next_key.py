"""Where the next key goes: back to the scan box from every field, or through the search results."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page, Route, expect

from billing.models import BasketLine
from members.models import Member
from tests import cast
from tests.journeys.walking import MILK, TEA, Counter, intercept

pytestmark = pytest.mark.django_db(transaction=True)
HUMAN, SCANNER = 90, 10
SIZES = [(1280, 800), (1024, 768), (390, 844), (390, 420)]  # the last one with the screen's own keyboard open


@pytest.fixture
def counter(counter: Counter) -> Counter:
    cast.product("Herbal tea", "3.00")
    counter.start()
    return counter


def quantity(page: Page) -> None:
    page.keyboard.press("F7")
    page.keyboard.type("3\n", delay=HUMAN)


def weight(page: Page) -> None:
    page.keyboard.type("chee\n", delay=HUMAN)
    expect(page.get_by_label("Kilograms of Cheese")).to_be_focused()
    page.keyboard.type("0.25\n", delay=HUMAN)


def price(page: Page) -> None:
    page.keyboard.press("F6")
    expect(page.locator("#sheet-quantity")).to_be_focused()
    page.locator("#sheet-price").focus()
    page.keyboard.type("1.95", delay=HUMAN)
    page.keyboard.press("Tab")
    page.keyboard.type("dented\n", delay=HUMAN)


def discount(page: Page) -> None:
    page.keyboard.press("F6")
    expect(page.locator("#sheet-quantity")).to_be_focused()
    page.locator("#sheet-percent").focus()
    page.keyboard.type("5\n", delay=HUMAN)


def bill_discount(page: Page) -> None:
    page.keyboard.press("F3")
    expect(page.locator("#bill-percent")).to_be_focused()
    page.keyboard.type("5\n", delay=HUMAN)


def member(page: Page) -> None:
    page.keyboard.press("F4")
    page.keyboard.type("vera vogel\n", delay=HUMAN)


FIELDS = [quantity, weight, price, discount, bill_discount, member]


def hold(page: Page, typed: Callable[[Page], None]) -> list[Route]:
    """Does it, and holds back the server's answer."""
    held: list[Route] = []

    def first(route: Route) -> None:
        is_sent = route.request.method == "POST" and not route.request.url.endswith("/scan")
        if is_sent and not held:
            held.append(route)
        else:
            route.continue_()

    intercept(page, "**/till/**", first)
    typed(page)
    page.wait_for_function("document.activeElement.id === 'code'")
    return held


@pytest.mark.parametrize("field", FIELDS)
def test_enter_gives_the_next_key_to_the_scan_box_before_the_answer_is_there(
    counter: Counter, vera: Member, field: Callable[[Page], None]
) -> None:
    page = counter.page
    counter.scan(MILK)
    expect(counter.lines).to_have_count(1)
    held = hold(page, field)
    page.keyboard.type("gree", delay=HUMAN)
    expect(page.get_by_label("Scan a code")).to_have_value("gree")
    held[0].continue_()
    expect(counter.due).not_to_have_text("€2.00")
    expect(page.get_by_label("Scan a code")).to_have_value("gree")
    expect(page.get_by_label("Scan a code")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Quantity of Green tea")).to_have_value("1")


@pytest.mark.parametrize("field", FIELDS)
def test_scan_right_after_enter_is_rung_up(counter: Counter, vera: Member, field: Callable[[Page], None]) -> None:
    counter.scan(MILK)
    expect(counter.lines).to_have_count(1)
    held = hold(counter.page, field)
    counter.page.keyboard.type(f"{TEA}\n", delay=SCANNER)
    held[0].continue_()
    expect(counter.page.get_by_label("Quantity of Green tea")).to_have_value("1")
    assert BasketLine.objects.get(product__name="Milk", removed_at=None).quantity == (3 if field is quantity else 1)


def test_enter_on_the_only_hit_adds_it(counter: Counter) -> None:
    for delay in (HUMAN, SCANNER):
        counter.page.keyboard.type("gree te\n", delay=delay)
    expect(counter.page.get_by_label("Quantity of Green tea")).to_have_value("2")
    expect(counter.page.locator(".results")).to_have_count(0)
    expect(counter.page.get_by_label("Scan a code")).to_be_focused()


def test_arrows_and_enter_pick_a_hit_and_the_scan_box_gets_the_next_key(counter: Counter) -> None:
    page, keys = counter.page, counter.page.keyboard
    keys.type("tea", delay=HUMAN)
    expect(page.locator(".results__choice")).to_have_count(2)
    second = page.locator(".results__name").nth(1).inner_text()
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "ArrowDown", "Enter"):
        keys.press(key)
    keys.type("milk", delay=HUMAN)
    expect(page.get_by_label("Scan a code")).to_have_value("milk")
    expect(counter.lines).to_contain_text(second)
    expect(page.get_by_label(f"Quantity of {second}")).to_have_value("1")


def test_enter_on_several_hits_shows_them_to_be_picked(counter: Counter) -> None:
    page, keys = counter.page, counter.page.keyboard
    keys.type("tea\n", delay=SCANNER)
    expect(page.locator(".results__choice")).to_have_count(2)
    keys.press("ArrowDown")
    expect(page.locator(".results__choice").first).to_be_focused()
    keys.press("Enter")
    expect(counter.lines).to_have_count(1)
    assert BasketLine.objects.get().quantity == Decimal(1)


def test_escape_closes_the_search_results_for_good(counter: Counter) -> None:
    page, keys = counter.page, counter.page.keyboard
    keys.type("tea", delay=HUMAN)
    expect(page.locator(".results")).to_be_visible()
    keys.press("ArrowDown")
    keys.press("Escape")
    expect(page.locator(".results")).to_have_count(0)
    expect(page.get_by_label("Scan a code")).to_be_focused()
    late: list[Route] = []
    intercept(page, "**/search?*", lambda route: late.append(route), times=1)  # noqa: PLW0108
    with page.expect_request("**/search?*"):
        keys.type("milk", delay=SCANNER)
    keys.press("Escape")
    with page.expect_response("**/search?*"):
        late[0].continue_()
    expect(page.locator(".results")).to_have_count(0)


COVERED = """() => {
  const box = (part) => part.getBoundingClientRect();
  const shows = (part) => box(part).height && box(part).top < innerHeight && box(part).bottom > 0;
  const results = box(document.querySelector(".results"));
  return [...document.querySelectorAll(".payment__total, .payment .button--pay, .checkout__jump .button")]
    .filter(shows)
    .filter((part) => results.left < box(part).right && box(part).left < results.right
                   && results.top < box(part).bottom && box(part).top < results.bottom)
    .filter((part) => {
      const { left, top, width, height } = box(part);
      const middle = Math.min(innerHeight - 1, top + height / 2);
      return document.elementFromPoint(left + width / 2, middle).closest(".results");
    })
    .map((part) => part.className);
}"""


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("tiles", [True, False], ids=["tiles", "no tiles"])
def test_search_results_never_cover_the_total_or_pay(counter: Counter, size: tuple[int, int], tiles: bool) -> None:
    page = counter.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    for number in range(12):
        cast.product(f"Cup number {number}", "1.00")
    if not tiles:
        page.locator("#tiles").evaluate("part => part.replaceChildren()")
    for code in (TEA, MILK):
        counter.scan(code)
    expect(counter.lines).to_have_count(2)
    page.keyboard.type("cup", delay=HUMAN)
    expect(page.locator(".results__choice")).to_have_count(12)
    assert page.evaluate(COVERED) == []
    pay = page.locator(".checkout__jump .button" if size[0] < 800 else "#pay-cash")
    expect(pay).to_be_in_viewport(ratio=1)


def test_member_by_name_is_picked_by_arrows_and_enter(counter: Counter, vera: Member) -> None:
    page, keys = counter.page, counter.page.keyboard
    cast.MemberFactory.create(name="Vera Maler")
    counter.scan(TEA)
    expect(counter.lines).to_have_count(1)
    keys.press("F4")
    keys.type("vera\n", delay=HUMAN)
    found = page.get_by_label("Found members").get_by_role("button")
    expect(found).to_have_count(2)
    expect(found.first).to_be_focused()
    keys.press("ArrowDown")
    expect(found.last).to_be_focused()
    keys.press("ArrowUp")
    picked = found.first.inner_text()
    keys.press("Enter")
    keys.type("milk", delay=HUMAN)
    expect(page.locator(".customer__name")).to_contain_text(picked.rsplit(" ", 1)[0])
    expect(page.get_by_label("Scan a code")).to_have_value("milk")


def test_escape_closes_the_members_found(counter: Counter, vera: Member) -> None:
    page, keys = counter.page, counter.page.keyboard
    cast.MemberFactory.create(name="Vera Maler")
    keys.press("F4")
    keys.type("vera\n", delay=HUMAN)
    expect(page.get_by_label("Found members").get_by_role("button").first).to_be_focused()
    keys.press("Escape")
    expect(page.get_by_label("Found members")).to_have_count(0)
    keys.type("gree\n", delay=HUMAN)
    expect(page.get_by_label("Quantity of Green tea")).to_have_value("1")
