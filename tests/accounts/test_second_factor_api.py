"""A manager sets up the app by the API; the recovery codes are told once; a passkey needs a browser."""

import json
from typing import Any

import pytest
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.access import recovery_codes
from accounts.models import AuditEntry, User
from pos.models import StoreSettings
from tests.accounts.test_step_up import old_token
from tests.at_once import at_once
from tests.cast import PASSWORD, with_token
from tests.keys import machine
from tests.second_factor import code_of, phone_of, wrong_code

pytestmark = pytest.mark.django_db
MINE = "/api/v1/me/second-factor"


def wants(second_factor: str) -> None:
    row = StoreSettings.in_force()
    row.pk, row.second_factor, row._state.adding = None, second_factor, True
    row.save()


@pytest.fixture(autouse=True)
def offered(db: None) -> None:
    wants("offered")


def asked(client: Client, method: str, path: str = "", **body: Any) -> Any:
    return client.generic(method, MINE + path, json.dumps(body), content_type="application/json")


def test_app_is_begun_and_put_in_force_by_its_first_code(may: User, may_api: Client) -> None:
    first, again = asked(may_api, "PUT", "/app"), asked(may_api, "PUT", "/app")
    assert (first.status_code, first.json()) == (200, again.json())
    assert first["Cache-Control"] == "no-store"
    device = TOTPDevice.objects.get(user=may)
    assert first.json()["secret"] in first.json()["address"]
    wrong = asked(may_api, "POST", "/app/confirm", code=wrong_code(device))
    assert (wrong.status_code, wrong.json()["code"]) == (403, "wrong_code")
    TOTPDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    done = asked(may_api, "POST", "/app/confirm", code=code_of(device))
    assert (done.status_code, len(done.json()["recovery_codes"]), done["Cache-Control"]) == (200, 10, "no-store")
    assert may_api.get(MINE).status_code == 401  # every sign-in before has ended
    may.refresh_from_db()
    now = with_token(may)
    assert now.get(MINE).json() == {"wanted": "offered", "app": True, "passkeys": 0, "recovery_codes": 10}
    assert asked(now, "POST", "/app/confirm", code=code_of(device, 1)).json()["code"] == "nothing_begun"
    body = {"username": "may", "password": PASSWORD}
    assert Client().post("/api/v1/auth/token", body, content_type="application/json").status_code == 401
    assert AuditEntry.objects.filter(action="second_factor.app_set").count() == 1


def test_recovery_codes_are_made_anew_and_the_factor_is_taken_off(may: User) -> None:
    phone_of(may)
    client = with_token(may)
    first, second = (asked(client, "PUT", "/codes").json()["recovery_codes"] for _ in range(2))
    assert len({*first, *second}) == 20
    assert recovery_codes.left(may) == 10
    assert [asked(client, "DELETE").status_code for _ in range(2)] == [204, 204]
    assert not TOTPDevice.objects.filter(user=may).exists()


@pytest.mark.parametrize("method_path", [("PUT", "/app"), ("PUT", "/codes"), ("DELETE", "")])
def test_sign_in_of_long_ago_is_not_enough(may: User, method_path: tuple[str, str]) -> None:
    refused = asked(old_token(may), *method_path)
    assert (refused.status_code, refused.json()["code"]) == (403, "step_up_needed")


def test_cashiers_and_keys_have_none(may: User, ana_api: Client) -> None:
    for client in (ana_api, machine(may)):
        for method, path in (("GET", ""), ("PUT", "/app"), ("POST", "/app/confirm"), ("PUT", "/codes"), ("DELETE", "")):
            assert asked(client, method, path, code="123456").status_code == 403, path


@pytest.mark.parametrize("code", ["", "x" * 21, None, "a\0b", []])
def test_code_badly_written_is_refused(may_api: Client, code: Any) -> None:
    asked(may_api, "PUT", "/app")
    assert asked(may_api, "POST", "/app/confirm", code=code).status_code == 400


def test_nothing_is_begun_where_the_shop_does_not_offer_it(may_api: Client) -> None:
    wants("off")
    assert asked(may_api, "PUT", "/app").json()["code"] == "not_offered"
    assert asked(may_api, "PUT", "/codes").json()["code"] == "nothing_begun"


@pytest.mark.django_db(transaction=True)
def test_app_confirmed_twice_at_once_is_put_in_force_once(may: User, may_api: Client) -> None:
    asked(may_api, "PUT", "/app")
    code = code_of(TOTPDevice.objects.get(user=may))
    answers = at_once([lambda: asked(may_api, "POST", "/app/confirm", code=code)] * 2)
    assert [answer.status_code for answer in answers].count(200) == 1
    assert AuditEntry.objects.filter(action="second_factor.app_set").count() == 1
