"""From the months to a bill and back, in a real browser."""

from datetime import datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import User
from pos import calendar
from tests.reports.books import booked, product, with_line
from tests.reports.test_in_browser import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def week_ago(may: User) -> datetime:
    """A sale at half past ten a week ago, and another the week before."""
    day = calendar.today() - timedelta(7)
    at = calendar.beginning(day, 10) + timedelta(minutes=30)
    tea = product("Tea", price="12.50")
    with_line(booked(day, "25.00", at=at), tea, "2", "12.50")
    with_line(booked(day - timedelta(7), "12.50", at=at - timedelta(7)), tea, "1", "12.50")
    return at


def test_month_links_to_a_day_an_hour_and_a_bill_and_back(page: Page, week_ago: datetime) -> None:
    sign_in(page)
    page.set_viewport_size({"width": 390, "height": 844})
    day = f"{week_ago:%Y-%m-%d}"
    page.goto(f"/reports/sales?from={day}&to={day}&by=month")
    main = page.get_by_role("main")
    main.get_by_role("link", name=f"{week_ago:%B %Y}").click()
    expect(main.get_by_label("Split by")).to_have_value("day")
    main.get_by_role("rowheader").get_by_role("link").first.click()
    expect(main.get_by_label("Split by")).to_have_value("hour")
    main.get_by_role("link", name="10:00–10:59").click()
    expect(main.get_by_role("heading", level=1)).to_have_text("Bills added up")
    expect(main.get_by_role("row", name="All of these bills")).to_contain_text("€25.00")
    main.get_by_role("rowheader").get_by_role("link").first.click()
    expect(page.get_by_role("main")).to_contain_text("Tea")
    page.go_back()
    expect(page.get_by_role("main").get_by_role("heading", level=1)).to_have_text("Bills added up")
    page.go_back()
    expect(page.get_by_role("main").get_by_label("Split by")).to_have_value("hour")


def test_year_leads_to_a_month_a_day_an_hour_and_a_bill_and_back(page: Page, week_ago: datetime) -> None:
    sign_in(page)
    page.goto(f"/reports/year?year={week_ago.year}")
    main = page.get_by_role("main")
    headings = [str(week_ago.year)]
    main.get_by_role("link", name=f"{week_ago:%B %Y}").click()
    headings.append(f"{week_ago:%B %Y}")
    expect(main.get_by_role("heading", level=1)).to_have_text(headings[-1])
    main.get_by_text("The same as a table").click()
    main.get_by_role("row", name="€25.00").get_by_role("rowheader").get_by_role("link").click()
    expect(main).to_contain_text("Revenue by hour")
    headings.append(main.get_by_role("heading", level=1).inner_text())
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation").first).to_be_hidden()
    expect(main.get_by_role("heading", name="Revenue by hour")).to_be_visible()
    page.emulate_media(media="screen")
    main.get_by_text("The same as a table").click()
    main.get_by_role("row", name="10:00").get_by_role("link", name="€25.00").click()
    headings.append("Bills added up")
    expect(main.get_by_role("heading", level=1)).to_have_text(headings[-1])
    main.get_by_role("rowheader").get_by_role("link").first.click()
    expect(page.get_by_role("main")).to_contain_text("Tea")
    for heading in reversed(headings):
        page.go_back()
        expect(page.get_by_role("main").get_by_role("heading", level=1)).to_have_text(heading)


def test_sales_are_compared_filtered_and_saved_as_a_file(page: Page, week_ago: datetime) -> None:
    sign_in(page)
    day = f"{week_ago:%Y-%m-%d}"
    page.goto(f"/reports/sales?from={day}&to={day}")
    main = page.get_by_role("main")
    main.get_by_label("Compared with").select_option("the days before")
    main.get_by_text("Only some bills").click()
    main.get_by_label("Till").select_option("R1")
    main.get_by_role("button", name="Show").click()
    together = main.get_by_role("row", name="Together")
    expect(together).to_contain_text("€12.50")
    expect(together).to_contain_text("+100.0%")
    with page.expect_download() as saved:
        main.get_by_role("link", name="CSV").click()
    assert "r1" in saved.value.suggested_filename
    main.get_by_text("Save this view").click()
    main.get_by_label("Name").fill("Front till")
    main.get_by_role("button", name="Save").click()
    expect(main.get_by_role("link", name="Front till")).to_have_attribute("aria-current", "true")
    main.get_by_role("link", name="Till: R1 take away").click()
    expect(main.get_by_label("Till")).to_have_value("")
    main.get_by_role("link", name="Front till").click()
    expect(main.get_by_label("Till")).to_have_value("R1")


def test_pages_of_sales_are_accessible(page: Page, week_ago: datetime) -> None:
    sign_in(page)
    paths = ["/sales?compare=before", "/sales/bills?register=R1", "/products", "/sales/views", "/payments", "/cashiers"]
    for path in [*paths, "/owed", "/stock", "/members"]:
        page.goto(f"/reports{path}")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
