"""Long lists continue after the last row of the page before (keyset paging)."""

import re
from collections.abc import Iterator
from decimal import Decimal as D
from html import unescape

import pytest
from django.test import Client

from accounts.models import User
from billing.models import Shift
from inventory.counting import entries, sheets
from inventory.models import CountSheet, Product
from inventory.shelf import stock
from pos import keyset
from pos.keyset import START
from tests import cast
from tests.counter import sell

ROWS = [7, 3, 9, 1, 4, 8, 2]


def read(cursor: str | None) -> keyset.Page[int]:
    return keyset.page_within(ROWS, 3, keyset.decoded(cursor) if cursor else START, int)


def test_pages_of_rows_show_each_row_once_forward_and_back() -> None:
    page = read(None)
    down: list[int] = []
    while True:
        down += page.rows
        if not page.after:
            break
        page = read(page.after)
    up = list(page.rows)
    while page.before:
        page = read(page.before)
        up = [*page.rows, *up]
    assert down == up == ROWS
    assert keyset.page_within(ROWS[:3], 3, START, int) == keyset.Page(ROWS[:3], None, None)
    assert keyset.page_within([], 3, START, int) == keyset.Page([], None, None)


def test_rows_added_before_a_page_do_not_shift_it() -> None:
    second = read(read(None).after).rows
    behind = keyset.decoded(read(None).after or "")
    assert keyset.page_within([5, 6, *ROWS], 3, behind, int).rows == second


@pytest.mark.parametrize("position", [(False, ["77"]), (True, ["77"]), (False, ["2"]), (True, ["7"]), (False, ["x"])])
def test_position_without_rows_beyond_it_leads_to_the_first_page(position: keyset.Position) -> None:
    assert keyset.page_within(ROWS, 3, position, int).rows == ROWS[:3]


def walked(web: Client, address: str, pattern: str) -> Iterator[list[str]]:
    """The rows of each page, following the links to the next one."""
    here = address
    while here:
        answer = web.get(here)
        assert answer.status_code == 200
        yield re.findall(pattern, answer.text)
        found = re.search(r'rel="next" href="([^"]+)"', answer.text)
        here = address + unescape(found[1]) if found else ""


@pytest.fixture
def goods(db: None) -> list[Product]:
    return [cast.product(f"Crisps {n}", "1.50", "0", sku=f"CR-{n}") for n in range(5)]


def test_list_of_goods_to_count_goes_on_by_name(
    may_web: Client, may: User, shift: Shift, goods: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.views.oversold.PAGE", 2)
    for product in goods:
        sell((product, "1"), by=may, card="1.50")
    pages = walked(may_web, "/reports/oversold", r"CR-\d")
    assert next(pages) == ["CR-0", "CR-1"]
    stock.count(goods[0], D(4), by=may)
    assert [*pages] == [["CR-2", "CR-3"], ["CR-4"]]


def test_lines_of_a_long_bill_go_on_by_their_place(
    may_web: Client, may: User, shift: Shift, goods: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("billing.views.bills.LINES", 2)
    bill = sell(*((product, "1") for product in goods), by=may, card="7.50")
    pages = [*walked(may_web, f"/bills/{bill.number}", r"CR-\d")]
    assert pages == [["CR-0", "CR-1"], ["CR-2", "CR-3"], ["CR-4"]]


def test_review_of_a_count_goes_on_by_the_size_of_the_difference(
    may_web: Client, may: User, goods: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inventory.views.counts.PAGE", 2)
    sheet: CountSheet = sheets.open_sheet(by=may)
    for n, product in enumerate(goods):
        entries.count(sheet, product.pk, D(n + 1), by=may)
    pages = walked(may_web, f"/counts/{sheet.number}/review", r"CR-\d")
    assert next(pages) == ["CR-4", "CR-3"]
    largest = cast.product("Crisps 9", "1.50", "0", sku="CR-9")
    entries.count(sheet, largest.pk, D(50), by=may)  # counted meanwhile, and now first in order
    assert [*pages] == [["CR-2", "CR-1"], ["CR-0"]]
