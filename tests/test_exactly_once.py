"""A POST with a key acts once, in the API and on pages: each route is called twice."""

import json
import re
from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import pytest
from django.db import models
from django.test import Client

from accounts.models import ApiKey, AuditEntry, CustomRole, KeySecret, User
from billing.basket import baskets
from billing.models import (
    Basket,
    BasketGiftCard,
    BasketLine,
    Bill,
    CashMovement,
    LabelPattern,
    OutboundJob,
    ReceiptPrint,
    Register,
    Shift,
    StoredValueEntry,
    ZReport,
)
from billing.outage import posting
from inventory.buying import orders, receiving, suppliers
from inventory.counting import booking, entries, sheets
from inventory.models import (
    Category,
    CountDeed,
    CountEntry,
    CountSheet,
    GoodsReceipt,
    Location,
    Product,
    PurchaseOrder,
    Reason,
    StockMovement,
    Supplier,
    SupplierArticle,
    SupplierReturn,
    TaxRate,
    Transfer,
    TransferArrival,
)
from inventory.shelf import locations
from inventory.transfers import transfers
from members.models import Member, PointsEntry
from pos.models import DoneDeed
from reports.models import SavedView, Webhook, WebhookDelivery, WebhookSecret
from reports.webhooks import hooks
from tests import cast, doors, keys, outage
from tests.at_once import at_once
from tests.counter import sell
from tests.kept import taken_back
from tests.outage import sold_at
from tests.proof import assert_books_are_right
from tests.routes import ROUTES

pytestmark = pytest.mark.django_db

