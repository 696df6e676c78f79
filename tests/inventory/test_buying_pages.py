"""The pages of buying: deliveries received by scanning, orders made and sent, receipts undone."""

import json
from collections.abc import Callable
from decimal import Decimal as D
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from inventory.buying import drafts, order_pdf, orders, receiving, returns, suggestions, suppliers
from inventory.buying.orders import Ordered
from inventory.buying.receiving import Came
from inventory.buying.suggestions import packs_needed
from inventory.models import (
    GoodsReceipt,
    Product,
    PurchaseOrder,
    ReceiptDraft,
    Stock,
    StockMovement,
    Supplier,
    SupplierArticle,
    SupplierReturn,
)
from pos.errors import Invalid
from tests import cast
from tests.at_once import outcomes_of
from tests.ledgers import plant
from tests.proof import assert_books_are_right, broken

pytestmark = pytest.mark.django_db
TEA, MILK, CRATE = "4006381333931", "4011800525224", "4005500000006"


@pytest.fixture
def leaf(may: User, milk: Product) -> Supplier:
    """Milk comes in crates of twelve, 0.833 each."""
    leaf = suppliers.enter(Supplier(), by=may, name="Leaf & Co", lead_days=7, minimum_order=D("100"))
    suppliers.put_article(
        leaf, milk.pk, by=may, code="M-12", pack_size=D(12), pack_name="crate", pack_barcode=CRATE, cost=D("0.833")
    )
    return leaf


def counted(by: User) -> dict[str, D]:
    return {line.product.name: line.quantity for line in drafts.shown(ReceiptDraft.objects.get(by=by)) if line.quantity}


def test_scans_add_pieces_and_packs_and_the_last_cost(may: User, may_web: Client, leaf: Supplier, tea: Product) -> None:
    may_web.post("/buying/receive/head", {"supplier": leaf.pk, "note_number": "L-77"})
    for code, times in ((TEA, ""), (TEA, "3"), (CRATE, ""), (CRATE, "2"), ("m-12", "")):
        assert may_web.post("/buying/receive/scan", {"code": code, "times": times}).status_code == 302
    assert counted(may) == {"Milk": 37, "Green tea": 4}
    page = may_web.get("/buying/receive").content.decode()
    assert 'value="0.833"' in page
    assert 'value="L-77"' in page
    booked = may_web.post("/buying/receive/book", {"key": str(ReceiptDraft.objects.get().key)})
    receipt = GoodsReceipt.objects.get()
    assert booked["Location"] == f"/buying/receipts/{receipt.number}"
    assert (receipt.note_number, receipt.supplier, receipt.lines.count()) == ("L-77", leaf, 2)
    assert not ReceiptDraft.objects.exists()
    assert "Leaf &amp; Co" in may_web.get(booked["Location"]).content.decode()


def test_repeated_scan_is_counted_once_and_an_unknown_code_is_reported(
    may: User, may_web: Client, tea: Product
) -> None:
    once = str(uuid4())
    for _ in range(2):
        may_web.post("/buying/receive/scan", {"code": TEA, "once": once})
    assert counted(may) == {"Green tea": 1}
    refused = may_web.post("/buying/receive/scan", {"code": "999"}, headers={"HX-Request": "true"})
    assert (refused.status_code, "does not know 999" in refused.content.decode()) == (422, True)


def test_typed_numbers_may_use_comma_or_point(may: User, may_web: Client, tea: Product) -> None:
    for typed, cost in (("4,50", "4.5"), ("4.50", "4.5")):
        form = {"quantity": "12", "damaged": "1", "cost": typed}
        assert may_web.post(f"/buying/receive/goods/{tea.pk}", form).status_code == 302
        line = ReceiptDraft.objects.get().lines.get()
        assert (line.quantity, line.damaged, line.cost) == (12, 1, D(cost))
    may_web.post(f"/buying/receive/goods/{tea.pk}", {"quantity": "0"})
    assert counted(may) == {}


@pytest.mark.parametrize(
    "form",
    [
        {"quantity": "1.5"},
        {"quantity": "x"},
        {"quantity": "1", "damaged": "2"},
        {"quantity": "1", "cost": "-1"},
        {"quantity": "NaN"},
        {"quantity": "1e9"},
        {"quantity": "99999999"},
    ],
)
def test_invalid_input_is_refused_in_words(form: dict[str, str], may_web: Client, tea: Product) -> None:
    refused = may_web.post(f"/buying/receive/goods/{tea.pk}", form)
    assert (refused.status_code, "notice--refused" in refused.content.decode()) == (400, True)


