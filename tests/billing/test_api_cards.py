"""Gift cards over the API."""

from decimal import Decimal as D
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from accounts.models import User
from billing.codes import card_spelling
from billing.models import Bill, StoredValue, StoredValueEntry
from billing.stored_value import gift_cards
from inventory.models import Product
from pos.errors import ManagersOnly
from pos.exactly_once import KeyReused
from tests.at_once import at_once
from tests.counter import sell
from tests.proof import assert_books_are_right
from tests.traces import traces


def post(client: Client, address: str, key: UUID | None = None, **body: Any) -> Any:
    headers = {"Idempotency-Key": str(key)} if key else None
    return client.post(f"/api/v1/gift-cards{address}", body, content_type="application/json", headers=headers)


@pytest.fixture
def card(may: User) -> StoredValue:
    """A card with 20.00 on it."""
    return gift_cards.sell(uuid4(), register="API", amount=D("20.00"), tender="cash", by=may).entry.card


def test_card_is_sold_once_then_topped_up_and_looked_up(ana_api: Client, db: None) -> None:
    key = uuid4()
    sold, again = (post(ana_api, "", key, amount="20.00", tender="cash") for _ in range(2))
    assert (sold.status_code, again.status_code) == (201, 200)
    assert sold.json() == again.json()
    code = sold.json()["code"]
    assert code == card_spelling.code_for(key)
    more = post(ana_api, "", amount="5.00", tender="card", code=code).json()
    assert (more["balance"], more["code"]) == ("25.00", None)
    found = post(ana_api, "/look-up", code=code.lower()).json()
    assert (found["balance"], [entry["kind"] for entry in found["entries"]]) == ("25.00", ["issue", "top_up"])
    assert post(ana_api, "", key, amount="21.00", tender="cash").status_code == 422
    assert_books_are_right()


@pytest.mark.django_db(transaction=True)
def test_twenty_requests_at_once_with_one_key_sell_one_card(ana_api: Client) -> None:
    key = uuid4()
    answers = at_once([lambda: post(ana_api, "", key, amount="20.00", tender="cash")] * 20)
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert [answer.headers.get("Idempotent-Replayed") for answer in answers if answer.status_code == 201] == [None]
    assert {answer.json()["balance"] for answer in answers} == {"20.00"}
    assert_books_are_right()


def test_code_of_a_new_card_is_shown_only_to_its_seller(ana_api: Client, may_api: Client, db: None) -> None:
    key = uuid4()
    code = post(ana_api, "", key, amount="20.00", tender="cash").json()["code"]
    assert post(may_api, "/look-up", code=code).json()["code"] is None
    assert code not in str(list(StoredValue.objects.values()))


def test_guessing_card_codes_is_throttled(ana_api: Client, card: StoredValue) -> None:
    answers = [post(ana_api, "/look-up", code=f"GUESS{n}").status_code for n in range(8)]
    assert answers[0] == 409
    assert answers[-1] == 429


def test_manager_blocks_a_card_and_corrects_it_with_a_reason(may_api: Client, card: StoredValue) -> None:
    key = uuid4()
    fixed, again = (post(may_api, f"/{card.pk}/adjustments", key, amount="-5.50", reason="typo") for _ in range(2))
    assert (fixed.status_code, fixed.json()["balance"], again.json()["balance"]) == (201, "14.50", "14.50")
    assert fixed.json()["entries"][-1]["reason"] == "typo"
    blocked = post(may_api, f"/{card.pk}/block", blocked=True, reason="stolen").json()
    assert blocked["is_blocked"] is True
    assert_books_are_right()