TURNS = 6
# A valid body for each API route that reads a key, and the table that gets one row from it.
TEA, OLGA, DOUBLE, SUPPLIER, CURSOR = 0, -1, -2, -3, -4  # their ids, once there are some
Shop = dict[str, Any]
DEEDS: dict[str, tuple[type[models.Model], dict[str, Any]]] = {
    "/api/v1/users": (
        User,
        {"username": "zoe", "name": "Zoe", "role": "cashier", "password": "long-and-odd-7"},
    ),
    "/api/v1/keys": (ApiKey, {"name": "Kiosk", "scopes": ["bills:write"]}),
    "/api/v1/keys/<int:key_id>/rotate": (KeySecret, {"overlap_hours": 2}),
    "/api/v1/webhooks": (Webhook, {"url": "https://shop.example.org/changes", "types": ["bill"]}),
    "/api/v1/webhooks/<int:webhook_id>/rotate": (WebhookSecret, {"overlap_hours": 2}),
    "/api/v1/webhooks/<int:webhook_id>/test": (WebhookDelivery, {}),
    "/api/v1/webhooks/<int:webhook_id>/redeliver": (AuditEntry, {"after": CURSOR}),
    "/api/v1/roles": (CustomRole, {"name": "Stock room", "permissions": ["buying", "counts"]}),
    "/api/v1/products": (Product, {"name": "Jam", "price": "3.90", "sku": "JAM", "stock": "4"}),
    "/api/v1/products/<int:product_id>/stock": (StockMovement, {"kind": "delivery", "quantity": "5"}),
    "/api/v1/products/bulk": (Product, {"rows": [{"name": "Jam", "price": "3.90", "sku": "JAM"}]}),
    "/api/v1/stock/bulk": (StockMovement, {"rows": [{"barcodes": ["4006381333931"], "counted": "3"}]}),
    "/api/v1/members/bulk": (Member, {"rows": [{"name": "Mia", "email": "mia@example.org"}]}),
    "/api/v1/categories": (Category, {"name": "Spreads"}),
    "/api/v1/tax-rates": (TaxRate, {"name": "Books", "rate": "0.0500"}),
    "/api/v1/bills": (
        Bill,
        {
            "lines": [{"product": TEA, "quantity": "1"}],
            "payments": [{"method": "cash", "amount": "12.50"}],
        },
    ),
    "/api/v1/bills/<str:number>/refunds": (
        Bill,
        {
            "lines": [{"line": 1, "quantity": "1"}],
            "payments": [{"method": "cash", "amount": "12.50"}],
            "reason": "cold",
        },
    ),
    "/api/v1/bills/<str:number>/exchanges": (
        Bill,
        {
            "returned": [{"line": 1, "quantity": "1"}],
            "reason": "cold",
            "lines": [{"product": TEA, "quantity": "1"}],
        },
    ),
    "/api/v1/refunds": (
        Bill,
        {"lines": [{"product": TEA, "quantity": "1"}], "reason": "no receipt"},
    ),
    "/api/v1/late-sales": (
        Bill,
        {
            "sold_at": sold_at(),
            "lines": [{"product": TEA, "quantity": "1", "unit_price": "12.50"}],
            "payments": [{"method": "cash", "amount": "12.50"}],
        },
    ),
    "/api/v1/outage-problems/<int:problem_id>/settle": (Bill, {"correct_stock": True}),
    "/api/v1/outage-problems/<int:problem_id>/close": (DoneDeed, {"reason": "a mistake"}),
    "/api/v1/bills/<str:number>/prints": (ReceiptPrint, {"kind": "receipt", "register": "R1"}),
    "/api/v1/bills/<str:number>/mail": (OutboundJob, {"address": "vera@example.org"}),
    "/api/v1/baskets": (Basket, {"register": "R1"}),
    "/api/v1/baskets/<int:basket_id>/lines": (BasketLine, {"product": TEA, "quantity": "2"}),
    "/api/v1/baskets/<int:basket_id>/gift-cards": (BasketGiftCard, {"amount": "20.00"}),
    "/api/v1/gift-cards": (StoredValueEntry, {"amount": "20.00", "tender": "card"}),
    "/api/v1/gift-cards/<int:card_id>/adjustments": (
        StoredValueEntry,
        {"amount": "-5.00", "reason": "a mistake"},
    ),
    "/api/v1/registers": (Register, {"code": "R9", "name": "Till nine"}),
    "/api/v1/registers/<str:code>/shifts": (Shift, {"float": "50.00"}),
    "/api/v1/shifts/<int:shift_id>/close": (ZReport, {"counted": "112.50"}),
    "/api/v1/shifts/<int:shift_id>/cash-movements": (
        CashMovement,
        {"kind": "pay_in", "amount": "5.00", "reason": "coins"},
    ),
    "/api/v1/members/<int:member_id>/points": (PointsEntry, {"amount": "5.00", "reason": "forgotten card"}),
    "/api/v1/members/merge": (DoneDeed, {"double": DOUBLE, "into": OLGA}),
    "/api/v1/counts": (CountSheet, {"title": "Autumn", "outlier_pieces": "2"}),
    "/api/v1/counts/<str:number>/entries": (CountEntry, {"product": TEA, "quantity": "3"}),
    "/api/v1/counts/<str:number>/book": (CountDeed, {"accept_outliers": True}),
    "/api/v1/counts/<str:number>/drop": (CountDeed, {"reason": "a mistake"}),
    "/api/v1/counts/<str:number>/undo": (CountDeed, {"reason": "the wrong shelf"}),
    "/api/v1/label-patterns": (LabelPattern, {"prefix": "28", "kind": "price", "name": "Scale"}),
    "/api/v1/reasons": (Reason, {"deed": "refund", "code": "late", "text": "Too late"}),
    "/api/v1/reports/views": (SavedView, {"name": "By product", "query": "by=product"}),
    "/api/v1/counts/<str:number>/entries/<int:entry_id>/take-back": (CountEntry, {}),
    "/api/v1/suppliers": (Supplier, {"name": "Leaf & Co"}),
    "/api/v1/suppliers/<int:supplier_id>/articles": (SupplierArticle, {"product": TEA, "code": "T-1"}),
    "/api/v1/purchase-orders": (
        PurchaseOrder,
        {"supplier": SUPPLIER, "lines": [{"product": TEA, "packs": "2"}], "note": "soon"},
    ),
    "/api/v1/purchase-orders/<str:number>/mail": (OutboundJob, {"address": "mill@example.org"}),
    "/api/v1/goods-receipts": (GoodsReceipt, {"lines": [{"product": TEA, "quantity": "5"}], "note_number": "L-1"}),
    "/api/v1/goods-receipts/<str:number>/reverse": (GoodsReceipt, {"reason": "wrong shop"}),
    "/api/v1/supplier-returns": (
        SupplierReturn,
        {"supplier": SUPPLIER, "lines": [{"product": TEA, "quantity": "1"}], "reason": "mouldy"},
    ),
    "/api/v1/locations": (Location, {"code": "S9", "name": "Cellar"}),
    "/api/v1/transfers": (Transfer, {"to": "STORE", "lines": [{"product": TEA, "quantity": "2"}], "note": "soon"}),
    "/api/v1/transfers/<str:number>/receive": (TransferArrival, {"lines": [{"product": TEA, "quantity": "1"}]}),
    "/api/v1/transfers/<str:number>/call-back": (TransferArrival, {"reason": "needed here"}),
    "/api/v1/transfers/<str:number>/give-up": (TransferArrival, {"reason": "lost"}),
    "/api/v1/transfers/<str:number>/undo": (Transfer, {"reason": "wrong shop"}),
    "/api/v1/members": (Member, {"name": "Mia", "email": "mia@example.org", "pin": "602913"}),
}
# They take files, or undo what a file brought: tests/files/test_page.py asks them twice
FILES = ["/api/v1/imports", "/api/v1/imports/<int:import_id>/undo"]
# It needs a closed shift: tests/reports/test_tax_exports.py asks twice
OF_CLOSED_SHIFTS = ["/api/v1/tax-exports"]
# It makes three rows at once: tests/billing/test_api_screens.py asks twice
SAMPLES = ["/api/v1/samples"]
# A different value for the first of these fields that a body has
OTHERS = {
    "rows": [{"name": "Another"}],
    "overlap_hours": 3,
    "reason": "another",
    "name": "Another",
    "address": "olga@example.org",
    "register": "R2",
    "counted": "1.00",
    "amount": "21.00",
    "float": "51.00",
    "kind": "count",
    "code": "T-2",
    "note": "later",
    "note_number": "L-2",
    "payments": [{"method": "cash", "amount": "13.00"}],
    "double": 999_999,
    "query": "by=hour",
    "title": "Another",
    "url": "https://other.example.org/",
    "after": "x",
    "accept_outliers": False,
    "correct_stock": False,
    "quantity": "4",
    "lines": [{"product": 999_999, "quantity": "1"}],
}
KEYED = sorted(route for route, methods in ROUTES.items() if "POST" in methods and doors.reads_key(doors.sample(route)))
KEYLESS = sorted(
    route
    for route, methods in ROUTES.items()
    if doors.is_api(route) and "POST" in methods and not doors.reads_key(doors.sample(route))
)
# They create nothing, or the same again: figures, previews, tokens, repeated requests.
MAKE_NOTHING = [
    "/api/v1/approvals",
    "/api/v1/approvals/<int:approval_id>/answer",
    "/api/v1/auth/token",
    "/api/v1/auth/token/refresh",
    "/api/v1/auth/token/revoke",
    "/api/v1/baskets/<int:basket_id>/drop",
    "/api/v1/baskets/<int:basket_id>/park",
    "/api/v1/baskets/<int:basket_id>/resume",
    "/api/v1/baskets/<int:basket_id>/take-over",
    "/api/v1/bills/<str:number>/exchange-quotes",
    "/api/v1/counts/<str:number>/recounts",
    "/api/v1/gift-cards/<int:card_id>/block",
    "/api/v1/gift-cards/look-up",
    "/api/v1/jobs/<int:job_id>/retry",
    "/api/v1/label-patterns/try",
    "/api/v1/labels",
    "/api/v1/me/second-factor/app/confirm",
    "/api/v1/members/<int:member_id>/consent",
    "/api/v1/purchase-orders/<str:number>/close",
    "/api/v1/purchase-orders/<str:number>/send",
    "/api/v1/quotes",
    "/api/v1/unknown-codes/<int:code_id>/attach",
]

