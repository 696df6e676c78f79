"""The feed of changes: a reader misses nothing and reads nothing twice, whatever the order of commits."""

import random
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from functools import partial
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from billing.models import Shift
from inventory.goods import products
from inventory.models import Category, Location, Product, Stock
from inventory.shelf import locations, stock
from pos import clock
from pos.events import feed
from pos.models import Change
from reports.api import changes
from reports.feed.objects import KINDS
from tests.at_once import alone, at_once, wait_for_tests_beside
from tests.counter import sell
from tests.keys import machine

pytestmark = pytest.mark.django_db(transaction=True)


def asked(client: Client, path: str, **query: Any) -> dict[str, Any]:
    wait_for_tests_beside()
    answer = client.get(f"/api/v1/{path}", query)
    assert answer.status_code == 200, answer.json()
    return dict(answer.json())


def snapshot(client: Client, **query: Any) -> tuple[dict[tuple[str, str], Any], str]:
    """All objects, and the cursor to continue from."""
    page = asked(client, "snapshot", **query)
    found = list(page["results"])
    while page["next"]:
        page = client.get(page["next"]).json()
        found += page["results"]
    return {(one["type"], one["id"]): one["object"] for one in found}, page["cursor"]


def entries(client: Client, after: str, **query: Any) -> Iterator[dict[str, Any]]:
    while True:
        page = asked(client, "changes", after=after, **query)
        yield from page["results"]
        if not page["results"]:
            return
        after = page["next"]


def follow(client: Client, mirror: dict[tuple[str, str], Any], after: str, **query: Any) -> None:
    for entry in entries(client, after, **query):
        place = entry["type"], entry["id"]
        if entry["change"] == "gone":
            mirror.pop(place, None)
        else:
            mirror[place] = entry["object"]


def told(client: Client, after: str, **query: Any) -> list[tuple[str, str, str]]:
    return [(entry["type"], entry["id"], entry["change"]) for entry in entries(client, after, **query)]


def test_sale_appears_in_the_feed_with_its_stock_once(may_api: Client, ana: User, shift: Shift, tea: Product) -> None:
    cursor = snapshot(may_api)[1]
    bill = sell((tea, "1"), by=ana, cash="12.50")
    found = list(entries(may_api, cursor))
    assert {(one["type"], one["id"]) for one in found} == {("bill", bill.number), ("stock", str(tea.pk))}
    assert next(one for one in found if one["type"] == "stock")["object"]["quantity"] == "9"
    assert next(one for one in found if one["type"] == "bill")["object"]["total"] == "12.50"
    assert told(may_api, found[-1]["cursor"]) == []


def test_snapshot_and_feed_equal_the_tables(may_api: Client, may: User, ana: User, shift: Shift) -> None:
    mirror, cursor = snapshot(may_api, page_size=2)
    made = [products.create(by=may, name=f"Jam {n}", price=Decimal(n + 1), opening_stock=Decimal(5)) for n in range(5)]
    sell((made[0], "2"), by=ana, cash="10.00")
    products.remove(products.create(by=may, name="Mistake", price=Decimal(1)), by=may, version=None)
    Category.objects.create(name="Spreads").delete()
    follow(may_api, mirror, cursor, page_size=3)
    assert mirror == snapshot(may_api)[0]


def test_deletion_leaves_a_tombstone(may_api: Client, may: User) -> None:
    shelf = Category.objects.create(name="Spreads")
    cursor = snapshot(may_api)[1]
    number = str(shelf.pk)
    shelf.delete()
    assert told(may_api, cursor) == [("category", number, "gone")]


def test_late_commit_never_appears_before_entries_already_read(may_api: Client, tea: Product, milk: Product) -> None:
    cursor = snapshot(may_api)[1]
    began, finish = Event(), Event()

    def slow() -> None:
        with transaction.atomic():
            Product.objects.filter(pk=tea.pk).update(name="Slow tea")
            began.set()
            assert finish.wait(30)

    till = Thread(target=alone, args=(slow,))
    till.start()
    assert began.wait(30)
    Product.objects.filter(pk=milk.pk).update(name="Quick milk")
    early = told(may_api, cursor)
    after = asked(may_api, "changes", after=cursor)["next"]
    finish.set()
    till.join()
    late = told(may_api, after)
    assert early == []  # held back: the slow one began before
    assert late == [("product", str(tea.pk), "written"), ("product", str(milk.pk), "written")]


def test_rolled_back_change_is_never_in_the_feed(may_api: Client, tea: Product) -> None:
    cursor = snapshot(may_api)[1]
    with transaction.atomic():
        Product.objects.filter(pk=tea.pk).update(name="Never")
        transaction.set_rollback(True)
    assert told(may_api, cursor) == []


def writes(goods: list[Product], seed: int) -> None:
    """Changes several products and adds a category; rolls a third of this back."""
    luck = random.Random(seed)
    for turn in range(25):
        with transaction.atomic():
            for product in sorted(luck.sample(goods, 3), key=lambda one: one.pk):
                Product.objects.filter(pk=product.pk).update(name=f"Jam {seed}-{turn}")
            Category.objects.create(name=f"C {seed}-{turn}")
            transaction.set_rollback(luck.random() < 0.3)


