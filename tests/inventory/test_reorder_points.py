"""Reorder points of further locations, and what is low or out at each."""

from decimal import Decimal as D
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, User
from inventory.buying import suggestions, suppliers
from inventory.goods import products
from inventory.models import Location, LocationStock, Product, Supplier
from inventory.shelf import locations, low, stock
from inventory.shelf.locations import EVERYWHERE, Where
from pos.errors import Invalid
from tests.at_once import outcomes_of
from tests.proof import assert_books_are_right

REPORT = "/api/v1/reports/out-of-stock"


@pytest.fixture
def store(may: User) -> Location:
    return locations.enter(Location(), by=may, code="STORE", name="Store room")


@pytest.fixture
def cellar(may: User) -> Location:
    return locations.enter(Location(), by=may, code="CELLAR", name="Cellar")


def give(product: Product, by: User, points: dict[Location, str | None]) -> Product:
    wanted = {place.pk: None if point is None else D(point) for place, point in points.items()}
    return products.edit(product, by=by, reorder_points=wanted)


def lacking(lack: Any) -> list[tuple[str, str | None]]:
    return [(product.name, held.code) for product in low.lacking(lack) for held in low.lacking_at(product)]


def test_goods_run_low_by_the_reorder_point_of_their_location(may: User, tea: Product, store: Location) -> None:
    Product.objects.filter(pk=tea.pk).update(reorder_point=3)
    stock.receive(tea, D(5), by=may, location=store.pk)
    assert lacking(low.LOW) == []
    give(tea, may, {store: "5"})
    assert lacking(low.LOW) == lacking(low.FEW) == [(tea.name, "STORE")]
    assert lacking(low.OUT) == []
    give(tea, may, {store: None})
    assert lacking(low.LOW) == []
    stock.write_off(tea, D(2), by=may, reason="flood", location=store.pk)
    assert lacking(low.LOW) == [(tea.name, "STORE")]
    give(tea, may, {store: "0"})
    assert lacking(low.LOW) == []


def test_goods_are_out_of_stock_at_the_locations_that_keep_them(
    may: User, tea: Product, store: Location, cellar: Location
) -> None:
    assert lacking(low.OUT) == []
    give(tea, may, {store: "4"})
    assert lacking(low.OUT) == lacking(low.LOW) == [(tea.name, "STORE")]
    assert lacking(low.FEW) == []
    give(tea, may, {store: "0"})
    assert lacking(low.OUT) == []
    give(tea, may, {store: "4"})
    stock.count(tea, D(0), by=may)
    assert lacking(low.OUT) == [(tea.name, None), (tea.name, "STORE")]
    assert low.places(low.OUT).count() == 2
    locations.enter(store, by=may, is_active=False)
    assert lacking(low.OUT) == [(tea.name, None)]


def test_shop_with_one_location_sees_no_locations(may_api: Client, may_web: Client, tea: Product) -> None:
    Product.objects.filter(pk=tea.pk).update(reorder_point=30)
    [row] = may_api.get(f"{REPORT}?state=low").json()["results"]
    assert (row["product"], row["stock"], row["lacking_at"]) == (tea.pk, "10", [])
    assert "reorder_point_" not in may_web.get(f"/goods/{tea.pk}").content.decode()


def test_program_reads_what_each_location_is_short_of(
    may: User, may_api: Client, tea: Product, store: Location
) -> None:
    give(tea, may, {store: "4"})
    [row] = may_api.get(REPORT).json()["results"]
    there = {"location": "STORE", "name": "Store room", "quantity": "0", "reorder_point": "4"}
    assert (row["stock"], row["lacking_at"]) == ("10", [there])
    stock.receive(tea, D(1), by=may, location=store.pk)
    assert may_api.get(REPORT).json()["results"] == []
    [row] = may_api.get(f"{REPORT}?state=low").json()["results"]
    assert row["lacking_at"] == [{**there, "quantity": "1"}]


def test_goods_at_another_location_count_as_in_stock(
    may: User, may_api: Client, may_web: Client, tea: Product, store: Location
) -> None:
    def listed(asked: str) -> list[int]:
        return [row["id"] for row in may_api.get(f"/api/v1/products?{asked}").json()["results"]]

    stock.receive(tea, D(1), by=may, location=store.pk)
    stock.count(tea, D(0), by=may)
    assert (listed("in_stock=true"), listed("out_of_stock=true")) == ([tea.pk], [])
    assert tea.name in may_web.get("/goods?lacks=out").content.decode()
    stock.write_off(tea, D(1), by=may, reason="flood", location=store.pk)
    assert (listed("in_stock=true"), listed("out_of_stock=true")) == ([], [tea.pk])


def test_report_page_names_the_location(may: User, may_web: Client, tea: Product, store: Location) -> None:
    give(tea, may, {store: "4"})
    stock.receive(tea, D(2), by=may, location=store.pk)
    page = " ".join(may_web.get("/reports").content.decode().split())
    assert "1 running low" in page and "Store room" in page and "2 left" in page


