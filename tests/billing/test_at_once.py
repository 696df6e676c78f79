"""Many tills at once, on real connections. For each guard, another test removes it and shows the damage."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal as D
from functools import partial
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import QuerySet

from accounts.models import User
from billing import counter
from billing.basket import baskets, paying, whose
from billing.drawer import counting, shifts
from billing.models import Basket, Bill
from billing.order import Tendered
from billing.sale import sales
from inventory.models import Product, Stock
from inventory.shelf import stock
from members import consents, points
from members.models import Member
from pos.models import StoreSettings
from tests import cast
from tests.at_once import WAIT, at_once, deadlocks
from tests.cast import PIN
from tests.counter import order, sell
from tests.ledgers import ledgers_unlocked
from tests.proof import assert_books_are_right, broken

pytestmark = pytest.mark.django_db(transaction=True)
TILLS = [f"R{n}" for n in range(1, 17)]


@pytest.fixture
def tills(ana: User) -> list[str]:
    """Sixteen tills with open shifts."""
    for code in TILLS:
        cast.till(code)
        shifts.open_shift(code, opening_float=D("100.00"), by=ana)
    return TILLS


@contextmanager
def without(table: str, constraint: str, definition: str, *, mend: str) -> Iterator[None]:
    """Drops the constraint within the block; `mend` is the SQL that makes the rows satisfy it again."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
        try:
            yield
        finally:
            cursor.execute(mend)
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {definition}")


def outcomes(answers: list[Any]) -> Counter[str]:
    return Counter(type(answer).__name__ for answer in answers)


def one_tea_each(tills: list[str], tea: Product, by: User) -> list[Any]:
    return at_once([lambda code=code: sell((tea, "1"), by=by, register=code, cash="12.50") for code in tills])


@pytest.fixture
def five_teas(db: None) -> Product:
    return cast.product("Last teas", "12.50", "5")


def test_sixteen_tills_sell_the_last_five(tills: list[str], five_teas: Product, ana: User) -> None:
    assert outcomes(one_tea_each(tills, five_teas, ana)) == {"Bill": 5, "NeedsApproval": 11}
    assert Stock.objects.get(pk=five_teas.pk).quantity == 0
    assert Bill.objects.count() == 5
    assert_books_are_right()


@pytest.fixture
def all_look_before_any_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    """All sixteen tills read the stock at the same moment, without the lock."""
    everybody = Barrier(len(TILLS))

    def lock(product_ids: Any, **_where: Any) -> Any:
        seen = stock.look(product_ids)
        everybody.wait(WAIT)
        return seen

    monkeypatch.setattr(stock, "lock", lock)


def test_without_the_lock_the_database_still_refuses_to_oversell(
    tills: list[str], five_teas: Product, ana: User, all_look_before_any_takes: None
) -> None:
    assert outcomes(one_tea_each(tills, five_teas, ana))["Bill"] == 5
    assert Stock.objects.get(pk=five_teas.pk).quantity == 0
    assert_books_are_right()


def test_without_lock_and_check_sixteen_tills_oversell(
    tills: list[str], five_teas: Product, ana: User, all_look_before_any_takes: None
) -> None:
    not_below_zero = "CHECK (allow_negative OR quantity >= oversold * -1)"
    with without(
        "inventory_stock", "stock_not_below_zero", not_below_zero, mend="UPDATE inventory_stock SET quantity = 0"
    ):
        assert outcomes(one_tea_each(tills, five_teas, ana)) == {"Bill": 16}
        assert Stock.objects.get(pk=five_teas.pk).quantity == -11
        assert list(broken()) == ["I02", "I02.marks", "I19.guard"]


@pytest.fixture
def shelf() -> list[Product]:
    return [cast.product(f"Good {n}", "1.00", "1000") for n in range(8)]


def sell_in_opposite_orders(tills: list[str], shelf: list[Product], by: User, rounds: int) -> list[Any]:
    def many(code: str, goods: list[Product]) -> list[Bill]:
        return [sell(*((good, "1") for good in goods), by=by, register=code, cash="8.00") for _ in range(rounds)]

    orders = [shelf if n % 2 else shelf[::-1] for n in range(len(tills))]
    return at_once(
        [lambda code=code, goods=goods: many(code, goods) for code, goods in zip(tills, orders, strict=True)]
    )


