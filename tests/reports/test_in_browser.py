"""The reports in a real browser."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import User
from pos import calendar
from tests.cast import PASSWORD
from tests.reports.books import booked, product, shift_at, with_line

pytestmark = pytest.mark.django_db(transaction=True)
LONG = "Organic stone-ground wholegrain sourdough loaf with caramelised walnuts " + "x" * 120


def sign_in(page: Page) -> None:
    page.goto("/sign-in?next=/reports")
    page.get_by_label("Username").fill("may")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")


@pytest.fixture
def page_of_may(page: Page, may: User) -> Iterator[Page]:
    """May's browser, signed in, after a day with sales; any error in the browser console fails the test."""
    loaf = product(LONG, stock="0")
    with_line(booked(calendar.today(), "25.00"), loaf, "2", "12.50")
    with_line(booked(calendar.today(), "-12.50"), loaf, "-1", "12.50")
    shift_at("R1")
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    sign_in(page)
    yield page
    assert not complaints


@pytest.mark.parametrize("width", [1280, 390])
def test_manager_navigates_from_today_to_the_year_and_back(page_of_may: Page, width: int) -> None:
    page = page_of_may
    page.set_viewport_size({"width": width, "height": 844})
    today = calendar.today()
    main = page.get_by_role("main")
    for tab, heading in [
        ("Day", "Today"),
        ("Month", f"{today:%B %Y}"),
        ("Range", " to "),
        ("Year", str(today.year)),
    ]:
        page.get_by_role("link", name=tab, exact=True).click()
        expect(main.get_by_role("heading", level=1)).to_contain_text(heading)
        expect(main).to_contain_text("€12.50")
        expect(page.get_by_role("link", name=tab, exact=True)).to_have_attribute("aria-current", "page")
        assert page.evaluate("document.documentElement.scrollWidth") == width
    main.get_by_role("link", name=f"{today:%B %Y}").click()
    page.get_by_text("The same as a table").click()
    main.get_by_role("row", name=re.compile("€12.50")).get_by_role("link").first.click()
    expect(main.get_by_role("heading", level=1)).to_have_text("Today")
    expect(main).to_contain_text(LONG)


def test_reports_are_accessible(page: Page, may: User) -> None:
    """The checker adds inline styles, so console errors are ignored here."""
    with_line(booked(calendar.today(), "25.00"), product(LONG, stock="0"), "2", "12.50")
    sign_in(page)
    for path in ["", "/month", "/range", "/year", "/range?from=x"]:
        page.goto(f"/reports{path}")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def test_range_is_asked_for_by_keyboard_alone(page_of_may: Page) -> None:
    page = page_of_may
    page.goto("/reports/range")
    page.get_by_label("From").fill("2025-03-01")
    page.get_by_label("To").fill("2025-03-31")
    page.get_by_label("To").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("2025 to")
    expect(page.get_by_role("main")).to_contain_text("No sales in these days")
