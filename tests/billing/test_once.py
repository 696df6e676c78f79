"""A scan counts once, however often the browser sends it."""

from uuid import uuid4

import pytest
from django.test import Client

from billing.basket import baskets, whose
from billing.basket.scan_once import once
from billing.models import Basket, ScanSeen, Shift
from inventory.models import Product
from tests.at_once import at_once


@pytest.fixture
def basket(shift: Shift) -> Basket:
    return baskets.current(shift.register, shift.opened_by)


def count(basket: Basket) -> list[int]:
    return [int(line.quantity) for line in basket.lines.all()]


@pytest.fixture
def ana_at_r1(ana_web: Client, shift: Shift) -> Client:
    session = ana_web.session
    session["register"] = "R1"
    session.save()
    return ana_web


def test_scan_sent_twice_is_added_once(ana_at_r1: Client, basket: Basket, tea: Product) -> None:
    asked = {"code": "4006381333931", "once": str(uuid4())}
    for _ in range(2):
        assert ana_at_r1.post(f"/till/{basket.pk}/scan", asked).status_code == 302
    assert count(basket) == [1]


def test_two_scans_of_one_code_add_two(ana_at_r1: Client, basket: Basket, tea: Product) -> None:
    for _ in range(2):
        ana_at_r1.post(f"/till/{basket.pk}/scan", {"code": "4006381333931", "once": str(uuid4())})
    assert count(basket) == [2]


@pytest.mark.parametrize("name", ["x", "é", "0" * 5000, "NaN", "{}"])
def test_scan_with_a_malformed_id_is_400(ana_at_r1: Client, basket: Basket, tea: Product, name: str) -> None:
    answer = ana_at_r1.post(f"/till/{basket.pk}/scan", {"code": "4006381333931", "once": name})
    assert answer.status_code == 400
    assert count(basket) == []


def test_refused_scan_may_be_sent_again(ana_at_r1: Client, basket: Basket) -> None:
    asked = {"code": "4006381333931", "once": str(uuid4())}
    assert ana_at_r1.post(f"/till/{basket.pk}/scan", asked).status_code == 409
    assert not ScanSeen.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_scan_sent_by_ten_tabs_at_once_is_added_once(basket: Basket, tea: Product) -> None:
    name = str(uuid4())
    at = whose.Standing(basket.cashier, basket.register.code)
    add = lambda held: baskets.add_held(held, tea.pk, None, by=None)  # noqa: E731
    answers = at_once([lambda: once(basket.pk, name, add, at=at)] * 10)
    assert answers == [basket] * 10
    assert count(basket) == [1]