def test_opposite_line_orders_never_deadlock(tills: list[str], shelf: list[Product], ana: User) -> None:
    before = deadlocks()
    answers = sell_in_opposite_orders(tills, shelf, ana, rounds=4)
    assert outcomes(answers) == {"list": len(tills)}
    assert deadlocks() == before
    assert set(Stock.objects.values_list("quantity", flat=True)) == {D(1000 - 4 * len(tills))}
    assert_books_are_right()


def test_locks_in_scan_order_deadlock_and_a_retry_still_sells_both(
    tills: list[str], shelf: list[Product], ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_hold_one = Barrier(2)
    in_product_order = stock.lock

    def lock(product_ids: Any, **_where: Any) -> Any:
        goods: dict[int, Any] = {}
        for product in product_ids:
            goods |= in_product_order([product])
            if len(goods) == 1 and not both_hold_one.broken:
                both_hold_one.wait(WAIT)
        both_hold_one.abort()
        return goods

    monkeypatch.setattr(stock, "lock", lock)
    before = deadlocks()
    assert outcomes(sell_in_opposite_orders(tills[:2], shelf, ana, rounds=1)) == {"list": 2}
    assert deadlocks() > before
    assert Bill.objects.count() == 2
    assert_books_are_right()


@pytest.fixture
def fifty_points(vera: Member, may: User) -> Member:
    """Vera with fifty points; sales earn no more."""
    StoreSettings.change(by="may", point_multiplier=D(0), vip_discount_rate=D(0))
    points.adjust(vera.pk, D("50.00"), by=may, reason="welcome")
    return vera


def spend_ten_each(tills: list[str], member: Member, by: User) -> list[Any]:
    """Each till sells its own goods, so that the member is the only row they share."""
    goods = [cast.product(f"Only at {code}", "12.00") for code in tills]
    agreed = [consents.give(member.pk, PIN, by=by) for _ in tills]
    wanted = [
        order((product, "1"), register=code, member=member.pk, points=D("10.00"), consent=consent, card="2.00")
        for code, consent, product in zip(tills, agreed, goods, strict=True)
    ]
    return at_once([lambda asked=asked: sales.sell(asked, cashier=by).bill for asked in wanted])


def test_sixteen_tills_spend_one_members_points(tills: list[str], fifty_points: Member, ana: User) -> None:
    answers = spend_ten_each(tills, fifty_points, ana)
    assert outcomes(answers) == {"Bill": 5, "NotEnoughPoints": 11}
    assert Member.objects.get(pk=fifty_points.pk).points == 0
    assert_books_are_right()


def test_without_the_lock_points_are_spent_twice(
    tills: list[str], fifty_points: Member, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody = Barrier(len(tills))

    def lock(member: int) -> Any:
        account = points.look(member)
        everybody.wait(WAIT)
        return account

    StoreSettings.change(by="may", require_pin_for_points=False)
    monkeypatch.setattr(consents, "give", lambda *_, **__: None)
    monkeypatch.setattr(points, "lock", lock)
    assert outcomes(spend_ten_each(tills, fifty_points, ana))["Bill"] == 16
    assert Member.objects.get(pk=fifty_points.pk).points == -110
    assert list(broken()) == ["I03"]


def test_same_key_twenty_times_at_once_is_one_bill(shift: Any, tea: Product, ana: User) -> None:
    key = uuid4()
    answers = at_once([lambda: sales.sell(order((tea, "2"), key=key, cash="25.00"), cashier=ana) for _ in range(20)])
    assert outcomes(answers) == {"Sold": 20}
    assert len({answer.bill.pk for answer in answers}) == 1
    assert sum(not answer.again for answer in answers) == 1
    assert Stock.objects.get(pk=tea.pk).quantity == 8
    assert_books_are_right()


def test_same_key_at_sixteen_tills_is_one_bill(tills: list[str], tea: Product, ana: User) -> None:
    """The till is part of the request, so the other fifteen are told that the key is taken."""
    key = uuid4()
    answers = at_once(
        [lambda code=code: sell((tea, "1"), by=ana, key=key, register=code, cash="12.50") for code in tills]
    )
    assert outcomes(answers) == {"Bill": 1, "KeyReused": 15}
    assert Stock.objects.get(pk=tea.pk).quantity == 9
    assert_books_are_right()


def test_without_key_check_and_constraint_one_key_sells_twice(
    shift: Any, tea: Product, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_hand = counter.at_hand
    monkeypatch.setattr(counter, "at_hand", lambda till, _: at_hand(till))
    key = uuid4()
    emptied = "TRUNCATE billing_bill CASCADE"
    with ledgers_unlocked(), without("billing_bill", "billing_bill_key_key", "UNIQUE (key)", mend=emptied):
        answers = at_once([lambda: sell((tea, "1"), by=ana, key=key, cash="12.50") for _ in range(4)])
        assert outcomes(answers) == {"Bill": 4}
        assert "I18" in broken()


def test_two_tills_pay_one_basket(tills: list[str], tea: Product, ana: User, ben: User) -> None:
    basket = baskets.start(cast.till("R1"), ana)
    baskets.add(basket.pk, tea.pk)
    basket.refresh_from_db()
    paid = [Tendered("cash", D("20.00"))]

    def pay(code: str, by: User) -> Bill:
        return paying.pay(basket.pk, paid, version=basket.version, shown_total=D("12.50"), register=code, by=by)

    first, second = at_once([lambda: pay("R1", ana), lambda: pay("R2", ben)])
    assert first.pk == second.pk == Bill.objects.get().pk
    assert Stock.objects.get(pk=tea.pk).quantity == 9
    assert_books_are_right()


def test_double_press_on_pay_is_one_bill(shift: Any, tea: Product, ana: User) -> None:
    basket = baskets.start(shift.register, ana)
    baskets.add(basket.pk, tea.pk)
    basket.refresh_from_db()
    paid = [Tendered("cash", D("20.00"))]
    pressed = [
        lambda: paying.pay(basket.pk, paid, version=basket.version, shown_total=None, register="R1", by=ana)
        for _ in range(8)
    ]
    assert {answer.pk for answer in at_once(pressed)} == {Bill.objects.get().pk}
    assert_books_are_right()


def test_shift_closes_while_sales_are_paid(shift: Any, milk: Product, ana: User) -> None:
    sales_and_close = [lambda: sell((milk, "1"), by=ana, cash="2.00") for _ in range(9)]
    sales_and_close.insert(
        4, lambda: counting.close_shift(shift.pk, counted=D("100.00"), by=ana, reason="no count in a storm")
    )
    answers = outcomes(at_once(sales_and_close))
    assert answers["ZReport"] == 1
    assert answers["Bill"] + answers["NoOpenShift"] == 9
    shift.refresh_from_db()
    assert shift.z.document["sales"] == answers["Bill"] == Bill.objects.count()
    assert_books_are_right()


def parked_tea(ana: User, tea: Product) -> int:
    basket = baskets.current(cast.till("R1"), ana)
    baskets.add(basket.pk, tea.pk)
    baskets.park(basket.pk, "blue coat", version=2)
    return basket.pk


def taken_over(basket: int, tills: list[str]) -> list[Any]:
    registers = [cast.till(code) for code in tills[:8]]
    people = [cast.person(f"taker{code}") for code in tills[:8]]
    pairs = zip(registers, people, strict=True)
    return at_once([partial(whose.resume, basket, register=till, by=who) for till, who in pairs])


def test_one_of_eight_tills_takes_a_parked_basket_and_the_others_are_told_who_has_it(
    tills: list[str], ana: User, tea: Product
) -> None:
    answers = taken_over(parked_tea(ana, tea), tills)
    (taken,) = [answer for answer in answers if isinstance(answer, Basket)]
    others = [answer for answer in answers if not isinstance(answer, Basket)]
    assert {type(answer) for answer in others} == {whose.AlreadyTaken}
    assert {answer.facts["register"] for answer in others} == {taken.register.code}
    now = Basket.objects.get()
    assert (now.register, now.cashier, now.version) == (taken.register, taken.cashier, 4)


def test_without_the_lock_two_tills_take_the_same_basket(
    tills: list[str], ana: User, tea: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    basket, together = parked_tea(ana, tea), Barrier(8)
    seen = whose.changed

    def all_have_looked(found: Basket) -> None:
        together.wait(WAIT)
        seen(found)

    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_: rows)
    monkeypatch.setattr(whose, "changed", all_have_looked)
    answers = taken_over(basket, tills)
    assert len([answer for answer in answers if isinstance(answer, Basket)]) == 8