def test_delivery_pressed_twice_is_booked_once(may: User, tea: Product) -> None:
    drafts.scan(may, TEA)
    key = str(ReceiptDraft.objects.get().key)
    assert drafts.book(may, key).pk == drafts.book(may, key).pk
    assert (GoodsReceipt.objects.count(), Stock.objects.get(product=tea).quantity) == (1, 11)
    with pytest.raises(receiving.NothingCame):
        drafts.book(may, str(uuid4()))


def test_over_receipt_is_warned_about_and_booked_when_confirmed(
    may: User, may_web: Client, leaf: Supplier, milk: Product
) -> None:
    order = orders.create(leaf.pk, [Ordered(milk.pk, D(1))], by=may)
    orders.send(order.number, by=may)
    assert may_web.post(f"/buying/orders/{order.number}/receive").status_code == 302
    may_web.post("/buying/receive/all")
    assert counted(may) == {"Milk": 12}
    may_web.post("/buying/receive/scan", {"code": MILK})
    key = str(ReceiptDraft.objects.get().key)
    said = may_web.post("/buying/receive/book", {"key": key})
    assert (said.status_code, "Milk: 1 more" in said.content.decode()) == (409, True)
    assert "Book it all the same" in said.content.decode()
    assert may_web.post("/buying/receive/book", {"key": key, "accept_more": "on"}).status_code == 302
    assert PurchaseOrder.objects.get().state == "received"
    assert_books_are_right()


def test_scans_of_another_delivery_are_not_mixed_into_an_open_one(may: User, leaf: Supplier, milk: Product) -> None:
    order = orders.send(orders.create(leaf.pk, [Ordered(milk.pk, D(1))], by=may).number, by=may)
    drafts.scan(may, MILK)
    with pytest.raises(drafts.OtherDraft):
        drafts.begin(may, order.number)
    drafts.drop(may)
    drafts.begin(may, order.number)
    assert ReceiptDraft.objects.get().order == order


def test_order_is_suggested_changed_sent_and_closed(
    may: User, may_web: Client, leaf: Supplier, tea: Product, milk: Product
) -> None:
    StockMovement.objects.create(product=milk, kind="sale", quantity=D(-140), by=may)
    Stock.objects.filter(product=milk).update(quantity=D(10), allow_negative=True)
    made = may_web.post("/buying/orders", {"supplier": leaf.pk, "days": "14", "suggest": "on", "key": str(uuid4())})
    order = PurchaseOrder.objects.get()
    assert made["Location"] == f"/buying/orders/{order.number}"
    line = order.lines.get()
    assert (line.packs, line.quantity, line.cost, line.code) == (17, 204, D("0.833"), "M-12")
    form = {"product": milk.pk, "packs": "2", "pack_size": "12", "cost": "0,80", "code": TEA, "add_packs": "5"}
    assert may_web.post(made["Location"], form).status_code == 302
    assert [(one.product.name, one.quantity, one.cost) for one in order.lines.all()] == [
        ("Milk", 24, D("0.80")),
        ("Green tea", 5, None),
    ]
    assert "delivers from €100.00" in may_web.get(made["Location"]).content.decode()
    assert may_web.post(f"{made['Location']}/send").status_code == 302
    assert may_web.post(made["Location"], form).status_code == 409
    assert suggestions.suggest(leaf)[0].packs == 15
    assert may_web.post(f"{made['Location']}/close").status_code == 302
    assert may_web.post(f"{made['Location']}/close").status_code == 409


@pytest.mark.parametrize(
    ("facts", "packs"),
    [
        ({"sold": D(140), "on_hand": D(10)}, 17),
        ({"sold": D(140), "on_hand": D(-5)}, 18),
        ({"sold": D(140), "on_hand": D(10), "coming": D(196)}, 1),
        ({"sold": D(140), "on_hand": D(10), "coming": D(200)}, 0),
        ({"sold": D(0), "on_hand": D(3), "reorder_point": D(4)}, 1),
        ({"sold": D(0), "on_hand": D(4), "reorder_point": D(4)}, 0),
    ],
)
def test_suggested_packs_cover_the_coming_days(facts: dict[str, D], packs: int) -> None:
    usual = {"coming": D(0), "reorder_point": D(0), "pack_size": D(12)}
    assert packs_needed(days=14, lead_days=7, **{**usual, **facts}) == packs


def test_order_is_printed_with_euros_and_umlauts(may: User, may_web: Client, leaf: Supplier) -> None:
    jam = cast.product("Käse-Röstbrot €5 \u1e9e\U0001f9c0")
    order = orders.create(leaf.pk, [Ordered(jam.pk, D(2), cost=D("1.25"))], by=may, note="Grüße")
    paper = may_web.get(f"/buying/orders/{order.number}/pdf")
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert order_pdf.printable("Käse €5 \U0001f9c0") == "Käse €5 ?"


