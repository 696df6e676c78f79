"""Gift cards sold on a bill over the API, as the schema describes."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from billing.codes import card_spelling
from billing.models import Bill, StoredValue
from billing.stored_value import balances
from inventory.models import Product
from tests.proof import assert_books_are_right
from tests.traces import traces


def post(client: Client, address: str, key: UUID | None = None, **body: Any) -> Any:
    headers = {"Idempotency-Key": str(key)} if key else None
    return client.post(f"/api/v1/{address}", body, content_type="application/json", headers=headers)


def asked(tea: Product, *amounts: str, cash: str = "42.50", **more: Any) -> dict[str, Any]:
    payments = [{"method": "cash", "amount": cash}]
    return {"lines": [{"product": tea.pk, "quantity": "1"}], "gift_cards": list(amounts), "payments": payments, **more}


def test_bill_sells_a_card_once_and_shows_its_code_only_to_the_seller(
    ana_api: Client, may_api: Client, tea: Product
) -> None:
    key = uuid4()
    sold, again = (post(ana_api, "bills", key, **asked(tea, "30.00")) for _ in range(2))
    assert (sold.status_code, again.status_code) == (201, 200)
    assert sold.json() == again.json()
    told = sold.json()
    assert (told["total"], told["cards_sold"], told["change"]) == ("12.50", "30.00", "0.00")
    (card,) = told["gift_cards"]
    assert balances.find(card["code"]).balance == 30
    assert (card["last4"], card["amount"]) == (card_spelling.plain(card["code"])[-4:], "30.00")
    for reader in (ana_api, may_api):
        assert reader.get(f"/api/v1/bills/{told['number']}").json()["gift_cards"] == [{**card, "code": None}]
    assert_books_are_right()


def test_bill_may_hold_gift_cards_alone(ana_api: Client, db: None) -> None:
    payments = [{"method": "card", "amount": "50.00"}]
    told = post(ana_api, "bills", lines=[], gift_cards=["20.00", "30.00"], payments=payments).json()
    assert (told["total"], told["cards_sold"], told["lines"], told["taxes"]) == ("0.00", "50.00", [], [])
    assert_books_are_right()


def test_amount_due_in_a_quote_includes_the_cards(ana_api: Client, tea: Product) -> None:
    before = traces()
    body = asked(tea, "30.00")
    del body["payments"]
    told = post(ana_api, "quotes", **body).json()
    assert (told["total"], told["cards_sold"], told["due"]) == ("12.50", "30.00", "42.50")
    assert traces() == before


@pytest.mark.parametrize("amounts", [["0"], ["-1"], ["0.001"], ["ten"], ["1"] * 51, "10"])
def test_card_without_an_amount_and_too_many_cards_are_refused(ana_api: Client, tea: Product, amounts: Any) -> None:
    answer = post(ana_api, "bills", **{**asked(tea), "gift_cards": amounts})
    assert answer.status_code == 400
    assert not Bill.objects.exists()


def test_bill_without_goods_and_cards_is_refused(ana_api: Client, db: None) -> None:
    assert post(ana_api, "bills", lines=[], payments=[]).status_code == 400


def test_gift_card_cannot_pay_for_a_gift_card(ana_api: Client, tea: Product) -> None:
    code = post(ana_api, "bills", **asked(tea, "30.00")).json()["gift_cards"][0]["code"]
    payments = [{"method": "gift_card", "amount": "12.51", "reference": code}, {"method": "cash", "amount": "10.00"}]
    answer = post(ana_api, "bills", **{**asked(tea, "10.00"), "payments": payments})
    assert (answer.status_code, answer.json()["code"]) == (409, "card_buys_card")
    assert StoredValue.objects.count() == 1


def test_exchange_sells_no_card(ana_api: Client, tea: Product, milk: Product) -> None:
    bought = post(ana_api, "bills", **asked(tea, cash="12.50")).json()["number"]
    lines = [{"product": milk.pk, "quantity": "7"}]
    quoted = {"returned": [{"line": 1, "quantity": "1"}], "lines": lines, "gift_cards": ["5.00"]}
    done = {**quoted, "reason": "too green", "payments": [{"method": "cash", "amount": "6.50"}]}
    for door, body in (("exchange-quotes", quoted), ("exchanges", done)):
        answer = post(ana_api, f"bills/{bought}/{door}", **body)
        assert (answer.status_code, answer.json()["code"]) == (409, "gift_cards_apart"), door
    assert Bill.objects.count() == 1
