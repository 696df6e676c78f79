"""Keys of machines: what a manager allows one, and what it cannot do whatever the scopes."""

from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from unittest.mock import Mock
from uuid import uuid4

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.access import key_rate, keys
from accounts.models import ApiKey, AuditEntry, KeyMinute, KeySecret, User
from billing.models import Bill, Register
from inventory.models import Product
from pos.errors import ManagersOnly
from tests.at_once import at_once, outcomes_of
from tests.clients import sign_in
from tests.keys import begin_a_minute, machine, made, with_key

pytestmark = pytest.mark.django_db
KIOSK = {"name": "Kiosk", "scopes": ["products:read", "bills:write"], "registers": ["api"], "most_per_sale": "20.00"}


@pytest.fixture(autouse=True)
def a_new_minute() -> None:
    begin_a_minute()


def sale_of(tea: Product, **more: Any) -> dict[str, Any]:
    paid = {"payments": [{"method": "card", "amount": "12.50"}]}
    return {"lines": [{"product": tea.pk, "quantity": "1"}], **paid, **more}


def post(client: Client, path: str, body: Any, **headers: str) -> Any:
    return client.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers or None)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_key_made_by_a_manager_sells_and_its_bill_names_it(may_api: Client, tea: Product) -> None:
    told = post(may_api, "keys", KIOSK)
    assert told.status_code == 201
    assert told.json()["registers"] == ["API"]
    sold = post(with_key(told.json()["secret"]), "bills", sale_of(tea))
    assert sold.status_code == 201, sold.json()
    assert sold.json()["cashier"] == told.json()["username"]
    assert Bill.objects.get().cashier.name == "Kiosk"


def test_secret_is_told_once_and_stored_nowhere(may_api: Client) -> None:
    name = str(uuid4())
    first = post(may_api, "keys", KIOSK, **{"Idempotency-Key": name})
    again = post(may_api, "keys", KIOSK, **{"Idempotency-Key": name})
    assert (again.status_code, again.json()["secret"]) == (200, None)
    assert ApiKey.objects.count() == 1
    secret = first.json()["secret"].rpartition("_")[2]
    assert secret not in str([KeySecret.objects.values(), ApiKey.objects.values(), AuditEntry.objects.values()])
    assert "secret" not in may_api.get(f"/api/v1/keys/{first.json()['id']}").json()


def test_key_does_only_what_its_scopes_say(may: User, tea: Product) -> None:
    reads, sells = machine(may, "products:read"), machine(may, "bills:write")
    assert reads.get("/api/v1/products").status_code == 200
    assert code(sells.get("/api/v1/products")) == (403, "out_of_scope")
    refused = post(reads, "bills", sale_of(tea))
    assert code(refused) == (403, "out_of_scope")
    assert refused.json()["facts"] == {"needs": "bills:write"}
    assert not Bill.objects.exists()


def test_key_changes_goods_if_it_may_write_them(may: User, tea: Product) -> None:
    writer = machine(may, "products:write")
    changed = writer.patch(f"/api/v1/products/{tea.pk}", {"price": "13.00"}, content_type="application/json")
    assert changed.status_code == 200, changed.json()
    assert AuditEntry.objects.filter(actor__is_machine=True, subject__contains=tea.sku).exists()


@pytest.mark.parametrize("path", ["users", "keys", "trail", "imports"])
def test_no_key_manages_people_keys_or_the_shop(may: User, path: str) -> None:
    assert code(machine(may).get(f"/api/v1/{path}")) == (403, "out_of_scope")
    assert code(post(machine(may), "approvals", {})) == (403, "out_of_scope")


def test_key_works_at_its_registers_only(may: User, r1: Register, tea: Product) -> None:
    elsewhere = machine(may, registers=["R1"])
    assert code(post(elsewhere, "bills", sale_of(tea))) == (403, "out_of_scope")
    assert post(elsewhere, "registers/R1/shifts", {"float": "50.00"}).status_code == 201
    assert post(elsewhere, "bills", sale_of(tea, register="R1")).status_code == 201
    other = machine(may, registers=["API"])
    shift = Bill.objects.get().shift_id
    assert code(post(other, f"shifts/{shift}/close", {"counted": "50.00"})) == (403, "out_of_scope")
    assert code(post(other, "registers/R1/shifts", {"float": "50.00"})) == (403, "out_of_scope")