def test_receipt_is_undone_or_sent_back_by_its_page(
    may: User, may_web: Client, leaf: Supplier, tea: Product, milk: Product
) -> None:
    first = receiving.book([Came(tea.pk, D(5)), Came(milk.pk, D(12))], by=may, supplier=leaf.pk)
    form = {f"back_{tea.pk}": "2", "reason": "mouldy", "credit": "10,50", "key": str(uuid4())}
    for _ in range(2):
        assert may_web.post(f"/buying/receipts/{first.number}/return", form).status_code == 302
    assert SupplierReturn.objects.get().credit == D("10.50")
    assert Stock.objects.get(product=tea).quantity == 13
    second = receiving.book([Came(tea.pk, D(5))], by=may)
    undo = {"reason": "wrong shop", "key": str(uuid4())}
    for _ in range(2):
        assert may_web.post(f"/buying/receipts/{second.number}/reverse", undo).status_code == 302
    assert GoodsReceipt.objects.count() == 3
    assert may_web.post(f"/buying/receipts/{second.number}/reverse", {"reason": "x"}).status_code == 409
    assert may_web.post(f"/buying/receipts/{first.number}/reverse", {"reason": " "}).status_code == 400
    assert "undone" in may_web.get("/buying/receipts").content.decode()
    assert_books_are_right()


def test_program_takes_an_article_from_a_supplier(may_api: Client, ana_api: Client, leaf: Supplier) -> None:
    article = leaf.articles.get()
    address = f"/api/v1/suppliers/{leaf.pk}/articles/{article.pk}"
    assert ana_api.delete(address).status_code == 403
    assert may_api.delete(f"/api/v1/suppliers/{leaf.pk + 1}/articles/{article.pk}").status_code == 404
    assert [may_api.delete(address).status_code for _again in "12"] == [204, 404]
    assert not leaf.articles.exists()


def test_suppliers_and_their_articles_are_saved(may: User, may_web: Client, tea: Product, milk: Product) -> None:
    form = {"name": "Leaf", "lead_days": "2", "minimum_order": "50,5", "is_active": "on", "key": str(uuid4())}
    for _ in range(2):
        assert may_web.post("/buying/suppliers/new", form).status_code == 302
    leaf = Supplier.objects.get()
    assert leaf.minimum_order == D("50.5")
    again = may_web.post("/buying/suppliers/new", {**form, "name": "LEAF", "key": str(uuid4())})
    assert (again.status_code, "already a supplier" in again.content.decode()) == (409, True)
    assert may_web.post(f"/buying/suppliers/{leaf.pk}", {**form, "name": ""}).status_code == 200
    article = {"product": TEA, "code": "T", "pack_size": "6", "pack_barcode": CRATE, "cost": "1,5"}
    assert may_web.post(f"/buying/suppliers/{leaf.pk}/articles", article).status_code == 302
    kept = SupplierArticle.objects.get()
    assert (kept.product, kept.pack_size, kept.pack_barcode, kept.cost) == (tea, 6, CRATE, D("1.5"))
    for wrong, status in (({"product": "?"}, 409), ({"pack_barcode": MILK}, 409), ({"pack_size": "0"}, 400)):
        refused = may_web.post(f"/buying/suppliers/{leaf.pk}/articles", {**article, **wrong})
        assert refused.status_code == status, wrong
    assert may_web.post(f"/buying/articles/{kept.pk}/drop").status_code == 302
    assert not SupplierArticle.objects.exists()


def test_only_one_supplier_is_preferred(may: User, leaf: Supplier, milk: Product) -> None:
    other = suppliers.enter(Supplier(), by=may, name="Other")
    for supplier in (leaf, other):
        suppliers.put_article(supplier, milk.pk, by=may, is_preferred=True)
    assert SupplierArticle.objects.get(is_preferred=True).supplier == other


def test_inactive_supplier_gets_no_order(may: User, leaf: Supplier) -> None:
    suppliers.enter(leaf, by=may, is_active=False)
    with pytest.raises(suppliers.SupplierOff):
        orders.create(leaf.pk, by=may)


@pytest.mark.parametrize("bad", [{"lead_days": 366}, {"name": " "}, {"name": "a\0"}, {"email": "no"}])
def test_invalid_supplier_is_refused(bad: dict[str, object], may: User) -> None:
    with pytest.raises(Invalid):
        suppliers.enter(Supplier(), by=may, **{"name": "Leaf", **bad})


