"""The ways to pay, and the patterns of the shop's labels, kept by managers through the API."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import AuditEntry, User
from billing.codes import patterns
from billing.models import LabelPattern, Tender
from pos.errors import InUse
from tests import cast
from tests.at_once import at_once
from tests.test_exactly_once import ask

pytestmark = pytest.mark.django_db
V1 = "/api/v1"
SCALE = {"name": "Scale", "prefix": "28", "kind": "price"}


def put(client: Client, code: str, body: Any) -> Any:
    return client.put(f"{V1}/tenders/{code}", body, content_type="application/json")


def change(client: Client, number: int, body: Any) -> Any:
    return client.patch(f"{V1}/label-patterns/{number}", body, content_type="application/json")


def test_tender_is_made_changed_and_told(may_api: Client, ana_api: Client) -> None:
    made = put(may_api, "voucher", {"name": "Voucher", "position": 7})
    assert (made.status_code, made.json()["kind"], made.json()["is_active"]) == (201, "other", True)
    again = put(may_api, "voucher", {"name": "Voucher", "position": 7})
    assert (again.status_code, again.json()) == (200, made.json())
    off = put(may_api, "voucher", {"name": "City voucher", "position": 7, "is_active": False}).json()
    assert (off["name"], off["is_active"]) == ("City voucher", False)
    assert ana_api.get(f"{V1}/tenders/voucher").json() == off
    told = AuditEntry.objects.filter(action__startswith="tender.").order_by("pk").values_list("action", "facts")
    assert [action for action, _ in told] == ["tender.added", "tender.changed"]
    assert told[1][1] == {"name": ["Voucher", "City voucher"], "is_active": [True, False]}


def test_tender_that_cannot_be_is_refused(may_api: Client, ana_api: Client) -> None:
    assert put(ana_api, "voucher", {"name": "Voucher"}).status_code == 403
    for code, body in (
        ("voucher", {}),
        ("voucher", {"name": "V", "kind": "shells"}),
        ("voucher", {"name": "V", "colour": "red"}),
        ("voucher", {"name": "V" * 51}),
        ("a b", {"name": "V"}),
        ("swap", {"name": "V", "kind": "exchange"}),
        ("exchange", {"name": "V", "kind": "exchange"}),
        ("card", {"name": "V", "kind": "cash"}),
    ):
        assert put(may_api, code, body).status_code == 400, (code, body)
    assert put(may_api, "coins", {"name": "Coins", "kind": "cash"}).json()["code"] == "in_use"
    assert not Tender.objects.filter(pk__in=["voucher", "swap", "coins"]).exists()


def test_manager_adds_a_tender_on_the_page(may_web: Client) -> None:
    form = {"code": "voucher", "name": "Voucher", "kind": "other", "position": "9", "is_active": "on"}
    assert may_web.post("/admin/billing/tender/add/", {**form, "key": str(uuid4())}).status_code == 302
    assert Tender.objects.get(pk="voucher").position == 9
    assert AuditEntry.objects.get(action="tender.added").subject == "voucher"


@pytest.mark.django_db(transaction=True)
def test_tender_put_at_once_is_made_once(may: User) -> None:
    answers = at_once([lambda: put(cast.with_token(may), "voucher", {"name": "Voucher"}).status_code] * 6)
    assert answers.count(201) == 1 and set(answers) <= {200, 201, 409}
    assert AuditEntry.objects.filter(action="tender.added").count() == 1


def test_pattern_is_made_changed_and_read(may_api: Client, ana_api: Client) -> None:
    made = ask(may_api, f"{V1}/label-patterns", SCALE, str(uuid4()))
    assert (made.status_code, made.json()["item_digits"], made.json()["is_active"]) == (201, 5, True)
    number = made.json()["id"]
    assert change(may_api, number, {"decimals": 2, "is_active": False}).json()["decimals"] == 2
    assert ana_api.get(f"{V1}/label-patterns/{number}").json()["is_active"] is False
    assert change(ana_api, number, {"decimals": 1}).status_code == 403
    assert ask(ana_api, f"{V1}/label-patterns", SCALE, str(uuid4())).status_code == 403
    assert change(may_api, 999_999, {}).status_code == 404
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == [
        "label_pattern.added",
        "label_pattern.changed",
    ]


def test_pattern_that_cannot_be_is_refused(may_api: Client) -> None:
    number = ask(may_api, f"{V1}/label-patterns", SCALE, str(uuid4())).json()["id"]
    for body in ({"prefix": "31"}, {"item_digits": 9}, {"value_digits": 0}, {"kind": "x"}, {"decimals": 9}, {"a": 1}):
        assert change(may_api, number, body).status_code == 400, body
        assert ask(may_api, f"{V1}/label-patterns", {**SCALE, "prefix": "29", **body}, str(uuid4())).status_code == 400
    twin = ask(may_api, f"{V1}/label-patterns", {**SCALE, "prefix": "281", "item_digits": 4}, str(uuid4()))
    assert (twin.status_code, twin.json()["code"], LabelPattern.objects.filter(prefix="281").count()) == (
        409,
        "in_use",
        0,
    )


@pytest.mark.django_db(transaction=True)
def test_of_patterns_made_at_once_one_reads_the_codes(may: User) -> None:
    answers = at_once([lambda: patterns.keep(LabelPattern(**SCALE), by=may)] * 6)
    assert sum(isinstance(answer, LabelPattern) for answer in answers) == 1
    assert {type(answer) for answer in answers} == {LabelPattern, InUse}
