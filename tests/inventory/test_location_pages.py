"""The pages and the API of locations and transfers."""

from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import AuditEntry, User
from inventory.models import Location, LocationTax, Product, ReceiptDraft, TaxRate, Transfer, TransferDraft
from inventory.shelf import locations, stock
from inventory.transfers import drafts, transfers
from tests.at_once import outcomes_of
from tests.proof import assert_books_are_right

TEA = "4006381333931"


@pytest.fixture
def store(may: User) -> Location:
    """A store room behind the shop."""
    return locations.enter(Location(), by=may, code="STORE", name="Store room")


def on_shelf(product: Product, location: Location | None = None) -> D:
    return stock.look([product.pk], location=location.pk if location else None)[product.pk].quantity


def send(api: Client, path: str, body: dict[str, Any]) -> Any:
    return api.post(f"/api/v1/{path}", body, content_type="application/json")


def test_manager_adds_renames_and_switches_off_a_location(may_web: Client, may: User) -> None:
    page = may_web.get("/locations").content.decode()
    assert "the first one" in page
    assert may_web.post("/locations", {"name": "Cellar", "code": "C"}).status_code == 302
    cellar = Location.objects.get()
    changed = {"name": "Deep cellar", "code": "C", "is_active": "on"}
    assert may_web.post(f"/locations/{cellar.pk}", changed).status_code == 302
    assert may_web.post("/locations", {"name": "deep CELLAR", "code": "D"}).status_code == 409
    assert may_web.post("/locations", {"name": "x", "code": "a b"}).status_code == 400
    for path in ("/locations", f"/locations/{cellar.pk}"):
        assert may_web.post(path, {}).status_code == 400
    assert may_web.post("/locations", {"name": "x\0", "code": "D"}).status_code == 400
    assert may_web.post(f"/locations/{cellar.pk}", {"name": "Deep cellar", "code": "C"}).status_code == 302
    cellar.refresh_from_db()
    assert (cellar.name, cellar.is_active) == ("Deep cellar", False)


def test_manager_sets_the_tax_of_a_location(may_web: Client, store: Location) -> None:
    full, abroad = TaxRate.objects.create(name="full", rate="0.19"), TaxRate.objects.create(name="abroad", rate="0.20")
    path = f"/locations/{store.pk}/taxes"
    assert may_web.post(path, {f"tax_{full.pk}": abroad.pk, f"tax_{abroad.pk}": ""}).status_code == 302
    assert LocationTax.objects.get().instead == abroad
    assert "selected" in may_web.get(f"/locations/{store.pk}").content.decode()
    assert may_web.post(path, {f"tax_{full.pk}": "999999"}).status_code == 400


def test_program_sets_the_tax_of_a_location(may: User, may_api: Client, ana_api: Client, store: Location) -> None:
    full, abroad = (
        TaxRate.objects.create(name=name, rate=D(rate)) for name, rate in (("19 %", "0.19"), ("8 %", "0.08"))
    )

    def patch(*taxes: dict[str, Any], api: Client = may_api) -> Any:
        return api.patch("/api/v1/locations/STORE", {"taxes": list(taxes)}, content_type="application/json")

    there = {"tax_rate": full.pk, "instead": abroad.pk}
    assert patch(there).json() == {"code": "STORE", "name": "Store room", "is_active": True, "taxes": [there]}
    assert may_api.get("/api/v1/locations").json()["results"][0]["taxes"] == [there]
    for wrong in ({**there, "instead": 999_999}, {"tax_rate": full.pk}, {**there, "tax_rate": None}, {**there, "x": 1}):
        assert patch(wrong).status_code == 400, wrong
    assert (patch(there, there).status_code, patch(there, api=ana_api).status_code) == (400, 403)
    assert locations.taxes_of(store.pk) == {full.pk: abroad.pk}
    assert patch({**there, "instead": None}).json()["taxes"] == []
    told = AuditEntry.objects.filter(action="location.taxes_set").order_by("pk")
    assert [entry.facts for entry in told] == [{"19 %": "8 %"}, {"19 %": ""}]


