"""Kept stands (stock at a moment): each equals the movements before it, and a day's stock is read from the nearest."""

from datetime import timedelta
from decimal import Decimal as D
from threading import Event, Thread

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from inventory.models import Product, Stock, StockMovement
from inventory.shelf import stock
from pos import calendar
from reports import audit
from reports.figures import stock_value
from reports.models import KeptStand, ShelfStand
from reports.rollups import keeping, stands
from tests.at_once import at_once
from tests.ledgers import plant
from tests.reports.books import product
from tests.reports.history import Shop

DAYS = 100


def all_made() -> int:
    made = 0
    while stands.work_one():
        made += 1
    return made


def broken() -> list[str]:
    codes = [found.invariant.code for found in audit.findings() if found.count]
    return [code for code in codes if code == "I40.shelf"]


def stood() -> list[tuple[object, ...]]:
    return sorted(ShelfStand.objects.values_list("moment", "product", "location", "quantity"), key=str)


@pytest.fixture
def shop(may: User) -> Shop:
    """A shop with random stock movements, at two past prices."""
    shop = Shop(11, cashiers=[may])
    for goods in shop.shelf:
        on_hand = Stock.objects.get(product=goods).quantity
        StockMovement.objects.create(product=goods, kind="opening", quantity=on_hand, by=may)
    shop.trade(DAYS, bills=12)
    for goods in shop.shelf:
        for _time in range(3):
            stock.receive(goods, D(shop.dice.randint(1, 50)), by=may)
        stock.write_off(goods, D(2), by=may, reason="Theft")
    keys = list(StockMovement.objects.order_by("pk").values_list("pk", flat=True))
    hours = [DAYS * 24, *(shop.dice.randint(0, DAYS * 24) for _pk in keys[1:])]
    plant(
        [
            f"UPDATE inventory_stockmovement SET at = now() - interval '{back} hours' WHERE id = {pk}"
            for pk, back in zip(keys, hours, strict=True)
        ]
    )
    return shop


def on_shelves() -> list[list[tuple[int, int, D]]]:
    today = calendar.today()
    return [
        sorted((row.product, row.location, row.quantity) for row in stock_value.at_end_of(today - timedelta(back)))
        for back in range(0, DAYS, 3)
    ]


def test_stock_of_any_day_is_the_same_with_kept_stands_and_without(shop: Shop) -> None:
    from_movements = on_shelves()
    assert all_made() == KeptStand.objects.count() >= 3
    assert ShelfStand.objects.exists()
    assert not broken()
    assert on_shelves() == from_movements
    ShelfStand.objects.update(quantity=7)
    assert on_shelves() != from_movements  # they were read
    assert broken() == ["I40.shelf"]


def test_rebuilding_ends_with_the_same(shop: Shop) -> None:
    all_made()
    before = stood()
    assert all_made() == 0
    ShelfStand.objects.update(quantity=7)
    list(keeping.rebuild())
    assert stood() == before


def test_a_day_long_ago_reads_no_more_than_a_month_of_movements(shop: Shop) -> None:
    all_made()
    day = calendar.today() - timedelta(DAYS // 2)
    with CaptureQueriesContext(connection) as asked:
        stock_value.at_end_of(day)
    stand = stock_value.nearest_stand(calendar.beginning(day + timedelta(1), 0))
    assert stand
    assert abs(calendar.beginning(day, 0) - stand) < timedelta(17)
    assert any("reports_shelfstand" in query["sql"] for query in asked)


def test_killed_job_leaves_no_kept_stand(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stands, "STAND", f"{stands.STAND} SELECT nonsense")
    with pytest.raises(Exception, match="syntax"):
        stands.work_one()
    monkeypatch.undo()
    assert not KeptStand.objects.exists()
    assert all_made() > 0
    assert not broken()


@pytest.mark.django_db(transaction=True)
def test_kept_stand_waits_for_movements_being_written(may: User) -> None:
    """A movement written in a month but committed later is included in its stand."""
    tea: Product = product("Tea", stock="0")
    stock.receive(tea, D(5), by=may)
    plant([f"UPDATE inventory_stockmovement SET at = at - interval '40 days' WHERE product_id = {tea.pk}"])
    written, go_on = Event(), Event()

    def deliver() -> None:
        try:
            with transaction.atomic():
                stock.receive(Product.objects.get(pk=tea.pk), D(3), by=may)
                written.set()
                go_on.wait(10)
        finally:
            connections.close_all()

    thread = Thread(target=deliver)
    thread.start()
    assert written.wait(10)
    try:
        assert stands.next_moment()
        assert not stands.work_one()
    finally:
        go_on.set()
        thread.join()
    assert stands.work_one()
    assert not broken()


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_a_kept_stand_once(may: User) -> None:
    tea: Product = product("Tea", stock="0")
    stock.receive(tea, D(5), by=may)
    plant([f"UPDATE inventory_stockmovement SET at = at - interval '40 days' WHERE product_id = {tea.pk}"])
    moment = stands.next_moment()
    assert moment
    assert at_once([lambda: stands.make(moment)] * 4) == [None] * 4
    assert KeptStand.objects.count() == 1
    assert list(ShelfStand.objects.values_list("product", "quantity")) == [(tea.pk, D(5))]
