"""Random sequences of counter operations give the same figures in the shop and in a simple integer model."""

from decimal import Decimal as D
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import Role
from billing.drawer import cash_by_hand, counting, shifts
from billing.drawer.cash import expected_cash
from billing.models import Bill, Shift
from billing.order import Order
from billing.sale import sales
from inventory.models import Stock
from members.models import Member
from pos.errors import Refused
from pos.models import StoreSettings
from tests import cast
from tests.counter import order
from tests.proof import assert_books_are_right

PRICES = [1250, 200, 33]
STOCK = [12, 60, 30]
TENTHS_EARNED = 1
GOODS = st.integers(0, len(PRICES) - 1)


def money(cents: int) -> D:
    return D(cents).scaleb(-2)


class Shop(RuleBasedStateMachine):
    """The model counts in cents and pieces. Sales earn a tenth of their price in points; no PIN is needed."""

    @initialize()
    def open_the_shop(self) -> None:
        self.before = transaction.savepoint()
        self.ana = cast.person("ana")
        self.may = cast.person("may", role=Role.MANAGER)  # no limit applies to her
        StoreSettings.change(by="may", point_multiplier=D("0.1"), require_pin_for_points=False)
        self.goods = [cast.product(f"Good {n}", str(money(price)), str(STOCK[n])) for n, price in enumerate(PRICES)]
        self.member = cast.MemberFactory()
        cast.till("R1")
        self.stock, self.points, self.cash, self.bills = list(STOCK), 0, 0, 0
        self.sold: list[Order] = []
        self.open: Shift | None = None
        self.open_shift(5_000)

    @precondition(lambda self: self.open is None)
    @rule(cents=st.integers(0, 10_000))
    def open_shift(self, cents: int) -> None:
        self.open = shifts.open_shift("R1", opening_float=money(cents), by=self.ana)
        self.cash = cents

    @precondition(lambda self: self.open is not None)
    @rule(off=st.integers(-500, 500))
    def close_shift(self, off: int) -> None:
        counted = max(0, self.cash + off)
        z = counting.close_shift(self.open.pk, counted=money(counted), by=self.ana, reason="so it was")
        assert D(z.document["cash"]["expected"]) == money(self.cash)
        self.open = None

    @precondition(lambda self: self.open is not None)
    @rule(cents=st.integers(1, 5_000), out=st.booleans())
    def move_cash(self, cents: int, out: bool) -> None:
        kind = "pay_out" if out else "pay_in"
        allowed = not out or cents <= self.cash
        self.try_(
            lambda: cash_by_hand.move_cash(self.open.pk, kind=kind, amount=money(cents), reason="coins", by=self.may),
            allowed,
        )
        if allowed:
            self.cash += -cents if out else cents

    @rule(
        wanted=st.lists(st.tuples(GOODS, st.integers(1, 3)), min_size=1, max_size=4),
        points=st.none() | st.just(0) | st.integers(0, 300),
        card=st.just(0) | st.integers(0, 3_000),
        over=st.integers(0, 2_000) | st.integers(-100, 2_000),
    )
    def sell(self, wanted: list[tuple[int, int]], points: int | None, card: int, over: int) -> None:
        counts = [sum(pieces for good, pieces in wanted if good == n) for n in range(len(PRICES))]
        total = sum(count * price for count, price in zip(counts, PRICES, strict=True))
        due = total - (points or 0)
        cash = max(0, due - card + over)
        allowed = (
            self.open is not None
            and all(count <= left for count, left in zip(counts, self.stock, strict=True))
            and (points or 0) <= min(self.points, total)
            and card <= due <= card + cash
        )
        asked = order(
            *((self.goods[good], str(pieces)) for good, pieces in wanted),
            card=str(money(card)) if card else "",
            cash=str(money(cash)) if cash else "",
            member=None if points is None else self.member.pk,
            points=money(points or 0),
        )
        bill = self.try_(lambda: sales.sell(asked, cashier=self.ana).bill, allowed)
        if allowed:
            assert (bill.total, bill.change, bill.sequence) == (money(total), money(card + cash - due), self.bills + 1)
            self.stock = [left - count for left, count in zip(self.stock, counts, strict=True)]
            self.points += due * TENTHS_EARNED // 10 - points if points is not None else 0
            self.cash += due - card
            self.bills += 1
            self.sold.append(asked)

    @precondition(lambda self: self.sold)
    @rule(data=st.data())
    def sell_again(self, data: st.DataObject) -> None:
        assert sales.sell(data.draw(st.sampled_from(self.sold)), cashier=self.ana).again

    @invariant()
    def both_say_the_same(self) -> None:
        if not hasattr(self, "stock"):
            return
        on_the_shelf = dict(Stock.objects.values_list("product_id", "quantity"))
        assert [on_the_shelf[good.pk] for good in self.goods] == self.stock
        assert Member.objects.get(pk=self.member.pk).points == money(self.points)
        assert Bill.objects.count() == self.bills
        if self.open:
            assert expected_cash(self.open) == money(self.cash)

    def teardown(self) -> None:
        if hasattr(self, "before"):
            assert_books_are_right()
            transaction.savepoint_rollback(self.before)

    def try_(self, deed: Any, allowed: bool) -> Any:
        if allowed:
            return deed()
        with pytest.raises(Refused):
            deed()
        return None


def test_shop_agrees_with_the_integer_model(db: None) -> None:
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    few = settings(max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=checks)
    run_state_machine_as_test(Shop, settings=few)
