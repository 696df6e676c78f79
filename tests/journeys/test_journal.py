"""A manager reads the journal of a closed day, takes its file for the accountant and sets the account numbers."""

from datetime import timedelta
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from billing.drawer import counting, shifts
from billing.models import Register
from inventory.models import Product
from pos import calendar, clock
from tests.counter import sell
from tests.journeys.reading import Reader
from tests.journeys.walking import Counter, complaints_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_manager_takes_the_file_of_a_closed_day(
    page: Page, may: User, r1: Register, tea: Product, settings: Any, tmp_path: Path
) -> None:
    settings.DEBUG, settings.EXPORT_FOLDER = True, tmp_path
    day = calendar.today() - timedelta(days=1)
    with clock.set_to(calendar.beginning(day, 0) + timedelta(hours=12)):
        shift = shifts.open_shift(r1.code, opening_float=D(100), by=may)
        sell((tea, "2"), by=may, cash="30.00")
        counting.close_shift(shift.pk, counted=D(125), by=may)
    settings.DEBUG = False
    complaints, reader = complaints_of(page), Reader(page)
    Counter(page).sign_in("may")
    page.goto(f"/reports/journal?day={day}")
    expect(page.get_by_text("The day is closed: this is final.")).to_be_visible()
    expect(page.get_by_role("row", name="8100")).to_contain_text("25.00")
    reader.check("journal")
    with page.expect_download() as taken:
        page.get_by_role("link", name="DATEV", exact=True).click()
    assert taken.value.suggested_filename.startswith("EXTF_")
    page.get_by_role("link", name="For the tax office").last.click()
    page.get_by_label("From").fill(day.isoformat())
    page.get_by_label("To", exact=True).fill(day.isoformat())
    page.get_by_role("button", name="Make it").click()
    fetch = page.get_by_role("link", name="Archive of")
    expect(fetch).to_be_visible()
    reader.check("for the tax office")
    with page.expect_download() as taken:
        fetch.click()
    assert taken.value.suggested_filename == f"dsfinvk_{day}_{day}.zip"
    page.goto(f"/reports/journal?day={day}")
    page.get_by_role("link", name="Account numbers").click()
    page.get_by_role("link", name="Fill in SKR04").click()
    expect(page.get_by_label("Cash in the drawers", exact=True)).to_have_value("1600")
    reader.check("account numbers")
    page.get_by_role("button", name="Save the numbers").click()
    expect(page.get_by_text("In force for every day not handed over yet.")).to_be_visible()
    page.goto(f"/reports/journal?day={day}")
    expect(page.get_by_role("row", name="8100")).to_be_visible()
    assert not complaints
    assert not reader.found
