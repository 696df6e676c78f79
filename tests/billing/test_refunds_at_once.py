"""Goods brought back at several tills at the same time, on real connections."""

from decimal import Decimal as D
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest

from accounts.models import User
from billing import drawer, payback, refunds
from billing.models import Bill, Shift
from billing.order import Tendered
from billing.refunds import Wish
from billing.rests import Returned
from inventory import stock
from inventory.models import Product, Stock
from tests import cast
from tests.at_once import WAIT, after_waiting, at_once
from tests.counter import sell
from tests.proof import assert_books_are_right, broken

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bill(shift: Shift, tea: Product, ana: User) -> Bill:
    """One tea, paid in cash at R1; R2 is open too, with as much in its drawer."""
    cast.till("R2")
    drawer.open_shift("R2", opening_float=D("100.00"), by=ana)
    return sell((tea, "1"), by=ana, cash="12.50")


def back(bill: Bill, by: User, register: str = "R1", key: UUID | None = None) -> Any:
    wish = Wish(key or uuid4(), bill.number, [Returned(1, D(1))], [Tendered("cash", D("12.50"))], "torn", register)
    return refunds.refund(wish, cashier=by)


def outcomes(answers: list[Any]) -> list[str]:
    return sorted(type(answer).__name__ for answer in answers)


def test_two_tills_take_the_same_line_back_once(bill: Bill, tea: Product, ana: User, ben: User) -> None:
    answers = at_once([lambda: back(bill, ana), lambda: back(bill, ben, "R2")])
    assert outcomes(answers) == ["AlreadyRefunded", "Sold"]
    assert Stock.objects.get(pk=tea.pk).quantity == 10
    assert_books_are_right()


def test_without_the_lock_two_tills_take_it_back_twice(
    bill: Bill, ana: User, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: both look at what is left before either gives it back."""
    both = Barrier(2)
    left_of = payback.left_of

    def looked(original: Bill) -> payback.Left:
        left = left_of(original)
        both.wait(WAIT)
        return left

    monkeypatch.setattr(refunds, "lock_original", lambda number: Bill.objects.get(number=number))
    monkeypatch.setattr(stock, "lock", stock.look)
    monkeypatch.setattr(payback, "left_of", looked)
    assert outcomes(at_once([lambda: back(bill, ana), lambda: back(bill, ben, "R2")])) == ["Sold", "Sold"]
    assert "I08" in broken()


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


def test_refund_that_waits_for_the_close_is_refused(bill: Bill, shift: Shift, ana: User) -> None:
    answer = after_waiting(lambda: drawer.close_shift(shift.pk, counted=D("112.50"), by=ana), lambda: back(bill, ana))
    assert isinstance(answer, drawer.NoOpenShift)
    assert_books_are_right()


def test_refund_and_close_at_once_agree_about_the_drawer(bill: Bill, shift: Shift, ana: User, ben: User) -> None:
    closed, refunded = at_once(
        [lambda: drawer.close_shift(shift.pk, counted=D("112.50"), by=ben, reason="counted"), lambda: back(bill, ana)]
    )
    stored = Shift.objects.get(pk=shift.pk)
    assert stored.expected == (D("100.00") if isinstance(refunded, refunds.Sold) else D("112.50"))
    assert closed.document["refunds"] == Bill.objects.filter(kind="refund").count()
    assert_books_are_right()
