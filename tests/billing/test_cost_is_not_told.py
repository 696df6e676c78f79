"""Only managers see the cost of goods: no refusal reveals it to a cashier."""

import json
from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.approvals import approvals, limits, sealing
from accounts.models import ApprovalRequest, User
from inventory.models import Product
from tests import cast

pytestmark = pytest.mark.django_db
KEY = str(uuid4())


@pytest.fixture
def jam(tea: Product) -> Product:
    Product.objects.filter(pk=tea.pk).update(cost=D("9.37"))
    return tea


def call(client: Client, address: str, body: dict[str, Any]) -> Any:
    headers = {"Idempotency-Key": KEY} if address == "bills" else {}
    return client.post(f"/api/v1/{address}", json.dumps(body), content_type="application/json", headers=headers)


def sale(jam: Product, *tokens: str) -> dict[str, Any]:
    line = {"product": jam.pk, "quantity": "1", "unit_price": "6.00", "price_reason": "friend"}
    return {"lines": [line], "payments": [{"method": "cash", "amount": "6.00"}], "approvals": list(tokens)}


def free(may: User, action: str, role: str = "cashier") -> None:
    limits.change(role, action, allow_up_to=None, ask_up_to=None, by=may)


def test_refusal_shows_a_cashier_no_cost(ana_api: Client, may: User, jam: Product) -> None:
    free(may, "price_override")
    told = [call(ana_api, "bills", sale(jam)).json() for _ in range(2)]
    for said in told:
        assert (said["code"], said["facts"]["action"]) == ("needs_approval", "below_cost")
        assert said["facts"]["size"].startswith("sealed-")
        assert "9.37" not in json.dumps(said)
        assert "35.9" not in json.dumps(said)
    assert told[0]["facts"]["size"] != told[1]["facts"]["size"]


def test_sealed_size_reaches_the_managers_and_their_approval_allows_the_sale(
    ana_api: Client, may: User, jam: Product
) -> None:
    free(may, "price_override")
    facts = call(ana_api, "bills", sale(jam)).json()["facts"]
    asked = call(ana_api, "approvals", facts)
    assert asked.status_code == 201, asked.content
    question = ApprovalRequest.objects.get()
    assert question.size == D("35.97")
    approvals.answer(question.pk, by=may, granted=True)
    assert call(ana_api, "bills", sale(jam, asked.json()["approval"])).status_code == 201


def test_guessed_or_forged_size_is_refused(ana_api: Client, ana: User, may: User, jam: Product) -> None:
    free(may, "price_override")
    facts = call(ana_api, "bills", sale(jam)).json()["facts"]
    size = facts["size"]
    for made_up in ("35.97", 36, "sealed-", "sealed-00", f"{size[:-1]}{'0' if size[-1] != '0' else '1'}"):
        said = call(ana_api, "approvals", {**facts, "size": made_up})
        assert (said.status_code, said.json()["errors"][0]["field"]) == (400, "size"), made_up
    assert not ApprovalRequest.objects.exists()


def test_denial_shows_a_cashier_no_cost(ana_api: Client, may: User, jam: Product) -> None:
    free(may, "price_override")
    limits.change("cashier", "below_cost", allow_up_to=D(0), ask_up_to=D(1), by=may)
    said = call(ana_api, "bills", sale(jam))
    assert (said.status_code, said.json()["code"]) == (403, "denied")
    assert said.json()["facts"]["size"].startswith("sealed-")


def test_a_manager_reads_the_size(may: User, jam: Product) -> None:
    free(may, "price_override", "manager")
    limits.change("manager", "below_cost", allow_up_to=D(0), ask_up_to=None, by=may)
    assert call(cast.with_token(may), "bills", sale(jam)).json()["facts"]["size"] == "35.97"


@pytest.mark.parametrize("size", [D(0), D("0.001"), D("35.97"), D(100), D("999999999.999")])
def test_sealed_size_can_be_opened(size: D) -> None:
    assert sealing.opened(sealing.seal(size)) == size
