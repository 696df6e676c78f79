"""An import is undone as a whole while none of its rows has been used."""

from collections.abc import Callable
from decimal import Decimal as D
from typing import Any

import pytest

from accounts.models import User
from inventory.goods import import_undo, importing, products
from inventory.goods.importing import Products
from inventory.models import Barcode, Location, Product, Stock, StockMovement, TaxRate
from inventory.shelf import locations, stock
from pos.errors import InUse
from pos.imports import Report, Task
from tests import cast
from tests.proof import assert_books_are_right

pytestmark = pytest.mark.django_db
TakeIn = Callable[..., Report]


@pytest.fixture
def take_in(may: User) -> TakeIn:
    def taken(*rows: dict[str, str], **asked: Any) -> Report:
        return importing.take_in(enumerate(rows, start=2), Task(may, "list.csv", run=7), Products(**asked))

    return taken


def state() -> list[Any]:
    return [list(Product.objects.order_by("pk").values_list("sku", "name", "price", "cost", "is_active"))] + [
        list(model.objects.order_by("pk").values_list()) for model in (Barcode,)
    ]


def test_undoing_deletes_new_products_without_history(may: User, take_in: TakeIn) -> None:
    take_in({"name": "Jam", "price": "3.20", "barcode": "96385074"}, {"name": "Rusk", "price": "1"})
    assert Product.objects.count() == 2
    import_undo.undo(7, by=may)
    assert (Product.objects.count(), Stock.objects.count(), Barcode.objects.count()) == (0, 0, 0)


def test_undoing_restores_changed_products(may: User, take_in: TakeIn, tea: Product) -> None:
    TaxRate.objects.create(name="Reduced", rate=D("0.07"))
    before = state()
    row = {"sku": tea.sku, "name": "Black tea", "price": "99", "category": "Hot", "tax_rate": "reduced"}
    take_in({**row, "barcode": "4006381333931|96385074", "minimum_age": "16", "cost": "2.5"})
    changed = Product.objects.get()
    assert (changed.name, changed.price, changed.minimum_age, changed.cost) == ("Black tea", D(99), 16, D("2.5"))
    import_undo.undo(7, by=may)
    assert state() == before
    tea.refresh_from_db()
    assert (tea.minimum_age, tea.tax_rate, tea.category, tea.version) == (0, None, None, 3)


def test_undoing_removes_opening_stock_and_a_corrected_file_can_be_imported(may: User, take_in: TakeIn) -> None:
    row = {"sku": "JAM", "barcode": "96385074", "name": "Jam", "price": "3.20", "stock": "12"}
    take_in(row, {"name": "Rusk", "price": "1", "stock": "4"})
    import_undo.undo(7, by=may)
    assert list(Stock.objects.values_list("quantity", flat=True)) == [0, 0]
    assert not Product.objects.filter(is_active=True).exists()
    assert_books_are_right()
    again = [{**row, "price": "4"}, {"name": "Rusk", "price": "2", "stock": "4"}]
    report = importing.take_in(enumerate(again, start=2), Task(may, "mended.csv", run=8), Products())
    assert report.created == 2
    assert Product.objects.get(sku="JAM").stock.quantity == 12


def test_import_cannot_be_undone_once_a_product_was_sold_or_edited(may: User, take_in: TakeIn, tea: Product) -> None:
    take_in({"sku": "JAM", "name": "Jam", "price": "3", "stock": "5"}, {"sku": tea.sku, "price": "11"})
    products.edit(tea, by=may, price=D("10"))
    with pytest.raises(InUse, match="1 of these products were sold, moved or changed since, Green tea among them"):
        import_undo.undo(7, by=may)
    assert Product.objects.get(sku="JAM").is_active


def test_import_cannot_be_undone_after_a_delivery(may: User, take_in: TakeIn) -> None:
    take_in({"sku": "JAM", "name": "Jam", "price": "3", "stock": "5"})
    stock.receive(Product.objects.get(), D(3), by=may)
    with pytest.raises(InUse, match="Jam"):
        import_undo.undo(7, by=may)


def test_list_of_prices_never_creates_a_product(take_in: TakeIn, tea: Product) -> None:
    report = take_in({"sku": "NEW", "name": "New", "price": "1"}, {"sku": tea.sku, "price": "13"}, may_create=False)
    assert [str(note) for note in report.errors] == ["row 2, sku: The shop has no such product."]
    assert Product.objects.get().price == D("12.50")


def test_large_price_change_must_be_confirmed(take_in: TakeIn, tea: Product) -> None:
    row = {"sku": tea.sku, "price": "1.25"}
    with pytest.raises(importing.SteepPrices, match="1 prices move by more than a fifth"):
        take_in(row, may_be_steep=False)
    assert take_in(row).steep == 1


def test_imported_count_is_booked_and_undone(may: User, take_in: TakeIn, tea: Product, cheese: Product) -> None:
    code = "4006381333931"
    report = take_in(
        {"barcode": code, "stock": "7"}, {"sku": cheese.sku, "stock": "4.75"}, may_create=False, counts=True
    )
    assert (report.changed, report.created) == (2, 0)
    counted = StockMovement.objects.filter(kind="count").order_by("product_id")
    assert [(m.quantity, m.reference) for m in counted] == [(D(-3), "counted 7"), (D("-0.25"), "counted 4.75")]
    assert_books_are_right()
    import_undo.undo(7, by=may)
    assert list(Stock.objects.order_by("pk").values_list("quantity", flat=True)) == [10, 5]
    assert_books_are_right()


def test_count_cannot_be_undone_once_the_stock_has_moved(may: User, take_in: TakeIn, tea: Product) -> None:
    take_in({"sku": tea.sku, "stock": "7"}, may_create=False, counts=True)
    stock.receive(tea, D(1), by=may)
    with pytest.raises(InUse):
        import_undo.undo(7, by=may)


def test_half_a_piece_and_two_counts_of_one_product_are_refused(take_in: TakeIn, tea: Product) -> None:
    milk = cast.product("Milk", "2.00", "100")
    rows = [{"sku": tea.sku, "stock": "7.5"}, {"sku": milk.sku, "stock": "1"}, {"sku": milk.sku, "stock": "2"}]
    report = take_in(*rows, may_create=False, counts=True)
    assert [(note.row, note.field) for note in report.errors] == [(4, ""), (2, "stock")]
    assert not StockMovement.objects.filter(kind="count").exists()


def test_count_can_be_undone_after_movements_at_another_location(may: User, take_in: TakeIn, tea: Product) -> None:
    store = locations.enter(Location(), by=may, code="STORE", name="Store room")
    take_in({"barcode": "4006381333931", "stock": "7"}, may_create=False, counts=True)
    stock.receive(tea, D(3), by=may, location=store.pk)
    import_undo.undo(7, by=may)
    assert Stock.objects.get(product=tea).quantity == 10
    assert_books_are_right()
