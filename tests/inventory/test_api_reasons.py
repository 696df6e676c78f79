"""The shop's reasons through the API: edited, and named by their codes."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, User
from billing.models import Bill, BillLine, CashMovement, Shift
from inventory.models import Product, Reason
from tests.at_once import at_once
from tests.cast import with_token
from tests.counter import sell

pytestmark = pytest.mark.django_db
PATH = "/api/v1/reasons"
LATE = {"deed": "refund", "code": "late", "text": "Too late", "position": 9}


def post(client: Client, path: str, body: Any = None) -> Any:
    return client.post(path, body or {}, content_type="application/json")


def fields(answer: Any) -> set[str]:
    return {error["field"] for error in answer.json()["errors"]}


def test_manager_adds_and_retires_a_reason(may_api: Client, ana_api: Client) -> None:
    made = post(may_api, PATH, LATE)
    assert (made.status_code, made.json()["is_active"]) == (201, True)
    one = f"{PATH}/{made.json()['id']}"
    changed = may_api.patch(one, {"is_active": False, "text": "Came late"}, content_type="application/json")
    assert (changed.status_code, changed.json()["text"], changed.json()["code"]) == (200, "Came late", "late")
    assert ana_api.get(one).json()["is_active"] is False
    trail = AuditEntry.objects.filter(action__startswith="reason.").values_list("action", flat=True)
    assert set(trail) == {"reason.created", "reason.changed"}


def test_cashier_changes_no_reasons(ana_api: Client) -> None:
    assert post(ana_api, PATH, LATE).status_code == 403
    one = f"{PATH}/{Reason.objects.first().pk}"  # type: ignore[union-attr]
    assert ana_api.patch(one, {"text": "x"}, content_type="application/json").status_code == 403


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"code": "not a slug"}, "code"),
        ({"code": 7}, "code"),
        ({"text": ""}, "text"),
        ({"text": "x" * 101}, "text"),
        ({"deed": "theft"}, "deed"),
        ({"position": -1}, "position"),
        ({"position": 10**30}, "position"),
        ({"is_active": "perhaps"}, "is_active"),
        ({"why": "x"}, "why"),
    ],
)
def test_bad_reason_is_refused_in_words(body: dict[str, Any], field: str, may_api: Client) -> None:
    refused = post(may_api, PATH, LATE | body)
    assert (refused.status_code, fields(refused)) == (400, {field})
    assert post(may_api, PATH, LATE | {field: "x\0"}).status_code == 400


def test_code_is_unique_for_each_kind_of_action(may_api: Client) -> None:
    assert post(may_api, PATH, LATE | {"code": "faulty"}).json()["code"] == "in_use"
    assert post(may_api, PATH, LATE | {"code": "faulty", "deed": "pay_in"}).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_same_code_added_by_two_at_once_is_refused_to_one(may: User) -> None:
    answers = at_once([lambda: post(with_token(may), PATH, LATE)] * 4)
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert Reason.objects.filter(code="late").count() == 1


def test_refund_names_its_reason_by_code(shift: Shift, ana: User, ana_api: Client, tea: Product) -> None:
    bill = sell((tea, "2"), by=ana, cash="25.00")
    body = {
        "lines": [{"line": 1, "quantity": "1"}],
        "payments": [{"method": "cash", "amount": "12.50"}],
        "register": "R1",
    }
    path = f"/api/v1/bills/{bill.number}/refunds"
    assert fields(post(ana_api, path, body)) == {"reason"}
    assert fields(post(ana_api, path, body | {"reason_code": "moths"})) == {"reason_code"}
    long = body | {"reason_code": "faulty", "reason": "x" * 199}
    assert (post(ana_api, path, long).status_code, fields(post(ana_api, path, long))) == (400, {"reason"})
    assert post(ana_api, path, body | {"reason_code": "faulty", "reason": "the lid"}).status_code == 201
    assert Bill.objects.get(kind="refund").reason == "Faulty: the lid"


def test_exchange_and_claim_name_their_reasons_by_code(shift: Shift, ana: User, may_api: Client, tea: Product) -> None:
    bill = sell((tea, "1"), by=ana, cash="12.50")
    swap: dict[str, Any] = {"returned": [{"line": 1, "quantity": "1"}], "lines": [{"product": tea.pk, "quantity": "1"}]}
    swap |= {"register": "R1", "reason_code": "wrong-item"}
    swapped = post(may_api, f"/api/v1/bills/{bill.number}/exchanges", swap)
    assert swapped.status_code == 201, swapped.content
    claim = {"lines": [{"product": tea.pk, "quantity": "1"}], "reason_code": "did-not-fit"}
    assert post(may_api, "/api/v1/refunds", claim).status_code == 201
    reasons = set(Bill.objects.filter(kind="refund").values_list("reason", flat=True))
    assert reasons == {"Wrong item", "Did not fit"}


def test_cash_moved_by_hand_names_its_reason_by_code(shift: Shift, ana_api: Client) -> None:
    path = f"/api/v1/shifts/{shift.pk}/cash-movements"
    assert post(ana_api, path, {"kind": "pay_in", "amount": "5", "reason_code": "change"}).status_code == 201
    assert CashMovement.objects.get(kind="pay_in").reason == "Change from the bank"
    of_another = post(ana_api, path, {"kind": "pay_in", "amount": "5", "reason_code": "postage"})
    assert (of_another.status_code, fields(of_another)) == (400, {"reason_code"})
    assert fields(post(ana_api, path, {"kind": "pay_out", "amount": "5"})) == {"reason"}


def test_changed_price_names_its_reason_by_code(shift: Shift, may_api: Client, tea: Product) -> None:
    line = {"product": tea.pk, "quantity": "1", "unit_price": "12.00", "price_reason_code": "damaged-box"}
    body = {"register": "R1", "lines": [line], "payments": [{"method": "cash", "amount": "12.00"}]}
    assert post(may_api, "/api/v1/bills", body).status_code == 201
    assert BillLine.objects.get().price_reason == "Damaged box"
    unknown = body | {"lines": [line | {"price_reason_code": "moths"}]}
    assert fields(post(may_api, "/api/v1/bills", unknown)) == {"price_reason_code"}
