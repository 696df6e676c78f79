"""What the screens do beside selling, by the API: the customer's screen, a label tried, sample goods."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import AuditEntry, User
from billing.basket import customer_display
from billing.models import LabelPattern, Register
from inventory.models import Product
from tests import cast
from tests.keys import machine
from tests.traces import traces

pytestmark = pytest.mark.django_db
V1 = "/api/v1/"
LABEL = "2112345012346"  # 1.234 kg of item 12345
SCREEN = f"{V1}registers/R1/customer-screen"


def try_label(client: Client, code: Any) -> Any:
    return client.post(f"{V1}label-patterns/try", {"code": code}, content_type="application/json")


def test_pairing_code_opens_the_screen_until_the_pairing_ends(r1: Register, ana_api: Client) -> None:
    told = ana_api.get(SCREEN)
    assert (told.status_code, told["Cache-Control"]) == (200, "no-store")
    screen, page = Client(), told.json()["page"]
    screen.post(page, {"code": told.json()["pairing_code"]})
    assert screen.get(f"{page}/now").status_code == 200
    assert [ana_api.delete(SCREEN).status_code for _ in range(2)] == [204, 204]
    assert screen.get(f"{page}/now").status_code != 200
    r1.refresh_from_db()
    assert ana_api.get(SCREEN).json()["pairing_code"] == customer_display.pairing_code(r1)


def test_keys_and_strangers_pair_nothing(may: User, r1: Register, ana_api: Client) -> None:
    assert machine(may).get(SCREEN).status_code == 403
    assert Client().get(SCREEN).status_code == 401
    assert ana_api.get(f"{V1}registers/NONE/customer-screen").status_code == 404
    assert ana_api.get(f"{V1}registers/%00/customer-screen").status_code == 400


def test_label_is_read_as_the_till_would_and_nothing_is_written(may: User, may_api: Client, ana_api: Client) -> None:
    LabelPattern.objects.all().delete()
    LabelPattern.objects.create(name="Cheese", prefix="21", kind="weight", item_digits=5, value_digits=5, decimals=3)
    key = machine(may, "products:read")
    unknown = try_label(key, LABEL).json()
    assert (unknown["product"], unknown["quantity"], unknown["price"]) == (None, None, None)
    assert unknown["problem"].startswith("No product has one of the codes")
    code = re.findall("[0-9]+", unknown["problem"])[0]
    cheese = cast.product("Cheese", "20.00", "9", sold_by="weight", barcode=code)
    before = traces()
    told = try_label(may_api, LABEL).json()
    assert told == {**unknown, "product": cheese.pk, "name": "Cheese", "quantity": "1.234", "problem": ""}
    assert try_label(may_api, "4006381333931").json()["problem"]
    assert traces() == before
    assert try_label(ana_api, LABEL).status_code == 403


@pytest.mark.parametrize("code", ["", "x" * 51, None, [], "a\0b"])
def test_label_badly_asked_is_refused(may_api: Client, code: Any) -> None:
    assert try_label(may_api, code).status_code == 400


def test_samples_are_put_up_once_and_taken_away(may_api: Client, ana_api: Client) -> None:
    assert ana_api.post(f"{V1}samples").status_code == 403
    headers = {"Idempotency-Key": str(uuid4())}
    made, replayed = (may_api.post(f"{V1}samples", headers=headers) for _ in range(2))
    assert (made.status_code, len(made.json()["products"])) == (201, 3)
    assert (replayed.status_code, replayed.json()) == (200, made.json())
    again = may_api.post(f"{V1}samples")
    assert (again.status_code, again.json()["code"]) == (409, "in_use")
    assert [may_api.delete(f"{V1}samples").status_code for _ in range(2)] == [204, 204]
    assert not Product.objects.filter(sku__startswith="SAMPLE-").exists()
    assert AuditEntry.objects.filter(action="product.deleted").count() == 3
    assert cast.product("Tea", "1.00", "1").is_active
