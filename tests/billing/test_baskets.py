from decimal import Decimal as D

import pytest

from accounts.approvals.approvals import NeedsApproval
from accounts.models import User
from billing.basket import baskets, customer, lines, paying, priced, scanning, whose
from billing.basket.baskets import BasketIsClosed
from billing.basket.scanning import UnknownCode
from billing.models import Basket, BasketLine, BasketState, Bill, Register, Shift
from billing.order import MOST_LINES, Tendered
from billing.pricing import PointsExceedDue
from billing.sale import sales
from inventory.models import Product, Stock
from inventory.shelf.stock import NotForSale, UnknownProduct
from members import consents
from members.models import Member
from pos.errors import Invalid, Stale
from tests import cast
from tests.traces import traces

CASH = [Tendered("cash", D(100))]


@pytest.fixture
def basket(shift: Shift, r1: Register, ana: User) -> Basket:
    return baskets.start(r1, ana)


def now(basket: Basket) -> Basket:
    return Basket.objects.select_related("member").get(pk=basket.pk)


def shown(basket: Basket) -> list[tuple[str, D]]:
    return [(line.name, line.quantity) for line in priced.show(now(basket)).lines]


def test_same_code_twice_makes_quantity_two(basket: Basket, tea: Product) -> None:
    scanning.scan(basket.pk, "4006381333931")
    scanning.scan(basket.pk, tea.sku.lower())
    assert shown(basket) == [("Green tea", D(2))]


def test_unknown_code_is_named_in_the_refusal_and_adds_nothing(basket: Basket) -> None:
    with pytest.raises(UnknownCode) as refused:
        scanning.scan(basket.pk, "4999999999999")
    assert refused.value.facts == {"code": "4999999999999"}
    assert shown(basket) == []


def test_goods_not_on_sale_are_refused(basket: Basket, tea: Product) -> None:
    Product.objects.filter(pk=tea.pk).update(is_active=False)
    with pytest.raises(NotForSale):
        scanning.scan(basket.pk, "4006381333931")
    with pytest.raises(UnknownProduct):
        baskets.add(basket.pk, 10**9)


@pytest.mark.parametrize("quantity", ["0.5", "-1", "NaN", "Infinity", "0.0001", "99999999"])
def test_impossible_quantity_is_refused(basket: Basket, tea: Product, ana: User, quantity: str) -> None:
    line = baskets.add(basket.pk, tea.pk)
    with pytest.raises(Invalid):
        lines.set_quantity(basket.pk, line.pk, D(quantity), version=now(basket).version, by=ana)
    assert shown(basket) == [("Green tea", D(1))]


def test_removed_line_is_recorded_and_its_product_can_be_added_again(basket: Basket, tea: Product, ana: User) -> None:
    line = baskets.add(basket.pk, tea.pk)
    lines.remove(basket.pk, line.pk, version=now(basket).version, by=ana)
    baskets.add(basket.pk, tea.pk)
    assert shown(basket) == [("Green tea", D(1))]
    assert [(row.removed_by, row.removed_at is None) for row in basket.lines.all()] == [(ana, False), (None, True)]


def test_quantity_zero_removes_the_line(basket: Basket, tea: Product, ana: User) -> None:
    line = baskets.add(basket.pk, tea.pk)
    lines.set_quantity(basket.pk, line.pk, D(0), version=now(basket).version, by=ana)
    assert shown(basket) == []


def test_stale_screen_changes_nothing(basket: Basket, tea: Product, vera: Member, ana: User) -> None:
    line = baskets.add(basket.pk, tea.pk)
    old = now(basket).version
    baskets.add(basket.pk, tea.pk)
    for deed in (
        lambda: lines.set_quantity(basket.pk, line.pk, D(9), version=old, by=ana),
        lambda: lines.remove(basket.pk, line.pk, version=old, by=ana),
        lambda: customer.attach_member(basket.pk, vera, version=old),
        lambda: baskets.park(basket.pk, "later", version=old),
        lambda: baskets.drop(basket.pk, version=old, by=ana),
        lambda: paying.pay(basket.pk, CASH, version=old, shown_total=None, register="R1", by=ana),
    ):
        with pytest.raises(Stale):
            deed()
    assert shown(basket) == [("Green tea", D(2))]
    assert not Bill.objects.exists()


