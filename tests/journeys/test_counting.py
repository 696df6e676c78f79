"""A stocktake by scanning, in a real browser."""

from decimal import Decimal

import pytest
from django.db.models import Sum
from playwright.sync_api import Page, expect

from accounts.models import User
from inventory.counting import booking, entries, sheets
from inventory.models import CountEntry, Product, Stock
from tests import cast
from tests.journeys.reading import Reader
from tests.journeys.walking import Counter, complaints_of, intercept

pytestmark = pytest.mark.django_db(transaction=True)
KEY = 10  # milliseconds between two keys of a scanner
ARTICLES = 20


def code(number: int) -> str:
    """An EAN-13 of its own."""
    digits = f"40000000{number:04d}"
    odd, even = (sum(map(int, digits[start::2])) for start in (0, 1))
    return f"{digits}{-(odd + 3 * even) % 10}"


@pytest.fixture
def goods(db: None) -> list[Product]:
    return [cast.product(f"Article {n:02d}", "2.00", "10", barcode=code(n)) for n in range(1, ARTICLES + 1)]


def scan(page: Page, scanned: str) -> None:
    page.keyboard.type(scanned, delay=KEY)
    page.keyboard.press("Enter")


def test_stocktake_of_twenty_articles_by_scanning(page: Page, may: User, goods: list[Product]) -> None:
    complaints = complaints_of(page)
    Counter(page).sign_in("may")
    page.goto("/counts")
    page.get_by_role("button", name="Begin to count").click()
    expect(page.get_by_label("Scan a code")).to_be_focused()
    expect(page.locator("count-scan:defined")).to_be_attached()
    for number in range(1, ARTICLES + 1):
        scan(page, f"9*{code(number)}")
    page.get_by_role("heading", name="Counted last").click()  # no field has the focus now
    scan(page, code(ARTICLES))
    expect(page.locator(".count-list__row--new")).to_contain_text("+1")
    expect(page.locator(".count-list__row--new .count-list__sum")).to_have_text("10")
    page.get_by_role("link", name="Review").click()
    expect(page.get_by_text("-€38.00")).to_be_visible()
    page.get_by_role("button", name="Book the count").click()
    expect(page.get_by_role("status").get_by_text("The count is booked.")).to_be_visible()
    assert Stock.objects.aggregate(sum=Sum("quantity"))["sum"] == 9 * ARTICLES + 1
    assert not complaints


def test_no_scan_is_lost_while_the_server_is_slow_or_away(page: Page, may: User, ana: User, tea: Product) -> None:
    sheet = sheets.open_sheet(by=may)
    Counter(page).sign_in()
    page.goto(f"/counts/{sheet.number}")
    expect(page.locator("count-scan:defined")).to_be_attached()
    intercept(page, "**/entries", lambda route: route.abort())
    for _ in range(5):
        scan(page, "4006381333931")
    expect(page.get_by_text("The server is away.")).to_be_visible()
    page.unroute("**/entries")
    expect(page.locator(".count-list__row--new .count-list__sum")).to_have_text("5")
    expect(page.get_by_text("The server is away.")).to_be_hidden()
    assert CountEntry.objects.count() == 5


def test_wrong_code_is_said_and_the_next_scan_counts(page: Page, may: User, ana: User, tea: Product) -> None:
    sheet = sheets.open_sheet(by=may)
    Counter(page).sign_in()
    page.goto(f"/counts/{sheet.number}")
    expect(page.locator("count-scan:defined")).to_be_attached()
    scan(page, "4000000000000")
    expect(page.get_by_role("alert").filter(has_text="No product has the code")).to_be_visible()
    scan(page, "4006381333931")
    expect(page.locator(".count-list__row--new")).to_contain_text("Green tea")


def test_pages_of_stocktaking_are_accessible(page: Page, may: User, ana: User, tea: Product, milk: Product) -> None:
    sheet = sheets.open_sheet(by=may, scope="search", search_text="tea", outlier_pieces=Decimal(1))
    entries.count(sheet, tea.pk, Decimal(3), by=ana)
    page.emulate_media(reduced_motion="reduce")
    found: list[str] = []
    reader = Reader(page, None, found)
    Counter(page).sign_in("may")
    for path in ("/counts", f"/counts/{sheet.number}", f"/counts/{sheet.number}/paper"):
        page.goto(path)
        reader.check(path)
    page.goto(f"/counts/{sheet.number}/review")
    reader.check("review")
    booking.ask_outliers(sheet, by=may)
    page.goto(f"/counts/{sheet.number}")
    reader.check("again")
    entries.count(sheet, tea.pk, Decimal(3), by=ana)
    booking.book(sheet, by=may)
    page.goto(f"/counts/{sheet.number}/review")
    reader.check("booked")
    assert not found, "\n".join(found)
