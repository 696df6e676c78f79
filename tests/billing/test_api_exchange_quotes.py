"""POST /bills/{number}/exchange-quotes: what an exchange would cost, before anybody pays."""

from decimal import Decimal as D
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from billing.api.serializers import DealQuoteSerializer
from billing.models import Bill
from inventory.models import Product, Stock
from members.models import Member
from tests.billing.test_api_exchanges import swap
from tests.counter import sell
from tests.traces import traces


@pytest.fixture
def bill(ana: User, milk: Product) -> Bill:
    """Two bottles of milk, by card."""
    return sell((milk, "2"), by=ana, register="API", card="4.00")


def ask(client: Client, bill: Bill | str, body: Any) -> Any:
    address = f"/api/v1/bills/{bill if isinstance(bill, str) else bill.number}/exchange-quotes"
    return client.post(address, body, content_type="application/json")


def body(product: Product, **more: Any) -> dict[str, Any]:
    return {"returned": [{"line": 1, "quantity": "1"}], "lines": [{"product": product.pk, "quantity": "1"}], **more}


def test_quote_lists_each_line_and_the_amount_due_and_writes_nothing(ana_api: Client, bill: Bill, tea: Product) -> None:
    before = traces()
    answer = ask(ana_api, bill, body(tea))
    assert answer.status_code == 200
    assert traces() == before
    told = answer.json()
    assert set(told) == set(DealQuoteSerializer().fields)
    (back,) = told["returned"]
    assert (back["line"], back["name"], back["quantity"], back["worth"]) == (1, "Milk", "1", "2.00")
    assert told["sale"]["lines"][0]["net"] == "12.50"
    assert [told[name] for name in ("worth", "carried", "difference", "due", "due_in_cash")] == [
        "2.00",
        "2.00",
        "10.50",
        "10.50",
        "10.50",
    ]
    assert told["given_back"] == []


def test_quote_tells_what_is_refunded_by_which_tender(ana_api: Client, ana: User, tea: Product, milk: Product) -> None:
    bill = sell((tea, "2"), by=ana, register="API", card="25.00")
    told = ask(ana_api, bill, body(milk)).json()
    assert (told["difference"], told["carried"], told["due"]) == ("-10.50", "2.00", "0.00")
    assert told["given_back"] == [{"method": "card", "amount": "10.50"}]


def test_exchange_comes_to_the_quoted_amounts(
    ana_api: Client, ana: User, tea: Product, milk: Product, vera: Member
) -> None:
    bill = sell((tea, "3"), by=ana, register="API", card="31.87", member=vera.pk)
    asked = body(milk, member=vera.pk, discount_percent="5")
    told = ask(ana_api, bill, asked).json()
    paid = {"reason": "wrong one", "given_back": told["given_back"], "shown_difference": told["difference"]}
    deal = swap(ana_api, bill, {**asked, **paid})
    assert deal.status_code == 201, deal.content
    done = deal.json()
    assert (done["difference"], done["sale"]["total"]) == (told["difference"], told["sale"]["total"])
    assert (done["refund"]["total"], done["refund"]["points_earned"]) == (
        f"-{told['worth']}",
        f"-{told['points_taken']}",
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"returned": []},
        {"returned": None},
        {"returned": [{"line": 9, "quantity": "1"}]},
        {"returned": [{"line": 1, "quantity": "NaN"}]},
        {"returned": [{"line": 1, "quantity": "0.5"}]},
        {"returned": [{"line": 1, "quantity": "1"}, {"line": 1, "quantity": "1"}]},
        {"lines": []},
        {"lines": [{"product": 1, "barcode": "1", "quantity": "1"}]},
        {"lines": "all"},
        {"points": "1.00"},
        {"discount_percent": "Infinity"},
        {"payments": []},
        {"reason": "a word too many"},
    ],
)
def test_malformed_quote_is_400(ana_api: Client, bill: Bill, tea: Product, wrong: dict[str, Any]) -> None:
    answer = ask(ana_api, bill, body(tea, **wrong))
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")


def test_quote_refuses_what_the_exchange_would_refuse(ana_api: Client, ana: User, bill: Bill, tea: Product) -> None:
    for more, code in (
        ({"returned": [{"line": 1, "quantity": "3"}]}, "refund_exceeds_sale"),
        ({"lines": [{"product": 2**40, "quantity": "1"}]}, "unknown_product"),
        ({"member": 2**40}, "unknown_member"),
    ):
        answer = ask(ana_api, bill, body(tea, **more))
        assert (answer.status_code, answer.json()["code"]) == (409, code)
    done = swap(ana_api, bill, {**body(tea), "reason": "x", "payments": [{"method": "card", "amount": "10.50"}]}).json()
    refund = ask(ana_api, done["refund"]["number"], body(tea))
    assert (refund.status_code, refund.json()["code"]) == (409, "not_refundable")


def test_quote_needs_a_bill_and_somebody_signed_in(ana_api: Client, client: Client, bill: Bill, tea: Product) -> None:
    assert ask(ana_api, "R1-999999", body(tea)).status_code == 404
    assert ask(client, bill, body(tea)).status_code == 401
    assert Stock.objects.get(product=tea).quantity == D(10)
