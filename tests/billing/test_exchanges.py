"""Exchanges: goods are returned and others taken in one step, only the difference is paid, every ledger is right."""

from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts.approvals import approvals
from accounts.models import Action, Approval, ApprovalRule, User
from billing.codes import card_spelling
from billing.drawer import cash, counting, shifts
from billing.models import Bill, CashMovement, Payment, Shift, StoredValue, Tender
from billing.order import Order, Tendered, Wanted
from billing.pricing import TenderTooSmall
from billing.returns import exchanges, refunds
from billing.returns.exchanges import Exchange, Exchanged
from billing.returns.refund_bill import Wish
from billing.returns.refundable import AlreadyRefunded, Returned
from billing.returns.tenders_back import RefundExceedsSale
from billing.sale import sales
from billing.stored_value import gift_cards
from inventory.models import Product, Stock
from members.models import Member
from pos import exactly_once
from pos.errors import Invalid
from pos.models import StoreSettings
from tests import cast
from tests.cast import TILL_PIN
from tests.counter import sell
from tests.proof import assert_books_are_right
from tests.traces import traces

Paid = dict[str, str]


def tendered(paid: Paid) -> list[Tendered]:
    return [Tendered(method, D(amount)) for method, amount in paid.items()]


def asked(
    bill: Bill,
    back: list[Returned],
    *taken: tuple[Product, str],
    pays: Paid | None = None,
    gets: Paid | None = None,
    register: str = "R1",
    difference: str | None = None,
    **more: Any,
) -> Exchange:
    lines = [Wanted(D(quantity), product.pk) for product, quantity in taken]
    key = more.pop("key", None) or uuid4()
    return Exchange(
        Wish(key, bill.number, back, tendered(gets or {}), more.pop("reason", "wrong size")),
        Order(key, lines, tendered(pays or {}), register=register, **more),
        None if difference is None else D(difference),
    )


def swap(*wanted: Any, by: User, tokens: tuple[str, ...] = (), **more: Any) -> Exchanged:
    return exchanges.exchange(asked(*wanted, **more), cashier=by, tokens=tokens)


def drawn(shift: Shift) -> D:
    return cash.expected_cash(shift)


def one(quantity: str = "1", line: int = 1, **more: Any) -> list[Returned]:
    return [Returned(line, D(quantity), **more)]


def test_customer_pays_the_difference(ana: User, shift: Shift, tea: Product, milk: Product) -> None:
    bill = sell((milk, "1"), by=ana, cash="2.00")
    done = swap(bill, one(), (tea, "1"), by=ana, pays={"cash": "11.00"})
    assert (done.refund.number, done.sale.number, done.again) == ("R1-R000001", "R1-000002", False)
    assert (done.refund.total, done.sale.total, done.sale.change) == (D("-2.00"), D("12.50"), D("0.50"))
    assert done.sale.exchange_id == done.refund.pk
    assert drawn(shift) == D("112.50")
    assert not CashMovement.objects.filter(bill=done.refund).exists()
    assert [Stock.objects.get(product=product).quantity for product in (tea, milk)] == [9, 100]
    carried = Payment.objects.filter(method="exchange").order_by("amount")
    assert [(p.amount, p.carried_from_id, p.reference) for p in carried] == [
        (D("-2.00"), "cash", "R1-000002"),
        (D("2.00"), "cash", "R1-R000001"),
    ]
    assert_books_are_right()


def test_customer_gets_the_difference_back_by_the_tender_that_paid(
    ana: User, shift: Shift, tea: Product, milk: Product
) -> None:
    bill = sell((tea, "2"), by=ana, card="20.00", cash="5.00")
    done = swap(bill, one("2", to_stock=False), (milk, "3"), by=ana, gets={"card": "19.00"})
    paid = done.refund.payments.all()
    assert [(p.method_id, p.amount, p.carried_from_id) for p in paid] == [
        ("card", D("-19.00"), None),
        ("exchange", D("-1.00"), "card"),
        ("exchange", D("-5.00"), "cash"),
    ]
    assert drawn(shift) == D("105.00")
    assert Stock.objects.get(product=tea).quantity == 8
    assert_books_are_right()


def test_even_exchange_moves_no_money(ana: User, shift: Shift, tea: Product) -> None:
    bill = sell((tea, "1"), by=ana, cash="12.50")
    done = swap(bill, one(to_stock=False), (tea, "1"), by=ana, difference="0")
    assert not CashMovement.objects.filter(bill__in=[done.refund, done.sale]).exists()
    assert Stock.objects.get(product=tea).quantity == 8
    assert_books_are_right()


