"""Signing in, signing out, and being signed out."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import hashers
from django.test import Client
from django.utils import timezone

from accounts.access import attempts
from accounts.access import sign_in as sign_in_module
from accounts.models import Attempts, AuditEntry, Role, User
from accounts.people import staff
from tests.cast import PASSWORD
from tests.clients import json_client, sign_in, tokens_of

pytestmark = pytest.mark.django_db
TOKEN = "/api/v1/auth/token"
SETTINGS = "/api/v1/settings"
HISTORY = f"{SETTINGS}/history"


def test_ana_signs_in_and_out(ana: User) -> None:
    client = Client()
    before = client.get("/sign-in").cookies
    answer = sign_in(client, "ana")
    assert answer.status_code == 302
    assert client.get("/password").status_code == 200
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").status_code == 302
    assert client.get("/password")["Location"].startswith("/sign-in?next=")
    assert "sessionid" not in before


def test_the_name_may_be_typed_in_any_case(ana: User) -> None:
    assert sign_in(Client(), "ANA").status_code == 302


def test_next_leads_only_into_the_shop(ana: User) -> None:
    for onward in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        assert sign_in(Client(), "ana", next=onward)["Location"] == "/till"
    assert sign_in(Client(), "ana", next="/api/v1/docs")["Location"] == "/api/v1/docs"


def test_a_manager_lands_in_the_back_office(may: User) -> None:
    client = Client()
    sign_in(client, "may")
    assert client.get("/")["Location"] in ("/admin/", "/desk")


def test_the_session_gets_a_new_key_when_somebody_signs_in(ana: User) -> None:
    client = Client()
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    sign_in(client, "ana")
    assert client.session.session_key != planted


def test_sign_in_without_csrf_token_is_refused(ana: User) -> None:
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client, "ana").status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"username": "ana"},
        {"username": "ana", "password": "x" * 5000},
        {"username": 1, "password": 2},
        {"username": "a\0b", "password": "x"},
        {"username": ["ana"], "password": {}},
        [],
    ],
)
def test_invalid_token_request_is_400(ana: User, body: Any) -> None:
    assert json_client().post(TOKEN, body, content_type="application/json").status_code == 400


def test_invalid_form_is_shown_again(ana: User) -> None:
    for username, password in (("", ""), ("ana", "x" * 5000), ("a\0b", "x"), ("x" * 200, "x")):
        assert sign_in(Client(), username, password).status_code == 200


def test_seed_d23_there_is_no_sign_up(client: Client, ana_api: Client) -> None:
    body = {"username": "eve", "name": "Eve", "password": "long enough 1", "role": "manager"}
    assert client.post("/api/v1/users", body, content_type="application/json").status_code == 401
    assert ana_api.post("/api/v1/users", body, content_type="application/json").status_code == 403
    assert client.post("/admin/accounts/user/add/", body).status_code == 302
    for path in ("/sign-up", "/register", "/accounts/register", "/api/v1/auth/register"):
        assert client.post(path, body).status_code in (302, 404)
    assert not User.objects.filter(username="eve").exists()


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.MANAGER}, {"password": "another one 26"}])
def test_seed_d25_changed_user_is_signed_out_at_the_next_request(ana: User, may: User, change: dict[str, Any]) -> None:
    browser = Client()
    sign_in(browser, "ana")
    issued = tokens_of("ana")
    api = json_client(issued["access"])
    assert (browser.get("/password").status_code, api.get(SETTINGS).status_code) == (200, 200)
    staff.change(ana, by=may, **change)
    assert browser.get("/password").status_code == 302
    assert api.get(SETTINGS).status_code == 401
    renewal = json_client().post(f"{TOKEN}/refresh", {"refresh": issued["refresh"]}, content_type="application/json")
    assert renewal.status_code == 401


def test_seed_d27_each_token_works_only_for_its_own_purpose(ana: User) -> None:
    issued = tokens_of("ana")
    assert json_client(issued["refresh"]).get(SETTINGS).status_code == 401
    for path in ("refresh", "revoke"):
        for wrong in (issued["access"], "nonsense", "a.b.c", ""):
            answer = json_client().post(f"{TOKEN}/{path}", {"refresh": wrong}, content_type="application/json")
            assert answer.status_code == (400 if wrong == "" else 401)


def test_seed_d28_a_foreign_token_is_401_and_never_a_fault(ana: User, settings: Any) -> None:
    import jwt

    for claims in (
        {},
        {"user_id": "x"},
        {"token_type": "access"},
        {"token_type": "access", "user_id": 10**30, "jti": "x"},
        {"token_type": "access", "user_id": ana.pk, "jti": "x", "stamp": None},
    ):
        lasting = {"exp": timezone.now() + timedelta(minutes=1), **claims}
        assert json_client(jwt.encode(lasting, settings.SECRET_KEY, "HS256")).get(SETTINGS).status_code == 401
    for header in ("Bearer", "Bearer a b", "Basic YTpi", "Bearer \xff", "Token x"):
        assert Client(headers={"Authorization": header}).get(SETTINGS).status_code == 401


def test_a_revoked_token_is_not_renewed(ana: User) -> None:
    refresh = {"refresh": tokens_of("ana")["refresh"]}
    assert json_client().post(f"{TOKEN}/revoke", refresh, content_type="application/json").status_code == 204
    assert json_client().post(f"{TOKEN}/refresh", refresh, content_type="application/json").status_code == 401


def test_token_expires_on_time_however_often_it_was_used(ana_api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ana_api.get(SETTINGS).status_code == 200
    late = timezone.now() + timedelta(minutes=6)
    monkeypatch.setattr("accounts.access.authentication.aware_utcnow", lambda: late)
    assert ana_api.get(SETTINGS).status_code == 401


def test_seed_d31_guessing_is_closed_after_five_misses(ana: User) -> None:
    misses = [sign_in(Client(), "ana", "wrong").status_code for _ in range(6)]
    assert misses == [401] * 5 + [429]
    closed = sign_in(Client(), "AN\u0041")
    assert closed.status_code == 429
    assert 0 < int(closed["Retry-After"]) <= 60
    assert b"Try again in" in closed.content
    token = json_client().post(TOKEN, {"username": "ana", "password": PASSWORD}, content_type="application/json")
    assert (token.status_code, token.json()["code"]) == (429, "too_many_attempts")
    assert 0 < int(token["Retry-After"]) <= 60
    assert AuditEntry.objects.filter(action="sign_in.locked").count() == 1


def test_each_further_miss_doubles_the_wait(ana: User) -> None:
    waits = []
    for _ in range(12):
        sign_in(Client(), "ana", "wrong")
        row = Attempts.objects.get(key=attempts.key("name", "ana"))
        waits.append(row.closed_until and round((row.closed_until - row.since).total_seconds() / 60))
        Attempts.objects.update(closed_until=None, since=timezone.now() - timedelta(minutes=61))
    assert waits == [None] * 4 + [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_right_password_forgives_the_misses(ana: User) -> None:
    for _ in range(3):
        for _ in range(4):
            sign_in(Client(), "ana", "wrong")
        assert sign_in(Client(), "ana").status_code == 302


def test_one_address_may_not_try_many_names(ana: User) -> None:
    answers = [sign_in(Client(), f"guess{i}", "wrong").status_code for i in range(22)]
    assert answers == [401] * 20 + [429] * 2
    assert sign_in(Client(REMOTE_ADDR="10.0.0.9"), "ana").status_code == 302


def test_person_whose_name_is_closed_keeps_the_open_session(ana: User) -> None:
    browser, issued = Client(), tokens_of("ana")
    sign_in(browser, "ana")
    for _ in range(7):
        sign_in(Client(), "ana", "wrong")
    assert browser.get("/password").status_code == 200
    assert json_client(issued["access"]).get(SETTINGS).status_code == 200


def test_seed_d32_same_answer_and_same_work_for_unknown_wrong_and_switched_off(
    ana: User, may: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    off = staff.hire(by=may, username="otto", name="Otto", password=PASSWORD)
    staff.switch_off(off, by=may)
    hasher = type(hashers.get_hasher())
    hashed: list[str] = []
    encode = hasher.encode

    def counted(self: Any, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    verify = hasher.verify

    def verified(self: Any, password: str, encoded: str) -> bool:
        before = len(hashed)
        found = verify(self, password, encoded)
        hashed[before:] = [password]
        return found

    monkeypatch.setattr(hasher, "encode", counted)
    monkeypatch.setattr(hasher, "verify", verified)
    said = []
    for name, password in (("nobody", "wrong"), ("ana", "wrong"), ("otto", PASSWORD), ("otto", "wrong")):
        hashed.clear()
        headers = {"X-Request-Id": "one-and-the-same"}
        body = {"username": name, "password": password}
        answer = json_client().post(TOKEN, body, content_type="application/json", headers=headers)
        said.append((answer.status_code, answer.content, len(hashed)))
    assert len(set(said)) == 1
    assert said[0][0] == 401


def test_seed_d44_flood_of_wrong_passwords_costs_the_work_of_a_few(ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """A closed name is refused before any password is hashed, so that sales keep the CPU."""
    looked_at: list[str] = []
    authenticate = sign_in_module.authenticate

    def counted(request: Any, **credentials: str) -> Any:
        looked_at.append(credentials["username"])
        return authenticate(request, **credentials)

    monkeypatch.setattr(sign_in_module, "authenticate", counted)
    answers = [sign_in(Client(), name, "wrong").status_code for name in ["ana"] * 40 + [f"guess{n}" for n in range(60)]]
    assert (answers.count(401), answers.count(429)) == (len(looked_at), 100 - len(looked_at))
    assert looked_at.count("ana") == 5
    assert len(looked_at) == 20
    assert sign_in(Client(REMOTE_ADDR="10.0.0.9"), "may", "wrong").status_code == 401


@pytest.mark.parametrize("length", [64, 73, 128, 4096])
def test_seed_d34_long_passwords_are_checked_in_full(may: User, settings: Any, length: int) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    password = ("Tea and biscuits at four, " * 200)[:length]
    staff.hire(by=may, username="lena", name="Lena", password=password)
    assert sign_in(Client(), "lena", password[:-1] + "~").status_code == 401
    assert sign_in(Client(), "lena", password).status_code == 302


def test_seed_d37_cookies_are_closed_and_sign_out_ends_the_session_here(ana: User, settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    client = Client()
    page = client.get("/sign-in", secure=True)
    cookie = sign_in(client, "ana").cookies["sessionid"]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
    assert page.cookies["csrftoken"]["secure"]
    stolen = Client()
    stolen.cookies["sessionid"] = cookie.value
    assert stolen.get("/password", secure=True).status_code == 200
    client.post("/sign-out", secure=True)
    assert stolen.get("/password", secure=True).status_code == 302


def test_seed_d39_own_password_ends_the_other_sessions_and_keeps_this_one(ana: User) -> None:
    here, there, issued = Client(), Client(), tokens_of("ana")
    sign_in(here, "ana")
    sign_in(there, "ana")
    new = {"new": "four biscuits at tea", "repeated": "four biscuits at tea"}
    assert here.post("/password", {"current": "wrong", **new}).status_code == 200
    assert here.post("/password", {"current": PASSWORD, "new": "short", "repeated": "short"}).status_code == 200
    assert here.post("/password", {"current": PASSWORD, **new, "repeated": "another"}).status_code == 200
    done = here.post("/password", {"current": PASSWORD, **new})
    assert done.status_code == 302, done.content.decode()
    assert here.get("/password").status_code == 200
    assert there.get("/password").status_code == 302
    assert json_client(issued["access"]).get(SETTINGS).status_code == 401
    assert sign_in(Client(), "ana", "four biscuits at tea").status_code == 302
