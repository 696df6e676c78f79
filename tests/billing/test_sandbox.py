"""A key in sandbox mode sells by the same rules, and nothing of it stays but the practice bill."""

from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.access import keys as machine_keys
from accounts.models import ApiKey, User
from billing.codes import card_spelling
from billing.models import Bill, PracticeBill, Register, Shift, StoredValue
from billing.stored_value import gift_cards
from inventory.models import Product
from members.models import Member
from pos.errors import Invalid
from tests import keys
from tests.billing.test_api_bills import SALE, sell
from tests.proof import assert_books_are_right
from tests.traces import traces

pytestmark = pytest.mark.django_db
SELLING = ("bills:read", "bills:write", "products:read")


@pytest.fixture
def sandbox(may: User) -> Client:
    return keys.machine(may, *SELLING, sandbox=True, may_refund=True)


def changed(before: dict[str, Any]) -> set[str]:
    """The tables that hold something else than before, beside the count of the key's requests."""
    return {table for table, rows in traces("accounts_keyminute").items() if rows != before[table]}


def test_a_sandbox_key_sells_and_nothing_but_the_practice_bill_stays(
    sandbox: Client, tea: Product, vera: Member
) -> None:
    sandbox.get("/api/v1/products")  # notes when the key was last used
    before = traces()
    sold = sell(sandbox, [{"product": tea.pk, "quantity": "2"}], member=vera.pk)
    assert sold.status_code == 201
    bill = sold.json()
    assert (bill["number"], bill["total"], bill["register"]) == ("API-T000001", "21.25", "API")
    assert changed(before) == {"billing_practicebill"}


def test_a_sandbox_sale_is_answered_again_by_its_key(sandbox: Client, tea: Product) -> None:
    key = uuid4()
    first = sell(sandbox, [{"product": tea.pk, "quantity": "2"}], key)
    again = sell(sandbox, [{"product": tea.pk, "quantity": "2"}], key)
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")
    assert again.json() == first.json()
    assert sandbox.get(f"{SALE}/by-key/{key}").json() == first.json()
    assert sandbox.get(f"{SALE}/{first.json()['number'].lower()}").json() == first.json()
    other = sell(sandbox, [{"product": tea.pk, "quantity": "1"}], key)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert PracticeBill.objects.count() == 1


def test_the_series_counts_on_and_is_wiped(sandbox: Client, tea: Product) -> None:
    numbers = [sell(sandbox, [{"product": tea.pk, "quantity": "1"}]).json()["number"] for _ in range(2)]
    assert numbers == ["API-T000001", "API-T000002"]
    call_command("wipe_training")
    assert not PracticeBill.objects.exists()
    assert sandbox.get(f"{SALE}/API-T000001").status_code == 404


def test_the_books_go_on_without_a_gap(sandbox: Client, ana_api: Client, tea: Product) -> None:
    numbers = [
        sell(client, [{"product": tea.pk, "quantity": "1"}]).json()["number"] for client in (ana_api, sandbox, ana_api)
    ]
    assert numbers == ["API-000001", "API-T000001", "API-000002"]
    assert Bill.objects.count() == 2
    assert Register.objects.get(code="API").last_sale == 2


def refund_of(client: Client, number: str, key: object = None, **more: Any) -> Any:
    body = {
        "lines": [{"line": 1, "quantity": "1"}],
        "payments": [{"method": "cash", "amount": "12.50"}],
        "reason": "does not fit",
        **more,
    }
    key = {"Idempotency-Key": str(key or uuid4())}
    return client.post(f"{SALE}/{number}/refunds", body, content_type="application/json", headers=key)


def test_a_practice_bill_is_refunded_for_practice_and_no_more_than_is_left(sandbox: Client, tea: Product) -> None:
    number = sell(sandbox, [{"product": tea.pk, "quantity": "2"}]).json()["number"]
    before, key = traces(), uuid4()
    back = refund_of(sandbox, number, key)
    assert (back.status_code, back.json()["number"], back.json()["total"]) == (201, "API-TR000001", "-12.50")
    assert back.json()["lines"][0]["refund_of"] == {"number": number, "line": 1}
    assert refund_of(sandbox, number, key).json() == back.json()
    assert sandbox.get(f"{SALE}/{number}").json()["refunds"] == ["API-TR000001"]
    assert refund_of(sandbox, number).status_code == 201
    over = refund_of(sandbox, number)
    assert (over.status_code, over.json()["code"]) == (409, "already_refunded")
    assert changed(before) == {"billing_practicebill"}


def test_a_practice_bill_is_not_refunded_in_earnest(sandbox: Client, ana_api: Client, tea: Product) -> None:
    number = sell(sandbox, [{"product": tea.pk, "quantity": "2"}]).json()["number"]
    answer = refund_of(ana_api, number)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert not Bill.objects.exists()