def test_returned_last_piece_can_be_taken_in_the_same_exchange(ana: User, shift: Shift) -> None:
    last = cast.product("Last one", "5.00", "1")
    bill = sell((last, "1"), by=ana, cash="5.00")
    swap(bill, one(), (last, "1"), by=ana)
    assert Stock.objects.get(product=last).quantity == 0
    again = sell((cast.product("Gum", "1.00"), "1"), by=ana, cash="1.00")
    assert again.number == "R1-000003"
    with pytest.raises(approvals.NeedsApproval):
        swap(again, one(), (last, "1"), by=ana, pays={"cash": "4.00"})


def test_refund_of_exchanged_goods_goes_to_the_first_tender(ana: User, shift: Shift, tea: Product) -> None:
    bill = sell((tea, "1"), by=ana, card="12.50")
    sale = swap(bill, one(to_stock=False), (tea, "1"), by=ana).sale
    shown = refunds.preview(sale, one()).payments
    assert [(p.method, p.amount) for p in shown] == [("card", D("12.50"))]
    wish = Wish(uuid4(), sale.number, one(), [Tendered("cash", D("12.50"))], "torn", "R1")
    with pytest.raises(RefundExceedsSale):
        refunds.refund(wish, cashier=ana)
    refunds.refund(Wish(uuid4(), sale.number, one(), shown, "torn", "R1"), cashier=ana)
    assert drawn(shift) == D("100.00")
    assert_books_are_right()


def test_refund_after_an_exchange_goes_to_the_gift_card_that_paid(ana: User, shift: Shift, milk: Product) -> None:
    key = uuid4()
    gift_cards.sell(key, register="R1", amount=D("20.00"), tender="cash", by=ana)
    paid = [Tendered("gift_card", D("2.00"), card_spelling.code_for(key))]
    bill = sales.sell(Order(uuid4(), [Wanted(D(1), milk.pk)], paid, register="R1"), cashier=ana).bill
    sale = swap(bill, one(to_stock=False), (milk, "1"), by=ana).sale
    shown = refunds.preview(sale, one()).payments
    refunds.refund(Wish(uuid4(), sale.number, one(), shown, "torn", "R1"), cashier=ana)
    assert StoredValue.objects.get().balance == D("20.00")
    assert_books_are_right()


def test_exchange_takes_back_points_and_earns_new_ones(
    ana: User, shift: Shift, tea: Product, milk: Product, olga: Member
) -> None:
    StoreSettings.change(by="may", require_pin_for_points=False)
    bill = sell((tea, "4"), by=ana, cash="50.00", member=olga.pk)
    done = swap(bill, one("2"), (milk, "5"), by=ana, gets={"cash": "18.00"}, member=olga.pk, points=D("3.00"))
    assert (done.refund.points_earned, done.sale.points_earned, done.sale.points_spent) == (
        D("-3.75"),
        D("1.05"),
        D("3.00"),
    )
    olga.refresh_from_db()
    assert olga.points == D("7.50") - D("3.75") - D("3.00") + D("1.05")
    assert_books_are_right()


def test_exchange_of_goods_paid_with_points_returns_the_points(
    ana: User, shift: Shift, tea: Product, milk: Product, olga: Member
) -> None:
    StoreSettings.change(by="may", require_pin_for_points=False)
    sell((tea, "4"), by=ana, cash="50.00", member=olga.pk)
    bill = sell((tea, "1"), by=ana, cash="5.00", member=olga.pk, points=D("7.50"))
    done = swap(bill, one(), (milk, "1"), by=ana, gets={"cash": "3.00"})
    assert (done.refund.points_spent, done.refund.total) == (D("-7.50"), D("-12.50"))
    assert_books_are_right()


def test_reports_show_refund_and_sale_and_the_drawer_only_the_difference(
    ana: User, shift: Shift, tea: Product, milk: Product
) -> None:
    bill = sell((tea, "2"), by=ana, cash="25.00")
    swap(bill, one(), (milk, "1"), by=ana, gets={"cash": "10.50"})
    document = counting.close_shift(shift.pk, counted=D("114.50"), by=ana).document
    assert (document["sales"], document["refunds"], document["total"]) == (2, 1, "14.50")
    assert {row["method"]: row["amount"] for row in document["tenders"]} == {"cash": "14.50", "exchange": "0.00"}
    assert_books_are_right()


def test_exchange_with_the_same_key_happens_once(ana: User, shift: Shift, tea: Product, milk: Product) -> None:
    bill = sell((milk, "2"), by=ana, cash="4.00")
    key = uuid4()
    first = swap(bill, one(), (tea, "1"), by=ana, pays={"cash": "10.50"}, key=key)
    before = traces()
    again = swap(bill, one(), (tea, "1"), by=ana, pays={"cash": "10.50"}, key=key)
    assert (again.sale.pk, again.refund.pk, again.again) == (first.sale.pk, first.refund.pk, True)
    with pytest.raises(exactly_once.KeyReused):
        swap(bill, one("2"), (tea, "1"), by=ana, pays={"cash": "8.50"}, key=key)
    with pytest.raises(exactly_once.KeyReused):
        sales.sell(Order(key, [Wanted(D(1), tea.pk)], tendered({"cash": "10.50"}), register="R1"), cashier=ana)
    assert traces() == before