def test_api_orders_receives_and_undoes(may_api: Client, ana_api: Client, leaf: Supplier, milk: Product) -> None:
    def post(path: str, body: object = None) -> dict[str, object]:
        said = may_api.post(f"/api/v1/{path}", json.dumps(body or {}), content_type="application/json")
        return {"status": said.status_code, **said.json()}

    order = post("purchase-orders", {"supplier": leaf.pk, "lines": [{"product": milk.pk, "packs": "2"}]})
    assert (order["number"], order["state"], order["total"]) == ("PO-000001", "draft", "19.99")
    may_api.patch("/api/v1/purchase-orders/PO-000001", {"note": "soon"}, content_type="application/json")
    sent = post("purchase-orders/PO-000001/send")
    assert (sent["state"], sent["note"]) == ("sent", "soon")
    assert post("purchase-orders/PO-000001/send")["code"] == "order_not_draft"
    came = {"order": "PO-000001", "note_number": "L-1", "lines": [{"product": milk.pk, "quantity": "30"}]}
    over = post("goods-receipts", came)
    assert (over["status"], over["code"], over["facts"]) == (
        409,
        "more_than_ordered",
        {"products": {str(milk.pk): "6"}},
    )
    receipt = post("goods-receipts", {**came, "accept_more": True})
    assert (receipt["status"], receipt["number"]) == (201, "GR-000001")
    assert receipt["differences"] == ["Milk: 6 more than ordered."]
    counter = post("goods-receipts/GR-000001/reverse", {"reason": "wrong shop"})
    assert (counter["reverses"], Stock.objects.get(product=milk).quantity) == ("GR-000001", 100)
    assert may_api.get("/api/v1/goods-receipts/GR-000001").json()["reversed_by"] == "GR-000002"
    assert ana_api.get("/api/v1/goods-receipts").status_code == 403
    bad = [{"lines": []}, {"lines": [{"product": milk.pk, "quantity": "0"}]}, {"lines": "x"}, {"x": 1}]
    assert [post("goods-receipts", body)["status"] for body in bad] == [400] * 4
    assert_books_are_right()


MOVE = "WHERE reference LIKE 'receipt GR-%' AND kind = 'delivery'"
PLANTED = {
    "I30": f"UPDATE inventory_stockmovement SET unit_cost = 99 {MOVE}",
    "I30.returns": "UPDATE inventory_supplierreturnline SET quantity = quantity + 1",
    "I31": "UPDATE inventory_purchaseorderline SET received = received - 1",
    "I31.state": "UPDATE inventory_purchaseorder SET state = 'partly'",
    "I32": "UPDATE inventory_goodsreceiptline SET cost = 5 WHERE quantity < 0",
    "I33": "UPDATE inventory_documentseries SET last = last + 1 WHERE code = 'GR'",
}


@pytest.mark.parametrize("code", PLANTED)
def test_audit_finds_a_changed_document(code: str, may: User, leaf: Supplier, tea: Product, milk: Product) -> None:
    order = orders.send(orders.create(leaf.pk, [Ordered(milk.pk, D(1))], by=may).number, by=may)
    receipt = receiving.book([Came(milk.pk, D(12))], by=may, order=order.number)
    receiving.book([Came(tea.pk, D(3))], by=may, supplier=leaf.pk)
    undone = receiving.book([Came(tea.pk, D(3), cost=D(4))], by=may)
    receiving.reverse(undone.number, by=may, reason="wrong shop")
    returns.send_back({milk.pk: D(1)}, by=may, reason="mouldy", receipt=receipt.number)
    assert_books_are_right()
    plant([PLANTED[code]])
    assert code in broken()


@pytest.mark.django_db(transaction=True)
def test_scans_of_one_delivery_at_once_are_all_counted(may: User, tea: Product) -> None:
    def scan(name: str) -> Callable[[], Product]:
        return lambda: drafts.scan(may, TEA, once=name)

    names = [str(uuid4()) for _ in range(6)]
    assert outcomes_of(*[scan(name) for name in names * 2]) == ["done"] * 12
    assert counted(may) == {"Green tea": 6}


@pytest.mark.django_db(transaction=True)
def test_delivery_booked_at_once_is_booked_once(may: User, tea: Product) -> None:
    drafts.scan(may, TEA)
    key = str(ReceiptDraft.objects.get().key)

    assert outcomes_of(*[lambda: drafts.book(may, key)] * 6) == ["done"] * 6
    assert (GoodsReceipt.objects.count(), Stock.objects.get(product=tea).quantity) == (1, 11)