def test_goods_of_a_practice_bill_are_exchanged_for_practice(sandbox: Client, tea: Product, milk: Product) -> None:
    number = sell(sandbox, [{"product": tea.pk, "quantity": "1"}]).json()["number"]
    body = {
        "returned": [{"line": 1, "quantity": "1"}],
        "reason": "too strong",
        "lines": [{"product": milk.pk, "quantity": "7"}],
        "payments": [{"method": "cash", "amount": "1.50"}],
    }
    quoted = sandbox.post(
        f"{SALE}/{number}/exchange-quotes",
        {name: body[name] for name in ("returned", "lines")},
        content_type="application/json",
    )
    assert (quoted.status_code, quoted.json()["due"]) == (200, "1.50")
    headers = {"Idempotency-Key": str(uuid4())}
    done = sandbox.post(f"{SALE}/{number}/exchanges", body, content_type="application/json", headers=headers)
    assert done.status_code == 201, done.json()
    assert (done.json()["refund"]["number"], done.json()["sale"]["number"]) == ("API-TR000001", "API-T000002")
    again = sandbox.post(f"{SALE}/{number}/exchanges", body, content_type="application/json", headers=headers)
    assert (again.status_code, again.json()) == (200, done.json())
    assert not Bill.objects.exists()


def test_a_sandbox_key_writes_nothing_but_bills(may: User, sandbox: Client, may_api: Client, tea: Product) -> None:
    with pytest.raises(Invalid, match="take products:write away"):
        keys.made(may, "bills:write", "products:write", sandbox=True)
    real = keys.made(may, "bills:write", "late-sales:write").key
    with pytest.raises(Invalid, match="take late-sales:write away"):
        machine_keys.change(real, by=may, sandbox=True)
    machine_keys.change(real, by=may, sandbox=True, scopes=["bills:write"])
    answer = may_api.patch(f"/api/v1/keys/{real.pk}", {"scopes": ["stock:write"]}, content_type="application/json")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "not_in_sandbox")
    refused = sandbox.patch(f"/api/v1/products/{tea.pk}", {"price": "1.00"}, content_type="application/json")
    assert refused.status_code == 403


def test_no_row_holds_a_sandbox_key_that_writes_more_than_bills(may: User) -> None:
    practising = keys.made(may, *SELLING, sandbox=True).key
    real = keys.made(may, "stock:write").key
    for key, facts in (
        (practising, {"scopes": ["bills:write", "stock:write"]}),
        (real, {"sandbox": True}),
        (real, {"scopes": []}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ApiKey.objects.filter(pk=key.pk).update(**facts)


def test_a_sandbox_key_is_made_and_marked_on_its_page(may_web: Client) -> None:
    form = {"name": "Test shop", "scopes": ["bills:write"], "sandbox": "on", "per_minute": "60", "days": "365"}
    assert b"pos_" in may_web.post("/keys/new", form).content
    key = ApiKey.objects.get()
    assert key.sandbox
    for path in ("/keys", f"/keys/{key.pk}"):
        assert b'badge--warning">sandbox' in may_web.get(path).content
    refused = may_web.post(f"/keys/{key.pk}", {**form, "scopes": ["bills:write", "stock:write"]})
    assert (refused.status_code, b"take stock:write away" in refused.content) == (400, True)


def test_a_sandbox_key_keeps_its_bounds_and_the_rules_of_a_sale(may: User, tea: Product, shift: Shift) -> None:
    bound = keys.machine(may, *SELLING, sandbox=True, registers=["R1"], most_per_sale=D(20))
    line = [{"product": tea.pk, "quantity": "1"}]
    assert sell(bound, line).json()["code"] == "out_of_scope"
    assert sell(bound, [{"product": tea.pk, "quantity": "2"}], register="R1").json()["code"] == "out_of_scope"
    assert sell(bound, line, register="R1", shown_total="1.00").json()["code"] == "total_changed"
    bill = sell(bound, line, register="R1").json()
    assert bill["number"] == "R1-T000001"
    assert refund_of(bound, bill["number"], register="R1").json()["code"] == "out_of_scope"
    shift.refresh_from_db()
    assert shift.is_open
    assert_books_are_right()


def test_cards_bought_and_paid_with_for_practice_keep_their_worth(sandbox: Client, ana: User, tea: Product) -> None:
    card = real_card(ana)
    paid = [{"method": "gift_card", "amount": "12.50", "reference": card}]
    sold = sell(sandbox, [{"product": tea.pk, "quantity": "1"}], payments=paid)
    assert sold.status_code == 201, sold.json()
    back = refund_of(sandbox, sold.json()["number"], payments=[{"method": "gift_card", "amount": "12.50"}])
    assert back.status_code == 201, back.json()
    bought = sell(sandbox, [], gift_cards=["30.00"], payments=[{"method": "cash", "amount": "30.00"}])
    assert bought.status_code == 201, bought.json()
    assert [one["amount"] for one in bought.json()["gift_cards"]] == ["30.00"]
    again = sandbox.get(f"{SALE}/{bought.json()['number']}").json()
    assert [one["last4"] for one in again["gift_cards"]] == [one["last4"] for one in bought.json()["gift_cards"]]
    assert StoredValue.objects.get().balance == D("50.00")
    assert_books_are_right()


def real_card(ana: User) -> str:
    """The code of a gift card over 50.00, sold in earnest."""
    key = uuid4()
    gift_cards.sell(key, register="API", amount=D("50.00"), tender="cash", by=ana)
    return card_spelling.code_for(key)
