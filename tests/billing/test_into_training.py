"""A manager puts a till into training and takes it out again, never in the middle of a sale."""

from decimal import Decimal as D
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from billing.basket import baskets
from billing.drawer import registers, shifts
from billing.models import Register, RegisterKind, Shift
from inventory.models import Product
from pos import clock
from reports.doctor import counter
from reports.doctor.finding import State
from tests import cast
from tests.reports.test_desk import counts

pytestmark = pytest.mark.django_db


def change(client: Client, **facts: Any) -> Any:
    return client.patch("/api/v1/registers/R1", facts, content_type="application/json")


def test_a_manager_puts_a_till_into_training(db: None, may_api: Client, ana_api: Client) -> None:
    cast.till("R1")
    assert change(ana_api, is_training=True).status_code == 403
    assert change(may_api, is_training="perhaps").status_code == 400
    assert change(may_api, is_training=True).json()["is_training"] is True
    assert change(may_api, is_training=True).json()["is_training"] is True
    refused = change(may_api, outage_sales=True)
    assert (refused.status_code, refused.json()["code"]) == (409, "only_tills_train")
    assert change(may_api, is_training=False).json()["is_training"] is False


def test_a_till_left_in_training_is_on_the_desk_and_told_by_the_doctor_until_it_is_over(
    db: None, may: User, may_api: Client, may_web: Client
) -> None:
    cast.till("R1")
    Register.objects.create(code="R2", is_training=True, is_active=False)  # nobody can choose it
    assert counter.training().state is State.GOOD
    change(may_api, is_training=True)
    found = counter.training()
    assert (found.state, found.says) == (State.LOOK, "In training: R1. Nothing sold there is booked.")
    assert counts(may)["Tills in training"] == 1
    assert "/admin/billing/register/?is_training__exact=1" in may_web.get("/desk").text
    assert "Till R1" in may_web.get("/admin/billing/register/?is_training__exact=1").text
    assert 'href="/admin/billing/register/"' in may_web.get("/doctor").text
    change(may_api, is_training=False)
    assert counter.training().state is State.GOOD
    assert counts(may)["Tills in training"] == 0


def test_a_manager_puts_a_till_into_training_in_the_back_office(db: None, may_web: Client) -> None:
    till = cast.till("R1")
    path = f"/admin/billing/register/{till.pk}/change/"
    form = {"name": "Till R1", "is_active": "on", "is_training": "on", "printer_port": "9100", "scan_pause": "50"}
    inline = {"favourites-TOTAL_FORMS": "0", "favourites-INITIAL_FORMS": "0"}
    may_web.post(path, form | inline)
    till.refresh_from_db()
    assert till.is_training


def test_a_till_that_sells_is_not_put_into_training(db: None, may_api: Client, ana: User, tea: Product) -> None:
    till = cast.till("R1")
    shift = shifts.open_shift("R1", opening_float=D(0), by=ana)
    assert change(may_api, is_training=True).json()["code"] == "shift_is_open"
    basket = baskets.current(till, ana)
    baskets.add(basket.pk, tea.pk)
    Shift.objects.filter(pk=shift.pk).update(closed_at=clock.now(), closed_by=ana, counted=0, expected=0)
    assert change(may_api, is_training=True).json()["code"] == "baskets_wait"


def test_only_a_till_is_put_into_training(db: None, may: User) -> None:
    for facts in ({"kind": RegisterKind.API}, {"kind": RegisterKind.TILL, "outage_sales": True}):
        with pytest.raises(registers.OnlyTillsTrain):
            registers.add(code="X1", name="X", is_training=True, by=may, **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        Register.objects.filter(code="API").update(is_training=True)
