"""Lowering a quantity is recorded like removing a line: in the Z and in the cashiers' report."""

from decimal import Decimal as D

import pytest

from accounts.approvals.approvals import NeedsApproval
from accounts.models import User
from billing.basket import baskets, lines, paying
from billing.drawer import counting
from billing.models import Basket, BasketLine, Shift
from billing.order import Tendered
from inventory.models import Product
from pos.errors import Invalid
from reports.figures import cashier_activity, periods
from tests.at_once import at_once
from tests.proof import assert_books_are_right
from tests.traces import traces


@pytest.fixture
def line(shift: Shift, tea: Product, ana: User) -> BasketLine:
    """Five teas at 12.50 in Ana's basket."""
    return baskets.add(baskets.current(shift.register, ana).pk, tea.pk, D(5))


def removed(line: BasketLine) -> list[tuple[D, str]]:
    gone = BasketLine.objects.filter(basket=line.basket_id, removed_by__isnull=False)
    return [(row.quantity, str(row.removed_by)) for row in gone]


def set_to(line: BasketLine, quantity: str, by: User) -> None:
    version = Basket.objects.get(pk=line.basket_id).version
    lines.set_quantity(line.basket_id, line.pk, D(quantity), version=version, by=by)


def test_lowered_quantities_are_recorded_as_removed_lines(line: BasketLine, ana: User, ben: User) -> None:
    set_to(line, "4", ana)
    lines.step(line.basket_id, line.pk, -1, by=ben)
    set_to(line, "6", ana)
    assert removed(line) == [(D(1), "Ana"), (D(1), "Ben")]
    line.refresh_from_db()
    assert line.quantity == 6


def test_removed_part_is_not_sold_and_the_z_counts_it(line: BasketLine, shift: Shift, ana: User) -> None:
    set_to(line, "3", ana)
    basket = Basket.objects.get(pk=line.basket_id)
    paid = {"version": basket.version, "shown_total": D("37.50"), "register": "R1", "by": ana}
    bill = paying.pay(basket.pk, [Tendered("cash", D("37.50"))], **paid)
    assert [sold.quantity for sold in bill.lines.all()] == [D(3)]
    document = counting.close_shift(shift.pk, counted=D("137.50"), by=ana).document
    assert document["voids"] == {"lines": 1, "baskets": 0, "unpaid": 0}
    assert_books_are_right()


def test_report_of_the_cashiers_counts_removed_parts(line: BasketLine, shift: Shift, ana: User) -> None:
    set_to(line, "3", ana)
    assert cashier_activity.gathered(periods.day(shift.business_date))[ana.pk].removed == 1


def test_refused_lowering_of_a_quantity_leaves_no_trace(line: BasketLine, ana: User) -> None:
    set_to(line, "9", ana)
    before = traces()
    with pytest.raises(NeedsApproval):
        set_to(line, "1", ana)
    with pytest.raises(Invalid):
        set_to(line, "0.5", ana)
    assert traces() == before


def test_line_merged_with_an_equal_one_is_not_recorded_as_removed(line: BasketLine, ana: User) -> None:
    version = Basket.objects.get(pk=line.basket_id).version
    lines.write_note(line.basket_id, line.pk, "gift", version=version, by=ana)
    baskets.add(line.basket_id, line.product_id)
    lines.write_note(line.basket_id, line.pk, "", version=version + 2, by=ana)
    assert removed(line) == []
    assert [left.quantity for left in BasketLine.objects.filter(basket=line.basket_id, removed_at=None)] == [D(6)]


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_are_two_removed_parts(line: BasketLine, ana: User) -> None:
    at_once([lambda: lines.step(line.basket_id, line.pk, -1, by=ana) for _ in range(2)])
    line.refresh_from_db()
    assert (line.quantity, removed(line)) == (D(3), [(D(1), "Ana"), (D(1), "Ana")])
