"""Refunds without a receipt: only as store credit, with approval, at the lowest recent price."""

from datetime import timedelta
from decimal import Decimal as D
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from accounts.approvals import approvals
from accounts.models import Action, Approval, ApprovalRule, User
from billing.codes import card_spelling
from billing.models import Bill, CashMovement, Shift, StoredValue, Tender
from billing.returns import without_receipt
from billing.returns.without_receipt import Claim, Claimed, NoStoreCredit
from billing.stored_value import balances
from inventory.models import Product, Stock, TaxRate
from inventory.shelf import stock
from members.models import Member
from pos.errors import Invalid
from pos.exactly_once import KeyReused
from pos.models import StoreSettings
from tests.cast import TILL_PIN
from tests.counter import sell
from tests.proof import assert_books_are_right
from tests.traces import traces


@pytest.fixture(autouse=True)
def small_claims(shift: Shift) -> None:
    """Cashiers refund up to 20.00 without approval; above 100.00 is denied."""
    ApprovalRule.objects.create(role="cashier", action=Action.REFUND_WITHOUT_RECEIPT, allow_up_to=20, ask_up_to=100)


def claim(*lines: Claimed, **more: Any) -> Claim:
    return Claim(**{"key": uuid4(), "lines": lines, "reason": "a gift", "register": "R1", **more})


def one(product: Product, quantity: str = "1", **more: Any) -> Claimed:
    return Claimed(D(quantity), product.pk, **more)


def taken(*lines: Claimed, by: User, approval: str | None = None, **more: Any) -> Bill:
    return without_receipt.refund(claim(*lines, **more), cashier=by, approval=approval).bill


def test_refund_without_receipt_gives_store_credit_and_no_cash(ana: User, tea: Product) -> None:
    key = uuid4()
    bill = taken(one(tea), by=ana, key=key)
    assert (bill.number, bill.total, bill.original_id, bill.points_earned) == ("R1-R000001", D("-12.50"), None, 0)
    assert Stock.objects.get(product=tea).quantity == 11
    card = StoredValue.objects.get(digest=card_spelling.digest(card_spelling.code_for(key)))
    assert (card.kind, card.balance) == ("store_credit", D("12.50"))
    assert not CashMovement.objects.filter(bill=bill).exists()
    assert_books_are_right()


def test_refund_without_receipt_may_top_up_existing_store_credit(ana: User, tea: Product, milk: Product) -> None:
    key = uuid4()
    taken(one(tea), by=ana, key=key)
    taken(one(milk), by=ana, code=card_spelling.code_for(key))
    assert StoredValue.objects.get().balance == D("14.50")
    assert_books_are_right()


def test_damaged_goods_are_not_put_back_in_stock(ana: User, tea: Product) -> None:
    taken(one(tea, to_stock=False), by=ana)
    assert Stock.objects.get(product=tea).quantity == 10
    assert_books_are_right()


def test_lowest_recent_price_is_refunded_and_older_prices_do_not_count(ana: User, may: User, tea: Product) -> None:
    sell((tea, "2"), by=may, cash="20.00", discount_amount=D("5.00"))
    bill = taken(one(tea), by=ana)
    (line,) = bill.lines.all()
    assert (bill.total, line.list_price, line.unit_price, line.price_reason) == (
        D("-10.00"),
        D("12.50"),
        D("10.00"),
        without_receipt.LOWEST,
    )
    assert_books_are_right()
    without_receipt.LATELY, before = timedelta(0), without_receipt.LATELY
    try:
        assert taken(one(tea), by=ana).total == D("-12.50")
    finally:
        without_receipt.LATELY = before


def test_dearer_sales_and_free_goods_do_not_count(ana: User, may: User, tea: Product) -> None:
    sell((tea, "1"), by=may, cash="12.50")
    sell((tea, "1"), by=may, discount_percent=D(100))
    Product.objects.filter(pk=tea.pk).update(price=D("9.00"))
    assert taken(one(tea), by=ana).total == D("-9.00")