def test_key_sells_for_no_more_than_its_limit(may: User, tea: Product) -> None:
    small, enough = machine(may, most_per_sale=Decimal(12)), machine(may, most_per_sale=Decimal("12.50"))
    refused = post(small, "bills", sale_of(tea))
    assert code(refused) == (403, "out_of_scope")
    assert Decimal(refused.json()["facts"]["most"]) == 12
    assert post(enough, "bills", sale_of(tea)).status_code == 201
    assert code(post(small, "gift-cards", {"amount": "20.00", "tender": "card"})) == (403, "out_of_scope")


def test_key_gives_money_back_only_if_it_may(may: User, tea: Product) -> None:
    seller, returner = machine(may), machine(may, may_refund=True)
    number = post(seller, "bills", sale_of(tea)).json()["number"]
    back = {"lines": [{"line": 1, "quantity": "1"}], "payments": [{"method": "card", "amount": "12.50"}]}
    refund = {**back, "reason": "sent back"}
    exchange = {
        "returned": back["lines"],
        "reason": "sent back",
        "lines": [{"product": tea.pk, "quantity": "1"}],
    }
    refused = post(seller, f"bills/{number}/refunds", refund)
    assert (code(refused), refused.json()["facts"]) == ((403, "out_of_scope"), {"needs": "may_refund"})
    assert code(post(seller, f"bills/{number}/exchanges", exchange)) == (403, "out_of_scope")
    without = {"lines": [{"product": tea.pk, "quantity": "1"}], "reason": "no receipt"}
    assert code(post(seller, "refunds", without)) == (403, "out_of_scope")
    assert post(returner, f"bills/{number}/refunds", refund).status_code == 201


def test_key_has_no_more_rights_than_a_cashier(may: User, tea: Product) -> None:
    cheap = sale_of(tea, lines=[{"product": tea.pk, "quantity": "1", "discount_percent": "90"}])
    assert code(post(machine(may), "bills", cheap)) == (403, "denied")


def test_revoked_key_is_refused_at_its_next_request(may: User, may_api: Client) -> None:
    made_key = made(may)
    client = with_key(made_key.secret)
    assert client.get("/api/v1/products").status_code == 200
    assert may_api.delete(f"/api/v1/keys/{made_key.key.pk}").status_code == 204
    assert may_api.delete(f"/api/v1/keys/{made_key.key.pk}").status_code == 204
    assert code(client.get("/api/v1/products")) == (401, "key_not_valid")
    assert AuditEntry.objects.filter(action="key.revoked").count() == 1
    assert code(post(may_api, f"keys/{made_key.key.pk}/rotate", {})) == (409, "key_revoked")


def test_expired_secret_is_refused(may: User) -> None:
    made_key = made(may)
    secret = made_key.key.secrets.get()
    secret.ends_at -= timedelta(days=366)
    secret.save()
    assert code(with_key(made_key.secret).get("/api/v1/products")) == (401, "key_not_valid")


def test_rotated_key_opens_with_both_secrets_until_the_overlap_is_over(may: User, may_api: Client) -> None:
    first = made(may)
    second = post(may_api, f"keys/{first.key.pk}/rotate", {"overlap_hours": 1}).json()["secret"]
    assert [with_key(s).get("/api/v1/products").status_code for s in (first.secret, second)] == [200, 200]
    third = post(may_api, f"keys/{first.key.pk}/rotate", {"overlap_hours": 0}).json()["secret"]
    opened = [with_key(s).get("/api/v1/products").status_code for s in (first.secret, second, third)]
    assert opened == [401, 401, 200]


