"""The till with forced colours, reduced motion, a phone, a very large screen, and right to left."""

from decimal import Decimal as D
from itertools import combinations
from typing import Any

import pytest
from django.conf import settings as shop
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from billing.drawer import counting, shifts
from billing.models import Register
from inventory.models import Product
from tests.counter import sell
from tests.journeys.walking import MILK, TEA, Counter

pytestmark = pytest.mark.django_db(transaction=True)
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
OUTLINED = """() => {
  const outlined = (element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  };
  const focused = document.activeElement;
  return outlined(focused) || outlined(focused.parentElement);
}"""
MOVING = """() => [...document.querySelectorAll("*")].filter((element) => {
  const { transitionDuration, animationName, animationDuration } = getComputedStyle(element);
  return parseFloat(transitionDuration) > 0 || (animationName !== "none" && parseFloat(animationDuration) > 0);
}).map((element) => element.outerHTML.slice(0, 80))"""


@pytest.fixture
def till(page: Page, ana: User, r1: Register, stocked: list[Product]) -> Page:
    """Ana's till with two lines in the basket."""
    counter = Counter(page)
    counter.start()
    for code, lines in ((TEA, 1), (MILK, 2)):
        counter.scan(code)
        expect(counter.lines).to_have_count(lines)
    return page


def speak(page: Page, language: str) -> None:
    page.context.add_cookies([{"name": "django_language", "value": language, "url": page.evaluate("location.origin")}])
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("scan-box:defined")).to_be_attached()


def test_focus_is_seen_in_forced_colours(till: Page) -> None:
    till.emulate_media(forced_colors="active")
    stops = []
    for _ in range(30):
        till.keyboard.press("Tab")
        stops.append(till.evaluate("document.activeElement.outerHTML.slice(0, 90)"))
        assert stops[-1].startswith("<body") or till.evaluate(OUTLINED), stops[-1]
    assert len(set(stops)) > 15


def test_current_page_and_chosen_option_are_visible_in_forced_colours(till: Page) -> None:
    till.emulate_media(forced_colors="active")
    ground = "element => getComputedStyle(element).backgroundColor"
    here, there = till.locator(".topbar__link[aria-current]"), till.locator(".topbar__link:not([aria-current])").first
    assert here.evaluate(ground) != there.evaluate(ground)
    chosen, other = (
        till.locator(f".segment__choice:{state}").first for state in ("has(:checked)", "not(:has(:checked))")
    )
    assert chosen.evaluate(ground) != other.evaluate(ground)


def test_nothing_moves_when_reduced_motion_is_asked_for(till: Page) -> None:
    assert till.evaluate(MOVING)
    till.emulate_media(reduced_motion="reduce")
    assert till.evaluate(MOVING) == []


@pytest.mark.parametrize("width", [390, 768, 1024, 3840])
def test_german_words_fit_every_screen(till: Page, width: int) -> None:
    till.set_viewport_size({"width": width, "height": 844})
    speak(till, "de")
    assert till.evaluate(FITS)
    till.get_by_text("Geteilt", exact=True).click()
    assert till.evaluate(FITS)
    for address in ("/shift", "/shift/open", "/gift-cards", "/bills", "/members", "/password", "/till/customer-screen"):
        till.goto(address)
        expect(till.locator("html")).to_have_attribute("lang", "de")
        assert till.evaluate(FITS), address
    till.goto("/shift")
    till.get_by_role("link", name="Kassensturz und Abschluss").click()
    expect(till.get_by_role("heading", name="Schicht abschließen")).to_be_visible()
    assert till.evaluate(FITS)


def test_text_is_larger_on_a_very_large_screen(till: Page) -> None:
    size = "parseFloat(getComputedStyle(document.body).fontSize)"
    usual = till.evaluate(size)
    till.set_viewport_size({"width": 3840, "height": 2160})
    assert till.evaluate(size) > 1.5 * usual


def test_till_reads_from_right_to_left(till: Page, settings: Any) -> None:
    settings.LANGUAGES = [*shop.LANGUAGES, ("ar", "العربية")]
    till.set_viewport_size({"width": 1024, "height": 768})
    scan_box, pay = till.locator(".checkout__field"), till.locator("#payment")
    assert start(scan_box) < start(pay)
    speak(till, "ar")
    expect(till.locator("html")).to_have_attribute("dir", "rtl")
    assert till.evaluate(FITS)
    assert start(scan_box) > start(pay)
    for parts in (".topbar__link", ".basket__line:first-child > *", ".segment__choice", ".checkout__field > *"):
        boxes = [part.bounding_box() for part in till.locator(parts).all() if part.is_visible()]
        assert len(boxes) > 1 and not any(overlap(one, other) for one, other in combinations(boxes, 2)), parts


def start(part: Locator) -> float:
    box = part.bounding_box()
    assert box
    return box["x"]


def overlap(one: Any, other: Any) -> bool:
    """True if they overlap by more than a pixel of rounding."""
    beside = one["x"] + one["width"] <= other["x"] + 1 or other["x"] + other["width"] <= one["x"] + 1
    above = one["y"] + one["height"] <= other["y"] + 1 or other["y"] + other["height"] <= one["y"] + 1
    return not (beside or above)


@pytest.mark.parametrize(("width", "height"), [(390, 844), (768, 1024), (1024, 768)])
def test_navigation_of_a_manager_never_overlaps(
    page: Page, may: User, ana: User, r1: Register, tea: Product, width: int, height: int
) -> None:
    shift = shifts.open_shift("R1", opening_float=D(0), by=ana)
    bill = sell((tea, "1"), by=ana, card="12.50")
    counting.close_shift(shift.pk, counted=D(0), by=ana)
    page.set_viewport_size({"width": width, "height": height})
    Counter(page).sign_in("may")
    speak_german(page)
    squeezed = "links => links.filter(link => link.scrollWidth > link.clientWidth).map(link => link.textContent)"
    looked_at = ("/reports", "/reports/cashiers", "/approvals/report", "/shifts", "/bills", f"/bills/{bill.number}")
    for where in looked_at:
        page.goto(where)
        for here in page.locator(".topbar__link[aria-current], .tabs__tab[aria-current]").all():
            expect(here).to_be_in_viewport()
        assert page.locator(".topbar__link, .tabs__tab").evaluate_all(squeezed) == [], where
        assert page.evaluate(FITS), where


def speak_german(page: Page) -> None:
    page.context.add_cookies([{"name": "django_language", "value": "de", "url": page.evaluate("location.origin")}])


def test_total_of_a_bill_is_visible_on_a_phone(page: Page, may: User, ana: User, r1: Register, tea: Product) -> None:
    shifts.open_shift("R1", opening_float=D(0), by=ana)
    bill = sell((tea, "1"), by=ana, card="12.50")
    page.set_viewport_size({"width": 390, "height": 844})
    Counter(page).sign_in("may")
    for where in ("/bills", f"/bills/{bill.number}"):
        page.goto(where)
        amount = page.locator(".table tbody .number:visible").last
        expect(amount).to_have_text("€12.50")
        expect(amount).to_be_in_viewport(ratio=0.95)