# A basket is paid once however often it is asked for: tests/billing/test_api_baskets.py
KEYS_OF_THEIR_OWN = ["/api/v1/baskets/<int:basket_id>/pay"]


@pytest.fixture
def shop(settings: Any, ana: User, may: User, shift: Shift, tea: Product, may_api: Client) -> Shop:
    settings.SENDS_MAIL = True
    cast.till("R2")
    Register.objects.filter(code="R1").update(printer_host="127.0.0.1", printer_port=9100)
    bill = sell((tea, "1"), by=ana, cash="12.50")
    basket = baskets.start(Register.objects.get(code="R1"), may)
    card = may_api.post("/api/v1/gift-cards", {"amount": "50.00", "tender": "card"}, content_type="application/json")
    members = {"olga": cast.MemberFactory.create(), "double": cast.MemberFactory.create()}
    api_key, hook = keys.made(may).key, hooks.make(by=may, url="https://example.org/").hook
    made = {"tea": tea, "bill": bill, "shift": shift, "card": card.json()["id"], "api_key": api_key, "hook": hook}
    made["basket"] = basket
    made["problem"] = posting.post(outage.sale((tea, "90"), cash="2000.00"), by=ana).problem
    return made | members | counted(ana, may, tea) | bought(may, tea) | moved(may, tea)