def test_transfer_is_scanned_sent_and_received(may_web: Client, may: User, tea: Product, store: Location) -> None:
    assert may_web.post("/transfers/new/head", {"origin": "", "target": store.pk, "note": "by van"}).status_code == 302
    for _ in range(2):
        may_web.post("/transfers/new/scan", {"code": TEA, "once": str(uuid4())})
    may_web.post("/transfers/new/scan", {"code": TEA, "times": "3"})
    page = may_web.get("/transfers/new").content.decode()
    assert ("10 there" in page, "not enough there" in page) == (True, False)
    assert may_web.post(f"/transfers/new/goods/{tea.pk}", {"quantity": "6"}).status_code == 302
    key = str(TransferDraft.objects.get().key)
    sent = may_web.post("/transfers/new/send", {"key": key})
    again = may_web.post("/transfers/new/send", {"key": key})
    assert sent.url == again.url == "/transfers/TR-000001"
    assert "6 on the way" in may_web.get("/transfers").content.decode()
    may_web.post("/transfers/TR-000001/receive", {f"found_{tea.pk}": "4"})
    assert "Some of it has not arrived" in may_web.get("/transfers/TR-000001").content.decode()
    may_web.post("/transfers/TR-000001/missing", {"reason": "fell off the van"})
    page = may_web.get("/transfers/TR-000001").content.decode()
    assert "fell off the van" in page
    assert (on_shelf(tea), on_shelf(tea, store)) == (4, 4)
    assert may_web.post("/transfers/TR-000001/undo", {"reason": "wrong shop"}).url == "/transfers/TR-000002"
    assert_books_are_right()


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("new/scan", {"code": "nonsense"}, 409),
        ("new/scan", {"code": "a\0"}, 400),
        ("new/scan", {"code": TEA, "times": "NaN"}, 400),
        ("new/scan", {"code": TEA, "times": "0.5"}, 400),
        ("new/head", {"origin": "999999", "target": ""}, 400),
        ("new/head", {"origin": "x" * 50, "target": ""}, 400),
        ("new/send", {"key": "nonsense"}, 400),
        ("new/send", {"key": str(uuid4())}, 400),
        ("new/goods/999999", {"quantity": "1"}, 409),
        ("TR-000001/receive", {"found_{tea}": "7"}, 409),
        ("TR-000001/receive", {"found_{tea}": "nonsense"}, 400),
        ("TR-000001/receive", {}, 400),
        ("TR-000001/back", {"reason": ""}, 400),
        ("TR-000001/undo", {"reason": "wrong shop"}, 409),
        ("TR-999999/receive", {}, 404),
    ],
)
def test_invalid_transfer_is_reported_on_the_page(
    may_web: Client, may: User, tea: Product, store: Location, path: str, form: dict[str, str], status: int
) -> None:
    transfers.send({tea.pk: D(6)}, by=may, origin=None, target=store.pk)
    named = {name.format(tea=tea.pk): value for name, value in form.items()}
    answer = may_web.post(f"/transfers/{path}", named)
    assert answer.status_code == status
    assert status == 404 or 'role="alert"' in answer.content.decode()
    assert on_shelf(tea) == 4


def test_more_than_there_is_cannot_be_sent_and_stays_scanned(may_web: Client, tea: Product, store: Location) -> None:
    may_web.post("/transfers/new/scan", {"code": TEA, "times": "11"})
    assert "not enough there" in may_web.get("/transfers/new").content.decode()
    refused = may_web.post("/transfers/new/send", {"key": str(TransferDraft.objects.get().key)})
    assert (refused.status_code, "Only 10 of Green tea are left" in refused.content.decode()) == (409, True)
    assert TransferDraft.objects.get().lines.count() == 1
    may_web.post("/transfers/new/drop")
    assert not TransferDraft.objects.exists()


def test_shop_with_one_location_is_told_how_to_have_another(may_web: Client) -> None:
    for path in ("/transfers", "/transfers/new"):
        assert "one location" in may_web.get(path).content.decode()


def test_api_moves_goods_between_locations(may_api: Client, tea: Product) -> None:
    assert send(may_api, "locations", {"code": "H", "name": "Harbour shop"}).json() == {
        "code": "H",
        "name": "Harbour shop",
        "is_active": True,
        "taxes": [],
    }
    sent = send(may_api, "transfers", {"to": "h", "lines": [{"product": tea.pk, "quantity": "6"}]})
    assert sent.status_code == 201, sent.content
    told = sent.json()
    assert (told["number"], told["from"], told["to"], told["lines"][0]["on_the_way"]) == ("TR-000001", None, "H", "6")
    found = {"lines": [{"product": tea.pk, "quantity": "5"}]}
    arrived = send(may_api, "transfers/TR-000001/receive", found).json()
    assert (arrived["lines"][0]["on_the_way"], arrived["arrivals"][0]["kind"]) == ("1", "received")
    more = send(may_api, "transfers/TR-000001/receive", found)
    assert (more.status_code, more.json()["code"]) == (409, "more_than_sent")
    assert (
        send(may_api, "transfers/TR-000001/call-back", {"reason": "found here"}).json()["lines"][0]["on_the_way"] == "0"
    )
    counter = send(may_api, "transfers/TR-000001/undo", {"reason": "wrong shop"}).json()
    assert (counter["number"], counter["reverses"], counter["from"], counter["to"]) == (
        "TR-000002",
        "TR-000001",
        "H",
        None,
    )
    assert may_api.get("/api/v1/transfers").json()["results"][1]["reversed_by"] == "TR-000002"
    off = may_api.patch("/api/v1/locations/H", {"is_active": False}, content_type="application/json")
    assert off.json()["is_active"] is False
    assert_books_are_right()


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("locations", {"code": "a b", "name": "x"}, 400),
        ("locations", {"code": "STORE", "name": "x"}, 409),
        ("locations", {"code": "X", "name": "x\0"}, 400),
        ("transfers", {"to": "NONE", "lines": [{"product": 1, "quantity": "1"}]}, 400),
        ("transfers", {"lines": [{"product": 1, "quantity": "1"}]}, 400),
        ("transfers", {"to": "STORE", "lines": []}, 400),
        ("transfers", {"to": "STORE", "lines": [{"product": 1, "quantity": "NaN"}]}, 400),
        ("transfers", {"to": "STORE", "lines": [{"product": 999999, "quantity": "1"}]}, 409),
        ("transfers", {"to": ["STORE"], "lines": 7}, 400),
        ("transfers/TR-999999/receive", {"lines": [{"product": 1, "quantity": "1"}]}, 404),
    ],
)
def test_invalid_location_or_transfer_is_refused_by_the_api(
    may_api: Client, store: Location, path: str, body: dict[str, Any], status: int
) -> None:
    assert send(may_api, path, body).status_code == status