@pytest.mark.parametrize("spoilt", ["pos_", "pos_abc", "pos_{p}_" + "a" * 40, "pos_{p}", "POS_{p}_{s}", "pos_{p}_{s}x"])
def test_secret_almost_right_opens_nothing(may: User, spoilt: str) -> None:
    _pos, prefix, secret = made(may).secret.split("_")
    written = spoilt.format(p=prefix, s=secret)
    assert with_key(written).get("/api/v1/products").status_code == 401


def test_key_is_used_from_its_addresses_only(may: User) -> None:
    near, far = machine(may, addresses=["127.0.0.0/8"]), machine(may, addresses=["203.0.113.7"])
    assert near.get("/api/v1/products").status_code == 200
    assert code(far.get("/api/v1/products")) == (403, "out_of_scope")


def later(seconds: int) -> None:
    KeyMinute.objects.update(began=F("began") - timedelta(seconds=seconds))


def test_key_that_asks_too_often_waits(may: User) -> None:
    client, other = machine(may, per_minute=2), machine(may, per_minute=2)
    assert [client.get("/api/v1/products").status_code for _ in range(2)] == [200, 200]
    later(20)
    refused = client.get("/api/v1/products")
    assert (code(refused), refused["Retry-After"]) == ((429, "too_many_requests"), "40")
    assert other.get("/api/v1/products").status_code == 200
    later(41)
    assert client.get("/api/v1/products").status_code == 200


def test_clock_that_was_set_back_closes_no_key(may: User) -> None:
    client = machine(may, per_minute=1)
    assert [client.get("/api/v1/products").status_code for _ in range(2)] == [200, 429]
    later(-7200)
    assert client.get("/api/v1/products").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_limit_holds_over_all_processes(may: User) -> None:
    """Connections of their own share nothing but the database, as processes do."""
    key = made(may, per_minute=20).key.pk
    answers = at_once([partial(key_rate.count, key, 20)] * 30)
    refused = [answer for answer in answers if isinstance(answer, key_rate.TooManyRequests)]
    assert (answers.count(None), len(refused)) == (20, 10)
    assert KeyMinute.objects.get().asked == 21


@pytest.mark.django_db(transaction=True)
def test_database_lost_after_the_count_is_no_unknown_outcome(may: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client = machine(may)
    client.raise_request_exception = False
    monkeypatch.setattr("billing.api.bills.sales.sell", Mock(side_effect=OperationalError("gone")))
    order = {"lines": [{"product": 1, "quantity": "1"}], "payments": []}
    assert code(client.post("/api/v1/bills", order, content_type="application/json")) == (503, "busy")


def test_last_use_is_written_at_most_once_a_minute(may: User, tea: Product) -> None:
    made_key = made(may)
    client = with_key(made_key.secret)
    client.get("/api/v1/products")
    first = ApiKey.objects.get().last_used_at
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get("/api/v1/products")
    assert first is not None
    assert ApiKey.objects.get().last_used_at == first
    assert not [q for q in asked.captured_queries if q["sql"].startswith("UPDATE")]
    ApiKey.objects.update(last_used_at=first - timedelta(minutes=2))
    client.get("/api/v1/products")
    assert (ApiKey.objects.get().last_used_at or first) > first


def test_sale_with_a_key_takes_one_statement_more_than_with_a_token(may: User, ana_api: Client, tea: Product) -> None:
    by_key = machine(may)
    for client in (by_key, ana_api):  # the shift of the day and the first use are written
        post(client, "bills", sale_of(tea))

    def statements(client: Client) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert post(client, "bills", sale_of(tea)).status_code == 201
        return len(asked)

    assert statements(by_key) == statements(ana_api) + 1  # which counts it


def test_page_of_a_named_site_reads_answers_and_no_other_does(may: User) -> None:
    made_key = made(may, origins=["https://shop.example.org"])
    site = with_key(made_key.secret, Origin="https://shop.example.org")
    answer = site.get("/api/v1/products")
    assert answer["Access-Control-Allow-Origin"] == "https://shop.example.org"
    refused = with_key(made_key.secret, Origin="https://evil.example").get("/api/v1/products")
    assert code(refused) == (403, "out_of_scope")
    assert "Access-Control-Allow-Origin" not in refused
    silent = machine(may)
    assert "Access-Control-Allow-Origin" not in silent.get("/api/v1/products", headers={"Origin": "https://a.example"})


def test_browser_is_told_beforehand_whether_a_site_may_ask(may: User) -> None:
    def asks(origin: str) -> Any:
        told = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        return Client().options("/api/v1/bills", headers=told)

    assert "Access-Control-Allow-Origin" not in asks("https://shop.example.org")
    key = made(may, origins=["https://shop.example.org/"]).key
    answer = asks("https://shop.example.org")
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (204, "https://shop.example.org")
    assert "Idempotency-Key" in answer["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Origin" not in asks("https://evil.example")
    keys.revoke(key, by=may)
    assert "Access-Control-Allow-Origin" not in asks("https://shop.example.org")


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", " "),
        ("name", "x" * 101),
        ("scopes", []),
        ("scopes", ["users:write"]),
        ("scopes", "bills:write"),
        ("registers", ["no code!"]),
        ("registers", ["R1"] * 21),
        ("most_per_sale", "0"),
        ("most_per_sale", "NaN"),
        ("most_per_sale", 1e300),
        ("addresses", ["somewhere"]),
        ("addresses", ["203.0.113.0/99"]),
        ("origins", ["*"]),
        ("origins", ["https://a.example/path"]),
        ("origins", ["https://[a"]),
        ("origins", ["javascript:alert(1)"]),
        ("per_minute", 0),
        ("days", 367),
        ("days", 10**30),
        ("user", 1),
    ],
)
def test_key_badly_described_is_not_made(may_api: Client, field: str, wrong: Any) -> None:
    answer = post(may_api, "keys", {**KIOSK, field: wrong})
    assert answer.status_code == 400, answer.json()
    assert answer.json()["errors"][0]["field"].startswith(field)
    assert not ApiKey.objects.exists()