def test_holding_a_basket_moves_no_stock_points_or_money(basket: Basket, tea: Product, olga: Member) -> None:
    baskets.add(basket.pk, tea.pk)
    before = (traces("billing_basket", "billing_basketline"), Stock.objects.get(product=tea).quantity)
    customer.attach_member(basket.pk, olga, version=now(basket).version)
    baskets.park(basket.pk, "blue coat", version=now(basket).version)
    assert (traces("billing_basket", "billing_basketline"), Stock.objects.get(product=tea).quantity) == before


def test_parked_basket_is_taken_over_at_another_till(basket: Basket, tea: Product, ben: User) -> None:
    baskets.add(basket.pk, tea.pk)
    baskets.park(basket.pk, "blue coat", version=now(basket).version)
    with pytest.raises(BasketIsClosed):
        baskets.add(basket.pk, tea.pk)
    r2 = cast.till("R2")
    taken = whose.resume(basket.pk, register=r2, by=ben)
    assert (taken.register, taken.cashier, taken.state) == (r2, ben, BasketState.OPEN)
    with pytest.raises(BasketIsClosed):
        whose.resume(basket.pk, register=r2, by=ben)


def test_price_changed_while_a_basket_was_parked_is_shown_beside_the_new_one(
    basket: Basket, tea: Product, milk: Product, r1: Register, ana: User
) -> None:
    baskets.add(basket.pk, tea.pk)
    baskets.add(basket.pk, milk.pk)
    baskets.park(basket.pk, "blue coat", version=now(basket).version)
    old = tea.price
    Product.objects.filter(pk=tea.pk).update(price="13.00")
    whose.resume(basket.pk, register=r1, by=ana)
    found = {line.sku: (line.unit_price, line.parked_price) for line in priced.show(now(basket)).lines}
    assert found == {tea.sku: (D("13.00"), old), milk.sku: (milk.price, None)}


def test_price_set_by_hand_survives_parking(basket: Basket, tea: Product, r1: Register, ana: User, may: User) -> None:
    line = baskets.add(basket.pk, tea.pk)
    lines.set_price(basket.pk, line.pk, D("10.00"), "torn", version=now(basket).version, by=may)
    baskets.park(basket.pk, "blue coat", version=now(basket).version)
    Product.objects.filter(pk=tea.pk).update(price="13.00")
    whose.resume(basket.pk, register=r1, by=ana)
    shown = priced.show(now(basket)).lines[0]
    assert (shown.unit_price, shown.parked_price) == (D("10.00"), None)


def test_dropped_basket_is_kept_on_record(basket: Basket, tea: Product, ana: User) -> None:
    baskets.add(basket.pk, tea.pk)
    baskets.drop(basket.pk, version=now(basket).version, by=ana)
    assert now(basket).state == BasketState.DROPPED
    assert basket.lines.get().removed_by == ana


def test_paying_a_paid_basket_returns_the_same_bill(basket: Basket, tea: Product, ana: User) -> None:
    baskets.add(basket.pk, tea.pk)
    version = now(basket).version
    bill = paying.pay(basket.pk, CASH, version=version, shown_total=D("12.50"), register="R1", by=ana)
    again = paying.pay(basket.pk, CASH, version=version, shown_total=D("12.50"), register="R1", by=ana)
    assert again == bill == now(basket).bill
    assert Bill.objects.count() == 1


def test_price_changed_since_it_was_shown_stops_the_payment(basket: Basket, tea: Product, ana: User) -> None:
    baskets.add(basket.pk, tea.pk)
    Product.objects.filter(pk=tea.pk).update(price=D("13.00"))
    with pytest.raises(sales.TotalChanged):
        paying.pay(basket.pk, CASH, version=now(basket).version, shown_total=D("12.50"), register="R1", by=ana)


