"""Changing a line at the till, and when that needs approval."""

from decimal import Decimal as D

import pytest

from accounts.approvals import approvals
from accounts.approvals.approvals import Denied, NeedsApproval
from accounts.models import User
from billing.basket import baskets, lines, paying, priced
from billing.models import Basket, Shift
from billing.order import Tendered
from billing.sale.quotes import PriceNeeded
from inventory.models import Product
from pos.errors import Invalid
from tests import cast
from tests.proof import assert_books_are_right


@pytest.fixture
def basket(shift: Shift, ana: User) -> Basket:
    return baskets.start(shift.register, ana)


def now(basket: Basket) -> int:
    return Basket.objects.get(pk=basket.pk).version


def test_allowed_discounts_and_a_price_with_a_reason_are_on_the_bill(
    basket: Basket, tea: Product, milk: Product, ana: User
) -> None:
    first, second = baskets.add(basket.pk, tea.pk, D(2)), baskets.add(basket.pk, milk.pk, D(3))
    lines.set_discount(basket.pk, first.pk, D(10), D(0), version=now(basket), by=ana)
    lines.set_price(basket.pk, second.pk, D("1.95"), "dented", version=now(basket), by=ana)
    lines.write_note(basket.pk, first.pk, "gift wrap", version=now(basket), by=ana)
    lines.discount_bill(basket.pk, D(5), D(0), version=now(basket), by=ana)
    paid = [Tendered("cash", D("50.00"))]
    bill = paying.pay(basket.pk, paid, version=now(basket), shown_total=D("26.93"), register="R1", by=ana)
    one, two = bill.lines.all()
    assert (bill.total, bill.manual_discount, bill.vip_discount) == (D("26.93"), D("1.42"), D(0))
    assert (one.line_discount, one.note) == (D("2.50"), "gift wrap")
    assert (two.list_price, two.unit_price, two.price_reason, two.priced_by_id) == (2, D("1.95"), "dented", ana.pk)
    for line in (one, two):
        *steps, net, _tax = line.explanation
        assert sum(step.amount for step in steps) == net.amount == line.net
    assert_books_are_right()


def test_discount_above_the_limit_needs_an_approval_for_exactly_that_discount(
    basket: Basket, tea: Product, ana: User, may: User
) -> None:
    line = baskets.add(basket.pk, tea.pk)
    with pytest.raises(NeedsApproval) as asked:
        lines.set_discount(basket.pk, line.pk, D(25), D(0), version=now(basket), by=ana)
    wish = {"asker": ana, "facts": asked.value.facts["facts"], "size": D(asked.value.facts["size"])}
    word = approvals.grant(approvals.Action.LINE_DISCOUNT, **wish, approver="may", pin=cast.PASSWORD)
    with pytest.raises(NeedsApproval):
        lines.set_discount(basket.pk, line.pk, D(26), D(0), version=now(basket), by=ana, tokens=[word])
    lines.set_discount(basket.pk, line.pk, D(25), D(0), version=now(basket), by=ana, tokens=[word])
    with pytest.raises(Denied):
        lines.set_discount(basket.pk, line.pk, D(31), D(0), version=now(basket), by=ana)


def test_price_below_cost_needs_approval_and_impossible_values_are_refused(
    basket: Basket, tea: Product, ana: User
) -> None:
    Product.objects.filter(pk=tea.pk).update(cost="12.40")
    line = baskets.add(basket.pk, tea.pk)
    with pytest.raises(NeedsApproval, match="below cost"):
        lines.set_discount(basket.pk, line.pk, D(2), D(0), version=now(basket), by=ana)
    for percent, amount in ((D("100.01"), D(0)), (D(-1), D(0)), (D("NaN"), D(0)), (D(0), D(-1)), (D(0), D("Infinity"))):
        with pytest.raises(Invalid):
            lines.set_discount(basket.pk, line.pk, percent, amount, version=now(basket), by=ana)
    with pytest.raises(Invalid):
        lines.set_price(basket.pk, line.pk, D("12.45"), "", version=now(basket), by=ana)


def test_open_price_must_be_typed_before_payment(basket: Basket, ana: User) -> None:
    line = baskets.add(basket.pk, cast.product("Flowers", "0", "9", open_price=True).pk)
    paid = [Tendered("cash", D("18.00"))]
    assert priced.show(basket).needs_price
    with pytest.raises(PriceNeeded):
        paying.pay(basket.pk, paid, version=now(basket), shown_total=None, register="R1", by=ana)
    lines.set_price(basket.pk, line.pk, D("18.00"), version=now(basket), by=ana)
    assert paying.pay(basket.pk, paid, version=now(basket), shown_total=None, register="R1", by=ana).total == 18
    assert_books_are_right()
