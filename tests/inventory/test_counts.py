"""A stocktake while the shop goes on selling."""

from decimal import Decimal as D

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from billing.models import Shift
from inventory.counting import booking, entries, figures, sheets
from inventory.models import Category, CountEntry, CountLine, CountSheet, Product, Stock, StockMovement
from inventory.shelf import stock
from pos.errors import Invalid, ManagersOnly, Refused
from tests import cast
from tests.counter import sell
from tests.proof import assert_books_are_right

pytestmark = pytest.mark.django_db


def stocked(product: Product) -> D:
    return Stock.objects.get(product=product).quantity


def counted(sheet: CountSheet, product: Product, quantity: str, by: User) -> CountEntry:
    return entries.count(sheet, product.pk, D(quantity), by=by)


@pytest.fixture
def sheet(may: User) -> CountSheet:
    return sheets.open_sheet(by=may)


def test_difference_is_booked_and_the_sheet_is_numbered(sheet: CountSheet, ana: User, may: User, tea: Product) -> None:
    counted(sheet, tea, "8", ana)
    booking.book(sheet, by=may)
    assert sheet.number == "C-000001"
    assert stocked(tea) == 8
    moved = StockMovement.objects.get(kind="count")
    assert (moved.quantity, moved.reference, moved.by) == (-2, "count C-000001", may)
    line = CountLine.objects.get()
    assert (line.counted, line.expected, line.variance, line.price) == (8, 10, -2, D("12.50"))
    assert_books_are_right()


def test_sale_between_counting_and_booking_does_not_distort_the_count(
    sheet: CountSheet, shift: Shift, ana: User, may: User, tea: Product
) -> None:
    sell((tea, "1"), by=ana, cash="12.50")
    counted(sheet, tea, "8", ana)  # the books say 9
    sell((tea, "3"), by=ana, cash="37.50")
    booking.book(sheet, by=may)
    assert stocked(tea) == 5
    assert CountLine.objects.get().variance == -1
    assert_books_are_right()


def test_entries_of_two_people_add_up(sheet: CountSheet, ana: User, ben: User, may: User, tea: Product) -> None:
    counted(sheet, tea, "4", ana)
    counted(sheet, tea, "5", ben)
    counted(sheet, tea, "-1", ana)
    booking.book(sheet, by=may)
    assert stocked(tea) == 8
    assert_books_are_right()


def test_recount_replaces_what_was_counted(sheet: CountSheet, ana: User, ben: User, may: User, tea: Product) -> None:
    counted(sheet, tea, "1", ana)
    booking.ask_recount(sheet, [tea.pk], by=may)
    with pytest.raises(booking.NeedsRecount):
        booking.book(sheet, by=may)
    counted(sheet, tea, "6", ben)
    counted(sheet, tea, "4", ben)
    booking.book(sheet, by=may)
    assert stocked(tea) == 10
    assert_books_are_right()


@pytest.mark.parametrize("limit", [{"outlier_pieces": D(2)}, {"outlier_money": D("11.99")}])
def test_outlier_must_be_counted_again_before_booking(limit: dict[str, D], ana: User, may: User, tea: Product) -> None:
    Product.objects.filter(pk=tea.pk).update(cost=D("4.00"))
    sheet = sheets.open_sheet(by=may, **limit)
    counted(sheet, tea, "7", ana)
    with pytest.raises(booking.NeedsRecount) as refused:
        booking.book(sheet, by=may)
    assert refused.value.facts == {"products": [tea.pk]}
    assert [row.product_id for row in booking.ask_outliers(sheet, by=may)] == [tea.pk]
    counted(sheet, tea, "7", ana)
    booking.book(sheet, by=may)
    assert stocked(tea) == 7


def test_manager_may_accept_an_outlier(ana: User, may: User, tea: Product) -> None:
    sheet = sheets.open_sheet(by=may, outlier_pieces=D(0))
    counted(sheet, tea, "7", ana)
    booking.book(sheet, by=may, accept_outliers=True)
    assert stocked(tea) == 7


def test_only_managers_recount_book_and_undo(sheet: CountSheet, ana: User, may: User, tea: Product) -> None:
    counted(sheet, tea, "8", ana)
    for deed in (
        lambda: booking.book(sheet, by=ana),
        lambda: booking.ask_recount(sheet, [tea.pk], by=ana),
        lambda: booking.ask_outliers(sheet, by=ana),
        lambda: booking.undo(sheet, reason="wrong", by=ana),
    ):
        with pytest.raises(ManagersOnly):
            deed()
    assert stocked(tea) == 10


