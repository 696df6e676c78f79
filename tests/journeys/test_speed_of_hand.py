"""Input faster than the server answers: nothing scanned, typed or pressed is lost."""

import re

import pytest
from playwright.sync_api import Locator, Route, expect

from billing.models import BasketLine
from tests import cast
from tests.journeys.reading import AT_LAST, DRAWN
from tests.journeys.walking import MILK, TEA, Counter, intercept

pytestmark = pytest.mark.django_db(transaction=True)
CODE = re.compile(r"\b2000000\d\b")
RESTING = """
    const later = setTimeout;
    window.setTimeout = (deed, milliseconds) => later(deed, milliseconds === 1000 ? 60_000 : milliseconds);
"""


def test_a_hundred_scans_at_scanner_speed_all_arrive_in_order(counter: Counter) -> None:
    codes = [f"{n:08d}" for n in range(20_000_000, 20_000_008)]
    for code in codes:
        cast.product(f"Thing {code}", "1.00", barcode=code)
    counter.start()
    sent: list[str] = []
    counter.page.on(
        "request", lambda asked: sent.append(asked.post_data or "") if asked.url.endswith("/scan") else None
    )
    scanned = [*codes, *reversed(codes)] * 6 + codes[:4]
    for code in scanned:
        counter.page.keyboard.type(f"{code}\n", delay=10)
    expect(counter.due).to_have_text("€100.00", timeout=60_000)
    assert [CODE.findall(body) for body in sent] == [[code] for code in scanned]
    assert set(BasketLine.objects.values_list("product__barcodes__code", "quantity")) == {
        (code, 13 if code in codes[:4] else 12) for code in codes
    }


def test_typing_while_a_scan_is_on_its_way_is_kept_and_handled_in_turn(counter: Counter) -> None:
    counter.start()
    page = counter.page
    on_its_way: list[Route] = []
    intercept(page, "**/scan", lambda route: on_its_way.append(route), times=1)  # noqa: PLW0108
    counter.scan(TEA)
    counter.scan(MILK)
    page.get_by_role("textbox", name="Member").fill("nobody@example.org")
    page.keyboard.press("Enter")
    on_its_way[0].continue_()
    expect(counter.lines).to_have_count(2)
    expect(page.get_by_role("alert").filter(has_text="No member")).to_be_visible()
    expect(page.get_by_role("textbox", name="Member")).to_have_value("nobody@example.org")


def test_scans_before_the_scripts_load_wait_for_them(counter: Counter) -> None:
    counter.start()
    page = counter.page
    on_their_way: list[Route] = []
    page.route(re.compile(r"(scan-box|htmx).*\.js"), lambda route: on_their_way.append(route))  # noqa: PLW0108
    page.reload(wait_until="commit")
    expect(page.get_by_label("Scan a code")).to_be_focused()
    for code in (TEA, MILK, TEA):
        page.keyboard.type(f"{code}\n")
    page.keyboard.type(MILK)
    expect(counter.lines).to_have_count(0)
    for route in on_their_way:
        route.continue_()
    expect(page.get_by_label("Quantity of Green tea")).to_have_value("2")
    expect(page.get_by_label("Scan a code")).to_have_value(MILK)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Quantity of Milk")).to_have_value("2")


def middle(of: Locator) -> tuple[float, float]:
    box = of.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_ten_quick_presses_of_plus_make_eleven(counter: Counter) -> None:
    counter.start()
    counter.scan(MILK)
    expect(counter.lines).to_have_count(1)
    here = middle(counter.page.get_by_role("button", name="One Milk more"))
    for _ in range(10):
        counter.page.mouse.click(*here)
    expect(counter.page.get_by_label("Quantity of Milk")).to_have_value("11")


def test_press_held_while_an_answer_arrives_counts(counter: Counter) -> None:
    page = counter.page
    page.add_init_script(RESTING)  # of a busy machine the finger rests longer than a second
    counter.start()
    counter.scan(MILK)
    expect(counter.lines).to_have_count(1)
    here = middle(page.get_by_role("button", name="One Milk more"))
    on_its_way: list[Route] = []
    intercept(page, "**/lines/*", lambda route: on_its_way.append(route), times=1)  # noqa: PLW0108
    page.mouse.click(*here)
    page.mouse.move(*here)
    page.mouse.down()
    with page.expect_event("requestfinished", lambda asked: "/lines/" in asked.url):
        while not on_its_way:
            page.wait_for_timeout(10)
        on_its_way[0].continue_()
    page.evaluate(f"Promise.race([{DRAWN}, {AT_LAST}])")
    page.mouse.up()
    expect(page.get_by_label("Quantity of Milk")).to_have_value("3")


def test_long_basket_scrolls_to_new_lines_and_stays_where_the_cashier_scrolled(counter: Counter) -> None:
    codes = [f"{n:08d}" for n in range(20_000_000, 20_000_015)]
    for code in codes:
        cast.product(f"Thing {code}", "1.00", barcode=code)
    counter.page.set_viewport_size({"width": 1024, "height": 768})
    counter.start()
    for code in codes:
        counter.scan(code)
    expect(counter.lines).to_have_count(15)
    assert not counter.page.evaluate("document.documentElement.scrollHeight > innerHeight")
    expect(counter.due).to_be_in_viewport()
    more = counter.page.get_by_role("button", name=f"One Thing {codes[0]} more")
    more.scroll_into_view_if_needed()
    more.click()
    expect(counter.due).to_have_text("€16.00")
    expect(more).to_be_in_viewport()
    counter.scan(TEA)
    expect(counter.page.get_by_label("Quantity of Green tea")).to_be_in_viewport()
