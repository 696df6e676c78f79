"""Sales with a concurrent change in the middle; each interleaving runs on real connections."""

from decimal import Decimal as D
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from accounts.models import User
from billing import counter
from billing.basket import baskets, paying
from billing.drawer import counting, shifts
from billing.models import Basket, BasketState, Bill, Shift
from billing.order import Tendered
from billing.sale import sales
from inventory.models import Product, Stock, TaxRate
from inventory.shelf import stock
from members.models import Member
from pos import db_retry
from pos.errors import Stale
from tests.at_once import WAIT, after_waiting, at_once, until_somebody_waits
from tests.counter import order, sell
from tests.proof import assert_books_are_right, broken
from tests.traces import traces

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def basket(shift: Shift, tea: Product, ana: User) -> Basket:
    """An open basket with one tea."""
    made = baskets.start(shift.register, ana)
    baskets.add(made.pk, tea.pk)
    made.refresh_from_db()
    return made


def pay(basket: Basket, by: User) -> Bill:
    paid = [Tendered("cash", D("20.00"))]
    return paying.pay(basket.pk, paid, version=basket.version, shown_total=D("12.50"), register="R1", by=by)


def change(product: Product, **values: Any) -> None:
    Product.objects.filter(pk=product.pk).update(**values)


def test_price_edited_while_the_sale_waits_stops_the_sale(shift: Shift, tea: Product, ana: User) -> None:
    """Fails without the comparison with `shown_total`."""
    asked = order((tea, "1"), cash="20.00", shown_total=D("12.50"))
    before = traces("inventory_product", "inventory_pricechange", "pos_change")
    refused = after_waiting(lambda: change(tea, price="13.00"), lambda: sales.sell(asked, cashier=ana))
    assert isinstance(refused, sales.TotalChanged)
    assert refused.facts == {"total": D("13.00")}
    assert traces("inventory_product", "inventory_pricechange", "pos_change") == before


def test_sale_without_a_shown_total_uses_the_new_price(shift: Shift, tea: Product, ana: User) -> None:
    """Fails without FOR SHARE OF p: the sale does not wait for the edit."""
    bill = after_waiting(lambda: change(tea, price="13.00"), lambda: sell((tea, "1"), by=ana, cash="20.00"))
    assert (bill.total, bill.lines.all()[0].unit_price) == (D("13.00"), D("13.00"))
    assert_books_are_right()


def test_price_edit_waits_for_the_sale_that_read_it(shift: Shift, tea: Product, ana: User) -> None:
    after_waiting(lambda: stock.lock([tea.pk]), lambda: change(tea, price="13.00"), tea.refresh_from_db)
    assert tea.price == D("12.50")
    tea.refresh_from_db()
    assert tea.price == D("13.00")


def test_tax_rate_edited_while_the_sale_waits_applies_to_it(shift: Shift, tea: Product, ana: User) -> None:
    """Fails without the second read in stock.lock: the sale is taxed at zero, neither the old rate nor the new."""
    old, new = (TaxRate.objects.create(name=name, rate=rate) for name, rate in (("old", "0.10"), ("new", "0.20")))
    change(tea, tax_rate=old)
    bill = after_waiting(lambda: change(tea, tax_rate=new), lambda: sell((tea, "1"), by=ana, cash="20.00"))
    assert [(tax.rate, tax.tax) for tax in bill.taxes.all()] == [(D("0.2"), D("2.08"))]
    assert bill.lines.all()[0].tax_name == "new"
    assert_books_are_right()


def test_product_taken_off_sale_while_the_sale_waits_is_not_sold(shift: Shift, tea: Product, ana: User) -> None:
    refused = after_waiting(lambda: change(tea, is_active=False), lambda: sell((tea, "1"), by=ana, cash="20.00"))
    assert isinstance(refused, stock.NotForSale)
    assert not Bill.objects.exists()


def test_member_who_lost_vip_meanwhile_pays_the_full_price(shift: Shift, tea: Product, vera: Member, ana: User) -> None:
    no_vip = Member.objects.filter(pk=vera.pk)
    bill = after_waiting(
        lambda: no_vip.update(is_vip=False), lambda: sell((tea, "1"), by=ana, cash="20.00", member=vera.pk)
    )
    assert (bill.total, bill.vip_discount) == (D("12.50"), D(0))


def test_shift_closed_while_the_sale_waits_stops_the_sale(shift: Shift, tea: Product, ana: User) -> None:
    def close() -> None:
        counting.close_shift(shift.pk, counted=D("100.00"), by=ana)

    refused = after_waiting(close, lambda: sell((tea, "1"), by=ana, cash="20.00"))
    assert isinstance(refused, shifts.NoOpenShift)
    assert_books_are_right()


def test_close_that_waits_for_a_sale_reports_that_sale(shift: Shift, tea: Product, ana: User) -> None:
    """Fails without the register's lock: the expected cash is summed before the sale's cash is in."""
    in_the_middle = Event()

    def hold_on(bill: Bill) -> None:
        in_the_middle.set()
        until_somebody_waits()

    def close() -> Any:
        assert in_the_middle.wait(WAIT)
        return counting.close_shift(shift.pk, counted=D("112.50"), by=ana)

    asked = order((tea, "1"), cash="20.00")
    sold, z = at_once([lambda: sales.sell(asked, cashier=ana, closing=hold_on), close])
    assert (sold.bill.shift_id, z.document["sales"]) == (shift.pk, 1)
    assert_books_are_right()