@pytest.mark.parametrize(
    ("address", "body", "status"),
    [
        ("", {"amount": "0", "tender": "cash"}, 400),
        ("", {"amount": "NaN", "tender": "cash"}, 400),
        ("", {"amount": "5.00", "tender": "gift_card"}, 409),
        ("", {"amount": "5.00", "tender": "exchange"}, 400),
        ("", {"amount": "5.00", "tender": "cash", "code": "unknown"}, 409),
        ("", {"amount": "5.00", "tender": "cash", "reference": "4111111111111111"}, 400),
        ("", {"amount": "5.00", "tender": "cash", "register": "R9"}, 400),
        ("/look-up", {"code": ""}, 400),
        ("/look-up", {"code": "a\0b"}, 400),
        ("/{}/adjustments", {"amount": "0", "reason": "typo"}, 400),
        ("/{}/adjustments", {"amount": "-20.01", "reason": "typo"}, 409),
        ("/{}/adjustments", {"amount": "Infinity", "reason": "typo"}, 400),
        ("/{}/adjustments", {"amount": "999999999", "reason": "typo"}, 400),
        ("/{}/adjustments", {"amount": "1.00", "reason": ""}, 400),
        ("/{}/adjustments", {"amount": "1.00", "reason": "4111 1111 1111 1111"}, 400),
        ("/99999/adjustments", {"amount": "1.00", "reason": "typo"}, 409),
        ("/999999999999999999999999/block", {"blocked": True, "reason": "typo"}, 409),
        ("/{}/block", {"blocked": "perhaps", "reason": "typo"}, 400),
        ("/{}/block", {"blocked": 0, "reason": "typo"}, 400),
    ],
)
def test_malformed_or_forbidden_request_leaves_no_trace(
    may_api: Client, card: StoredValue, address: str, body: dict[str, Any], status: int
) -> None:
    before = traces("accounts_attempts")
    assert post(may_api, address.format(card.pk), **body).status_code == status
    assert traces("accounts_attempts") == before


def test_cashier_may_not_correct_or_block_a_card(ana: User, ana_api: Client, card: StoredValue) -> None:
    assert post(ana_api, f"/{card.pk}/adjustments", amount="1.00", reason="mine").status_code == 403
    assert post(ana_api, f"/{card.pk}/block", blocked=True, reason="mine").status_code == 403
    with pytest.raises(ManagersOnly):
        gift_cards.adjust(uuid4(), card.pk, amount=D(1), reason="mine", by=ana)


def test_correction_with_the_key_of_a_card_sale_is_refused(may: User, card: StoredValue) -> None:
    sold = StoredValueEntry.objects.get()
    assert sold.key is not None
    with pytest.raises(KeyReused):
        gift_cards.adjust(sold.key, card.pk, amount=D(1), reason="typo", by=may)


def test_refund_to_new_store_credit_shows_its_code_once(
    ana_api: Client, ana: User, may_api: Client, tea: Product
) -> None:
    bill: Bill = sell((tea, "1"), by=ana, register="API", cash="12.50")
    key = uuid4()
    body = {
        "lines": [{"line": 1, "quantity": "1"}],
        "payments": [{"method": "store_credit", "amount": "12.50"}],
        "reason": "torn",
    }
    headers = {"Idempotency-Key": str(key)}
    address = f"/api/v1/bills/{bill.number}/refunds"
    answer = ana_api.post(address, body, content_type="application/json", headers=headers).json()
    assert answer["store_credit"] == {"amount": "12.50", "code": card_spelling.code_for(key)}
    assert "store_credit" not in may_api.get(f"/api/v1/bills/{answer['number']}").json()


def test_manager_corrects_a_balance_on_the_page_and_a_double_press_counts_once(
    may_web: Client, ana_web: Client, card: StoredValue
) -> None:
    form = {"key": str(uuid4()), "amount": "-5,50", "reason": "typo"}
    assert ana_web.post(f"/gift-cards/{card.pk}/adjust", form).status_code == 403
    for _ in range(2):
        assert "€14.50" in may_web.post(f"/gift-cards/{card.pk}/adjust", form).text
    assert (
        may_web.post(f"/gift-cards/{card.pk}/adjust", {**form, "key": str(uuid4()), "amount": "-15"}).status_code == 409
    )
    card.refresh_from_db()
    assert card.balance == D("14.50")
