"""What comes out of the browser's printer: rolls of two widths, gift receipts, sheets of A4."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from accounts.models import User
from billing.drawer import shifts
from inventory.models import Product
from pos.models import StoreSettings
from tests.counter import sell
from tests.journeys.walking import MILK, TEA, Counter

pytestmark = pytest.mark.django_db(transaction=True)
MEDIA_BOX = re.compile(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]")
MILLIMETRES = 25.4 / 72


def sizes(pdf: bytes) -> list[tuple[int, int]]:
    """Each page's width and height in millimetres."""
    return [(round(float(w) * MILLIMETRES), round(float(h) * MILLIMETRES)) for w, h in MEDIA_BOX.findall(pdf)]


@pytest.mark.parametrize(
    ("kind", "roll", "width"), [("Print", 58, 58), ("Print", 80, 80), ("Gift receipt", 80, 80), ("Invoice", 80, 210)]
)
def test_paper_has_the_size_it_is_printed_on(
    counter: Counter, ana: User, tea: Product, cheese: Product, kind: str, roll: int, width: int
) -> None:
    StoreSettings.change(by="may", receipt_width=roll, shop_address="1 High Street\nOldtown", receipt_footer="Thanks")
    shifts.open_shift("R1", opening_float=Decimal(100), by=ana)
    bill = sell((tea, "2"), (cheese, "0.350"), by=ana, cash="50.00")
    page = counter.page
    counter.sign_in()
    page.goto(f"/bills/{bill.number}/receipt")
    if kind != "Print":
        page.get_by_text("Gift receipt, invoice, e-mail").click()
    page.get_by_role("button", name=kind, exact=True).click()
    expect(page).to_have_url(re.compile("/prints/"))
    expect(page.locator(".qr")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-printed", "1")
    (size,) = sizes(page.pdf(prefer_css_page_size=True))
    assert size[0] == width
    assert size[1] == 297 if kind == "Invoice" else 60 < size[1] < 297
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Next sale")).to_be_hidden()
    assert ("€" in page.get_by_role("main").inner_text()) == (kind != "Gift receipt")


@pytest.mark.parametrize("way", ["scan", "press"])
def test_till_sells_on_while_the_browser_still_prints(counter: Counter, way: str) -> None:
    """As with an open dialog or a printer without paper, printing begins and never ends."""
    page, root = counter.page, counter.page.locator("html")
    page.add_init_script(
        "const count = print; window.print = () => { count(); dispatchEvent(new Event('beforeprint')); }"
    )
    counter.start()
    for _ in range(2):
        counter.scan(TEA)
        expect(counter.lines).to_have_count(1)
        page.get_by_role("button", name="Exact").click()
        page.get_by_role("button", name="Print").click()
        expect(page).to_have_url(re.compile("/prints/"))
        expect(root).to_have_attribute("data-printed", "1")
        page.get_by_role("button", name="Print").click()
        expect(root).to_have_attribute("data-printed", "2")
        if way == "press":
            page.get_by_role("link", name="Next sale").click()
            expect(page.get_by_label("Scan a code")).to_be_focused()
        else:
            page.keyboard.type(MILK)
            page.keyboard.press("Enter")
            expect(page.get_by_label("Quantity of Milk")).to_have_value("1")
            page.get_by_role("button", name="Remove").click()
            expect(counter.lines).to_have_count(0)


def test_printing_the_bill_page_prints_no_uncounted_receipt(counter: Counter, ana: User, tea: Product) -> None:
    shifts.open_shift("R1", opening_float=Decimal(100), by=ana)
    bill = sell((tea, "1"), by=ana, cash="12.50")
    counter.sign_in()
    counter.page.goto(f"/bills/{bill.number}/receipt")
    counter.page.emulate_media(media="print")
    expect(counter.receipt).to_be_hidden()
    expect(counter.page.get_by_text("every printing is counted")).to_be_visible()
