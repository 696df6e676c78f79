from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from accounts.models import AuditEntry, User
from billing.basket import baskets
from billing.models import Basket, BasketState, Register
from inventory.models import Product
from pos.clock import now
from pos.models import StoreSettings
from tests.at_once import at_once


def test_old_basket_is_dropped_and_recorded(r1: Register, ana: User, tea: Product) -> None:
    old, new = baskets.start(r1, ana), baskets.start(r1, ana)
    baskets.add(old.pk, tea.pk)
    Basket.objects.filter(pk=old.pk).update(updated_at="2020-01-01T00:00Z")
    call_command("drop_old_baskets", "--days", "7")
    assert Basket.objects.get(pk=old.pk).state == BasketState.DROPPED
    assert old.lines.get().removed_at is not None
    assert Basket.objects.get(pk=new.pk).state == BasketState.OPEN
    assert AuditEntry.objects.get(action="basket.aged_out").subject == str(old.pk)


def touched(basket: Basket, days_ago: float) -> None:
    Basket.objects.filter(pk=basket.pk).update(updated_at=now() - timedelta(days=days_ago))


@pytest.mark.parametrize(("days", "left"), [(3, 1), (10, 2), (0, 2)])
def test_worker_drops_baskets_older_than_the_settings_say(
    r1: Register, ana: User, tea: Product, days: int, left: int
) -> None:
    StoreSettings.change(by="may", basket_days=days)
    old, parked = baskets.start(r1, ana), baskets.start(r1, ana)
    for basket, ago in ((old, 2.9), (parked, 3.1)):
        baskets.add(basket.pk, tea.pk)
        touched(basket, ago)
    Basket.objects.filter(pk=parked.pk).update(state=BasketState.PARKED)
    call_command("work", "--once")
    assert baskets.unpaid().count() == left
    call_command("drop_old_baskets")
    assert baskets.unpaid().count() == left


@pytest.mark.parametrize("days", ["-1", "366", "x"])
def test_invalid_number_of_days_is_400(may_api: Client, days: str) -> None:
    answer = may_api.patch("/api/v1/settings", {"basket_days": days}, content_type="application/json")
    assert answer.status_code == 400


def test_manager_sees_the_age_of_a_basket_and_when_it_is_dropped(
    r1: Register, ana: User, tea: Product, may_web: Client
) -> None:
    basket = baskets.start(r1, ana)
    baskets.add(basket.pk, tea.pk)
    touched(basket, 2.1)
    page = may_web.get("/baskets").content.decode()
    assert "2\xa0days" in page
    assert "7 days is given up by itself" in page


@pytest.mark.django_db(transaction=True)
def test_basket_locked_by_a_till_is_not_dropped(r1: Register, ana: User, tea: Product) -> None:
    basket = baskets.start(r1, ana)
    baskets.add(basket.pk, tea.pk)
    touched(basket, 30)
    with transaction.atomic():
        baskets.hold(basket.pk)
        assert at_once([baskets.drop_untouched]) == [0]
    assert sorted(at_once([baskets.drop_untouched] * 2)) == [0, 1]