def test_only_a_manager_makes_keys(ana: User, ana_api: Client) -> None:
    assert post(ana_api, "keys", KIOSK).status_code == 403
    with pytest.raises(ManagersOnly):
        keys.make(by=ana, name="Kiosk", scopes=["bills:write"], per_minute=60, days=30)


def test_machine_never_signs_in_and_is_nobody_of_the_staff(may: User, may_api: Client, may_web: Client) -> None:
    user = made(may).key.user
    browser = Client()
    for password in ("!", user.password):
        sign_in(browser, user.username, password)
    assert "_auth_user_id" not in browser.session
    assert user.username not in str(may_api.get("/api/v1/users").json())
    assert may_api.get(f"/api/v1/users/{user.pk}").status_code == 404
    assert may_web.get(f"/person/{user.username}").status_code == 404
    assert user.username not in may_web.get("/people").content.decode()
    with pytest.raises(IntegrityError):
        User.objects.filter(pk=user.pk).update(role="manager")


def test_changed_key_is_bound_at_once_and_the_trail_tells(may: User, may_api: Client, tea: Product) -> None:
    made_key = made(may)
    body = {"scopes": ["products:read"], "name": "Price tags"}
    changed = may_api.patch(f"/api/v1/keys/{made_key.key.pk}", body, content_type="application/json")
    assert changed.json()["name"] == "Price tags"
    assert code(post(with_key(made_key.secret), "bills", sale_of(tea))) == (403, "out_of_scope")
    assert AuditEntry.objects.get(action="key.changed").facts["name"] == ["Web shop", "Price tags"]


@pytest.mark.django_db(transaction=True)
def test_rotated_twice_at_once_leaves_two_secrets_valid_in_turn(may: User) -> None:
    key = made(may).key
    assert outcomes_of(*[lambda: keys.rotate(key, by=may, overlap_hours=0)] * 4) == ["done"] * 4
    now = KeySecret.objects.latest("id").made_at
    assert key.secrets.filter(ends_at__gt=now + timedelta(minutes=1)).count() == 1
