"""What runs low and what to order, location by location."""

from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import User
from inventory.buying import drafts, order_pdf, orders, suggestions, suppliers
from inventory.buying.orders import Ordered
from inventory.models import Location, Product, PurchaseOrder, ReceiptDraft, Supplier
from inventory.shelf import locations, stock
from inventory.shelf.locations import EVERYWHERE, Where
from inventory.transfers import transfers
from pos.errors import InUse, Invalid
from reports.figures import attention

CARD = next(card for card in attention.CARDS if card.search == "?lacks=low&on_sale=yes")


@pytest.fixture
def store(may: User) -> Location:
    return locations.enter(Location(), by=may, code="STORE", name="Store room")


@pytest.fixture
def leaf(may: User, tea: Product) -> Supplier:
    """The supplier of tea, with a reorder point of thirty at each location."""
    leaf = suppliers.enter(Supplier(), by=may, name="Leaf & Co", lead_days=0)
    suppliers.put_article(leaf, by=may, product_id=tea.pk)
    Product.objects.filter(pk=tea.pk).update(reorder_point=30)
    return leaf


def packs(supplier: Supplier, where: Where) -> list[D]:
    return [line.packs for line in suggestions.suggest(supplier, 14, where)]


def test_order_suggestion_uses_sales_stock_and_open_orders_of_one_location(
    may: User, tea: Product, store: Location, leaf: Supplier
) -> None:
    here, there = Where(None), Where(store.pk)
    stock.receive(tea, D(25), by=may, location=store.pk)
    assert (packs(leaf, here), packs(leaf, there), packs(leaf, EVERYWHERE)) == ([20], [5], [])
    with transaction.atomic():
        stock.lock([tea.pk], location=store.pk)
        stock.take({tea.pk: D(20)}, reference="bill X", by=may.pk, location=store.pk)
    assert (packs(leaf, here), packs(leaf, there)) == ([20], [25])
    Product.objects.filter(pk=tea.pk).update(reorder_point=0)
    assert (packs(leaf, here), packs(leaf, there)) == ([], [15])
    Product.objects.filter(pk=tea.pk).update(reorder_point=30)
    order = orders.create(leaf.pk, [Ordered(tea.pk, D(4))], by=may, location=store.pk)
    orders.send(order.number, by=may)
    assert (packs(leaf, here), packs(leaf, there)) == ([20], [21])
    transfers.send({tea.pk: D(3)}, origin=None, target=store.pk, by=may)
    assert (packs(leaf, here), packs(leaf, there)) == ([23], [18])


def test_location_with_an_open_order_is_not_switched_off(
    may: User, tea: Product, store: Location, leaf: Supplier
) -> None:
    order = orders.send(orders.create(leaf.pk, [Ordered(tea.pk, D(4))], by=may, location=store.pk).number, by=may)
    with pytest.raises(InUse):
        locations.enter(store, by=may, is_active=False)
    orders.close(order.number, by=may)
    assert not locations.enter(store, by=may, is_active=False).is_active
    with pytest.raises(Invalid):
        orders.create(leaf.pk, [Ordered(tea.pk, D(4))], by=may, location=store.pk)


def test_order_is_suggested_and_received_for_its_location_on_the_page(
    may: User, may_web: Client, tea: Product, store: Location, leaf: Supplier
) -> None:
    assert 'name="is_here"' in may_web.get("/buying/orders").content.decode()
    form = {"supplier": leaf.pk, "days": "14", "suggest": "on", "location": store.pk, "is_here": "on"}
    made = may_web.post("/buying/orders", {**form, "key": str(uuid4())})
    order = PurchaseOrder.objects.get()
    assert (order.location, order.lines.get().packs) == (store, 30)
    assert store.name in may_web.get(made["Location"]).content.decode()
    assert store.name in may_web.get("/buying/orders").content.decode()
    assert order_pdf.written(order).startswith(b"%PDF")
    orders.send(order.number, by=may)
    drafts.begin(may, order.number)
    assert ReceiptDraft.objects.get().location == store
    for wrong in ("999999", "x"):
        sent = {**form, "location": wrong, "key": str(uuid4())}
        assert may_web.post("/buying/orders", sent).status_code == 400


def test_program_orders_for_a_location(may_api: Client, tea: Product, store: Location, leaf: Supplier) -> None:
    asked: dict[str, Any] = {"supplier": leaf.pk, "suggest_days": 14, "location": store.code}

    def post(**more: Any) -> Any:
        return may_api.post("/api/v1/purchase-orders", {**asked, **more}, content_type="application/json")

    stock.receive(tea, D(25), by=User.objects.get(username="may"), location=store.pk)
    alone, together = post(suggest_here=True).json(), post().json()
    assert (alone["location"], [line["packs"] for line in alone["lines"]], together["lines"]) == (
        store.code,
        ["5"],
        [],
    )
    assert post(location="NONE").status_code in (400, 409)


def test_shop_with_one_location_is_not_asked_for_one(may_web: Client, leaf: Supplier) -> None:
    assert 'name="location"' not in may_web.get("/buying/orders").content.decode()


def test_desk_counts_transfers_until_they_have_arrived_in_full(
    may: User, may_web: Client, tea: Product, milk: Product
) -> None:
    def on_the_way() -> int:
        return next(n for card, n in attention.counted(attention.CARDS, may) if card.page == "transfers")

    assert 'href="/transfers"' not in may_web.get("/desk").content.decode()
    store = locations.enter(Location(), by=may, code="STORE", name="Store room")
    assert 'href="/transfers"' in may_web.get("/desk").content.decode()
    sent = [transfers.send({tea.pk: D(2), milk.pk: D(3)}, origin=None, target=store.pk, by=may) for _ in range(2)]
    assert on_the_way() == 2
    transfers.receive(sent[0].number, {tea.pk: D(2), milk.pk: D(1)}, by=may)
    assert on_the_way() == 2
    transfers.receive(sent[0].number, {milk.pk: D(2)}, by=may)
    transfers.call_back(sent[1].number, by=may, reason="the wrong van")
    assert on_the_way() == 0


def test_goods_run_low_at_each_location_that_keeps_them(
    may: User, may_web: Client, tea: Product, milk: Product, store: Location
) -> None:
    def running_low() -> tuple[int, bool]:
        page = may_web.get("/goods?lacks=low&on_sale=yes").content.decode()
        return dict(attention.counted(attention.CARDS, may))[CARD], tea.name in page

    Product.objects.filter(pk=tea.pk).update(reorder_point=5)
    assert running_low() == (0, False)
    stock.receive(tea, D(5), by=may, location=store.pk)
    assert running_low() == (1, True)
    stock.count(tea, D(2), by=may)
    assert running_low() == (2, True)
    stock.receive(tea, D(1), by=may, location=store.pk)
    assert running_low() == (1, True)
    Product.objects.filter(pk=tea.pk).update(is_active=False)
    assert running_low() == (0, False)