def counted(ana: User, may: User, tea: Product) -> Shop:
    """An open count sheet with an entry, and a booked one."""
    open_sheet, booked = sheets.open_sheet(by=may), sheets.open_sheet(by=may)
    entry = entries.count(open_sheet, tea.pk, D(9), by=ana)
    entries.count(booked, cast.product("Plum jam").pk, D(99), by=ana)
    booking.book(booked, by=may)
    return {"sheet": open_sheet, "booked": booked, "entry": entry}


def bought(may: User, tea: Product) -> Shop:
    supplier = suppliers.enter(Supplier(), by=may, name="Old Mill")
    return {
        "supplier": supplier,
        "receipt": receiving.book([receiving.Came(tea.pk, D(3))], by=may),
        "order": orders.create(supplier.pk, [orders.Ordered(tea.pk, D(1))], by=may),
    }


def moved(may: User, tea: Product) -> dict[str, Transfer]:
    """A transfer on its way, and a received one."""
    store = locations.enter(Location(), by=may, code="STORE", name="Store room")
    on_the_way, arrived = (
        transfers.send({tea.pk: D(1)}, by=may, origin=None, target=store.pk, note="soon") for _ in range(2)
    )
    transfers.receive(arrived.number, {tea.pk: D(1)}, by=may)
    return {"on_the_way": on_the_way, "arrived": arrived}


DOCUMENTS = {
    "/api/v1/transfers/<str:number>/undo": "arrived",
    "/api/v1/transfers": "on_the_way",
    "/api/v1/goods-receipts": "receipt",
    "/api/v1/purchase-orders": "order",
    "/api/v1/counts/<str:number>/undo": "booked",
    "/api/v1/counts": "sheet",
}


def address(route: str, shop: Shop) -> str:
    document = next((name for start, name in DOCUMENTS.items() if route.startswith(start)), "bill")
    places = {
        "<str:number>": shop[document].number,
        "<int:card_id>": shop["card"],
        "<int:basket_id>": shop["basket"].pk,
        "<str:code>": "R2",
        "<int:shift_id>": shop["shift"].pk,
        "<int:product_id>": shop["tea"].pk,
        "<int:category_id>": 1,
        "<int:tax_rate_id>": 1,
        "<int:user_id>": 1,
        "<int:supplier_id>": shop["supplier"].pk,
        "<int:member_id>": shop["olga"].pk,
        "<int:approval_id>": 1,
        "<int:code_id>": 1,
        "<int:job_id>": 1,
        "<int:key_id>": shop["api_key"].pk,
        "<int:webhook_id>": shop["hook"].pk,
        "<int:problem_id>": shop["problem"].pk,
        "<int:entry_id>": shop["entry"].pk,
    }
    for place, value in places.items():
        route = route.replace(place, str(value))
    return route