def test_reader_beside_eight_writers_mirrors_the_shop(may: User, may_api: Client) -> None:
    goods = [products.create(by=may, name=f"Jam {n}", price=Decimal(1), opening_stock=Decimal(9)) for n in range(8)]
    mirror, cursor = snapshot(may_api)
    over, seen, luck = Event(), list[str](), random.Random(7)

    def write_all() -> None:
        at_once([partial(writes, goods, seed) for seed in range(8)])
        over.set()

    writers = Thread(target=write_all)
    writers.start()
    page: dict[str, Any] = {"results": ["begin"], "next": cursor}
    while page["results"] or not over.is_set():
        page = asked(may_api, "changes", after=page["next"], page_size=luck.randint(1, 9))
        for entry in page["results"]:
            seen.append(entry["cursor"])
            mirror[entry["type"], entry["id"]] = entry["object"]
    writers.join()
    follow(may_api, mirror, page["next"])
    assert mirror == snapshot(may_api)[0]
    assert len(seen) == len(set(seen)) > 300


def test_key_reads_only_the_changes_its_scopes_allow(may: User, tea: Product, milk: Product) -> None:
    reader = machine(may, "stock:read")
    cursor = asked(reader, "snapshot")["cursor"]
    assert {one["type"] for one in asked(reader, "snapshot")["results"]} == {"stock"}
    Product.objects.update(name="Other")
    Stock.objects.filter(product=tea).update(quantity=10)
    assert told(reader, cursor) == [("stock", str(tea.pk), "written")]
    assert reader.get("/api/v1/changes", {"after": cursor, "types": "member"}).status_code == 403
    assert machine(may, "bills:write").get("/api/v1/snapshot").status_code == 403


@pytest.mark.parametrize("spoilt", ["x", "bnVsbA", "W10", "WyJhIiwxLDIsM10=", "\0", "é" * 50])
def test_invalid_cursor_is_refused(may_api: Client, spoilt: str) -> None:
    assert may_api.get("/api/v1/changes", {"after": spoilt}).status_code in (400, 410)
    assert may_api.get("/api/v1/snapshot", {"after": spoilt}).status_code == 400
    assert may_api.get("/api/v1/changes").status_code == 400
    assert may_api.get("/api/v1/snapshot", {"types": "people"}).status_code == 400


def test_feed_restarts_on_another_database_server(may_api: Client, tea: Product) -> None:
    """As after a restore: rows have transaction numbers this server has not reached."""
    cursor = snapshot(may_api)[1]
    Change.objects.update(xid=2**50)
    gone = may_api.get("/api/v1/changes", {"after": cursor})
    assert (gone.status_code, gone.json()["code"]) == (410, "cursor_gone")
    cursor = snapshot(may_api)[1]
    Product.objects.filter(pk=tea.pk).update(name="Other")
    assert told(may_api, cursor) == [("product", str(tea.pk), "written")]


def test_stock_of_another_location_is_in_the_feed(may: User, may_api: Client, tea: Product) -> None:
    mirror, cursor = snapshot(may_api)
    harbour = locations.enter(Location(), by=may, code="H", name="Harbour shop")
    stock.receive(tea, Decimal(3), by=may, location=harbour.pk)
    follow(may_api, mirror, cursor)
    assert mirror["stock", str(tea.pk)]["by_location"] == [{"location": "H", "quantity": "3", "reorder_point": None}]
    cursor = snapshot(may_api)[1]
    products.edit(tea, by=may, reorder_points={harbour.pk: Decimal(5)})
    follow(may_api, mirror, cursor)
    assert mirror["stock", str(tea.pk)]["by_location"] == [{"location": "H", "quantity": "3", "reorder_point": "5"}]
    assert mirror["product", str(tea.pk)]["version"] == tea.version + 1


def test_old_changes_are_deleted_and_their_cursors_expire(may_api: Client, tea: Product, settings: Any) -> None:
    past, now = snapshot(may_api)[1], Product.objects.filter(pk=tea.pk)
    now.update(name="Old")
    later = snapshot(may_api)[1]
    now.update(name="New")
    assert feed.forget_old() == 0
    assert told(may_api, past) == [("product", str(tea.pk), "written")] * 2
    Change.objects.exclude(pk=Change.objects.latest("pk").pk).update(at=clock.now() - timedelta(settings.FEED_DAYS + 1))
    assert feed.forget_old() > 0
    assert may_api.get("/api/v1/changes", {"after": past}).status_code == 410
    assert told(may_api, later) == [("product", str(tea.pk), "written")]


def test_one_reader_may_wait_for_a_change_and_a_second_is_answered_at_once(
    may: User, may_api: Client, tea: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    cursor = snapshot(may_api)[1]
    slept: list[float] = []

    def change(seconds: float) -> None:
        slept.append(seconds)
        assert asked(may_api, "changes", after=cursor, wait=25)["results"] == []  # the only place is taken
        at_once([lambda: Product.objects.filter(pk=tea.pk).update(name="Other")])

    monkeypatch.setattr(changes, "sleep", change)
    page = asked(may_api, "changes", after=cursor, wait=25)
    assert [entry["id"] for entry in page["results"]] == [str(tea.pk)]
    assert len(slept) == 1
    assert changes.WAITING.acquire(blocking=False)
    changes.WAITING.release()


def test_feed_and_its_documents_have_the_same_kinds() -> None:
    assert tuple(KINDS) == feed.KINDS


def test_sale_sends_no_statement_for_the_feed(ana: User, shift: Shift, tea: Product) -> None:
    with CaptureQueriesContext(connection) as sent:
        sell((tea, "1"), by=ana, cash="12.50")
    assert not [query for query in sent.captured_queries if "pos_change" in query["sql"]]
