"""POST /bills/{number}/refunds: refunds over the API."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from billing.api.serializers import RefundSerializer
from billing.models import Bill
from inventory.models import Product
from tests.counter import sell
from tests.traces import traces


@pytest.fixture
def bill(ana: User, tea: Product) -> Bill:
    """Two teas, half by card."""
    return sell((tea, "2"), by=ana, register="API", card="12.50", cash="20.00")


def back(client: Client, bill: Bill | str, key: object = None, **more: Any) -> Any:
    body = {
        "lines": [{"line": 1, "quantity": "1"}],
        "payments": [{"method": "card", "amount": "12.50"}],
        "reason": "torn",
        **more,
    }
    number = bill if isinstance(bill, str) else bill.number
    address = f"/api/v1/bills/{number}/refunds"
    headers = {"Idempotency-Key": str(key or uuid4())}
    return client.post(address, body, content_type="application/json", headers=headers)


def test_refund_returns_its_bill_and_is_listed_on_the_sale(ana_api: Client, bill: Bill) -> None:
    answer = back(ana_api, bill)
    assert answer.status_code == 201
    refund = answer.json()
    assert set(refund) == set(RefundSerializer().fields)
    assert (refund["number"], refund["kind"], refund["total"]) == ("API-R000001", "refund", "-12.50")
    assert refund["payments"] == [{"method": "card", "amount": "-12.50", "reference": ""}]
    assert ana_api.get(f"/api/v1/bills/{bill.number}").json()["refunds"] == ["API-R000001"]


def test_replay_returns_the_same_body_and_a_header_that_says_so(ana_api: Client, bill: Bill) -> None:
    key = uuid4()
    first, again = back(ana_api, bill, key), back(ana_api, bill, key)
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")
    assert again.json() == first.json()
    other = back(ana_api, bill, key, reason="wrong size")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert Bill.objects.filter(kind="refund").count() == 1


def test_refund_with_the_key_of_a_sale_is_refused(ana_api: Client, bill: Bill) -> None:
    assert back(ana_api, bill, bill.key).status_code == 422


def test_refund_without_a_key_is_400(ana_api: Client, bill: Bill) -> None:
    answer = ana_api.post(f"/api/v1/bills/{bill.number}/refunds", {}, content_type="application/json")
    assert answer.status_code == 400
    assert back(ana_api, bill, "soon").json()["errors"][0]["field"] == "Idempotency-Key"


def test_refund_of_an_unknown_bill_is_404(ana_api: Client, bill: Bill) -> None:
    assert [back(ana_api, number).status_code for number in ("R1-999999", "%00", "x" * 300)] == [404, 404, 404]


@pytest.mark.parametrize(
    "wrong",
    [
        {"lines": []},
        {"lines": "all"},
        {"lines": [{"line": 9, "quantity": "1"}]},
        {"lines": [{"line": 1, "quantity": "0"}]},
        {"lines": [{"line": 1, "quantity": "-1"}]},
        {"lines": [{"line": 1, "quantity": "NaN"}]},
        {"lines": [{"line": 1, "quantity": "0.5"}]},
        {"lines": [{"line": 1, "quantity": 1.0}]},
        {"lines": [{"line": 10**30, "quantity": "1"}]},
        {"lines": [{"line": 1, "quantity": "1"}, {"line": 1, "quantity": "1"}]},
        {"lines": [{"line": 1, "quantity": "1", "to_stock": "perhaps"}]},
        {"lines": [{"line": 1, "quantity": "1", "to_stock": 1}]},
        {"payments": [{"method": "card", "amount": "Infinity"}]},
        {"payments": [{"method": "card", "amount": "-12.50"}]},
        {"payments": [{"method": "shells", "amount": "12.50"}]},
        {"payments": None},
        {"reason": ""},
        {"reason": "x" * 201},
        {"reason": "to\0rn"},
        {"register": "R9"},
        {"refund": "all"},
    ],
)
def test_malformed_refund_is_400_and_leaves_no_trace(ana_api: Client, bill: Bill, wrong: dict[str, Any]) -> None:
    before = traces()
    answer = back(ana_api, bill, **wrong)
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert traces() == before


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"lines": [{"line": 1, "quantity": "3"}]}, "refund_exceeds_sale"),
        ({"payments": [{"method": "card", "amount": "12.51"}]}, "refund_exceeds_sale"),
        ({"payments": [{"method": "card", "amount": "12.00"}]}, "tender_too_small"),
        ({"register": "R1"}, "no_open_shift"),
    ],
)
def test_refused_refund_is_409_and_leaves_no_trace(
    ana_api: Client, bill: Bill, r1: Any, asked: dict[str, Any], code: str
) -> None:
    before = traces()
    answer = back(ana_api, bill, **asked)
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert traces() == before


def test_goods_are_not_refunded_twice_and_a_refund_cannot_be_refunded(ana_api: Client, bill: Bill) -> None:
    whole = [{"line": 1, "quantity": "2"}]
    both = [{"method": "card", "amount": "12.50"}, {"method": "cash", "amount": "12.50"}]
    refund = back(ana_api, bill, lines=whole, payments=both).json()
    assert back(ana_api, bill).json()["code"] == "already_refunded"
    assert back(ana_api, refund["number"]).json()["code"] == "not_refundable"


def test_refund_without_sign_in_is_refused(client: Client, bill: Bill) -> None:
    assert back(client, bill).status_code == 401