@pytest.mark.parametrize(
    ("back", "more", "refusal"),
    [
        (one("3"), {"pays": {"cash": "50.00"}}, RefundExceedsSale),
        (one(), {"pays": {"cash": "10.00"}}, TenderTooSmall),
        (one("2"), {"pays": {"card": "10.00"}}, Invalid),
        (one(), {"gets": {"cash": "1.00"}, "pays": {"cash": "10.50"}}, Invalid),
        (one(), {"pays": {"cash": "10.50"}, "difference": "-10.50"}, sales.TotalChanged),
        (one(), {"pays": {"cash": "10.50"}, "shown_total": D("12.00")}, sales.TotalChanged),
        (one(), {"pays": {"exchange": "10.50"}}, Invalid),
        (one(line=9), {"pays": {"cash": "10.50"}}, Invalid),
        ([], {"pays": {"cash": "12.50"}}, Invalid),
        (one(), {"pays": {"cash": "10.50"}, "reason": " "}, Invalid),
        (one(), {"pays": {"cash": "10.50"}, "register": "R9"}, Invalid),
        (one(), {"pays": {"cash": "10.50"}, "register": "API", "points": D("1.00")}, Invalid),
    ],
)
def test_refused_exchange_leaves_no_trace(
    ana: User, shift: Shift, tea: Product, milk: Product, back: list[Returned], more: dict[str, Any], refusal: Any
) -> None:
    bill = sell((milk, "2"), by=ana, cash="4.00")
    before = traces()
    with pytest.raises(refusal):
        swap(bill, back, (tea, "1"), by=ana, **more)
    assert traces() == before


def test_exchange_for_sold_out_goods_refunds_nothing(ana: User, shift: Shift, tea: Product, milk: Product) -> None:
    bill = sell((milk, "1"), by=ana, cash="2.00")
    before = traces()
    with pytest.raises(approvals.NeedsApproval):
        swap(bill, one(), (tea, "11"), by=ana, pays={"cash": "200.00"})
    assert traces() == before


def test_goods_cannot_be_exchanged_twice(ana: User, shift: Shift, tea: Product, milk: Product) -> None:
    bill = sell((milk, "1"), by=ana, cash="2.00")
    done = swap(bill, one(), (tea, "1"), by=ana, pays={"cash": "10.50"})
    with pytest.raises(AlreadyRefunded):
        swap(bill, one(), (tea, "1"), by=ana, pays={"cash": "10.50"})
    with pytest.raises(refunds.NotRefundable):
        swap(done.refund, one(), (tea, "1"), by=ana, pays={"cash": "10.50"})


def test_till_without_a_shift_cannot_exchange(ana: User, shift: Shift, tea: Product) -> None:
    bill = sell((tea, "1"), by=ana, cash="12.50")
    cast.till("R2")
    with pytest.raises(shifts.NoOpenShift):
        swap(bill, one(), (tea, "1"), by=ana, register="R2")


def test_large_exchange_needs_a_manager_like_a_refund(ana: User, may: User, shift: Shift, tea: Product) -> None:
    ApprovalRule.objects.create(role="cashier", action=Action.REFUND, allow_up_to=10, ask_up_to=100)
    bill = sell((tea, "1"), by=ana, cash="12.50")
    with pytest.raises(approvals.NeedsApproval) as needed:
        swap(bill, one(), (tea, "1"), by=ana)
    assert needed.value.facts["facts"]["for"] == ["1 x Green tea"]
    asked_for = {"facts": needed.value.facts["facts"], "size": D(needed.value.facts["size"])}
    word = approvals.grant(Action.REFUND, asker=ana, approver="may", pin=TILL_PIN, **asked_for)
    with pytest.raises(approvals.NeedsApproval):
        swap(bill, one(), (cast.product("Ring", "12.50"), "1"), by=ana, tokens=(word,))
    done = swap(bill, one(), (tea, "1"), by=ana, tokens=(word,))
    assert Approval.objects.get(deed="used").reference == f"bill {done.refund.number}"
    assert_books_are_right()


def test_exchange_tender_cannot_be_chosen_or_changed(ana: User, shift: Shift, tea: Product) -> None:
    with pytest.raises(Invalid):
        sales.sell(Order(uuid4(), [Wanted(D(1), tea.pk)], tendered({"exchange": "12.50"}), register="R1"), cashier=ana)
    for changed in ({"is_active": True}, {"kind": "other"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Tender.objects.filter(code="exchange").update(**changed)
    with pytest.raises(IntegrityError), transaction.atomic():
        Tender.objects.create(code="swap", name="Swap", kind="exchange", is_active=False)
