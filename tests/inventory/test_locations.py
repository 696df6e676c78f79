"""Locations beside the shop's first one: each has its own stock, and the books know which."""

from decimal import Decimal as D

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from inventory.buying import receiving, returns, suggestions, suppliers
from inventory.counting import booking, entries, sheets
from inventory.goods import products
from inventory.models import Location, LocationStock, LocationTax, Product, Stock, StockMovement, Supplier, TaxRate
from inventory.shelf import locations, oversold, stock
from pos.errors import InUse, Invalid
from tests.at_once import outcomes_of
from tests.ledgers import plant
from tests.proof import assert_books_are_right, broken


@pytest.fixture
def store(may: User) -> Location:
    """A store room behind the shop."""
    return locations.enter(Location(), by=may, code="STORE", name="Store room")


def on_shelf(product: Product, location: Location | None = None) -> D:
    return stock.look([product.pk], location=location.pk if location else None)[product.pk].quantity


def test_each_location_has_its_own_stock(may: User, tea: Product, store: Location) -> None:
    stock.receive(tea, D(30), by=may, location=store.pk)
    stock.write_off(tea, D(4), by=may, reason="flood", location=store.pk)
    assert (on_shelf(tea), on_shelf(tea, store)) == (10, 26)
    stock.count(tea, D(25), by=may, location=store.pk)
    assert (on_shelf(tea), on_shelf(tea, store)) == (10, 25)
    assert Stock.objects.get(product=tea).quantity == 10
    moved = StockMovement.objects.filter(location=store).values_list("kind", "quantity").order_by("pk")
    assert list(moved) == [("delivery", 30), ("write_off", -4), ("count", -1)]
    assert_books_are_right()


def test_goods_of_one_location_are_not_taken_from_another(may: User, tea: Product, store: Location) -> None:
    with pytest.raises(stock.OutOfStock):
        stock.write_off(tea, D(1), by=may, reason="flood", location=store.pk)
    stock.receive(tea, D(3), by=may, location=store.pk)
    with pytest.raises(stock.OutOfStock, match="Only 3"):
        stock.write_off(tea, D(4), by=may, reason="flood", location=store.pk)


def test_shop_with_one_location_runs_no_query_for_others(
    may: User, tea: Product, django_assert_num_queries: object
) -> None:
    with transaction.atomic(), connection.execute_wrapper(refuse_locations):
        stock.lock([tea.pk])
        stock.take({tea.pk: D(1)}, reference="bill", by=may.pk)
    assert on_shelf(tea) == 9


