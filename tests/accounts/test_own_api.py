"""What people set for themselves through the API, and what a manager removes for them."""

from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import AuditEntry, User
from tests.accounts.test_step_up import old_token
from tests.cast import PASSWORD, person
from tests.keys import machine
from tests.second_factor import phone_of

pytestmark = pytest.mark.django_db
NEW = "a-longer-walk-by-the-river"
TOKEN, ME = "/api/v1/auth/token", "/api/v1/me"


def put(client: Client, path: str, **body: Any) -> Any:
    return client.put(f"{ME}/{path}", body, content_type="application/json")


def may_sign_in(username: str, password: str) -> bool:
    body = {"username": username, "password": password}
    return Client().post(TOKEN, body, content_type="application/json").status_code == 200


def test_new_password_ends_every_sign_in(ana: User, ana_api: Client) -> None:
    assert put(ana_api, "password", password=PASSWORD, new_password=NEW).status_code == 204
    assert ana_api.get(ME).status_code == 401
    assert not may_sign_in("ana", PASSWORD)
    assert may_sign_in("ana", NEW)


def test_own_pin_is_set(ana: User, ana_api: Client) -> None:
    assert put(ana_api, "pin", password=PASSWORD, pin="384756").status_code == 204
    ana.refresh_from_db()
    assert check_password("384756", ana.pin)
    assert AuditEntry.objects.filter(action="user.pin_set", actor=ana).count() == 1


def test_wrong_password_and_invalid_values_change_nothing(ana: User, ana_api: Client, may: User) -> None:
    before = User.objects.values().get(pk=ana.pk)
    wrong = put(ana_api, "pin", password="guessed-it-perhaps", pin="384756")
    assert (wrong.status_code, wrong.json()["code"]) == (403, "wrong_password")
    assert put(ana_api, "password", password="guessed-it-perhaps", new_password=NEW).status_code == 403
    assert put(ana_api, "password", password=PASSWORD, new_password="short").status_code == 400
    assert put(ana_api, "password", password=PASSWORD).status_code == 400
    assert put(ana_api, "pin", password=PASSWORD, pin="111111").status_code == 400
    assert put(ana_api, "pin", password=PASSWORD, pin=384756).status_code == 400
    assert put(Client(), "pin", password=PASSWORD, pin="384756").status_code == 401
    assert put(machine(may), "password", password=PASSWORD, new_password=NEW).json()["code"] == "out_of_scope"
    assert User.objects.values().get(pk=ana.pk) == before


def test_guessing_ones_own_password_is_slowed_down(ana_api: Client) -> None:
    answers = [put(ana_api, "pin", password=f"guess-number-{n}", pin="384756").status_code for n in range(12)]
    assert answers[0] == 403
    assert answers[-1] == 429


def test_manager_removes_a_lost_second_factor(may_api: Client, ana_api: Client) -> None:
    mia = person("mia", role="manager")
    phone_of(mia)
    path = f"/api/v1/users/{mia.pk}/second-factor"
    assert ana_api.delete(path).status_code == 403
    assert may_api.delete(path).status_code == 204
    assert may_api.delete(path).status_code == 204
    assert not TOTPDevice.objects.filter(user=mia).exists()
    assert may_api.delete("/api/v1/users/999999/second-factor").status_code == 404


def test_second_factor_is_removed_only_after_a_recent_sign_in(may: User) -> None:
    mia = person("mia", role="manager")
    phone_of(mia)
    refused = old_token(may).delete(f"/api/v1/users/{mia.pk}/second-factor")
    assert (refused.status_code, refused.json()["code"]) == (403, "step_up_needed")
    assert TOTPDevice.objects.filter(user=mia).exists()
