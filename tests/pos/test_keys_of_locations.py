"""Keys bound to locations: every route that takes or tells of a location, asked with a key bound to another one."""

import json
from decimal import Decimal as D
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator

from accounts.models import ApiKey, AuditEntry, User
from billing.models import Basket, Bill, Register
from inventory.buying import orders, receiving, returns, suppliers
from inventory.buying.receiving import Came
from inventory.counting import sheets
from inventory.goods import products
from inventory.models import Location, LocationStock, Product, StockMovement, Supplier
from inventory.shelf import locations, stock
from inventory.transfers import transfers
from pos.api.scopes import OF_EVERY_LOCATION
from tests import cast
from tests.at_once import at_once, wait_for_tests_beside
from tests.elsewhere import deeds, documents
from tests.keys import begin_a_minute, machine, made, with_key
from tests.proof import assert_books_are_right

pytestmark = pytest.mark.django_db
V1 = "/api/v1/"
# Fields that name a location, or the register of one
NAMES = {"location", "from", "to", "reorder_points", "stock_by_location", "lacking_at", "register"}
BELONG = ("/counts/{", "/transfers/{", "/purchase-orders/{", "/goods-receipts/{", "/locations/{", "/baskets/{")
LISTS = ("locations", "counts", "transfers", "purchase-orders", "goods-receipts", "supplier-returns")
LISTED = {name.replace("-", "_") for name in LISTS} | {"baskets", "product", "product_stock"}
# What a register sold, printed and counted is told to every key, as it is where keys are bound to registers
TOLD = {
    *("bills", "bill", "bill_by_key", "bill_mail", "jobs", "job", "job_retry", "journal", "members_bulk"),
    *("registers", "register", "register_favourites", "shifts", "shift", "report_current_cash"),
    *("report_revenue", "report_sales", "report_transactions"),
}
OF_THE_FIRST = {"stock_bulk", "products_bulk"}  # their rows have no location


@pytest.fixture(autouse=True)
def a_new_minute() -> None:
    begin_a_minute()


@pytest.fixture
def west(may: User) -> Location:
    return locations.enter(Location(), by=may, code="West", name="West Street")


@pytest.fixture
def store(may: User) -> Location:
    return locations.enter(Location(), by=may, code="STORE", name="Store room")


@pytest.fixture
def mill(may: User) -> Supplier:
    return suppliers.enter(Supplier(), by=may, name="Mill", email="mill@example.org")


def keyed(by: User, *places: str, **facts: Any) -> Client:
    return machine(by, may_refund=True, locations=list(places), **facts)


def asked(client: Client, method: str, path: str, body: Any = None) -> Any:
    written = "" if body is None else json.dumps(body)
    return client.generic(method, V1 + path, written, content_type="application/json")


def is_refused(answer: Any, bound: str = "WEST") -> bool:
    return answer.status_code == 403 and answer.json()["facts"] == {"locations": [bound]}


def named(part: Any, schemas: dict[str, Any], seen: tuple[str, ...] = ()) -> set[str]:
    """The names of all fields in a part of the document."""
    if isinstance(part, list):
        return set().union(*(named(one, schemas, seen) for one in part))
    if not isinstance(part, dict):
        return set()
    if "$ref" in part:
        name = part["$ref"].rsplit("/", 1)[1]
        return set() if name in seen or name not in schemas else named(schemas[name], schemas, (*seen, name))
    return set(part.get("properties", {})).union(*(named(one, schemas, seen) for one in part.values()))


def of_locations() -> set[str]:
    """Every operation a key may ask for that takes or tells of a location or a register, as the document says it."""
    document: Any = SchemaGenerator().get_schema(request=None, public=True)
    schemas, found = document["components"]["schemas"], set()
    for path, methods in document["paths"].items():
        for one in methods.values():
            bodies = [one.get("requestBody"), *(body for code, body in one["responses"].items() if code[0] == "2")]
            if "x-scope" in one and (NAMES & named(bodies, schemas) or any(part in path for part in BELONG)):
                found.add(one["operationId"])
    return found


