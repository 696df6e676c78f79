"""Gift cards and store credit: money the shop owes, not revenue."""

from decimal import Decimal as D
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from accounts.access import attempts
from accounts.models import User
from billing.codes import card_spelling
from billing.drawer import cash, counting
from billing.models import Bill, Shift, StoredValue, StoredValueEntry
from billing.order import Order, Tendered, Wanted
from billing.returns import refunds
from billing.returns.refund_bill import Wish
from billing.returns.refundable import Returned
from billing.returns.tenders_back import RefundExceedsSale
from billing.sale import sales
from billing.stored_value import balances, gift_cards
from inventory.models import Product, Stock
from pos import calendar, exactly_once
from pos.errors import Invalid, ManagersOnly
from reports.figures import periods, queries
from tests.at_once import at_once
from tests.counter import sell
from tests.proof import assert_books_are_right
from tests.traces import traces

KEY = UUID("6f1c0000-0000-4000-8000-000000000001")


def card_of(by: User, amount: str = "50.00", tender: str = "cash", key: UUID = KEY, **more: Any) -> str:
    """The code of a new gift card."""
    gift_cards.sell(key, register="R1", amount=D(amount), tender=tender, by=by, **more)
    return card_spelling.code_for(key)


def pay(product: Product, quantity: str, by: User, *paid: Tendered, register: str = "R1") -> Bill:
    order = Order(key=uuid4(), lines=[Wanted(D(quantity), product.pk)], payments=paid, register=register)
    return sales.sell(order, cashier=by).bill


def back(bill: Bill, quantity: str, by: User, *paid: Tendered, key: UUID | None = None) -> Bill:
    wish = Wish(key or uuid4(), bill.number, [Returned(1, D(quantity))], paid, "torn", "R1")
    return refunds.refund(wish, cashier=by).bill


def balance(code: str) -> D:
    return balances.find(code).balance


def test_card_sold_for_cash_is_not_revenue(shift: Shift, ana: User) -> None:
    card_of(ana)
    assert not Bill.objects.exists()
    assert cash.expected_cash(shift) == D("150.00")
    z = counting.close_shift(shift.pk, counted=D("150.00"), by=ana).document
    assert (z["total"], z["stored_value"]["sold"], z["cash"]["voucher"]) == ("0.00", "50.00", "50.00")
    assert queries.revenue(periods.day(calendar.today())).revenue == 0
    assert_books_are_right()