def test_booked_sheet_is_closed_and_never_edited(sheet: CountSheet, ana: User, may: User, tea: Product) -> None:
    counted(sheet, tea, "8", ana)
    booking.book(sheet, by=may)
    for deed in (
        lambda: counted(sheet, tea, "1", ana),
        lambda: booking.book(sheet, by=may),
        lambda: sheets.drop(sheet, by=may),
        lambda: booking.ask_recount(sheet, [tea.pk], by=may),
    ):
        with pytest.raises(sheets.SheetClosed):
            deed()
    with pytest.raises(IntegrityError), transaction.atomic():
        CountLine.objects.update(counted=9)
    assert stocked(tea) == 8


def test_undone_count_is_booked_back_once(sheet: CountSheet, shift: Shift, ana: User, may: User, tea: Product) -> None:
    counted(sheet, tea, "8", ana)
    booking.book(sheet, by=may)
    sell((tea, "1"), by=ana, cash="12.50")
    booking.undo(sheet, reason="counted the wrong shelf", by=may)
    assert stocked(tea) == 9
    with pytest.raises(booking.UndoneBefore):
        booking.undo(sheet, reason="again", by=may)
    assert_books_are_right()


def test_only_a_booked_count_is_undone_and_with_a_reason(sheet: CountSheet, may: User, tea: Product) -> None:
    with pytest.raises(booking.NotBooked):
        booking.undo(sheet, reason="why not", by=may)
    with pytest.raises(Invalid):
        booking.undo(sheet, reason=" ", by=may)


def test_undo_is_refused_after_a_later_count(sheet: CountSheet, ana: User, may: User, tea: Product) -> None:
    counted(sheet, tea, "8", ana)
    booking.book(sheet, by=may)
    stock.count(tea, D(12), by=may)
    with pytest.raises(booking.CountedSince):
        booking.undo(sheet, reason="late", by=may)
    assert stocked(tea) == 12


def test_undo_is_refused_when_the_goods_found_were_sold(
    sheet: CountSheet, shift: Shift, ana: User, may: User, tea: Product
) -> None:
    counted(sheet, tea, "13", ana)
    booking.book(sheet, by=may)
    sell((tea, "12"), by=ana, cash="150.00")
    with pytest.raises(stock.OutOfStock):
        booking.undo(sheet, reason="late", by=may)
    assert stocked(tea) == 1
    assert_books_are_right()


def test_difference_on_two_sheets_is_booked_once(ana: User, may: User, tea: Product) -> None:
    first, second = sheets.open_sheet(by=may), sheets.open_sheet(by=may)
    counted(first, tea, "8", ana)
    counted(second, tea, "8", ana)
    booking.book(first, by=may)
    with pytest.raises(booking.CountedSince):
        booking.book(second, by=may)
    booking.ask_recount(second, [tea.pk], by=may)
    counted(second, tea, "8", ana)
    booking.book(second, by=may)
    assert stocked(tea) == 8
    assert_books_are_right()


def test_count_contradicted_by_sales_is_refused(
    sheet: CountSheet, shift: Shift, ana: User, may: User, tea: Product
) -> None:
    counted(sheet, tea, "1", ana)
    sell((tea, "5"), by=ana, cash="62.50")
    with pytest.raises(booking.Contradicted) as refused:
        booking.book(sheet, by=may)
    assert "Green tea" in str(refused.value)
    assert stocked(tea) == 5
    assert not CountLine.objects.exists()


def test_uncounted_products_are_not_booked(may: User, ana: User) -> None:
    drinks = Category.objects.create(name="Drinks")
    cola = cast.product("Cola", "2.00", "10", category=drinks)
    water = cast.product("Water", "1.00", "10", category=drinks)
    sheet = sheets.open_sheet(by=may, scope="category", category=drinks)
    with pytest.raises(booking.NothingCounted):
        booking.book(sheet, by=may)
    counted(sheet, cola, "0", ana)
    assert figures.totals(figures.standing(sheet)).missing == 1
    booking.book(sheet, by=may)
    assert (stocked(cola), stocked(water)) == (0, 10)
    assert_books_are_right()