def test_walk_goes_to_every_operation_that_takes_or_tells_of_a_location(
    may: User, tea: Product, store: Location, mill: Supplier
) -> None:
    walked = {name for name, *_rest in deeds(documents(may, tea, store, mill))}
    reports = {"report_" + name.removeprefix("api-report-").replace("-", "_") for name in OF_EVERY_LOCATION}
    assert of_locations() <= walked | LISTED | TOLD | OF_THE_FIRST | reports


def test_no_route_answers_a_key_of_another_location(
    may: User, tea: Product, west: Location, store: Location, mill: Supplier
) -> None:
    of = documents(may, tea, store, mill)
    bound, free = keyed(may, "WEST"), machine(may, may_refund=True)
    before = StockMovement.objects.count(), Bill.objects.count(), Basket.objects.count()
    for name, method, path, body in deeds(of):
        assert is_refused(asked(bound, method, path, body)), name
    assert before == (StockMovement.objects.count(), Bill.objects.count(), Basket.objects.count())
    for name, method, path, body in deeds(of):
        answer = asked(free, method, path, body)
        assert answer.status_code not in (401, 403) and answer.status_code < 500, (name, answer.content)
    assert_books_are_right()


@pytest.mark.parametrize("route", sorted(OF_EVERY_LOCATION))
def test_report_on_every_location_is_for_keys_that_are_bound_to_none(may: User, west: Location, route: str) -> None:
    path = reverse(route).removeprefix(V1)
    assert is_refused(asked(keyed(may, "WEST"), "GET", path))
    assert asked(machine(may), "GET", path).status_code in (200, 400)


def test_lists_tell_of_ones_own_locations(
    may: User, tea: Product, west: Location, store: Location, mill: Supplier
) -> None:
    of = documents(may, tea, store, mill)
    sheets.open_sheet(by=may)
    orders.create(mill.pk, by=may)
    receiving.book([Came(tea.pk, D(4))], by=may, supplier=mill.pk)
    returns.send_back({tea.pk: D(1)}, by=may, reason="stale", supplier=mill.pk)
    clients = {place: keyed(may, place) for place in ("WEST", "STORE", "-")} | {"": machine(may)}

    def rows(path: str) -> dict[str, int]:
        found = {place: asked(client, "GET", path) for place, client in clients.items()}
        return {place: len(answer.json()["results"]) for place, answer in found.items()}

    assert rows("locations") == {"WEST": 1, "STORE": 1, "-": 0, "": 2}
    assert rows("counts") == {"WEST": 0, "STORE": 1, "-": 1, "": 2}
    assert rows("transfers") == {"WEST": 0, "STORE": 4, "-": 4, "": 4}
    assert rows("purchase-orders") == {"WEST": 0, "STORE": 3, "-": 1, "": 4}
    assert rows("goods-receipts") == {"WEST": 0, "STORE": 1, "-": 1, "": 2}
    assert rows("supplier-returns") == {"WEST": 0, "STORE": 1, "-": 1, "": 2}
    assert rows("baskets") == {"WEST": 0, "STORE": 2, "-": 0, "": 2}
    stocks = rows(f"products/{of['tea']}/stock")
    assert stocks["WEST"] == 0 and stocks["STORE"] + stocks["-"] == stocks[""]


