"""A scan counts wherever the focus is. The scanner pause is long here because the test's keys are slow."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from billing.models import BasketLine, Register, UnknownScan
from tests.journeys.walking import MILK, TEA, Counter

pytestmark = pytest.mark.django_db(transaction=True)
UNKNOWN = "9999999999994"
HEAR_TONES = """
  window.tones = [];
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) {
    tones.push(this.frequency.value);
    return start.apply(this, when);
  };
"""


@pytest.fixture
def counter(counter: Counter, r1: Register) -> Counter:
    """Ana's open till with a long scanner pause."""
    Register.objects.update(scan_pause=500)
    counter.sign_in()
    counter.open_shift()
    return counter


def scan(page: Page, code: str, prefix: str = "", suffix: str = "\n") -> None:
    page.keyboard.type(f"{prefix}{code}{suffix}")


def rung_up() -> dict[str, int]:
    lines = BasketLine.objects.filter(removed_at=None).select_related("product")
    return {line.product.name: int(line.quantity) for line in lines}


def test_code_scanned_into_another_field_goes_to_the_basket_and_leaves_the_field_as_it_was(counter: Counter) -> None:
    page = counter.page
    scan(page, TEA)
    expect(counter.lines).to_have_count(1)
    page.get_by_label("Cash received").fill("20")
    scan(page, MILK)
    expect(counter.lines).to_have_count(2)
    page.get_by_label("Quantity of Milk").focus()
    scan(page, MILK)
    expect(page.get_by_label("Quantity of Milk")).to_have_value("2")
    page.get_by_role("link", name="Milk").click()
    page.get_by_label("Note, printed on the receipt").fill("gift")
    scan(page, TEA)
    expect(page.get_by_label("Quantity of Green tea")).to_have_value("2")
    expect(page.get_by_label("Note, printed on the receipt")).to_have_value("gift")
    assert rung_up() == {"Green tea": 2, "Milk": 2}


def test_prefix_and_suffix_are_taken_off_in_every_field(counter: Counter) -> None:
    page = counter.page
    Register.objects.update(scan_prefix="]", scan_suffix="#")
    page.reload()
    for into in ("Scan a code", "Member", "Scan a code"):
        page.get_by_role("textbox", name=into).focus()
        scan(page, MILK, "]", "#")
        expect(page.get_by_role("textbox", name=into)).to_have_value("")
    expect(page.get_by_label("Quantity of Milk")).to_have_value("3")


def test_page_to_try_the_scanner_shows_what_it_sent_and_what_it_means(counter: Counter) -> None:
    page = counter.page
    Register.objects.update(scan_prefix="]", scan_suffix="#")
    page.goto("/till/scanner")
    expect(page.locator("scanner-test:defined")).to_be_attached()
    scan(page, TEA, "]", "#")
    expect(page.locator("section [data-read]")).to_contain_text("Green tea")
    expect(page.locator("[data-keys] li")).to_have_count(len(TEA) + 2)
    expect(page.locator("[data-keys] li").first).to_contain_text("]")
    scan(page, UNKNOWN, "]", "#")
    expect(page.locator("section [data-read]")).to_contain_text(UNKNOWN)
    assert rung_up() == {}


def test_unknown_code_in_a_series_of_scans_is_shown_sounded_and_kept(counter: Counter) -> None:
    page = counter.page
    page.add_init_script(HEAR_TONES)
    page.reload()
    expect(page.locator("till-sound:defined")).to_be_attached()
    for code in (*[MILK] * 20, UNKNOWN, *[MILK] * 20):
        page.keyboard.type(f"{code}\n", delay=10)
    expect(page.get_by_label("Quantity of Milk")).to_have_value("40")
    expect(page.get_by_role("alert").filter(has_text=UNKNOWN)).to_be_visible()
    assert page.evaluate("tones") == [220]
    assert UnknownScan.objects.get().code == UNKNOWN


def test_scan_that_is_taken_makes_no_sound(counter: Counter) -> None:
    page = counter.page
    page.add_init_script(HEAR_TONES)
    page.reload()
    scan(page, TEA)
    expect(counter.lines).to_have_count(1)
    assert page.evaluate("tones") == []


def test_scans_on_the_receipt_begin_the_next_sale(counter: Counter) -> None:
    page = counter.page
    scan(page, TEA)
    page.get_by_role("button", name="Exact").click()
    expect(counter.receipt).to_be_visible()
    for code in (MILK, TEA, MILK):
        scan(page, code)
    expect(page.get_by_label("Quantity of Milk")).to_have_value("2")
    expect(page.get_by_label("Quantity of Green tea")).to_have_value("1")
    expect(counter.lines).to_have_count(2)


def test_text_left_in_the_scan_box_is_not_added_to_a_code(counter: Counter) -> None:
    page = counter.page
    page.get_by_label("Scan a code").fill("gree")
    page.keyboard.type(f"{MILK}\n", delay=5)
    expect(page.get_by_label("Quantity of Milk")).to_have_value("1")


def test_scan_faster_than_the_scripts_of_a_page_is_not_lost(counter: Counter) -> None:
    page = counter.page
    on_their_way: list[Route] = []
    page.route(re.compile(r"staff.*\.js"), lambda route: on_their_way.append(route))  # noqa: PLW0108
    page.goto("/shift", wait_until="commit")
    expect(page.get_by_role("heading", name="So far")).to_be_visible()
    scan(page, MILK)
    for route in on_their_way:
        route.continue_()
    expect(page.get_by_label("Quantity of Milk")).to_have_value("1")


@pytest.mark.parametrize("where", ["/shift", "/bills", "/members"])
def test_scan_on_any_page_of_the_till_is_rung_up(counter: Counter, where: str) -> None:
    page = counter.page
    page.goto(where)
    page.locator("h1").click()
    scan(page, MILK)
    expect(page.get_by_label("Quantity of Milk")).to_have_value("1")


def test_scan_into_a_text_field_stays_there(counter: Counter) -> None:
    page = counter.page
    page.goto("/bills")
    search = page.get_by_role("searchbox").or_(page.locator("main input[name=q]")).first
    search.focus()
    scan(page, MILK, suffix="")
    expect(search).to_have_value(MILK)


def test_scan_after_a_refused_payment_is_rung_up(counter: Counter) -> None:
    page = counter.page
    scan(page, TEA)
    expect(counter.lines).to_have_count(1)
    page.get_by_label("Cash received").fill("5")
    page.locator("#pay-cash").click()
    expect(page.locator("#basket").get_by_role("alert")).to_be_visible()
    scan(page, MILK)
    expect(counter.lines).to_have_count(2)
    expect(page.get_by_label("Quantity of Milk")).to_have_value("1")
