"""Scanning a member's card at the till."""

import pytest
from django.test import Client

from billing.basket import baskets
from billing.models import Basket, Register, Shift, UnknownScan
from inventory.models import Product
from members import numbers
from members.models import Member


@pytest.fixture
def basket(shift: Shift, r1: Register, ana_web: Client) -> Basket:
    session = ana_web.session
    session["register"] = r1.code
    session.save()
    return baskets.current(r1, shift.opened_by)


@pytest.fixture
def vera(vera: Member) -> Member:
    """Vera with a member's card."""
    vera.number = numbers.take_next()
    vera.save()
    return vera


def scan(browser: Client, basket: Basket, code: str) -> str:
    answer = browser.post(f"/till/{basket.pk}/scan", {"code": code}, headers={"HX-Request": "true"})
    basket.refresh_from_db()
    return answer.text


def test_scanned_card_attaches_its_member_and_is_not_recorded_as_unknown(
    ana_web: Client, basket: Basket, tea: Product, vera: Member
) -> None:
    baskets.add(basket.pk, tea.pk)
    assert "Vera Vogel" in scan(ana_web, basket, vera.number)
    assert basket.member == vera
    assert not UnknownScan.objects.exists()


def test_card_scanned_twice_keeps_the_points_agreed(ana_web: Client, basket: Basket, vera: Member) -> None:
    Basket.objects.filter(pk=basket.pk).update(member=vera, points=5)
    scan(ana_web, basket, vera.number)
    assert (basket.member, basket.points) == (vera, 5)


def test_card_of_an_inactive_member_is_refused(ana_web: Client, basket: Basket, vera: Member) -> None:
    Member.objects.filter(pk=vera.pk).update(is_active=False)
    assert "Nothing here has the code" in scan(ana_web, basket, vera.number)
    assert basket.member is None


def test_card_number_without_its_letter_is_not_a_card(ana_web: Client, basket: Basket, vera: Member) -> None:
    assert "Nothing here has the code" in scan(ana_web, basket, vera.number.removeprefix("M"))
    assert basket.member is None


def test_product_barcode_takes_precedence_over_a_card(
    ana_web: Client, basket: Basket, tea: Product, vera: Member
) -> None:
    tea.barcodes.create(code=vera.number)
    scan(ana_web, basket, vera.number)
    assert basket.member is None
    assert basket.lines.get().product == tea