def test_stock_told_is_that_of_ones_own_locations(may: User, tea: Product, west: Location, store: Location) -> None:
    stock.receive(tea, D(30), by=may, location=store.pk)
    products.edit(tea, by=may, reorder_points={west.pk: D(2), store.pk: D(5)})
    told = {}
    for place in ("", "-", "STORE", "WEST"):
        client = keyed(may, *([place] if place else []))
        one = asked(client, "GET", f"products/{tea.pk}").json()
        listed = asked(client, "GET", "products?in_stock=true").json()["results"]
        page = asked(client, "GET", "snapshot?types=product,stock").json()["results"]
        objects = {entry["type"]: entry["object"] for entry in page}
        assert objects["product"]["stock"] == one["stock"]
        told[place] = (
            one["stock"],
            [held["location"] for held in one["stock_by_location"]],
            [point["location"] for point in one["reorder_points"]],
            [row["stock"] for row in listed],
            objects["stock"]["quantity"],
            sorted(there["location"] for there in objects["stock"]["by_location"]),
        )
    assert told == {
        "": ("10", [None, "STORE", "West"], ["STORE", "West"], ["10"], "10", ["STORE", "West"]),
        "-": ("10", [None], [], ["10"], "10", []),
        "STORE": ("30", ["STORE"], ["STORE"], ["30"], None, ["STORE"]),
        "WEST": ("0", ["West"], ["West"], [], None, ["West"]),
    }


@pytest.mark.django_db(transaction=True)
def test_change_told_by_the_feed_is_that_of_ones_own_locations(may: User, tea: Product, store: Location) -> None:
    bound = keyed(may, "STORE")
    cursor = asked(bound, "GET", "snapshot?types=stock").json()["cursor"]
    stock.receive(tea, D(30), by=may, location=store.pk)
    wait_for_tests_beside()
    change = asked(bound, "GET", f"changes?types=stock&after={cursor}").json()["results"][-1]["object"]
    assert (change["quantity"], [there["quantity"] for there in change["by_location"]]) == (None, ["30"])


def test_rows_without_a_location_are_of_the_first(may: User, tea: Product, west: Location) -> None:
    bound, first = keyed(may, "WEST"), keyed(may, "-")
    rows = {"rows": [{"sku": tea.sku, "stock": "7"}]}
    for path in ("stock/bulk", "products/bulk"):
        assert is_refused(asked(bound, "POST", path, rows)), path
        assert asked(first, "POST", path, rows).status_code == 201
    assert is_refused(asked(bound, "POST", "products", {"name": "Oats", "price": "2.00", "stock": "7"}))
    assert asked(bound, "POST", "products", {"name": "Oats", "price": "2.00"}).status_code == 201
    assert asked(bound, "POST", "products/bulk", {"rows": [{"sku": tea.sku, "price": "12.00"}]}).status_code == 201


def test_key_works_and_sells_where_it_is_bound(may: User, tea: Product, west: Location, store: Location) -> None:
    bound = keyed(may, "west", "-")
    assert asked(bound, "POST", f"products/{tea.pk}/stock", {"kind": "delivery", "quantity": "4"}).status_code == 201
    here = {"kind": "delivery", "quantity": "4", "location": "WEST"}
    assert asked(bound, "POST", f"products/{tea.pk}/stock", here).status_code == 201
    lines = [{"product": tea.pk, "quantity": "1"}]
    sent = asked(bound, "POST", "transfers", {"to": "STORE", "lines": lines}).json()
    assert asked(bound, "POST", f"transfers/{sent['number']}/receive", {"lines": lines}).status_code == 403
    back = asked(bound, "POST", f"transfers/{sent['number']}/call-back", {"reason": "wrong"})
    assert back.status_code == 201
    paid = {"lines": lines, "payments": [{"method": "card", "amount": "12.50"}]}
    assert asked(bound, "POST", "bills", paid).status_code == 201
    assert is_refused(asked(keyed(may, "STORE"), "POST", "bills", paid), "STORE")
    Register.objects.filter(code="API").update(location=store)
    assert asked(keyed(may, "STORE"), "POST", "bills", paid).status_code == 409  # nothing is left there
    assert_books_are_right()


