"""The plus and minus buttons of a line: presses add up, even from an outdated screen."""

from decimal import Decimal as D
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from billing.basket import baskets, lines
from billing.models import Basket, BasketLine, Shift
from inventory.models import Product
from pos.errors import Invalid, Stale
from tests.at_once import at_once


@pytest.fixture
def basket(shift: Shift) -> Basket:
    return baskets.current(shift.register, shift.opened_by)


@pytest.fixture
def line(basket: Basket, milk: Product) -> BasketLine:
    return baskets.add(basket.pk, milk.pk)


@pytest.fixture
def ana_at_r1(ana_web: Client, shift: Shift) -> Client:
    session = ana_web.session
    session["register"] = "R1"
    session.save()
    return ana_web


def count(basket: Basket) -> list[D]:
    return [line.quantity for line in basket.lines.filter(removed_at=None)]


def test_presses_on_an_outdated_screen_add_up(ana_at_r1: Client, basket: Basket, line: BasketLine) -> None:
    for by in ("1", "1", "-1", "1"):
        asked = {"by": by, "quantity": "1", "version": basket.version, "once": str(uuid4())}
        assert ana_at_r1.post(f"/till/{basket.pk}/lines/{line.pk}", asked).status_code == 302
    assert count(basket) == [3]


def test_press_sent_twice_counts_once(ana_at_r1: Client, basket: Basket, line: BasketLine) -> None:
    asked = {"by": "1", "version": basket.version, "once": str(uuid4())}
    for _ in range(2):
        assert ana_at_r1.post(f"/till/{basket.pk}/lines/{line.pk}", asked).status_code == 302
    assert count(basket) == [2]


@pytest.mark.parametrize(
    "asked", [{}, {"by": ""}, {"by": "NaN"}, {"by": "1e9"}, {"by": "0.5"}, {"by": "\0"}, {"by": "1", "once": "x"}]
)
def test_press_without_a_valid_number_is_400(
    ana_at_r1: Client, basket: Basket, line: BasketLine, asked: dict[str, str]
) -> None:
    answer = ana_at_r1.post(f"/till/{basket.pk}/lines/{line.pk}", {"version": basket.version, **asked})
    assert answer.status_code == 400
    assert count(basket) == [1]


def test_step_down_cannot_remove_a_line(basket: Basket, line: BasketLine, ana: User) -> None:
    for less in (-1, -1000):
        with pytest.raises(Invalid):
            lines.step(basket.pk, line.pk, less, by=ana)
    assert count(basket) == [1]


def test_step_up_does_not_restore_a_removed_line(basket: Basket, line: BasketLine, ana: User) -> None:
    lines.remove(basket.pk, line.pk, version=2, by=ana)
    with pytest.raises(Stale):
        lines.step(basket.pk, line.pk, 1, by=ana)


@pytest.mark.django_db(transaction=True)
def test_ten_presses_at_once_make_eleven(basket: Basket, line: BasketLine, ana: User) -> None:
    at_once([lambda: lines.step(basket.pk, line.pk, 1, by=ana)] * 10)
    assert count(basket) == [11]