def test_spending_points_needs_the_members_pin(basket: Basket, tea: Product, ana: User, r1: Register) -> None:
    rich = cast.MemberFactory(points=D(20))
    baskets.add(basket.pk, tea.pk)
    customer.attach_member(basket.pk, rich, version=now(basket).version)
    with pytest.raises(consents.WrongPin):
        customer.spend_points(basket.pk, D(5), "000001", version=now(basket).version, by=ana)
    with pytest.raises(PointsExceedDue):
        customer.spend_points(basket.pk, D("12.51"), cast.PIN, version=now(basket).version, by=ana)
    customer.spend_points(basket.pk, D(5), cast.PIN, version=now(basket).version, by=ana)
    bill = paying.pay(basket.pk, CASH, version=now(basket).version, shown_total=None, register="R1", by=ana)
    assert bill.points_spent == D(5)


def test_points_are_reduced_when_the_basket_gets_smaller(
    basket: Basket, tea: Product, milk: Product, ana: User
) -> None:
    rich = cast.MemberFactory(points=D(20))
    line = baskets.add(basket.pk, tea.pk)
    baskets.add(basket.pk, milk.pk)
    customer.attach_member(basket.pk, rich, version=now(basket).version)
    customer.spend_points(basket.pk, D(14), cast.PIN, version=now(basket).version, by=ana)
    lines.remove(basket.pk, line.pk, version=now(basket).version, by=ana)
    bill = paying.pay(basket.pk, [], version=now(basket).version, shown_total=D("2.00"), register="R1", by=ana)
    assert (bill.points_spent, bill.total) == (D("2.00"), D("2.00"))


def test_changing_the_member_clears_the_points_of_the_first(
    basket: Basket, tea: Product, olga: Member, ana: User
) -> None:
    rich = cast.MemberFactory(points=D(20))
    baskets.add(basket.pk, tea.pk)
    customer.attach_member(basket.pk, rich, version=now(basket).version)
    customer.spend_points(basket.pk, D(5), cast.PIN, version=now(basket).version, by=ana)
    customer.attach_member(basket.pk, olga, version=now(basket).version)
    assert now(basket).points == 0


def test_card_number_is_refused_as_a_label(basket: Basket, tea: Product) -> None:
    baskets.add(basket.pk, tea.pk)
    with pytest.raises(Invalid):
        baskets.park(basket.pk, "4111 1111 1111 1111", version=now(basket).version)


def test_a_basket_takes_no_more_lines_than_a_bill(shift: Shift, ana: User, tea: Product, milk: Product) -> None:
    basket = baskets.current(shift.register, ana)
    full = [BasketLine(basket=basket, product=tea, quantity=1, note=str(n)) for n in range(MOST_LINES)]
    BasketLine.objects.bulk_create(full)
    with pytest.raises(baskets.BasketIsFull):
        baskets.add(basket.pk, milk.pk, by=ana)
    BasketLine.objects.filter(pk=full[0].pk).update(note="")
    assert baskets.add(basket.pk, tea.pk, by=ana).quantity == 2


def test_basket_too_large_to_sell_is_shown_and_can_be_corrected(
    basket: Basket, ana: User, tea: Product, may: User
) -> None:
    line = scanning.scan(basket.pk, f"9999999*{tea.sku}")
    Product.objects.filter(pk=tea.pk).update(price=D(999))
    shown = priced.show(now(basket))
    assert (shown.fault and shown.fault.reason, shown.quote.total, len(shown.lines)) == ("too_large", 0, 1)
    with pytest.raises(NeedsApproval):
        baskets.drop(basket.pk, version=now(basket).version, by=ana)
    lines.set_quantity(basket.pk, line.pk, D(2), version=now(basket).version, by=may)
    assert priced.show(now(basket)).fault is None
