"""Cash rounding over a sale, an exchange and full refunds: at most one coin is left over, recorded as rounding."""

from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.db.models import Sum
from hypothesis import HealthCheck, example, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from accounts.models import User
from billing.basket import baskets
from billing.models import Bill, CashMovement, Payment, Shift
from billing.order import Order, Tendered, Wanted
from billing.returns import exchanges, refunds
from billing.returns.exchanges import Exchange
from billing.returns.refund_bill import Wish
from billing.returns.refundable import Returned
from billing.sale import quotes, sales
from inventory.models import Product
from pos.money import rounded_to_cash
from tests import cast
from tests.proof import assert_books_are_right

COIN = D("0.05")
PRICES = st.decimals("1.00", "60.00", places=2)


@pytest.fixture(autouse=True)
def francs(settings: Any) -> None:
    settings.CURRENCY = "CHF"


def bought(by: User, *goods: Product) -> Bill:
    paid = [Tendered("cash", D("500.00"))]
    return sales.sell(Order(uuid4(), [Wanted(D(1), good.pk) for good in goods], paid), cashier=by).bill


def back(bill: Bill, line: int, by: User) -> Bill:
    lines = [Returned(line, D(1))]
    given = refunds.preview(Bill.objects.get(pk=bill.pk), lines).payments
    return refunds.refund(Wish(uuid4(), bill.number, lines, given, "torn"), cashier=by).bill


def swapped(bill: Bill, line: int, taken: Product, by: User) -> Bill:
    """Exchanges one line; the difference is paid or refunded in cash."""
    key, lines = uuid4(), [Returned(line, D(1))]
    due = quotes.quote(Order(key, [Wanted(D(1), taken.pk)]))[2].due
    preview = refunds.preview(bill, lines, goods_taken=due)
    to_pay = rounded_to_cash(max(due - preview.figures.due, D(0)))
    order = Order(key, [Wanted(D(1), taken.pk)], [Tendered("cash", to_pay)] if to_pay else [])
    wish = Wish(key, bill.number, lines, preview.payments, "wrong size")
    return exchanges.exchange(Exchange(wish, order), cashier=by).sale


def left_over() -> D:
    coins = CashMovement.objects.exclude(bill=None).aggregate(sum=Sum("amount", default=D(0)))["sum"]
    assert Bill.objects.aggregate(sum=Sum("total", default=D(0)))["sum"] == 0
    assert coins == Bill.objects.aggregate(sum=Sum("cash_rounding", default=D(0)))["sum"]
    return coins


def test_each_bill_is_rounded_to_the_nearest_coin_and_one_coin_is_left(may: User) -> None:
    """The example of docs/till.md: each bill is rounded correctly by itself, so one coin remains."""
    bill = bought(may, cast.product("Cup", "5.02"), cast.product("Jug", "7.51"))
    assert (bill.total, bill.cash_rounding) == (D("12.53"), D("0.02"))
    assert Payment.objects.get(bill=back(bill, 1, may)).amount == D("-5.00")
    even = swapped(bill, 2, cast.product("Pot", "7.51"), may)
    assert not CashMovement.objects.filter(bill=even).exists()
    assert Payment.objects.get(bill=back(even, 1, may)).amount == D("-7.50")
    assert left_over() == COIN
    assert_books_are_right()


def test_basket_that_costs_less_than_a_coin_is_finished_at_the_till(shift: Shift, ana: User) -> None:
    basket = baskets.start(shift.register, ana)
    baskets.add(basket.pk, cast.product("Screw", "0.02").pk)
    web = cast.signed_in(ana)
    web.post("/shift/join", {"register": shift.register.code})
    page = web.get(f"/till/{basket.pk}")
    assert "Finish, nothing to pay" in page.text
    basket.refresh_from_db()
    web.post(f"/till/{basket.pk}/pay", {"version": basket.version, "shown_total": "0.02"})
    bill = Bill.objects.get()
    assert (bill.total, bill.cash_rounding, bill.payments.count()) == (D("0.02"), D("-0.02"), 0)
    assert_books_are_right()


@trying(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=PRICES, second=PRICES, taken=PRICES, rest_first=st.booleans())
@example(first=D("10.00"), second=D("7.51"), taken=D("10.02"), rest_first=False)
@pytest.mark.django_db
def test_sale_exchange_and_full_refunds_leave_at_most_one_coin_as_rounding(
    may: User, first: D, second: D, taken: D, *, rest_first: bool
) -> None:
    assert django_settings.CURRENCY == "CHF"
    before = left_over()
    bill = bought(may, cast.product(price=str(first)), cast.product(price=str(second)))
    swap = swapped(bill, 1, cast.product(price=str(taken)), may)
    for sale, line in ((bill, 2), (swap, 1)) if rest_first else ((swap, 1), (bill, 2)):
        back(sale, line, may)
    assert abs(left_over() - before) <= COIN
    assert_books_are_right()
