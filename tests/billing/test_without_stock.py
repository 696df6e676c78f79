"""Selling goods the books have none of: approved by rule, marked as oversold, listed until counted."""

from dataclasses import replace
from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.approvals.approvals import NeedsApproval, OwnApproval
from accounts.models import Approval, ApprovalRule, User
from billing.models import Bill, BillLine, Register, Shift
from billing.order import Order, Tendered, Wanted
from billing.outage.posting import post
from billing.outage.problems import settle
from billing.returns import refunds
from billing.returns.refund_bill import Wish
from billing.returns.refundable import Returned
from billing.sale import sales
from inventory.models import Product, Stock, StockMovement
from inventory.shelf import oversold, stock
from inventory.shelf.stock import OutOfStock
from tests import cast
from tests.approving import granted
from tests.at_once import at_once
from tests.counter import order, sell
from tests.outage import sale as outage_sale
from tests.proof import assert_books_are_right
from tests.traces import traces


@pytest.fixture
def crisps(db: None) -> Product:
    """Costs 1.50, with none in stock."""
    return cast.product("Crisps", "1.50", "0", barcode="5000112637922")


def rule(allow: str | None, ask: str | None, role: str = "cashier") -> None:
    ApprovalRule.objects.create(
        role=role, action="sell_without_stock", allow_up_to=allow and D(allow), ask_up_to=ask and D(ask)
    )


def needed_for(asked: Order, by: User) -> NeedsApproval:
    with pytest.raises(NeedsApproval) as needed:
        sales.sell(asked, cashier=by)
    return needed.value


def approved(asked: Order, by: User) -> Bill:
    return sales.sell(replace(asked, approvals=[granted(needed_for(asked, by), by)]), cashier=by).bill


def mark(bill: Bill) -> D:
    return BillLine.objects.get(bill=bill).oversold


def held(product: Product) -> tuple[D, D]:
    row = Stock.objects.get(product=product)
    return row.quantity, row.oversold


def test_sale_without_stock_needs_a_manager_and_marks_line_and_movement(
    ana: User, may: User, shift: Shift, tea: Product, crisps: Product
) -> None:
    asked = order((tea, "12"), (crisps, "1"), cash="200.00")
    before = traces()
    needed = needed_for(asked, ana)
    assert traces() == before
    assert needed.facts["action"] == "sell_without_stock"
    assert needed.facts["size"] == "26.5"
    assert needed.facts["products"] == {str(tea.pk): "10", str(crisps.pk): "0"}
    assert "Green tea (10 left), Crisps (0 left)" in needed.message
    bill = approved(asked, ana)
    assert [line.oversold for line in BillLine.objects.filter(bill=bill)] == [2, 1]
    movements = StockMovement.objects.filter(reference=f"bill {bill.number}").order_by("product_id")
    assert [(move.quantity, move.oversold) for move in movements] == [(-12, 2), (-1, 1)]
    assert (held(tea), held(crisps)) == ((-2, 2), (-1, 1))
    assert Approval.objects.get(deed="used").reference == f"bill {bill.number}"
    assert_books_are_right()


def test_first_lines_of_a_bill_take_the_stock_there_is(ana: User, may: User, shift: Shift, tea: Product) -> None:
    lines = [Wanted(D(4), tea.pk), Wanted(D(7), tea.pk, note="gift"), Wanted(D(2), tea.pk)]
    bill = approved(Order(uuid4(), lines, [Tendered("card", D("162.50"))], "R1"), ana)
    assert [line.oversold for line in bill.lines.all()] == [0, 1, 2]
    assert_books_are_right()


def test_approval_is_valid_once_for_this_sale_and_these_goods(
    ana: User, ben: User, may: User, shift: Shift, crisps: Product
) -> None:
    asked = order((crisps, "1"), cash="1.50")
    word = granted(needed_for(asked, ana), ana)
    two = replace(asked, lines=[Wanted(D(2), crisps.pk)], payments=[Tendered("card", D("3.00"))], approvals=[word])
    needed_for(two, ana)
    needed_for(replace(asked, key=uuid4(), approvals=[word]), ana)
    needed_for(replace(asked, approvals=[word]), ben)
    sales.sell(replace(asked, approvals=[word]), cashier=ana)
    needed_for(order((crisps, "1"), cash="1.50", approvals=[word]), ana)
    assert Bill.objects.count() == 1


