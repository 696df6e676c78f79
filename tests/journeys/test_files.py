"""A manager brings a price list from a spreadsheet, mends what is wrong with it, and takes it back."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from inventory.models import Product
from tests.files.lists import workbook
from tests.journeys.reading import Reader
from tests.journeys.walking import Counter

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = [
    ["Artikelbezeichnung", "Netto", "VK"],
    ["Ostfriesentee", 5.2, "6,90"],
    ["Kandis", 1.1, "dear"],
    ["Sahne", 0.8, "1,20"],
]


def test_a_spreadsheet_is_mended_imported_and_undone(page: Page, may: User, tmp_path: Path) -> None:
    reader = Reader(page)
    path = tmp_path / "goods.xlsx"
    path.write_bytes(workbook(Goods=ROWS))
    Counter(page).sign_in("may")
    page.goto("/files")
    page.get_by_label("File").set_input_files(path)
    page.get_by_role("button", name="Look at the file").click()
    expect(page.get_by_role("heading", name="1 row is wrong")).to_be_visible()
    expect(page.get_by_text("Row 3, Price: “dear” is not a number").first).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Import"))).to_have_count(0)
    reader.check("a bad row")
    page.get_by_label("VK", exact=True).select_option("")
    page.get_by_label("Netto", exact=True).select_option("Price")
    page.get_by_role("button", name="Look again with these columns").click()
    expect(page.get_by_role("heading", name="Ready to import")).to_be_visible()
    page.get_by_role("button", name="Import 3 rows").click()
    expect(page.get_by_role("heading", name="Imported")).to_be_visible()
    assert Product.objects.count() == 3
    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_text("The import is undone.")).to_be_visible()
    assert not Product.objects.exists()
    page.goto("/files")
    expect(page.get_by_role("heading", name="Get a list as a file")).to_be_visible()
    reader.check("lists")
    with page.expect_download() as got:
        page.get_by_role("link", name="Products as CSV").click()
    assert got.value.suggested_filename == "products.csv"
    assert not reader.found
