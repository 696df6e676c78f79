"""The pages of stocktaking, without script."""

from decimal import Decimal as D

import pytest
from django.test import Client

from accounts.models import User
from inventory.counting import booking, entries, sheets
from inventory.models import CountEntry, CountSheet, Product, Stock
from tests.proof import assert_books_are_right

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet(may: User) -> CountSheet:
    return sheets.open_sheet(by=may, title="Autumn")


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_stocktake_from_opening_to_undoing(ana_web: Client, may_web: Client, tea: Product) -> None:
    opened = may_web.post("/counts/new", {"scope": "search", "search_text": "green", "title": ""})
    assert opened.headers["Location"] == "/counts/C-000001"
    assert "Green tea" in text_of(ana_web, "/counts/C-000001")
    assert ana_web.post("/counts/C-000001/entries", {"code": "8*4006381333931"}).status_code == 302
    assert "+8" in text_of(ana_web, "/counts/C-000001")
    assert may_web.post("/counts/C-000001/book").status_code == 302
    assert Stock.objects.get(product=tea).quantity == 8
    review = text_of(may_web, "/counts/C-000001/review")
    assert "-€25.00" in review
    assert may_web.post("/counts/C-000001/undo", {"reason": "the wrong shelf"}).status_code == 302
    assert "the wrong shelf" in text_of(may_web, "/counts/C-000001/review")
    assert Stock.objects.get(product=tea).quantity == 10
    assert_books_are_right()


def test_page_hides_recorded_stock_from_counters_unless_the_sheet_shows_it(
    ana_web: Client, may: User, tea: Product
) -> None:
    Stock.objects.filter(product=tea).update(quantity="7183")
    for shows, told in ((False, False), (True, True)):
        sheet = sheets.open_sheet(by=may, scope="search", search_text="green", shows_expected=shows)
        for page in ("", "/paper"):
            assert ("7,183" in text_of(ana_web, f"/counts/{sheet.number}{page}")) is told
    assert ana_web.get(f"/counts/{sheet.number}/review").status_code == 403


def test_unknown_code_is_reported_and_a_name_offers_its_goods(ana_web: Client, sheet: CountSheet, tea: Product) -> None:
    path = f"/counts/{sheet.number}/entries"
    refused = ana_web.post(path, {"code": "4000000000000"})
    assert (refused.status_code, "No product has the code" in refused.content.decode()) == (409, True)
    offered = ana_web.post(path, {"code": "green"})
    assert f'name="product" value="{tea.pk}"' in offered.content.decode()
    assert not CountEntry.objects.exists()
    ana_web.post(path, {"product": tea.pk, "quantity": "3"})
    assert CountEntry.objects.get().quantity == 3


def test_entry_is_taken_back_by_its_button(ana_web: Client, ana: User, sheet: CountSheet, tea: Product) -> None:
    entry = entries.count(sheet, tea.pk, D(3), by=ana)
    path = f"/counts/{sheet.number}/entries/{entry.pk}/take-back"
    assert ana_web.post(path).status_code == 302
    assert entries.counted(sheet, tea.pk, 1) == 0
    assert ana_web.post(path).status_code == 409


def test_counter_is_asked_to_count_again(ana_web: Client, may_web: Client, ana: User, may: User, tea: Product) -> None:
    sheet = sheets.open_sheet(by=may, outlier_pieces=D(1))
    entries.count(sheet, tea.pk, D(3), by=ana)
    assert "count again" in text_of(may_web, f"/counts/{sheet.number}/review")
    assert may_web.post(f"/counts/{sheet.number}/book").status_code == 409
    assert may_web.post(f"/counts/{sheet.number}/recount").status_code == 302
    assert "Count again" in text_of(ana_web, f"/counts/{sheet.number}")
    assert may_web.post(f"/counts/{sheet.number}/book", {"accept_outliers": "on"}).status_code == 302


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("/counts/new", {"scope": "planet"}, 400),
        ("/counts/new", {"scope": "category"}, 400),
        ("/counts/new", {"scope": "search", "search_text": "nothing like it"}, 409),
        ("/counts/new", {"scope": "free", "outlier_money": "-1"}, 400),
        ("/counts/C-000001/entries", {"code": ""}, 400),
        ("/counts/C-000001/entries", {"code": "a\0b"}, 400),
        ("/counts/C-000001/entries", {"code": "4006381333931", "quantity": "lots"}, 400),
        ("/counts/C-000001/entries", {"product": "999999"}, 409),
        ("/counts/C-000001/recount", {"product": "x"}, 400),
        ("/counts/C-000001/book", {}, 409),
        ("/counts/C-000001/undo", {"reason": ""}, 400),
        ("/counts/C-000001/undo", {"reason": "a\0b"}, 400),
        ("/counts/C-000002/book", {}, 404),
    ],
)
def test_invalid_count_is_answered_in_words(
    path: str, form: dict[str, str], status: int, may_web: Client, sheet: CountSheet, tea: Product
) -> None:
    answer = may_web.post(path, form)
    assert answer.status_code == status
    if status != 404:
        assert 'role="alert"' in answer.content.decode()


def test_finished_sheet_can_be_read_but_not_changed(
    ana_web: Client, ana: User, may: User, sheet: CountSheet, tea: Product
) -> None:
    entries.count(sheet, tea.pk, D(3), by=ana)
    booking.book(sheet, by=may)
    assert 'name="code"' not in text_of(ana_web, f"/counts/{sheet.number}")
    assert ana_web.post(f"/counts/{sheet.number}/entries", {"code": "4006381333931"}).status_code == 409


def test_printed_free_sheet_has_blank_lines(ana_web: Client, sheet: CountSheet) -> None:
    assert text_of(ana_web, f"/counts/{sheet.number}/paper").count("<tr>") == 31