def refuse_locations(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
    assert "location" not in sql
    return execute(sql, params, many, context)


def test_average_cost_is_shared_by_all_locations(may: User, tea: Product, store: Location) -> None:
    Product.objects.filter(pk=tea.pk).update(cost=D("4.00"))
    stock.receive(tea, D(10), by=may, cost=D("6.00"), location=store.pk)
    assert Product.objects.get(pk=tea.pk).cost == D("5.00")
    stock.receive(tea, D(20), by=may, cost=D("7.00"))
    assert Product.objects.get(pk=tea.pk).cost == D("6.00")


def test_sale_without_stock_is_recorded_at_its_location(may: User, tea: Product, store: Location) -> None:
    with transaction.atomic():
        stock.lock([tea.pk], location=store.pk)
        stock.take({tea.pk: D(2)}, reference="bill X", by=may.pk, oversold={tea.pk: D(2)}, location=store.pk)
    assert LocationStock.objects.get().oversold == 2
    stock.count(tea, D(5), by=may)
    assert LocationStock.objects.get().oversold == 2
    stock.count(tea, D(5), by=may, location=store.pk)
    assert (LocationStock.objects.get().oversold, LocationStock.objects.get().quantity) == (0, 5)


def test_database_keeps_a_location_from_falling_below_zero(may: User, tea: Product, store: Location) -> None:
    stock.receive(tea, D(1), by=may, location=store.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        LocationStock.objects.update(quantity=-1)
    products.edit(tea, by=may, allow_negative_stock=True)
    stock.write_off(tea, D(3), by=may, reason="flood", location=store.pk)
    with pytest.raises(Invalid, match="below zero"):
        products.edit(tea, by=may, allow_negative_stock=False)


def test_location_may_replace_a_tax_rate(may: User, tea: Product, store: Location) -> None:
    full, abroad = TaxRate.objects.create(name="full", rate="0.19"), TaxRate.objects.create(name="abroad", rate="0.20")
    Product.objects.filter(pk=tea.pk).update(tax_rate=full)
    locations.set_taxes(store, {full.pk: abroad.pk}, by=may)
    assert stock.look([tea.pk])[tea.pk].tax_rate == D("0.19")
    assert stock.look([tea.pk], location=store.pk)[tea.pk].tax_rate == D("0.20")
    locations.set_taxes(store, {full.pk: None}, by=may)
    assert stock.look([tea.pk], location=store.pk)[tea.pk].tax_rate == D("0.19")
    assert not LocationTax.objects.exists()
    with pytest.raises(Invalid):
        locations.set_taxes(store, {full.pk: 999_999}, by=may)


def test_location_with_goods_stays_in_use(may: User, tea: Product, store: Location) -> None:
    stock.receive(tea, D(1), by=may, location=store.pk)
    with pytest.raises(InUse, match="still has goods"):
        locations.enter(store, by=may, is_active=False)
    stock.count(tea, D(0), by=may, location=store.pk)
    locations.enter(store, by=may, is_active=False)
    assert not locations.are_several()
    with pytest.raises(Invalid, match="no such location"):
        locations.known(store.pk)


@pytest.mark.parametrize(("field", "text"), [("code", "a b"), ("code", ""), ("name", ""), ("name", "a\0b")])
def test_location_with_an_invalid_name_is_refused(may: User, field: str, text: str) -> None:
    with pytest.raises(Exception, match=r"\w"):
        locations.enter(Location(), by=may, **{"code": "A", "name": "B", field: text})
    assert not Location.objects.exists()


def test_code_and_name_of_a_location_are_unique(may: User, store: Location) -> None:
    for code, name in (("store", "Other"), ("OTHER", "store ROOM")):
        with pytest.raises(InUse):
            locations.enter(Location(), by=may, code=code, name=name)


PLANTED = {
    "I01.there": "UPDATE inventory_locationstock SET quantity = quantity + 1",
    "I02": "UPDATE inventory_locationstock SET quantity = -1",
    "I02.count": "UPDATE inventory_locationstock SET oversold = oversold + 1",
}


@pytest.mark.parametrize("code", PLANTED)
def test_audit_finds_a_changed_stock(code: str, may: User, tea: Product, store: Location) -> None:
    stock.receive(tea, D(3), by=may, location=store.pk)
    assert_books_are_right()
    plant(["ALTER TABLE inventory_locationstock DISABLE TRIGGER location_not_below_zero", PLANTED[code]])
    assert code in broken()


@pytest.mark.django_db(transaction=True)
def test_last_units_of_a_location_are_taken_once(may: User, tea: Product, store: Location) -> None:
    """Fails if the lock and the stock are read in one statement, which sees the stock from before the wait."""
    stock.receive(tea, D(10), by=may, location=store.pk)
    deeds = [lambda: stock.write_off(tea, D(10), by=may, reason="flood", location=store.pk)] * 6
    assert outcomes_of(*deeds) == ["done"] + ["out_of_stock"] * 5
    assert (on_shelf(tea, store), on_shelf(tea)) == (0, 10)
    assert_books_are_right()


@pytest.mark.django_db(transaction=True)
def test_first_deliveries_at_once_all_count(may: User, tea: Product, store: Location) -> None:
    deeds = [lambda: stock.receive(tea, D(3), by=may, cost=D("4.00"), location=store.pk)] * 5
    assert outcomes_of(*deeds) == ["done"] * 5
    assert on_shelf(tea, store) == 15


def test_delivery_count_and_return_affect_one_location(may: User, tea: Product, store: Location) -> None:
    supplier = suppliers.enter(Supplier(), by=may, name="Leaf & Co")
    came = [receiving.Came(tea.pk, D(8), damaged=D(1), cost=D("4.00"))]
    receipt = receiving.book(came, by=may, supplier=supplier.pk, location=store.pk)
    assert (on_shelf(tea), on_shelf(tea, store)) == (10, 7)
    returns.send_back({tea.pk: D(2)}, by=may, reason="mouldy", receipt=receipt.number)
    assert (on_shelf(tea), on_shelf(tea, store)) == (10, 5)
    other = receiving.book([receiving.Came(tea.pk, D(3))], by=may, location=store.pk)
    receiving.reverse(other.number, by=may, reason="wrong shop")
    assert (on_shelf(tea), on_shelf(tea, store)) == (10, 5)
    assert_books_are_right()


def test_count_of_one_location_leaves_the_others_alone(may: User, tea: Product, store: Location) -> None:
    stock.receive(tea, D(5), by=may, location=store.pk)
    sheet = sheets.open_sheet(by=may, location=store.pk)
    entries.count(sheet, tea.pk, D(4), by=may)
    stock.receive(tea, D(2), by=may, location=store.pk)
    stock.count(tea, D(9), by=may)
    booking.book(sheet, by=may)
    assert (on_shelf(tea), on_shelf(tea, store)) == (9, 6)
    stock.count(tea, D(10), by=may)
    booking.undo(sheet, reason="wrong shelf", by=may)
    assert (on_shelf(tea), on_shelf(tea, store)) == (10, 7)
    assert_books_are_right()


def test_sheet_of_oversold_goods_lists_only_its_location(
    may: User, tea: Product, milk: Product, store: Location
) -> None:
    with transaction.atomic():
        stock.lock([tea.pk], location=store.pk)
        stock.take({tea.pk: D(2)}, reference="bill X", by=may.pk, oversold={tea.pk: D(2)}, location=store.pk)
    assert [one.pk for one in oversold.to_count()] == [tea.pk]
    sheet = sheets.open_sheet(by=may, scope="oversold", location=store.pk)
    assert list(sheet.listings.values_list("product", flat=True)) == [tea.pk]
    with pytest.raises(sheets.NothingToCount):
        sheets.open_sheet(by=may, scope="oversold")


def test_stock_of_the_store_room_reduces_the_order_suggestion(may: User, tea: Product, store: Location) -> None:
    supplier = suppliers.enter(Supplier(), by=may, name="Leaf & Co")
    suppliers.put_article(supplier, by=may, product_id=tea.pk)
    Product.objects.filter(pk=tea.pk).update(reorder_point=30)
    assert [line.packs for line in suggestions.suggest(supplier)] == [20]
    stock.receive(tea, D(25), by=may, location=store.pk)
    assert suggestions.suggest(supplier) == []