def test_manager_sets_a_reorder_point_of_a_location_on_the_page(
    may: User, may_web: Client, ana_web: Client, tea: Product, store: Location
) -> None:
    page, name = f"/goods/{tea.pk}", f"reorder_point_{store.pk}"
    form = {"name": tea.name, "price": "12.50", "sku": tea.sku, "sold_by": "piece", "is_active": "on"}

    def save(point: str, web: Client = may_web) -> int:
        version = Product.objects.get(pk=tea.pk).version
        return web.post(page, {**form, "version": version, name: point}).status_code

    assert (save("7"), LocationStock.objects.get().reorder_point) == (302, 7)
    shown = may_web.get(page).content.decode()
    assert f'name="{name}" value="7"' in shown and "Store room" in shown
    for wrong in ("-1", "x", "10000000000"):
        assert save(wrong) == 400
    assert save("9", ana_web) == 403
    assert may_web.post(page, {**form, "version": 1, name: "9"}).status_code == 409
    assert LocationStock.objects.get().reorder_point == 7
    assert (save(""), LocationStock.objects.get().reorder_point) == (302, None)


def test_program_sets_a_reorder_point_of_a_location(
    may_api: Client, ana_api: Client, tea: Product, store: Location, cellar: Location
) -> None:
    def patch(*points: dict[str, Any], api: Client = may_api, **headers: Any) -> Any:
        body = {"reorder_points": list(points)}
        return api.patch(f"/api/v1/products/{tea.pk}", body, content_type="application/json", **headers)

    five, two = {"location": "STORE", "reorder_point": "5"}, {"location": "cellar", "reorder_point": "2"}
    assert patch(five, two).json()["reorder_points"] == [{**two, "location": "CELLAR"}, five]
    assert patch({**two, "reorder_point": None}).json()["reorder_points"] == [five]
    again = patch(five)
    assert (again.status_code, again.json()["version"]) == (200, 3)
    for wrong in (
        {**five, "location": "NONE"},
        {**five, "location": None},
        {**five, "location": ""},
        {**five, "reorder_point": "-1"},
        {**five, "reorder_point": "x"},
        {"location": "STORE"},
        {**five, "more": "1"},
    ):
        assert patch(wrong).status_code == 400, wrong
    assert patch(five, {**five, "location": "store"}).status_code == 400
    assert patch(five, api=ana_api).status_code == 403
    assert patch({**five, "reorder_point": "6"}, headers={"If-Match": '"1"'}).status_code == 409
    assert LocationStock.objects.get(location=store).reorder_point == 5


def test_change_of_a_reorder_point_is_in_the_trail(may: User, may_web: Client, tea: Product, store: Location) -> None:
    give(tea, may, {store: "5"})
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.facts) == ("product.changed", {"reorder_point.STORE": [None, "5"]})
    assert "Reorder point STORE" in may_web.get("/trail").content.decode()
    give(tea, may, {store: "5.000"})
    assert AuditEntry.objects.latest("pk") == entry


def test_order_suggestion_uses_the_reorder_point_of_the_location(
    may: User, tea: Product, store: Location, cellar: Location
) -> None:
    leaf = suppliers.enter(Supplier(), by=may, name="Leaf & Co", lead_days=0)
    suppliers.put_article(leaf, by=may, product_id=tea.pk)
    Product.objects.filter(pk=tea.pk).update(reorder_point=12)
    give(tea, may, {store: "5", cellar: "0"})

    def packs(where: Where) -> list[D]:
        return [line.packs for line in suggestions.suggest(leaf, 14, where)]

    assert [packs(Where(place)) for place in (None, store.pk, cellar.pk)] == [[2], [5], []]
    assert packs(EVERYWHERE) == [7]


def test_product_with_only_a_reorder_point_can_be_deleted(
    may: User, tea: Product, milk: Product, store: Location
) -> None:
    fresh = products.create(name="Jam", price=D("3.20"), by=may)
    give(fresh, may, {store: "5"})
    assert products.remove(fresh, by=may) is None
    stock.receive(milk, D(1), by=may, location=store.pk)
    assert products.remove(milk, by=may) is not None
    assert LocationStock.objects.get().product == milk


def test_reorder_point_of_an_unknown_location_is_refused(may: User, tea: Product, store: Location) -> None:
    locations.enter(store, by=may, is_active=False)
    for nowhere in (store.pk, 999999):
        with pytest.raises(Invalid):
            products.edit(tea, by=may, reorder_points={nowhere: D(1)})
    assert not LocationStock.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_reorder_points_and_deliveries_at_once_all_count(may: User, tea: Product, store: Location) -> None:
    deeds: list[Any] = [lambda: stock.receive(tea, D(3), by=may, location=store.pk)] * 3
    deeds += [lambda: give(tea, may, {store: "5"})] * 3
    assert outcomes_of(*deeds) == ["done"] * 6
    row = LocationStock.objects.get()
    assert (row.quantity, row.reorder_point) == (9, 5)
    assert AuditEntry.objects.filter(action="product.changed").count() == 1
    assert_books_are_right()
