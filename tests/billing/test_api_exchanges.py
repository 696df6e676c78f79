"""POST /bills/{number}/exchanges: exchanges over the API."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from billing.api.serializers import DealSerializer
from billing.models import Bill
from inventory.models import Product
from tests.counter import sell
from tests.traces import traces


@pytest.fixture
def bill(ana: User, milk: Product) -> Bill:
    """Two bottles of milk, by card."""
    return sell((milk, "2"), by=ana, register="API", card="4.00")


@pytest.fixture
def body(tea: Product) -> dict[str, Any]:
    """Exchanges a milk for a tea: 10.50 to pay."""
    return {
        "returned": [{"line": 1, "quantity": "1"}],
        "reason": "wrong one",
        "lines": [{"product": tea.pk, "quantity": "1"}],
        "payments": [{"method": "card", "amount": "10.50"}],
        "shown_difference": "10.50",
    }


def swap(client: Client, bill: Bill | str, body: dict[str, Any], key: object = None) -> Any:
    address = f"/api/v1/bills/{bill if isinstance(bill, str) else bill.number}/exchanges"
    headers = {"Idempotency-Key": str(key or uuid4())}
    return client.post(address, body, content_type="application/json", headers=headers)


def test_exchange_returns_both_bills_and_the_difference(ana_api: Client, bill: Bill, body: dict[str, Any]) -> None:
    answer = swap(ana_api, bill, body)
    assert answer.status_code == 201
    deal = answer.json()
    assert set(deal) == set(DealSerializer().fields)
    assert (deal["refund"]["total"], deal["sale"]["total"], deal["difference"]) == ("-2.00", "12.50", "10.50")
    assert (deal["refund"]["exchange"], deal["sale"]["exchange"]) == ("API-000002", "API-R000001")
    assert deal["sale"]["payments"] == [
        {"method": "card", "amount": "10.50", "reference": ""},
        {"method": "exchange", "amount": "2.00", "reference": "API-R000001"},
    ]
    assert ana_api.get("/api/v1/bills/API-R000001").json()["exchange"] == "API-000002"


def test_money_is_refunded_when_the_returned_goods_cost_more(
    ana_api: Client, ana: User, tea: Product, milk: Product
) -> None:
    bill = sell((tea, "1"), by=ana, register="API", card="12.50")
    body = {
        "returned": [{"line": 1, "quantity": "1", "to_stock": False}],
        "reason": "wrong one",
        "lines": [{"product": milk.pk, "quantity": "1"}],
        "given_back": [{"method": "card", "amount": "10.50"}],
    }
    deal = swap(ana_api, bill, body).json()
    assert (deal["difference"], deal["refund"]["payments"][0]["amount"]) == ("-10.50", "-10.50")


def test_replay_returns_the_same_body_and_a_header_that_says_so(
    ana_api: Client, bill: Bill, body: dict[str, Any]
) -> None:
    key = uuid4()
    first, again = swap(ana_api, bill, body, key), swap(ana_api, bill, body, key)
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")
    assert again.json() == first.json()
    other = swap(ana_api, bill, {**body, "reason": "wrong size"}, key)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert Bill.objects.count() == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"returned": []},
        {"returned": "all"},
        {"returned": None},
        {"returned": [{"line": 9, "quantity": "1"}]},
        {"returned": [{"line": 1, "quantity": "NaN"}]},
        {"returned": [{"line": 1, "quantity": "1"}, {"line": 1, "quantity": "1"}]},
        {"lines": []},
        {"lines": None},
        {"payments": "none"},
        {"payments": [{"method": "exchange", "amount": "10.50"}]},
        {"payments": [{"method": "card", "amount": "-10.50"}]},
        {"given_back": [{"method": "card", "amount": "1.00"}]},
        {"shown_difference": "Infinity"},
        {"shown_difference": 10.5},
        {"reason": ""},
        {"reason": "to\0rn"},
        {"reason": "4111 1111 1111 1111"},
        {"register": "R9"},
        {"exchange": "all"},
    ],
)
def test_malformed_exchange_is_400_and_leaves_no_trace(
    ana_api: Client, bill: Bill, body: dict[str, Any], wrong: dict[str, Any]
) -> None:
    before = traces()
    answer = swap(ana_api, bill, {**body, **wrong})
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert traces() == before


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"returned": [{"line": 1, "quantity": "3"}]}, "refund_exceeds_sale"),
        ({"payments": [{"method": "card", "amount": "10.00"}]}, "tender_too_small"),
        ({"shown_difference": "-10.50"}, "total_changed"),
        ({"register": "R1"}, "no_open_shift"),
    ],
)
def test_refused_exchange_is_409_and_leaves_no_trace(
    ana_api: Client, bill: Bill, body: dict[str, Any], r1: Any, more: dict[str, Any], code: str
) -> None:
    before = traces()
    answer = swap(ana_api, bill, {**body, **more})
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert traces() == before


def test_exchange_needs_a_key_a_bill_and_somebody_signed_in(
    ana_api: Client, client: Client, bill: Bill, body: dict[str, Any]
) -> None:
    assert swap(ana_api, bill, body, "soon").status_code == 400
    assert swap(ana_api, "R1-999999", body).status_code == 404
    assert swap(client, bill, body).status_code == 401