def of(asked: dict[str, Any], shop: Shop) -> dict[str, Any]:
    ids = {OLGA: shop["olga"].pk, DOUBLE: shop["double"].pk, SUPPLIER: shop["supplier"].pk}
    ids[CURSOR] = shop["hook"].cursor
    named = ("double", "into", "supplier", "after")
    asked = {name: ids.get(value, value) if name in named else value for name, value in asked.items()}
    lines = [{**line, "product": shop["tea"].pk} if "product" in line else line for line in asked.get("lines", [])]
    product = {"product": shop["tea"].pk} if "product" in asked else {}
    return {**asked, **product, **({"lines": lines} if lines else {})}


def ask(client: Client, path: str, body: dict[str, Any], key: str | None) -> Any:
    headers = {"Idempotency-Key": key or ""}
    return client.generic("POST", path, json.dumps(body), content_type="application/json", headers=headers)


def test_every_post_of_the_api_reads_a_key_or_makes_nothing() -> None:
    assert sorted([*DEEDS, *FILES, *OF_CLOSED_SHIFTS, *SAMPLES]) == KEYED
    assert sorted([*MAKE_NOTHING, *KEYS_OF_THEIR_OWN]) == KEYLESS


@pytest.mark.parametrize("turn", range(TURNS))
def test_request_sent_twice_is_carried_out_once(turn: int, shop: Shop, may_api: Client) -> None:
    for route in [*DEEDS][turn::TURNS]:
        with taken_back():
            assert_carried_out_once(route, shop, may_api)


def assert_carried_out_once(route: str, shop: Shop, may_api: Client) -> None:
    model, asked = DEEDS[route]
    path, asked, key = address(route, shop), of(asked, shop), str(uuid4())
    before, trail = model._default_manager.count(), AuditEntry.objects.count()
    first = ask(may_api, path, asked, key)
    assert first.status_code == (200 if route.endswith(("/close", "/merge")) else 201), (route, first.content)
    assert "Idempotent-Replayed" not in first.headers
    made, told = model._default_manager.count() - before, AuditEntry.objects.count() - trail
    again = ask(may_api, path, asked, key)
    assert (again.status_code, again.headers.get("Idempotent-Replayed")) == (200, "true"), (route, again.content)
    secret = {"secret": None} if "secret" in first.json() else {}  # told once
    assert again.json() == {**first.json(), **secret}, route
    assert model._default_manager.count() - before == made == (2 if route.endswith("exchanges") else 1), route
    assert AuditEntry.objects.count() - trail == told, route
    assert_books_are_right()


@pytest.mark.parametrize("turn", range(TURNS))
def test_key_is_required_and_bound_to_one_content(turn: int, shop: Shop, may_api: Client) -> None:
    for route in [*DEEDS][turn::TURNS]:
        with taken_back():
            assert_needs_its_key(route, shop, may_api)


def assert_needs_its_key(route: str, shop: Shop, may_api: Client) -> None:
    path, asked, key = address(route, shop), of(DEEDS[route][1], shop), str(uuid4())
    for missing in (None, "soon"):
        refused = ask(may_api, path, asked, missing)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "Idempotency-Key"), route
    assert ask(may_api, path, asked, key).status_code < 300, route
    if not asked:
        return
    name = next(name for name in OTHERS if name in asked)
    other = ask(may_api, path, {**asked, name: OTHERS[name]}, key)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused"), (route, other.content)