def test_without_the_register_lock_a_bill_slips_into_a_closed_shift(
    shift: Shift, tea: Product, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = counter.lock
    shift_seen, shift_closed = Event(), Event()

    def unheld(code: str) -> counter.Till:
        return counter.Till(shift.register_id, code, "till", 0, 0, None, is_training=False)

    def lock(product_ids: Any, **_where: Any) -> Any:
        shift_seen.set()
        assert shift_closed.wait(WAIT)
        return stock.look(product_ids)

    def close() -> None:
        assert shift_seen.wait(WAIT)
        monkeypatch.setattr(counter, "lock", held)
        counting.close_shift(shift.pk, counted=D("100.00"), by=ana)
        shift_closed.set()

    monkeypatch.setattr(counter, "lock", unheld)
    monkeypatch.setattr(stock, "lock", lock)
    sold, _ = at_once([lambda: sell((tea, "1"), by=ana, cash="20.00"), close])
    assert isinstance(sold, Bill)
    assert {"I10", "I11.cash", "I12"} <= set(broken())


def test_basket_changed_during_payment_undoes_the_sale(basket: Basket, milk: Product, ana: User) -> None:
    """Fails without the version in `baskets._close`."""
    refused = after_waiting(
        lambda: counter.lock("R1"),
        lambda: pay(basket, ana),
        lambda: at_once([lambda: baskets.add(basket.pk, milk.pk)]),
    )
    assert isinstance(refused, Stale)
    basket.refresh_from_db()
    assert (basket.state, basket.lines.count(), Bill.objects.count()) == (BasketState.OPEN, 2, 0)
    assert_books_are_right()


def test_basket_parked_during_payment_stays_parked(basket: Basket, ana: User) -> None:
    refused = after_waiting(
        lambda: counter.lock("R1"),
        lambda: pay(basket, ana),
        lambda: at_once([lambda: baskets.park(basket.pk, "phone", version=basket.version)]),
    )
    assert isinstance(refused, Stale)
    basket.refresh_from_db()
    assert (basket.state, Bill.objects.count()) == (BasketState.PARKED, 0)


def test_sale_retries_after_a_lock_timeout(
    shift: Shift, tea: Product, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails without `patiently`. The register is released in the pause before the second try."""
    gave_up, released = Event(), Event()

    def pause(seconds: float) -> None:
        gave_up.set()
        assert released.wait(WAIT)

    def hold() -> None:
        counter.lock("R1")
        transaction.on_commit(released.set)

    def impatient_sale() -> Bill:
        connection.cursor().execute("SET lock_timeout = '50ms'")
        return sell((tea, "1"), by=ana, cash="20.00")

    monkeypatch.setattr(db_retry, "time", SimpleNamespace(sleep=pause))
    bill = after_waiting(hold, impatient_sale, until=lambda: gave_up.wait(WAIT))
    assert bill == Bill.objects.get()
    assert_books_are_right()


def test_sale_gives_up_after_three_tries(
    shift: Shift, tea: Product, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[float] = []
    before = traces()

    def impatient_sale() -> Bill:
        connection.cursor().execute("SET lock_timeout = '20ms'")
        return sell((tea, "1"), by=ana, cash="20.00")

    monkeypatch.setattr(db_retry, "time", SimpleNamespace(sleep=tries.append))
    with transaction.atomic():
        counter.lock("R1")
        (answer,) = at_once([impatient_sale])
    assert isinstance(answer, OperationalError)
    assert db_retry.sqlstate(answer) == db_retry.LOCK_TIMEOUT
    assert len(tries) == 2
    assert traces() == before


def kill(pid: int) -> Any:
    def terminate() -> None:
        connection.cursor().execute("SELECT pg_terminate_backend(%s)", [pid])

    return at_once([terminate])


def test_sale_killed_in_the_middle_leaves_no_trace_and_its_key_can_sell(shift: Shift, tea: Product, ana: User) -> None:
    before = traces()
    asked = order((tea, "1"), cash="20.00")

    def lose_the_database(bill: Bill) -> None:
        kill(connection.connection.info.backend_pid)

    (answer,) = at_once([lambda: sales.sell(asked, cashier=ana, closing=lose_the_database)])
    assert isinstance(answer, OperationalError)
    assert traces() == before
    assert not sales.sell(asked, cashier=ana).again
    assert_books_are_right()


def test_sale_killed_after_the_commit_is_found_by_its_key(shift: Shift, tea: Product, ana: User) -> None:
    asked = order((tea, "1"), cash="20.00")

    def die_before_answering() -> None:
        sales.sell(asked, cashier=ana)
        kill(connection.connection.info.backend_pid)
        connection.cursor().execute("SELECT 1")

    (answer,) = at_once([die_before_answering])
    assert isinstance(answer, OperationalError)
    assert sales.sell(asked, cashier=ana).again
    assert Stock.objects.get(pk=tea.pk).quantity == 9