def test_approval_stays_valid_after_a_sale_at_another_till(ana: User, may: User, shift: Shift, crisps: Product) -> None:
    asked = order((crisps, "1"), cash="1.50")
    word = granted(needed_for(asked, ana), ana)
    sell((crisps, "3"), by=may, card="4.50")
    assert mark(sales.sell(replace(asked, approvals=[word]), cashier=ana).bill) == 1
    assert held(crisps) == (-4, 4)
    assert_books_are_right()


def test_manager_cannot_approve_their_own_sale(ana: User, shift: Shift, crisps: Product) -> None:
    ada = cast.person("ada", role="manager")
    rule("0", None, role="manager")
    with pytest.raises(OwnApproval):
        granted(needed_for(order((crisps, "1"), cash="1.50"), ada), ada, approver="ada")


def test_missing_goods_are_allowed_asked_or_denied_by_their_worth(
    ana: User, may: User, shift: Shift, crisps: Product
) -> None:
    rule("3", "6")
    assert mark(sell((crisps, "2"), by=ana, card="3.00")) == 2
    needed_for(order((crisps, "4"), card="6.00"), ana)
    before = traces("accounts_approval")
    with pytest.raises(OutOfStock, match=r"Crisps \(0 left\)"):
        sell((crisps, "5"), by=ana, card="7.50")
    assert traces("accounts_approval") == before
    assert_books_are_right()


def test_managers_need_no_approval(may: User, shift: Shift, crisps: Product) -> None:
    assert mark(sell((crisps, "2"), by=may, card="3.00")) == 2
    assert not Approval.objects.exists()
    assert_books_are_right()


def test_goods_allowed_below_zero_need_no_approval_and_no_mark(ana: User, shift: Shift) -> None:
    bread = cast.product("Bread", "3.00", "0", allow_negative=True)
    assert mark(sell((bread, "2"), by=ana, card="6.00")) == 0
    assert held(bread) == (-2, 0)
    assert_books_are_right()


@pytest.mark.parametrize(
    ("line", "worth"),
    [
        ({"unit_price": D("9.00"), "price_reason": "special"}, "9"),
        ({"unit_price": D("0.50"), "price_reason": "dented"}, "1.5"),
        ({"discount_percent": D(100)}, "1.5"),
        ({"label_price": D("4.20")}, "4.2"),
    ],
)
def test_size_of_the_approval_is_the_worth_of_the_missing_goods(
    may: User, shift: Shift, crisps: Product, line: dict[str, Any], worth: str
) -> None:
    rule("0", None, role="manager")
    ada = cast.person("ada", role="manager")
    rule(None, None, role="cashier")
    asked = Order(
        uuid4(), [Wanted(D(1), crisps.pk, is_answered_for=True, **line)], [Tendered("cash", D("20.00"))], "R1"
    )
    assert needed_for(asked, ada).facts["size"] == worth


def test_missing_weight_is_marked_in_kilograms(ana: User, may: User, shift: Shift, cheese: Product) -> None:
    bill = approved(order((cheese, "5.250"), card="105.00"), ana)
    assert mark(bill) == D("0.250")
    assert_books_are_right()


def test_goods_sold_without_stock_are_refunded(ana: User, may: User, shift: Shift, crisps: Product) -> None:
    bill = approved(order((crisps, "2"), cash="3.00"), ana)
    for to_stock, left in ((False, -2), (True, -1)):
        wish = Wish(uuid4(), bill.number, [Returned(1, D(1), to_stock)], [Tendered("cash", D("1.50"))], "torn", "R1")
        refunds.refund(wish, cashier=ana)
        assert held(crisps) == (left, 2)
    assert_books_are_right()


def test_oversold_goods_stay_listed_after_a_delivery_until_counted(
    ana: User, may: User, shift: Shift, crisps: Product
) -> None:
    approved(order((crisps, "2"), cash="3.00"), ana)
    stock.receive(crisps, D(10), by=may)
    assert (held(crisps), list(oversold.to_count())) == ((8, 2), [crisps])
    stock.count(crisps, D(9), by=may)
    assert (held(crisps), list(oversold.to_count())) == ((9, 0), [])
    approved(order((crisps, "10"), cash="15.00"), ana)
    assert held(crisps) == (-1, 1)
    assert_books_are_right()