def test_key_is_refused_by_routes_that_read_none(shop: Shop, may_api: Client) -> None:
    for route in [*MAKE_NOTHING, *KEYS_OF_THEIR_OWN]:
        refused = ask(may_api, address(route, shop), {}, str(uuid4()))
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "not_read"), route


def test_secrets_are_left_out_of_the_stored_request(may_api: Client) -> None:
    key, mia = str(uuid4()), DEEDS["/api/v1/members"][1]
    assert ask(may_api, "/api/v1/members", mia, key).status_code == 201
    assert ask(may_api, "/api/v1/members", {**mia, "pin": "917405"}, key).status_code == 200


def test_retry_does_not_recreate_what_was_deleted_since(may_api: Client) -> None:
    key = str(uuid4())
    made = ask(may_api, "/api/v1/categories", {"name": "Spreads"}, key)
    may_api.delete(f"/api/v1/categories/{made.json()['id']}")
    gone = ask(may_api, "/api/v1/categories", {"name": "Spreads"}, key)
    assert (gone.status_code, gone.json()["code"]) == (409, "gone")


def test_refused_request_leaves_its_key_free(may_api: Client, tea: Product) -> None:
    key, path = str(uuid4()), f"/api/v1/products/{tea.pk}/stock"
    assert ask(may_api, path, {"kind": "write_off", "quantity": "11", "reason": "mould"}, key).status_code == 409
    assert ask(may_api, path, {"kind": "write_off", "quantity": "1", "reason": "mould"}, key).status_code == 201
    assert not DoneDeed.objects.exclude(deed=f"stock of product {tea.pk}").exists()


@pytest.mark.django_db(transaction=True)
def test_delivery_sent_twenty_times_at_once_arrives_once(may: User, tea: Product) -> None:
    key, path = str(uuid4()), f"/api/v1/products/{tea.pk}/stock"
    answers = at_once([lambda: ask(cast.with_token(may), path, {"kind": "delivery", "quantity": "5"}, key)] * 20)
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    tea.stock.refresh_from_db()
    assert tea.stock.quantity == D(15)
    assert_books_are_right()


@pytest.mark.django_db(transaction=True)
def test_cash_sent_at_once_from_a_page_moves_once(ana: User, shift: Shift) -> None:
    page = cast.signed_in(ana)
    page.post("/shift/join", {"register": "R1"})
    form = {"kind": "pay_in", "amount": "5.00", "reason": "coins", "key": str(uuid4())}
    cookies = page.cookies

    def send() -> int:
        client = Client()
        client.cookies = cookies
        return client.post(f"/shifts/{shift.pk}/cash", form).status_code

    assert set(at_once([send] * 8)) == {302}
    assert CashMovement.objects.filter(kind="pay_in").count() == 1
    assert_books_are_right()


