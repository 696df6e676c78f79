"""What managers do on the screens of the back office, through the API."""

from decimal import Decimal as D
from typing import Any

import pytest
from django.test import Client

from accounts.approvals import approvals
from accounts.models import Action, ApprovalRule, User
from billing.codes import unknown_codes
from billing.models import LabelPattern, Register
from inventory.models import Product

pytestmark = pytest.mark.django_db
V1 = "/api/v1"


def send(client: Client, method: str, path: str, body: Any, **headers: str) -> Any:
    return getattr(client, method)(f"{V1}/{path}", body, content_type="application/json", headers=headers)


def test_a_manager_answers_a_question_once(may_api: Client, ana_api: Client, ana: User, may: User) -> None:
    question, _token = approvals.ask(Action.LINE_DISCOUNT, asker=ana, facts={}, size=D(12))
    (told,) = may_api.get(f"{V1}/approvals/open").json()["results"]
    assert (told["id"], told["asker"], told["action"]) == (question.pk, "ana", "line_discount") and told["sentence"]
    path = f"approvals/{question.pk}/answer"
    assert send(ana_api, "post", path, {"granted": True}).status_code == 403
    assert send(may_api, "post", path, {"granted": "yes"}).status_code == 400
    assert send(may_api, "post", path, {"granted": True}).json()["granted"] is True
    assert send(may_api, "post", path, {"granted": False}).json()["code"] == "already_answered"
    assert ana_api.get(f"{V1}/approvals/{question.pk}").json()["state"] == "granted"
    assert may_api.get(f"{V1}/approvals/open").json()["results"] == []


def test_a_rule_is_changed_at_once(may_api: Client, ana_api: Client) -> None:
    rules = may_api.get(f"{V1}/approval-rules?page_size=100").json()["results"]
    assert len(rules) == ApprovalRule.objects.all_in_force().count()
    path = "approval-rules/cashier/line_discount"
    assert send(may_api, "patch", path, {"allow_up_to": "7", "ask_up_to": "20"}).json()["allow_up_to"] == "7.000"
    assert send(may_api, "patch", path, {"allow_up_to": "30"}).json()["errors"][0]["field"] == "ask_up_to"
    assert send(may_api, "patch", path, {"ask_up_to": None}).json()["allow_up_to"] == "7.000"
    assert may_api.get(f"{V1}/{path}").json()["ask_up_to"] is None
    assert send(ana_api, "patch", path, {"allow_up_to": "99"}).status_code == 403
    assert send(may_api, "patch", path, {"ask_up_to": ""}).json()["errors"][0]["field"] == "ask_up_to"
    assert send(may_api, "patch", "approval-rules/cashier/nothing", {}).status_code == 404


def test_a_code_nobody_knows_becomes_a_barcode_or_is_dismissed(
    may_api: Client, ana_api: Client, ana: User, r1: Register, tea: Product
) -> None:
    for code in ("9001234567890", "nonsense"):
        unknown_codes.note(code, register=r1, by=ana)
    assert ana_api.get(f"{V1}/unknown-codes").status_code == 403
    found = {one["code"]: one["id"] for one in may_api.get(f"{V1}/unknown-codes").json()["results"]}
    attach = f"unknown-codes/{found['9001234567890']}/attach"
    assert send(may_api, "post", attach, {"product": "nowhere"}).status_code == 400
    assert send(may_api, "post", attach, {"product": tea.sku}).json() == {"product": tea.pk}
    assert send(may_api, "post", attach, {"product": tea.sku}).json()["code"] == "in_use"
    assert tea.barcodes.filter(code="9001234567890").exists()
    assert may_api.delete(f"{V1}/unknown-codes/{found['nonsense']}").status_code == 204
    assert may_api.get(f"{V1}/unknown-codes").json()["results"] == []


def test_the_cost_of_a_product_is_for_managers(may_api: Client, ana_api: Client, tea: Product) -> None:
    path = f"products/{tea.pk}/cost"
    assert ana_api.get(f"{V1}/{path}").status_code == 403
    answer = send(may_api, "put", path, {"cost": "4.20"})
    assert answer.json() == {"cost": "4.20", "is_average": False}
    assert send(may_api, "put", path, {"cost": "5.00"}, **{"If-Match": '"1"'}).json()["code"] == "stale"
    assert send(may_api, "put", path, {"cost": "-1"}).status_code == 400
    delivery = {"kind": "delivery", "quantity": "5", "cost": "4.00"}
    assert send(may_api, "post", f"products/{tea.pk}/stock", delivery).status_code == 201
    assert send(may_api, "put", path, {"cost": "5.00"}).json()["code"] == "cost_is_reckoned"
    assert may_api.get(f"{V1}/{path}").json()["is_average"] is True


def test_label_patterns_and_the_state_of_the_backups_are_told(may_api: Client, ana_api: Client) -> None:
    LabelPattern.objects.create(name="Scale", prefix="21", kind="weight")
    (pattern,) = ana_api.get(f"{V1}/label-patterns").json()["results"]
    assert (pattern["prefix"], pattern["kind"], pattern["decimals"]) == ("21", "weight", 3)
    state = may_api.get(f"{V1}/backups").json()
    assert (state["is_good"], state["drill_is_good"], state["backups"]) == (False, False, [])
    assert ana_api.get(f"{V1}/backups").status_code == 403
