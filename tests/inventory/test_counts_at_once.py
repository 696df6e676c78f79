"""Stocktaking while eight tills sell, and several people count or book at the same moment."""

from collections.abc import Callable
from decimal import Decimal as D

import pytest

from accounts.models import User
from inventory.counting import booking, entries, sheets
from inventory.models import CountDeed, CountSheet, Product, Stock, StockMovement
from inventory.shelf import stock
from tests import cast
from tests.at_once import after_waiting, at_once, outcomes_of
from tests.counter import sell
from tests.proof import assert_books_are_right

pytestmark = pytest.mark.django_db(transaction=True)
TILLS = 8


@pytest.fixture
def sheet(may: User) -> CountSheet:
    return sheets.open_sheet(by=may)


def selling(ana: User, product: Product) -> Callable[[], None]:
    def sell_five() -> None:
        for _ in range(5):
            sell((product, "1"), by=ana, register="API", cash="2.00")

    return sell_five


def test_count_while_eight_tills_sell_is_right(sheet: CountSheet, ana: User, may: User, milk: Product) -> None:
    """Three of a hundred units are missing from the shelf; each count finds three fewer than the books."""

    def count() -> None:
        for number in range(1, 4):
            seen = Stock.objects.get(product=milk).quantity
            entry = entries.count(sheet, milk.pk, seen - 3, by=ana)
            entries.count(sheet, milk.pk, entry.expected - seen, by=ana)  # sold between looking and entering
            if number < 3:
                booking.ask_recount(sheet, [milk.pk], by=may)

    assert outcomes_of(*[selling(ana, milk)] * TILLS, count) == ["done"] * (TILLS + 1)
    assert outcomes_of(*[selling(ana, milk)] * TILLS, lambda: booking.book(sheet, by=may)) == ["done"] * (TILLS + 1)
    assert Stock.objects.get(product=milk).quantity == 100 - 2 * 5 * TILLS - 3
    assert_books_are_right()


def test_entry_waits_for_a_sale_under_way(sheet: CountSheet, ana: User, milk: Product) -> None:
    def sale() -> None:
        stock.lock([milk.pk])
        stock.take({milk.pk: D(4)}, reference="bill", by=ana.pk)

    entry = after_waiting(sale, lambda: entries.count(sheet, milk.pk, D(96), by=ana))
    assert entry.expected == 96


def test_two_managers_book_one_sheet_once(sheet: CountSheet, ana: User, may: User, milk: Product) -> None:
    entries.count(sheet, milk.pk, D(90), by=ana)
    ida = cast.person("ida", role="manager")
    book = [lambda: booking.book(sheet, by=may), lambda: booking.book(sheet, by=ida)] * 3
    assert outcomes_of(*book) == ["done"] + ["sheet_closed"] * 5
    assert StockMovement.objects.filter(kind="count").count() == 1
    assert Stock.objects.get(product=milk).quantity == 90
    assert_books_are_right()


def test_two_sheets_booked_at_once_book_a_difference_once(ana: User, may: User, milk: Product) -> None:
    both = [sheets.open_sheet(by=may) for _ in range(2)]
    for sheet in both:
        entries.count(sheet, milk.pk, D(90), by=ana)
    book = [lambda sheet=sheet: booking.book(sheet, by=may) for sheet in both]
    assert outcomes_of(*book) == ["counted_since", "done"]
    assert Stock.objects.get(product=milk).quantity == 90


def test_two_people_count_one_product_and_nothing_is_lost(
    sheet: CountSheet, ana: User, ben: User, may: User, milk: Product
) -> None:
    scans = [lambda by=by: entries.count(sheet, milk.pk, D(1), by=by) for by in (ana, ben)] * 10
    assert outcomes_of(*scans) == ["done"] * 20
    booking.book(sheet, by=may)
    assert Stock.objects.get(product=milk).quantity == 20


def test_entry_withdrawn_twice_at_once_is_withdrawn_once(sheet: CountSheet, ana: User, milk: Product) -> None:
    entry = entries.count(sheet, milk.pk, D(3), by=ana)
    back = [lambda: entries.take_back(sheet, entry, by=ana)] * 6
    assert outcomes_of(*back) == ["done"] + ["taken_back"] * 5


def test_entry_during_booking_is_included_or_refused(sheet: CountSheet, ana: User, may: User, milk: Product) -> None:
    entries.count(sheet, milk.pk, D(90), by=ana)
    answers = at_once([lambda: booking.book(sheet, by=may), *[lambda: entries.count(sheet, milk.pk, D(1), by=ana)] * 6])
    in_it = sum(not isinstance(answer, Exception) for answer in answers[1:])
    assert all(isinstance(answer, sheets.SheetClosed) for answer in answers[1:] if isinstance(answer, Exception))
    assert Stock.objects.get(product=milk).quantity == 90 + in_it
    assert_books_are_right()


def test_count_undone_by_many_at_once_is_undone_once(sheet: CountSheet, ana: User, may: User, milk: Product) -> None:
    entries.count(sheet, milk.pk, D(90), by=ana)
    booking.book(sheet, by=may)
    undo = [lambda: booking.undo(sheet, reason="the wrong shelf", by=may)] * 6
    assert outcomes_of(*undo) == ["done"] + ["undone_before"] * 5
    assert Stock.objects.get(product=milk).quantity == 100
    assert_books_are_right()


def test_undoing_waits_for_a_sale_under_way(sheet: CountSheet, ana: User, may: User, milk: Product) -> None:
    entries.count(sheet, milk.pk, D(105), by=ana)
    booking.book(sheet, by=may)

    def sale() -> None:
        stock.lock([milk.pk])
        stock.take({milk.pk: D(103)}, reference="bill", by=ana.pk)

    refused = after_waiting(sale, lambda: booking.undo(sheet, reason="the wrong shelf", by=may))
    assert isinstance(refused, stock.OutOfStock)
    assert Stock.objects.get(product=milk).quantity == 2


def test_sheets_opened_at_once_have_numbers_in_a_row(may: User) -> None:
    assert outcomes_of(*[lambda: sheets.open_sheet(by=may)] * 8) == ["done"] * 8
    assert sorted(CountSheet.objects.values_list("number", flat=True)) == [f"C-{n:06d}" for n in range(1, 9)]
    assert not CountDeed.objects.exists()