def test_code_is_long_and_random_and_not_stored(shift: Shift, ana: User) -> None:
    code = card_of(ana)
    assert len(card_spelling.plain(code)) == 16
    card = StoredValue.objects.get()
    assert (card.last4, bytes(card.digest)) == (card_spelling.plain(code)[-4:], card_spelling.digest(code))
    assert card_spelling.plain(code) not in str(StoredValue.objects.values().get())
    assert balance(code.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == 50


def test_same_key_sells_one_card(shift: Shift, ana: User) -> None:
    card_of(ana)
    card_of(ana)
    assert StoredValueEntry.objects.count() == 1
    with pytest.raises(exactly_once.KeyReused):
        card_of(ana, "60.00")


def test_card_is_topped_up(shift: Shift, ana: User) -> None:
    code = card_of(ana)
    gift_cards.sell(uuid4(), register="R1", amount=D(5), tender="card", by=ana, code=code)
    assert balance(code) == 55
    assert cash.expected_cash(shift) == D("150.00")
    assert_books_are_right()


@pytest.mark.parametrize("tender", ["gift_card", "store_credit"])
def test_gift_card_cannot_pay_for_a_gift_card(shift: Shift, ana: User, tender: str) -> None:
    with pytest.raises(balances.CardBuysCard):
        card_of(ana, tender=tender)


@pytest.mark.parametrize(
    ("amount", "more"),
    [
        ("0", {}),
        ("-5", {}),
        ("NaN", {}),
        ("Infinity", {}),
        ("1000000000", {}),
        ("0.001", {}),
        ("5", {"tender": "shells"}),
        ("5", {"reference": "4111 1111 1111 1111"}),
    ],
)
def test_malformed_card_sale_leaves_no_trace(shift: Shift, ana: User, amount: str, more: dict[str, Any]) -> None:
    before = traces()
    with pytest.raises(Invalid):
        card_of(ana, amount, **more)
    assert traces() == before


def test_card_pays_part_of_a_bill_and_its_code_is_not_on_it(shift: Shift, ana: User, tea: Product) -> None:
    code = card_of(ana, "20.00")
    bill = pay(tea, "2", ana, Tendered("gift_card", D(20), code), Tendered("cash", D(10)))
    assert (bill.change, balance(code)) == (D("5.00"), 0)
    assert [p.reference for p in bill.payments.all()] == [f"…{card_spelling.plain(code)[-4:]}", ""]
    z = counting.close_shift(shift.pk, counted=D("125.00"), by=ana).document
    assert (z["total"], z["stored_value"]["redeemed"]) == ("25.00", "20.00")
    assert_books_are_right()


def test_card_pays_no_more_than_it_holds(shift: Shift, ana: User, tea: Product) -> None:
    code = card_of(ana, "20.00")
    before = traces("accounts_attempts")
    with pytest.raises(balances.NotEnoughOnCard):
        pay(tea, "2", ana, Tendered("gift_card", D(15), code), Tendered("gift_card", D(10), code))
    with pytest.raises(balances.UnknownCard):
        pay(tea, "1", ana, Tendered("gift_card", D("12.50"), "0000"))
    with pytest.raises(balances.UnknownCard):
        pay(tea, "1", ana, Tendered("store_credit", D("12.50"), code))
    assert traces("accounts_attempts") == before


def test_blocked_card_pays_nothing_until_unblocked(shift: Shift, ana: User, may: User, tea: Product) -> None:
    code = card_of(ana)
    card = balances.find(code)
    with pytest.raises(ManagersOnly):
        gift_cards.block(card.pk, blocked=True, reason="stolen", by=ana)
    for _ in range(2):
        gift_cards.block(card.pk, blocked=True, reason="stolen", by=may)
    with pytest.raises(balances.CardBlocked):
        pay(tea, "1", ana, Tendered("gift_card", D("12.50"), code))
    gift_cards.block(card.pk, blocked=False, reason="found", by=may)
    pay(tea, "1", ana, Tendered("gift_card", D("12.50"), code))
    assert list(card.entries.values_list("kind", flat=True)) == ["issue", "block", "unblock", "redeem"]
    assert_books_are_right()


def test_refund_goes_back_to_the_card_that_paid(shift: Shift, ana: User, tea: Product) -> None:
    code = card_of(ana)
    bill = pay(tea, "2", ana, Tendered("gift_card", D(25), code))
    with pytest.raises(RefundExceedsSale):
        back(bill, "2", ana, Tendered("cash", D(25)))
    back(bill, "1", ana, Tendered("gift_card", D("12.50")))
    assert balance(code) == D("37.50")
    assert_books_are_right()


def test_refund_may_go_to_store_credit_instead_of_the_tender_that_paid(shift: Shift, ana: User, tea: Product) -> None:
    bill = pay(tea, "2", ana, Tendered("card", D(25)))
    key = uuid4()
    refund = back(bill, "2", ana, Tendered("store_credit", D(25)), key=key)
    code = card_spelling.code_for(key)
    assert balance(code) == 25
    assert cash.expected_cash(shift) == 100
    again = back(bill, "2", ana, Tendered("store_credit", D(25)), key=key)
    assert (again.pk, balance(code)) == (refund.pk, 25)
    pay(tea, "1", ana, Tendered("store_credit", D("12.50"), code))
    assert balance(code) == D("12.50")
    assert_books_are_right()


def test_card_sold_used_and_refunded_leaves_every_ledger_unchanged(shift: Shift, ana: User, tea: Product) -> None:
    code = card_of(ana)
    bill = pay(tea, "3", ana, Tendered("gift_card", D("37.50"), code))
    for _ in range(3):
        back(bill, "1", ana, *refunds.preview(bill, [Returned(1, D(1))]).payments)
    assert (balance(code), Stock.objects.get(pk=tea.pk).quantity) == (50, 10)
    assert sum(entry.amount for entry in StoredValueEntry.objects.filter(bill__isnull=False)) == 0
    assert_books_are_right()


@pytest.mark.django_db(transaction=True)
def test_two_tills_spend_one_card_once(shift: Shift, ana: User, tea: Product) -> None:
    """Fails without FOR UPDATE in credit.lock: the CHECK then refuses, and the answer tells no balance."""
    code = card_of(ana, "12.50")
    paid = Tendered("gift_card", D("12.50"), code)
    answers = at_once([lambda r=r: pay(tea, "1", ana, paid, register=r) for r in ("R1", "API")])
    assert sorted(type(answer).__name__ for answer in answers) == ["Bill", "NotEnoughOnCard"]
    assert balance(code) == 0
    assert_books_are_right()


@pytest.mark.django_db(transaction=True)
def test_same_key_twenty_times_at_once_sells_one_card(shift: Shift, ana: User) -> None:
    sold = at_once([lambda: gift_cards.sell(KEY, register="R1", amount=D(10), tender="cash", by=ana)] * 20)
    assert len({one.entry.pk for one in sold}) == 1
    assert [one.again for one in sold].count(False) == 1
    assert cash.expected_cash(shift) == D("110.00")
    assert_books_are_right()


@pytest.fixture
def till(ana_web: Client, shift: Shift) -> Client:
    """Ana's browser, at register R1."""
    session = ana_web.session
    session["register"] = "R1"
    session.save()
    return ana_web


def test_code_is_shown_once_to_the_seller(till: Client, may_web: Client, ana: User) -> None:
    form = {"key": str(KEY), "amount": "25", "tender": "cash"}
    slip, again = (till.post("/gift-cards/sell", form).url for _ in range(2))
    assert slip == again
    code = card_spelling.code_for(KEY)
    assert code in till.get(slip).text
    assert code not in may_web.get(slip).text


def test_new_store_credit_is_on_the_refund_receipt(till: Client, may_web: Client, ana: User, tea: Product) -> None:
    bill = sell((tea, "1"), by=ana, card="12.50")
    form = {"key": str(KEY), "reason": "Faulty", "line_1": "1", "method": "store_credit", "amount": "12.50"}
    receipt = till.post(f"/bills/{bill.number}/refund", form).url
    assert card_spelling.code_for(KEY) in till.get(receipt).text
    assert card_spelling.code_for(KEY) not in may_web.get(receipt).text


def test_balance_needs_the_code_and_guessing_is_throttled(till: Client, may_web: Client, ana: User) -> None:
    code = card_of(ana)
    assert "€50.00" in till.post("/gift-cards/balance", {"code": code}).text
    answers = [till.post("/gift-cards/balance", {"code": f"GUESS{n}"}).status_code for n in range(7)]
    assert answers[:5] == [409] * 5
    assert answers[-1] == 429
    card = StoredValue.objects.get()
    assert till.post(f"/gift-cards/{card.pk}/block", {"blocked": "on", "reason": "lost"}).status_code == 403
    assert "blocked" in may_web.post(f"/gift-cards/{card.pk}/block", {"blocked": "on", "reason": "lost"}).text


@pytest.mark.parametrize(
    "wrong",
    [{"amount": "NaN"}, {"amount": ""}, {"key": "soon"}, {"tender": "store_credit"}, {"tender": ""}, {"code": "x"}],
)
def test_page_explains_a_refused_card_sale(till: Client, wrong: dict[str, str]) -> None:
    answer = till.post("/gift-cards/sell", {"key": str(uuid4()), "amount": "5", "tender": "cash", **wrong})
    assert answer.status_code in (400, 409)
    assert 'role="alert"' in answer.text


def test_refused_card_sale_keeps_what_was_typed(till: Client, ana: User) -> None:
    """A form that lost the code would sell a new card; one that lost the tender would count a card payment as cash."""
    form = {"key": str(KEY), "amount": "25,001", "tender": "card", "code": "GIFT-7", "reference": 'T "42"'}
    page = till.post("/gift-cards/sell", form)
    assert page.status_code == 400
    for kept in (
        f'value="{KEY}"',
        'value="25,001"',
        'value="card" checked',
        'value="GIFT-7"',
        'value="T &quot;42&quot;"',
    ):
        assert kept in page.text, kept
    assert page.text.count(" checked") == 1
    assert "GIFT-7" not in till.get("/gift-cards").text


WRONG = "AAAA-AAAA-AAAA-AAA1"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("door", ["sale", "refund", "top-up"])
def test_wrong_codes_given_as_payment_are_limited(door: str, shift: Shift, tea: Product, ana: User) -> None:
    wrong = Tendered("gift_card", D("12.50"), WRONG)
    sold = pay(tea, "1", ana, Tendered("gift_card", D("12.50"), card_of(ana)))
    guesses = {
        "sale": lambda: pay(tea, "1", ana, wrong),
        "refund": lambda: back(sold, "1", ana, wrong),
        "top-up": lambda: card_of(ana, key=uuid4(), code=WRONG),
    }
    for _ in range(5):
        with pytest.raises(balances.UnknownCard):
            guesses[door]()
    with pytest.raises(attempts.TooManyAttempts):
        guesses[door]()
    pay(tea, "1", ana, Tendered("cash", D("12.50")))


@pytest.mark.django_db(transaction=True)
def test_right_codes_given_as_payment_are_not_limited(shift: Shift, tea: Product, ana: User) -> None:
    code = card_of(ana, "100.00")
    for _ in range(7):
        pay(tea, "1", ana, Tendered("gift_card", D("12.50"), code))
    for _ in range(7):
        with pytest.raises(balances.NotEnoughOnCard):
            pay(tea, "2", ana, Tendered("gift_card", D("25.00"), code))