# The forms of pages that move or make something: who sends it, where, what, and the table that gets one row by it.
FORMS: list[tuple[str, str, dict[str, str], type[models.Model]]] = [
    ("ana", "/shifts/{shift}/cash", {"kind": "pay_in", "amount": "5", "reason": "coins"}, CashMovement),
    ("ana", "/shifts/{shift}/close", {"counted": "112.50", "reason": ""}, ZReport),
    ("ana", "/shift/open", {"register": "R2", "opening_float": "50"}, Shift),
    ("ana", "/till/new", {}, Basket),
    ("ana", "/members/new", {"name": "Mia", "email": "mia@example.org", "phone": "", "pin": "602913"}, Member),
    ("may", "/members/{olga}/points", {"amount": "5", "reason": "forgotten card"}, PointsEntry),
    ("may", "/members/{olga}/merge", {"double": "{double}"}, DoneDeed),
    (
        "may",
        "/people/new",
        {"name": "Zoe", "username": "zoe", "role": "cashier", "pin": "582917", "password": "long-and-odd-7"},
        User,
    ),
    ("may", "/roles/new", {"name": "Stock room", "permissions": "counts"}, CustomRole),
    ("ana", "/bills/{bill}/print", {"kind": "receipt"}, ReceiptPrint),
    ("ana", "/bills/{bill}/mail", {"address": "vera@example.org"}, OutboundJob),
    ("may", "/buying/orders/{order}/mail", {"address": "mill@example.org"}, OutboundJob),
    ("may", "/counts/new", {"scope": "free", "title": "Autumn"}, CountSheet),
    ("ana", "/counts/{sheet}/entries", {"code": "4006381333931"}, CountEntry),
    ("may", "/counts/{sheet}/book", {}, CountDeed),
    ("may", "/counts/{sheet}/drop", {}, CountDeed),
    ("may", "/counts/{booked}/undo", {"reason": "the wrong shelf"}, CountDeed),
    ("may", "/reports/sales/views", {"name": "By product", "query": "by=product"}, SavedView),
    ("may", "/locations", {"code": "S9", "name": "Cellar"}, Location),
    ("may", "/transfers/{on_the_way}/receive", {"found_{tea}": "1"}, TransferArrival),
    ("may", "/transfers/{on_the_way}/back", {"reason": "needed here"}, TransferArrival),
    ("may", "/transfers/{on_the_way}/missing", {"reason": "lost"}, TransferArrival),
    ("may", "/transfers/{arrived}/undo", {"reason": "wrong shop"}, Transfer),
    ("may", "/admin/inventory/product/{tea}/stock/", {"kind": "delivery", "quantity": "5"}, StockMovement),
    ("may", "/admin/inventory/category/add/", {"name": "Spreads", "position": "0"}, Category),
    ("may", "/admin/inventory/taxrate/add/", {"name": "Books", "rate": "5"}, TaxRate),
]


NUMBERED = ("bill", "sheet", "booked", "olga", "double", "order", "on_the_way", "arrived")


@pytest.mark.parametrize("turn", range(3))
def test_form_sent_twice_is_carried_out_once(turn: int, shop: Shop, ana: User, may: User) -> None:
    for who, path, form, model in FORMS[turn::3]:
        with taken_back():
            page = cast.signed_in({"ana": ana, "may": may}[who])
            assert_form_is_carried_out_once(page, path, form, model, shop)


def assert_form_is_carried_out_once(
    page: Client, path: str, form: dict[str, str], model: type[models.Model], shop: Shop
) -> None:
    page.post("/shift/join", {"register": "R1"})
    numbers = {name: shop[name].number for name in NUMBERED}
    numbers["tea"] = shop["tea"].pk
    path = path.format(shift=shop["shift"].pk, **numbers)
    form = {name.format(**numbers): value.format(**numbers) for name, value in form.items()}
    before, key = model._default_manager.count(), str(uuid4())
    first = page.post(path, {**form, "key": key})
    assert first.status_code == 302, (path, first.content)
    again = page.post(path, {**form, "key": key})
    assert again.status_code == 302, (path, again.content)
    assert model._default_manager.count() == before + 1, path
    assert_books_are_right()


@pytest.mark.parametrize(
    "path", ["/shift/open", "/members/new", "/admin/inventory/product/add/", "/admin/accounts/user/add/"]
)
def test_each_page_carries_a_new_key(path: str, may_web: Client, r1: Register) -> None:
    keys = [re.search(r'name="key" value="([0-9a-f-]{36})"', may_web.get(path).content.decode()) for _ in range(2)]
    assert keys[0] and keys[1] and keys[0][1] != keys[1][1]


def test_form_sent_again_with_other_content_says_so(ana_web: Client, shift: Shift) -> None:
    ana_web.post("/shift/join", {"register": "R1"})
    form = {"kind": "pay_in", "amount": "5", "reason": "coins", "key": str(uuid4())}
    assert ana_web.post(f"/shifts/{shift.pk}/cash", form).status_code == 302
    other = ana_web.post(f"/shifts/{shift.pk}/cash", {**form, "amount": "6"})
    assert (other.status_code, "sent before" in other.content.decode()) == (422, True)
    assert CashMovement.objects.filter(kind="pay_in").count() == 1
