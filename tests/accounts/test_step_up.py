"""Actions that cannot be undone need a recent sign-in, on pages and in the API."""

from time import time

import pytest
from django.test import Client
from rest_framework_simplejwt.tokens import RefreshToken

from accounts.models import AuditEntry, Role, TokenFamily, User
from members.models import Member
from pos.models import StoreSettings
from tests.cast import PASSWORD, signed_in, with_token
from tests.clients import json_client, sign_in
from tests.second_factor import code_of, phone_of, signed_in_with, wrong_code

pytestmark = pytest.mark.django_db
TOKEN = "/api/v1/auth/token"
ZOE = {"username": "zoe", "name": "Zoe", "role": "cashier", "password": "long-and-odd-7"}


def long_ago(client: Client) -> Client:
    session = client.session
    session["proved_at"] = int(time()) - 16 * 60
    session.save()
    return client


def old_token(user: User) -> Client:
    access = RefreshToken()
    access["user_id"], access["stamp"], access["proved_at"] = user.pk, user.stamp(), int(time()) - 16 * 60
    return json_client(str(access.access_token))


def test_erasing_a_member_asks_for_the_password_and_keeps_what_was_typed(may: User, olga: Member) -> None:
    client, path = long_ago(signed_in(may)), f"/members/{olga.number}/erase"
    asked = client.post(path, {"number": olga.number}, headers={"Referer": "http://testserver/members"})
    page = asked.content.decode()
    assert (asked.status_code, 'type="password"' in page, 'href="/members"' in page) == (403, True, True)
    assert f'name="number" value="{olga.number}"' in page
    assert not Member.objects.get(pk=olga.pk).erased_at
    assert client.post(path, {"number": olga.number, "proof": "wrong"}).status_code == 401
    assert not Member.objects.get(pk=olga.pk).erased_at
    assert client.post(path, {"number": olga.number, "proof": PASSWORD}).status_code == 302
    assert Member.objects.get(pk=olga.pk).erased_at
    assert b'name="proof"' not in client.post("/settings", {"shop_name": ""}).content


def test_manager_with_a_second_factor_must_confirm_by_code_not_password(may: User) -> None:
    device = phone_of(may)
    client = long_ago(signed_in(may))
    limits = client.post("/roles/new", {"name": "Stock room", "permissions": "counts"})
    assert "one-time-code" in limits.content.decode()
    for proof in (PASSWORD, wrong_code(device), "\0", "x" * 9000):
        assert client.post("/roles/new", {"name": "Stock room", "proof": proof}).status_code == 401
    sent = {"name": "Stock room", "permissions": "counts", "proof": code_of(device)}
    assert client.post("/roles/new", sent).status_code == 302


def test_every_page_that_is_hard_to_undo_asks_for_proof(may: User, ana: User, olga: Member) -> None:
    client = long_ago(signed_in(may))
    row = StoreSettings.in_force().pk
    for path in (
        *("/settings", "/keys/new", "/people/new", "/person/ana", "/person/ana/password", "/person/ana/pin"),
        *("/person/ana/badge", "/person/ana/on", "/person/ana/second-factor/off", "/roles/new", "/limits"),
        *(
            "/person/ana/limits",
            "/security/app/new",
            "/security/codes",
            "/security/off",
            f"/members/{olga.number}/merge",
        ),
        *(f"/admin/accounts/user/{ana.pk}/change/", f"/admin/pos/storesettings/{row}/change/"),
        *("/admin/accounts/user/add/", "/admin/inventory/taxrate/add/", "/reports/journal/accounts", "/webhooks/new"),
    ):
        answer = client.post(path)
        assert (path, answer.status_code, b'name="proof"' in answer.content) == (path, 403, True)
    assert client.get("/settings").status_code == 200
    assert client.post("/person/ana/off").status_code == 302  # taking a right away needs no new sign-in
    assert not AuditEntry.objects.filter(action="settings.changed").exists()


def test_cashier_is_refused_without_being_asked_for_proof(ana: User, olga: Member) -> None:
    client = long_ago(signed_in(ana))
    for path in (f"/members/{olga.number}/erase", "/settings", "/keys/new"):
        answer = client.post(path, {"proof": PASSWORD})
        assert (answer.status_code, b'name="proof"' in answer.content) == (403, False)


def test_the_api_refuses_a_token_of_an_old_sign_in(may: User, ana: User, olga: Member) -> None:
    old, new = old_token(may), with_token(may)
    for method, path, body in (
        ("post", "/api/v1/users", ZOE),
        ("patch", f"/api/v1/users/{ana.pk}", {"role": Role.MANAGER}),
        ("post", "/api/v1/keys", {"name": "Kiosk", "scopes": ["bills:write"]}),
        ("post", "/api/v1/roles", {"name": "Stock room", "permissions": ["counts"]}),
        ("patch", "/api/v1/settings", {"shop_name": "Tea"}),
        ("post", "/api/v1/webhooks", {"url": "https://example.org/"}),
        ("post", "/api/v1/tax-rates", {"name": "Books", "rate": "0.0500"}),
        ("delete", f"/api/v1/members/{olga.pk}", None),
    ):
        refused = getattr(old, method)(path, body, content_type="application/json")
        assert (path, refused.status_code, refused.json()["code"]) == (path, 403, "step_up_needed")
    assert old.get("/api/v1/settings").status_code == 200
    body = {"shop_name": "Tea"}
    assert new.patch("/api/v1/settings", body, content_type="application/json").status_code == 200


def test_program_sends_the_code_and_a_refreshed_token_keeps_the_age_of_its_sign_in(may: User) -> None:
    device = phone_of(may)

    def asked(**more: str) -> tuple[int, str]:
        body = {"username": "may", "password": PASSWORD, **more}
        answer = json_client().post(TOKEN, body, content_type="application/json")
        return answer.status_code, answer.json().get("code", "")

    assert asked() == (401, "second_factor_needed")
    assert asked(password="wrong", otp=code_of(device)) == (401, "wrong_credentials")
    assert asked(otp=wrong_code(device)) == (401, "wrong_code")
    assert asked(otp="x" * 41)[0] == 400
    assert not TokenFamily.objects.exists()
    body = {"username": "may", "password": PASSWORD, "otp": code_of(device)}
    tokens = json_client().post(TOKEN, body, content_type="application/json").json()
    assert asked(otp=body["otp"]) == (401, "wrong_code")
    refresh = {"refresh": tokens["refresh"]}
    renewed = json_client().post("/api/v1/auth/token/refresh", refresh, content_type="application/json").json()
    before, after = (RefreshToken(one["refresh"]) for one in (tokens, renewed))
    assert before["proved_at"] == after["proved_at"]


def test_api_refuses_a_manager_without_the_required_second_factor(may: User, ana: User) -> None:
    StoreSettings.change(by="may", second_factor="required")
    for name, expected in (("may", 403), ("ana", 200)):
        body = {"username": name, "password": PASSWORD}
        assert json_client().post(TOKEN, body, content_type="application/json").status_code == expected


def test_sign_in_counts_as_proof_only_with_the_second_factor(may: User) -> None:
    client = signed_in_with(phone_of(may))
    assert client.session["proved_at"]
    plain = Client()
    sign_in(plain, "may")
    assert "proved_at" not in plain.session