def test_each_end_of_a_transfer_does_its_own_part(may: User, tea: Product, store: Location) -> None:
    path = f"transfers/{transfers.send({tea.pk: D(1)}, by=may, origin=None, target=store.pk).number}"
    lines = {"lines": [{"product": tea.pk, "quantity": "1"}]}
    for place, deed, body in [
        ("STORE", "call-back", {"reason": "wrong"}),
        ("-", "give-up", {"reason": "lost"}),
        ("-", "receive", lines),
    ]:
        assert is_refused(asked(keyed(may, place), "POST", f"{path}/{deed}", body), place), deed
    assert asked(keyed(may, "STORE"), "POST", f"{path}/receive", lines).status_code == 201


def test_asked_again_under_its_key_it_is_done_once(may: User, tea: Product, west: Location) -> None:
    bound, headers = keyed(may, "WEST"), {"Idempotency-Key": str(uuid4())}
    here = {"kind": "delivery", "quantity": "4", "location": "WEST"}

    def deliver() -> Any:
        path = f"{V1}products/{tea.pk}/stock"
        return bound.post(path, here, content_type="application/json", headers=headers).status_code

    assert [deliver(), deliver()] == [201, 200]
    assert tea.elsewhere.get().quantity == 4


def test_places_of_a_key_are_said_changed_and_told(may: User, may_api: Client, ana_api: Client) -> None:
    asked_for = {"name": "Kiosk", "scopes": ["stock:read"], "locations": ["west", "-", "WEST"]}
    assert asked(ana_api, "POST", "keys", asked_for).status_code == 403
    answer = asked(may_api, "POST", "keys", asked_for).json()
    assert answer["locations"] == ["WEST", "-"]
    kiosk = with_key(answer["secret"])
    assert asked(kiosk, "GET", "me").json()["key"]["locations"] == ["-", "WEST"]
    path = f"keys/{answer['id']}"
    assert asked(may_api, "PATCH", path, {"locations": ["STORE"]}).json()["locations"] == ["STORE"]
    assert AuditEntry.objects.latest("pk").facts == {"locations": ["WEST, -", "STORE"]}
    for wrong in (["no/code"], ["--"], [""], ["x" * 11], [f"L{n}" for n in range(21)], ["a\0b"], "WEST", [7]):
        assert asked(may_api, "PATCH", path, {"locations": wrong}).status_code == 400, wrong
    assert asked(kiosk, "GET", "me").json()["key"]["locations"] == ["STORE"]


def test_places_of_a_key_are_changed_on_its_page(may: User, may_web: Client) -> None:
    key = made(may, "stock:read").key
    form = {"name": "Kiosk", "scopes": ["stock:read"], "per_minute": "60", "days": "365"}
    may_web.post(f"/keys/{key.pk}", {**form, "locations": "west, -"})
    key.refresh_from_db()
    assert key.locations == ["WEST", "-"]
    assert 'value="WEST, -"' in may_web.get(f"/keys/{key.pk}").content.decode()
    assert may_web.post(f"/keys/{key.pk}", {**form, "locations": "no/code"}).status_code == 400


def test_database_bounds_how_many_places_a_key_has(may: User) -> None:
    with pytest.raises(IntegrityError, match="key_is_bound_to_few_locations"):
        ApiKey.objects.filter(pk=made(may).key.pk).update(locations=[f"L{n}" for n in range(21)])


@pytest.mark.django_db(transaction=True)
def test_key_bound_while_it_delivers_delivers_all_or_nothing(may: User, may_api: Client) -> None:
    tea, west = cast.product("Tea", "12.50", "10"), locations.enter(Location(), by=may, code="WEST", name="West")
    key = made(may, "stock:write")
    kiosk, path = with_key(key.secret), f"products/{tea.pk}/stock"
    deliver = partial(asked, kiosk, "POST", path, {"kind": "delivery", "quantity": "1", "location": "WEST"})
    bind = partial(asked, may_api, "PATCH", f"keys/{key.key.pk}", {"locations": ["-"]})
    delivered, _bound = at_once([deliver, bind])
    there = LocationStock.objects.filter(product=tea, location=west).first()
    assert (delivered.status_code, there.quantity if there else 0) in ((201, 1), (403, 0))
    assert is_refused(deliver(), "-")
