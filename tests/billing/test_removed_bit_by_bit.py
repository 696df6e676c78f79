"""Goods removed from a basket one by one add up: five steps of one need the same approval as removing five."""

from decimal import Decimal as D
from uuid import uuid4

import pytest
from django.test import Client

from accounts.approvals import approvals
from accounts.approvals.approvals import Denied, NeedsApproval
from accounts.models import Action, Approval, ApprovalRule, User
from billing.basket import baskets, lines
from billing.models import Basket, BasketLine, Shift
from inventory.models import Product
from tests.at_once import outcomes_of
from tests.cast import PASSWORD, TILL_PIN


@pytest.fixture
def basket(shift: Shift) -> Basket:
    return baskets.current(shift.register, shift.opened_by)


@pytest.fixture
def line(basket: Basket, tea: Product) -> BasketLine:
    """Six teas at 12.50; a cashier may remove goods up to 50.00 without approval."""
    return baskets.add(basket.pk, tea.pk, D(6))


@pytest.fixture
def till(ana_web: Client, shift: Shift) -> Client:
    session = ana_web.session
    session["register"] = "R1"
    session.save()
    return ana_web


def version(basket: Basket) -> int:
    return Basket.objects.get(pk=basket.pk).version


def left(basket: Basket) -> list[D]:
    return [line.quantity for line in basket.lines.filter(removed_at=None)]


def word_for(needed: NeedsApproval, asker: User) -> str:
    asked = {"facts": needed.facts["facts"], "size": D(needed.facts["size"])}
    return approvals.grant(Action.VOID_LINE, asker=asker, approver="may", pin=PASSWORD, **asked)


def test_fifth_step_down_needs_the_approval_of_removing_five(basket: Basket, line: BasketLine, ana: User) -> None:
    with pytest.raises(NeedsApproval) as at_one_go:
        lines.set_quantity(basket.pk, line.pk, D(1), version=version(basket), by=ana)
    for _ in range(4):
        lines.step(basket.pk, line.pk, -1, by=ana)
    with pytest.raises(NeedsApproval) as bit_by_bit:
        lines.step(basket.pk, line.pk, -1, by=ana)
    assert at_one_go.value.facts["size"] == bit_by_bit.value.facts["size"] == "62.5"
    assert left(basket) == [2]


def test_removed_lines_add_up(basket: Basket, line: BasketLine, milk: Product, ana: User) -> None:
    other = baskets.add(basket.pk, milk.pk, D(1))
    lines.set_quantity(basket.pk, line.pk, D(2), version=version(basket), by=ana)
    with pytest.raises(NeedsApproval):
        lines.remove(basket.pk, other.pk, version=version(basket), by=ana)
    assert len(left(basket)) == 2


def test_approved_removals_no_longer_count(basket: Basket, line: BasketLine, ana: User, may: User) -> None:
    lines.set_quantity(basket.pk, line.pk, D(2), version=version(basket), by=ana)
    with pytest.raises(NeedsApproval) as needed:
        lines.step(basket.pk, line.pk, -1, by=ana)
    lines.step(basket.pk, line.pk, -1, by=ana, tokens=["", word_for(needed.value, ana)])
    assert Approval.objects.get(deed="used").size == D("62.50")
    lines.remove(basket.pk, line.pk, version=version(basket), by=ana)
    assert Basket.objects.get().removed_worth == D("12.50")


def test_removals_count_per_basket_and_refused_steps_do_not_count(
    basket: Basket, line: BasketLine, tea: Product, ana: User
) -> None:
    lines.set_quantity(basket.pk, line.pk, D(2), version=version(basket), by=ana)
    for _ in range(2):
        with pytest.raises(NeedsApproval):
            lines.step(basket.pk, line.pk, -1, by=ana)
    assert Basket.objects.get().removed_worth == D("50.00")
    another = baskets.start(basket.register, ana)
    lines.set_quantity(another.pk, baskets.add(another.pk, tea.pk, D(5)).pk, D(1), version=version(another), by=ana)


def test_steps_beyond_the_approval_limit_are_denied(basket: Basket, line: BasketLine, ana: User) -> None:
    ApprovalRule.objects.create(role="cashier", action=Action.VOID_LINE, allow_up_to=25, ask_up_to=30)
    for _ in range(2):
        lines.step(basket.pk, line.pk, -1, by=ana)
    with pytest.raises(Denied):
        lines.step(basket.pk, line.pk, -1, by=ana)


def test_steps_and_typed_quantities_at_the_till_add_up(
    till: Client, basket: Basket, line: BasketLine, may: User
) -> None:
    path = f"/till/{basket.pk}/lines/{line.pk}"
    for _ in range(3):
        assert till.post(path, {"by": "-1", "version": basket.version, "once": str(uuid4())}).status_code == 302
    assert till.post(path, {"quantity": "2", "version": version(basket)}).status_code == 302
    refused = till.post(path, {"quantity": "1", "version": version(basket)})
    assert (refused.status_code, left(basket)) == (409, [2])
    asked = {"quantity": "1", "version": version(basket), "approver": "may", "approver_pin": TILL_PIN}
    assert till.post(path, asked).status_code == 302
    assert left(basket) == [1]


@pytest.mark.django_db(transaction=True)
def test_six_steps_down_at_once_stop_at_the_limit(basket: Basket, line: BasketLine, ana: User) -> None:
    answers = outcomes_of(*[lambda: lines.step(basket.pk, line.pk, -1, by=ana)] * 6)
    assert answers == ["done"] * 4 + ["needs_approval"] * 2
    assert left(basket) == [2]