@pytest.mark.parametrize("included", [True, False])
def test_tax_is_refunded_at_todays_rate(ana: User, tea: Product, included: bool) -> None:
    StoreSettings.change(by="may", prices_include_tax=included)
    Product.objects.filter(pk=tea.pk).update(tax_rate=TaxRate.objects.create(name="full", rate="0.19"))
    bill = taken(one(tea), by=ana)
    assert bill.total == (D("-12.50") if included else D("-14.88"))
    assert_books_are_right()


def test_refund_above_the_limit_needs_a_manager_and_records_who(ana: User, may: User, tea: Product) -> None:
    before = traces()
    with pytest.raises(approvals.NeedsApproval) as needed:
        taken(one(tea, "2"), by=ana)
    assert traces() == before
    facts = {"facts": needed.value.facts["facts"], "size": D(needed.value.facts["size"])}
    word = approvals.grant(Action.REFUND_WITHOUT_RECEIPT, asker=ana, approver="may", pin=TILL_PIN, **facts)
    bill = taken(one(tea, "2"), by=ana, approval=word)
    used = Approval.objects.get(deed="used")
    assert (used.reference, used.approver) == (f"bill {bill.number}", may)
    assert_books_are_right()


def test_refund_beyond_every_limit_is_denied(ana: User, tea: Product) -> None:
    with pytest.raises(approvals.Denied):
        taken(one(tea, "9"), by=ana)
    assert not Bill.objects.exists()


def test_same_key_is_one_refund(ana: User, tea: Product, milk: Product) -> None:
    key = uuid4()
    first = taken(one(tea), by=ana, key=key)
    assert taken(one(tea), by=ana, key=key).pk == first.pk
    with pytest.raises(KeyReused):
        taken(one(milk), by=ana, key=key)
    assert Bill.objects.count() == 1


@pytest.mark.parametrize(
    ("quantity", "more", "refusal"),
    [
        ("0", {}, Invalid),
        ("NaN", {}, Invalid),
        ("0.5", {}, Invalid),
        ("1", {"reason": " "}, Invalid),
        ("1", {"reason": "to\0rn"}, Invalid),
        ("1", {"reason": "4111 1111 1111 1111"}, Invalid),
        ("1", {"register": "R9"}, Invalid),
        ("1", {"code": "no such code"}, balances.UnknownCard),
    ],
)
def test_refused_claim_leaves_no_trace(
    ana: User, tea: Product, quantity: str, more: dict[str, Any], refusal: Any
) -> None:
    before = traces()
    with pytest.raises(refusal):
        taken(one(tea, quantity), by=ana, **more)
    assert traces() == before


def test_refund_is_refused_without_store_credit_and_for_goods_worth_nothing(ana: User, tea: Product) -> None:
    with pytest.raises(stock.UnknownProduct):
        taken(Claimed(D(1), 99999), by=ana)
    with pytest.raises(Invalid):
        taken(by=ana)
    Tender.objects.filter(code="store_credit").update(is_active=False)
    with pytest.raises(NoStoreCredit):
        taken(one(tea), by=ana)
    Product.objects.filter(pk=tea.pk).update(price=0)
    with pytest.raises(Invalid, match="worth nothing"):
        taken(one(tea), by=ana)


def post(client: Client, key: UUID | None = None, **body: Any) -> Any:
    headers = {"Idempotency-Key": str(key or uuid4())}
    body = {"reason": "a gift", "register": "R1", **body}
    return client.post("/api/v1/refunds", body, content_type="application/json", headers=headers)