def test_database_refuses_impossible_marks(may: User, shift: Shift, crisps: Product) -> None:
    bill = sell((crisps, "2"), by=may, card="3.00")
    for write in (
        lambda: Stock.objects.filter(product=crisps).update(oversold=1),
        lambda: StockMovement.objects.create(product=crisps, kind="count", quantity=-1, oversold=1, by=may),
        lambda: StockMovement.objects.create(product=crisps, kind="sale", quantity=-1, oversold=2, by=may),
        lambda: BillLine.objects.bulk_create([replaced(BillLine.objects.get(bill=bill), position=2, oversold=3)]),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()  # type: ignore[no-untyped-call]


def replaced(line: BillLine, **facts: Any) -> BillLine:
    line.pk = None
    for name, value in facts.items():
        setattr(line, name, value)
    return line


@pytest.mark.django_db(transaction=True)
def test_one_of_two_tills_selling_the_last_piece_at_once_needs_approval(ana: User, may: User, shift: Shift) -> None:
    last = cast.product("Last one", "5.00", "1")
    asked = [order((last, "1"), card="5.00", register=code) for code in ("R1", "API")]
    answers = at_once([lambda asked=asked: sales.sell(asked, cashier=ana) for asked in asked])
    assert sorted(type(answer).__name__ for answer in answers) == ["NeedsApproval", "Sold"]
    assert held(last) == (0, 0)
    refused = next(n for n, answer in enumerate(answers) if isinstance(answer, NeedsApproval))
    word = granted(answers[refused], ana)
    again = [lambda: sales.sell(replace(asked[refused], approvals=[word]), cashier=ana)] * 3
    assert {type(answer).__name__ for answer in at_once(again)} == {"Sold"}
    assert (held(last), Approval.objects.filter(deed="used").count()) == ((-1, 1), 1)
    assert_books_are_right()


SALE = "/api/v1/bills"


def sell_by_api(client: Client, body: dict[str, Any], key: Any) -> Any:
    return client.post(SALE, body, content_type="application/json", headers={"Idempotency-Key": str(key)})


def test_api_answers_needs_approval_and_accepts_the_approval_in_the_body(
    ana_api: Client, may_api: Client, may_web: Client, crisps: Product
) -> None:
    key = uuid4()
    body: dict[str, Any] = {
        "lines": [{"product": crisps.pk, "quantity": "2"}],
        "payments": [{"method": "card", "amount": "3.00"}],
    }
    quoted = ana_api.post("/api/v1/quotes", {"lines": body["lines"]}, content_type="application/json").json()
    assert quoted["lines"][0]["oversold"] == "2"
    refused = sell_by_api(ana_api, body, key)
    assert (refused.status_code, refused.json()["code"]) == (409, "needs_approval")
    facts = refused.json()["facts"]
    question = {name: facts[name] for name in ("action", "size", "facts")}
    asked = ana_api.post("/api/v1/approvals", question, content_type="application/json").json()
    may_web.post(f"/approvals/{asked['id']}", {"answer": "yes"})
    sold = sell_by_api(ana_api, {**body, "approvals": [asked["approval"]]}, key)
    assert (sold.status_code, sold.json()["lines"][0]["oversold"]) == (201, "2")
    ledger = may_api.get(f"/api/v1/products/{crisps.pk}/stock").json()["results"]
    assert (ledger[0]["kind"], ledger[0]["oversold"]) == ("sale", "2")
    assert_books_are_right()


def test_api_answers_out_of_stock_where_the_rule_denies(ana_api: Client, crisps: Product) -> None:
    rule("0", "0")
    body = {"lines": [{"product": crisps.pk, "quantity": "1"}], "payments": [{"method": "card", "amount": "1.50"}]}
    refused = sell_by_api(ana_api, body, uuid4())
    assert (refused.status_code, refused.json()["code"]) == (409, "out_of_stock")
    assert refused.json()["facts"]["products"] == {str(crisps.pk): "0"}


def test_outage_sale_without_stock_waits_for_a_manager_and_is_marked(
    ana: User, may: User, leave: Register, crisps: Product
) -> None:
    problem = post(outage_sale((crisps, "2")), by=ana).problem
    assert problem
    assert "Crisps (0 left)" in problem.differences[0]
    bill = settle(problem.pk, by=may)
    assert (mark(bill), held(crisps)) == (2, (-2, 2))
    assert_books_are_right()


def test_outage_sale_without_stock_is_booked_at_once_where_the_rule_allows(
    ana: User, leave: Register, crisps: Product
) -> None:
    rule(None, None)
    bill = post(outage_sale((crisps, "2")), by=ana).bill
    assert bill
    assert mark(bill) == 2
    assert_books_are_right()
