"""Refunds and exchanges at several tills at once, on real connections."""

from decimal import Decimal as D
from functools import partial
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest

from accounts.models import User
from billing.drawer import counting, shifts
from billing.models import Bill, Shift
from billing.order import Order, Tendered, Wanted
from billing.returns import exchanges, refunds, tenders_back
from billing.returns.exchanges import Exchange
from billing.returns.refund_bill import Wish
from billing.returns.refundable import Returned
from inventory.models import Product, Stock
from inventory.shelf import stock
from tests import cast
from tests.at_once import WAIT, after_waiting, at_once, deadlocks
from tests.counter import sell
from tests.proof import assert_books_are_right, broken

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bill(shift: Shift, tea: Product, ana: User) -> Bill:
    """A bill of one tea, paid in cash at R1; R2 is open too, with the same cash."""
    cast.till("R2")
    shifts.open_shift("R2", opening_float=D("100.00"), by=ana)
    return sell((tea, "1"), by=ana, cash="12.50")


def back(bill: Bill, by: User, register: str = "R1", key: UUID | None = None) -> Any:
    wish = Wish(key or uuid4(), bill.number, [Returned(1, D(1))], [Tendered("cash", D("12.50"))], "torn", register)
    return refunds.refund(wish, cashier=by)


def swapped(
    bill: Bill,
    taken: Product,
    by: User,
    register: str = "R1",
    *,
    key: UUID | None = None,
    gets: str = "10.50",
    pays: str = "",
) -> Any:
    """Exchanges the first line of the bill for one piece of another product."""
    key = key or uuid4()
    given, paid = ([Tendered("cash", D(amount))] if amount else [] for amount in (gets, pays))
    order = Order(key, [Wanted(D(1), taken.pk)], paid, register=register)
    wish = Wish(key, bill.number, [Returned(1, D(1))], given, "wrong size")
    return exchanges.exchange(Exchange(wish, order), cashier=by)


def outcomes(answers: list[Any]) -> list[str]:
    return sorted(type(answer).__name__ for answer in answers)


def test_two_tills_refund_one_line_once(bill: Bill, tea: Product, ana: User, ben: User) -> None:
    answers = at_once([lambda: back(bill, ana), lambda: back(bill, ben, "R2")])
    assert outcomes(answers) == ["AlreadyRefunded", "Sold"]
    assert Stock.objects.get(pk=tea.pk).quantity == 10
    assert_books_are_right()


@pytest.mark.parametrize("deed", ["refund", "exchange"])
def test_without_the_lock_two_tills_refund_one_line_twice(
    bill: Bill, ana: User, ben: User, milk: Product, monkeypatch: pytest.MonkeyPatch, deed: str
) -> None:
    """Shows what the lock prevents: both tills read what is refundable before either refunds it."""
    both = Barrier(2)
    left_of = tenders_back.left_of

    def looked(original: Bill) -> tenders_back.Left:
        left = left_of(original)
        both.wait(WAIT)
        return left

    monkeypatch.setattr(refunds, "lock_original", lambda number: Bill.objects.get(number=number))
    monkeypatch.setattr(stock, "lock", stock.look)
    monkeypatch.setattr(tenders_back, "left_of", looked)
    take = back if deed == "refund" else partial(swapped, taken=milk)
    answers = at_once([lambda: take(bill, by=ana), lambda: take(bill, by=ben, register="R2")])
    assert len(set(outcomes(answers))) == 1
    assert Bill.objects.filter(kind="refund").count() == 2
    assert "I08" in broken()


def test_one_tea_exchanged_twice_at_once_is_exchanged_once(
    bill: Bill, ana: User, ben: User, tea: Product, milk: Product
) -> None:
    answers = at_once([lambda: swapped(bill, milk, ana), lambda: swapped(bill, milk, ben, "R2")])
    assert outcomes(answers) == ["AlreadyRefunded", "Exchanged"]
    assert Stock.objects.get(product=milk).quantity == 99
    assert_books_are_right()


def test_one_tea_exchanged_and_refunded_at_once_comes_back_once(
    bill: Bill, ana: User, ben: User, milk: Product
) -> None:
    answers = at_once([lambda: swapped(bill, milk, ana), lambda: back(bill, ben, "R2")])
    assert [type(answer).__name__ for answer in answers].count("AlreadyRefunded") == 1
    assert Bill.objects.filter(kind="refund").count() == 1
    assert_books_are_right()


def test_same_exchange_twenty_times_at_once_is_one(bill: Bill, ana: User, milk: Product) -> None:
    key = uuid4()
    answers = at_once([lambda: swapped(bill, milk, ana, key=key)] * 20)
    assert {(done.refund.pk, done.sale.pk) for done in answers} == {
        (Bill.objects.get(kind="refund").pk, Bill.objects.get(exchange__isnull=False).pk)
    }
    assert [done.again for done in answers].count(False) == 1
    assert_books_are_right()


def test_exchanges_of_each_others_goods_never_deadlock(
    bill: Bill, ana: User, ben: User, tea: Product, milk: Product
) -> None:
    other = sell((milk, "1"), by=ben, register="R2", cash="2.00")
    before = deadlocks()
    at_once([lambda: swapped(bill, milk, ana), lambda: swapped(other, tea, ben, "R2", pays="10.50", gets="")])
    assert deadlocks() == before
    assert Bill.objects.filter(exchange__isnull=False).count() == 2
    assert_books_are_right()


def test_same_key_twenty_times_at_once_is_one_refund(bill: Bill, ana: User) -> None:
    key = uuid4()
    answers = at_once([lambda: back(bill, ana, key=key)] * 20)
    assert {sold.bill.pk for sold in answers} == {Bill.objects.get(kind="refund").pk}
    assert [sold.again for sold in answers].count(False) == 1
    assert_books_are_right()


def test_same_key_at_two_tills_at_once_is_one_refund(bill: Bill, ana: User) -> None:
    key = uuid4()
    answers = at_once([lambda: back(bill, ana, "R1", key), lambda: back(bill, ana, "R2", key)])
    assert Bill.objects.filter(kind="refund").count() == 1
    assert outcomes(answers) == ["KeyReused", "Sold"]
    assert_books_are_right()


def test_refund_that_waited_for_the_close_of_the_shift_is_refused(bill: Bill, shift: Shift, ana: User) -> None:
    answer = after_waiting(lambda: counting.close_shift(shift.pk, counted=D("112.50"), by=ana), lambda: back(bill, ana))
    assert isinstance(answer, shifts.NoOpenShift)
    assert_books_are_right()


def test_refund_and_close_at_once_agree_on_the_cash(bill: Bill, shift: Shift, ana: User) -> None:
    closed, refunded = at_once(
        [lambda: counting.close_shift(shift.pk, counted=D("112.50"), by=ana, reason="counted"), lambda: back(bill, ana)]
    )
    stored = Shift.objects.get(pk=shift.pk)
    assert stored.expected == (D("100.00") if isinstance(refunded, refunds.Sold) else D("112.50"))
    assert closed.document["refunds"] == Bill.objects.filter(kind="refund").count()
    assert_books_are_right()