def test_api_returns_the_bill_and_the_code_of_the_credit(
    ana_api: Client, may_api: Client, tea: Product, olga: Member
) -> None:
    key = uuid4()
    lines = [{"barcode": "4006381333931", "quantity": "1"}]
    answer = post(ana_api, key, lines=lines, member=olga.pk)
    assert answer.status_code == 201
    assert answer.json()["store_credit"] == {"amount": "12.50", "code": card_spelling.code_for(key)}
    again = post(ana_api, key, lines=lines, member=olga.pk)
    assert (again.status_code, again.json()) == (200, answer.json())
    assert StoredValue.objects.get().member_id == olga.pk


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"lines": []}, 400),
        ({"lines": [{"quantity": "1"}]}, 400),
        ({"lines": [{"product": 10**30, "quantity": "1"}]}, 400),
        ({"lines": [{"barcode": "4006381333931", "quantity": "1e3"}]}, 400),
        ({"lines": [{"barcode": "4006381333931", "quantity": "1"}], "payments": []}, 400),
        ({"lines": [{"barcode": "4006381333931", "quantity": "1"}], "member": 99999}, 409),
        ({"lines": [{"barcode": "nothing", "quantity": "1"}]}, 409),
        ({"lines": [{"barcode": "4006381333931", "quantity": "2"}]}, 409),
        ({"lines": [{"barcode": "4006381333931", "quantity": "9"}]}, 403),
    ],
)
def test_api_refuses_a_malformed_or_unapproved_refund(
    ana_api: Client, tea: Product, body: dict[str, Any], status: int
) -> None:
    assert post(ana_api, **body).status_code == status
    assert not Bill.objects.exists()


def test_refund_without_sign_in_is_refused(client: Client, tea: Product) -> None:
    assert post(client, lines=[{"product": tea.pk, "quantity": "1"}]).status_code == 401


@pytest.fixture
def till(ana_web: Client) -> Client:
    """Ana's browser, at register R1."""
    session = ana_web.session
    session["register"] = "R1"
    session.save()
    return ana_web


PAGE = "/refunds/without-receipt"


def test_page_adds_goods_by_code_and_name_and_shows_the_credit(till: Client, tea: Product) -> None:
    assert "Choose what comes back" in till.get(PAGE).text
    assert "€12.50" in till.get(PAGE, {"code": "4006381333931"}).text
    assert tea.sku in till.get(PAGE, {"code": "green"}).text
    assert "€25.00" in till.get(PAGE, {f"quantity_{tea.pk}": "2"}).text
    for odd in ({"code": "\0"}, {"quantity_²": "1"}, {"quantity_99999": "1"}, {f"quantity_{tea.pk}": "NaN"}):
        assert till.get(PAGE, odd).status_code == 200


def test_page_gives_store_credit_once_and_shows_who_approved(till: Client, may: User, tea: Product) -> None:
    form = {"key": str(uuid4()), "reason": "Faulty", f"quantity_{tea.pk}": "2", f"damaged_{tea.pk}": "on"}
    asked = till.post(PAGE, form)
    assert (asked.status_code, "approver_pin" in asked.text) == (409, True)
    form |= {"approver": "may", "approver_pin": TILL_PIN}
    first, again = (till.post(PAGE, form) for _ in range(2))
    assert first.url == again.url == "/bills/R1-R000001/receipt"
    page = till.get(first.url).text
    assert "Without receipt" in page
    assert card_spelling.code_for(UUID(form["key"])) in page
    assert "Approved by May" in till.get("/bills/R1-R000001").text
    assert Stock.objects.get(product=tea).quantity == 10


@pytest.mark.parametrize(
    "wrong", [{"shown_total": "12.00"}, {"reason": ""}, {"key": "soon"}, {"credit": "no such code"}]
)
def test_page_explains_a_refused_refund_and_moves_nothing(till: Client, tea: Product, wrong: dict[str, str]) -> None:
    form = {"key": str(uuid4()), "reason": "Faulty", f"quantity_{tea.pk}": "1", **wrong}
    answer = till.post(PAGE, form)
    assert answer.status_code in (400, 409)
    assert 'role="alert"' in answer.text
    assert not Bill.objects.exists()


def test_page_needs_an_open_till(ana_web: Client) -> None:
    assert ana_web.get(PAGE).url == "/shift/open"