def test_sheet_of_a_category_includes_its_subcategories_only(may: User, ana: User, tea: Product) -> None:
    drinks = Category.objects.create(name="Drinks")
    beer = cast.product("Beer", "2.00", "10", category=Category.objects.create(name="Beer", parent=drinks))
    gone = cast.product("Old beer", "2.00", "0", category=drinks, is_active=False)
    sheet = sheets.open_sheet(by=may, scope="category", category=drinks)
    assert sheet.title == "Drinks"
    assert [row.id for row in figures.standing(sheet)] == [beer.pk]
    for product in (tea, gone):
        with pytest.raises(entries.NotOnSheet):
            counted(sheet, product, "1", ana)


def test_sheet_of_a_search_and_of_goods_sold_without_stock(may: User, tea: Product, milk: Product) -> None:
    found = sheets.open_sheet(by=may, scope="search", search_text="green")
    assert [row.id for row in figures.standing(found)] == [tea.pk]
    with pytest.raises(sheets.NothingToCount):
        sheets.open_sheet(by=may, scope="oversold")
    Stock.objects.filter(product=milk).update(oversold=1)
    lacking = sheets.open_sheet(by=may, scope="oversold")
    assert [row.id for row in figures.standing(lacking)] == [milk.pk]


@pytest.mark.parametrize(
    "asked",
    [
        {"scope": "planet"},
        {"scope": "category"},
        {"scope": "search"},
        {"search_text": "tea"},
        {"title": "x" * 101},
        {"title": "a\0b"},
        {"outlier_pieces": D("NaN")},
        {"outlier_money": D(-1)},
        {"outlier_pieces": D("0.0001")},
    ],
)
def test_invalid_sheet_is_refused(asked: dict[str, object], may: User) -> None:
    with pytest.raises(Invalid):
        sheets.open_sheet(by=may, **asked)  # type: ignore[arg-type]
    assert not CountSheet.objects.exists()


@pytest.mark.parametrize("quantity", ["0.5", "NaN", "Infinity", "10000000", "-1", "0.0001"])
def test_invalid_quantity_is_refused(quantity: str, sheet: CountSheet, ana: User, tea: Product) -> None:
    with pytest.raises(Refused):
        counted(sheet, tea, quantity, ana)
    assert not CountEntry.objects.exists()


def test_withdrawn_entry_stays_in_the_books(sheet: CountSheet, ana: User, may: User, tea: Product) -> None:
    counted(sheet, tea, "8", ana)
    mistaken = counted(sheet, tea, "8", ana)
    entries.take_back(sheet, mistaken, by=ana)
    assert list(CountEntry.objects.values_list("quantity", flat=True).order_by("pk")) == [8, 8, -8]
    booking.book(sheet, by=may)
    assert stocked(tea) == 8


def test_code_is_read_as_at_the_till(tea: Product) -> None:
    assert entries.read(" 4006381333931 ") == (tea.pk, 1)
    assert entries.read("12*4006381333931") == (tea.pk, 12)
    assert entries.read("1,5 * 04006381333931") == (tea.pk, D("1.5"))
    assert entries.read(tea.sku.lower()) == (tea.pk, 1)
    with pytest.raises(entries.UnknownCode):
        entries.read("4000000000000")
    for wrong in ("", "3*", "a\0b", "x" * 201):
        with pytest.raises(Invalid):
            entries.read(wrong)


def test_weight_is_counted_to_the_gram(sheet: CountSheet, ana: User, may: User, cheese: Product) -> None:
    counted(sheet, cheese, "4.875", ana)
    booking.book(sheet, by=may)
    assert stocked(cheese) == D("4.875")


def test_counted_goods_leave_the_list_of_goods_to_count(shift: Shift, ana: User, may: User, tea: Product) -> None:
    Stock.objects.filter(product=tea).update(oversold=D(0))
    sheet = sheets.open_sheet(by=may)
    counted(sheet, tea, "10", ana)
    booking.book(sheet, by=may)
    assert StockMovement.objects.get(kind="count").quantity == 0
    assert_books_are_right()


def test_dropped_sheet_books_nothing(sheet: CountSheet, ana: User, may: User, tea: Product) -> None:
    counted(sheet, tea, "1", ana)
    sheets.drop(sheet, by=may, reason="opened by mistake")
    with pytest.raises(sheets.SheetClosed):
        booking.book(sheet, by=may)
    assert stocked(tea) == 10


def test_product_that_moved_while_it_was_counted_is_marked(
    sheet: CountSheet, shift: Shift, ana: User, tea: Product
) -> None:
    counted(sheet, tea, "4", ana)
    sell((tea, "1"), by=ana, cash="12.50")
    counted(sheet, tea, "6", ana)
    row = figures.standing(sheet)[0]
    assert (row.variance, row.moved_meanwhile) == (0, True)