@pytest.mark.django_db(transaction=True)
def test_transfer_sent_at_once_is_sent_once(may: User, tea: Product, store: Location) -> None:
    drafts.scan(may, TEA)
    key = str(TransferDraft.objects.get().key)
    assert outcomes_of(*[lambda: drafts.send(may, key)] * 6) == ["done"] * 6
    assert (Transfer.objects.count(), on_shelf(tea)) == (1, 9)


def test_shop_with_one_location_sees_no_locations_or_transfers(may_web: Client, may: User, tea: Product) -> None:
    supplier_pages = ["/buying/receive", "/counts", f"/goods/{tea.pk}", f"/admin/inventory/product/{tea.pk}/stock/"]
    for path in (*supplier_pages, "/goods", "/admin/billing/register/add/"):
        assert "ocation" not in without_addresses(may_web.get(path).content.decode()), path
    locations.enter(Location(), by=may, code="STORE", name="Store room")
    for path in (*supplier_pages, "/admin/billing/register/add/"):
        assert "Store room" in may_web.get(path).content.decode(), path


def without_addresses(html: str) -> str:
    return "".join(line for line in html.splitlines() if "window.location" not in line)


def test_pages_of_goods_show_the_stock_of_each_location(
    may_web: Client, may: User, tea: Product, store: Location
) -> None:
    form = {"kind": "delivery", "quantity": "26", "reason": "", "location": store.pk}
    assert may_web.post(f"/admin/inventory/product/{tea.pk}/stock/", form).status_code == 302
    assert 'Store room <span class="nowrap">26</span>' in may_web.get(f"/goods/{tea.pk}").content.decode()
    assert "10 · Store room 26" in may_web.get("/goods").content.decode()
    assert may_web.post("/counts/new", {"scope": "free", "location": store.pk}).status_code == 302
    assert "Store room" in may_web.get("/counts").content.decode()


def test_delivery_is_received_at_the_location_chosen_on_the_page(
    may_web: Client, may: User, tea: Product, store: Location
) -> None:
    may_web.post("/buying/receive/head", {"note_number": "L-1", "location": store.pk})
    may_web.post("/buying/receive/scan", {"code": TEA})
    may_web.post("/buying/receive/book", {"key": str(ReceiptDraft.objects.get().key)})
    assert (on_shelf(tea), on_shelf(tea, store)) == (10, 1)
    assert "Store room" in may_web.get("/buying/receipts/GR-000001").content.decode()


def test_api_shows_and_moves_the_stock_of_each_location(may_api: Client, tea: Product, store: Location) -> None:
    moved = send(may_api, f"products/{tea.pk}/stock", {"kind": "delivery", "quantity": "5", "location": "store"})
    assert (moved.status_code, moved.json()["location"]) == (201, "STORE")
    one = may_api.get(f"/api/v1/products/{tea.pk}").json()
    assert (one["stock"], [(held["location"], held["quantity"]) for held in one["stock_by_location"]]) == (
        "10",
        [(None, "10"), ("STORE", "5")],
    )
    came = {"lines": [{"product": tea.pk, "quantity": "1"}], "location": "STORE"}
    assert send(may_api, "goods-receipts", came).json()["location"] == "STORE"
    assert send(may_api, "counts", {"title": "Store", "location": "STORE"}).json()["location"] == "STORE"
    for path, body in (("goods-receipts", came), (f"products/{tea.pk}/stock", {"kind": "count", "quantity": "1"})):
        assert send(may_api, path, {**body, "location": "NONE"}).status_code == 400
