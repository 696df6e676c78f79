"""A manager's second factor: set up, required at sign-in, each code valid once, lost and removed."""

from functools import partial
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp_webauthn.models import WebAuthnCredential

from accounts.access import attempts, second_factor
from accounts.models import Attempts, AuditEntry, User
from pos.models import StoreSettings
from tests.at_once import at_once
from tests.cast import PASSWORD, TILL_PIN, signed_in
from tests.clients import sign_in
from tests.second_factor import code_of, phone_of, recovery_codes_of, signed_in_with, wrong_code

pytestmark = pytest.mark.django_db


def is_in(client: Client) -> bool:
    return client.get("/password").status_code == 200


def deeds() -> list[str]:
    found = AuditEntry.objects.filter(action__startswith="second_factor").order_by("pk")
    return list(found.values_list("action", flat=True))


def test_may_sets_up_the_app_and_gets_ten_codes_once(may: User) -> None:
    here, elsewhere = signed_in(may), signed_in(may)
    assert here.post("/security/app/new")["Location"] == "/security/app"
    here.post("/security/app/new")
    device = TOTPDevice.objects.get(user=may)
    page = here.get("/security/app").content.decode()
    assert second_factor.secret(device) in page
    assert "<svg" in page
    assert here.post("/security/app", {"code": wrong_code(device)}).status_code == 401
    assert here.post("/security/app", {"code": ""}).status_code == 400
    shown = here.post("/security/app", {"code": code_of(device)}).content.decode()
    codes = shown.partition("<textarea")[2].partition(">")[2].partition("<")[0].split()
    assert len(set(codes)) == 10
    assert not StaticToken.objects.filter(token__in=codes)
    assert is_in(here)
    assert not is_in(elsewhere)
    assert codes[0] not in here.get("/security").content.decode()
    assert here.post("/security/app", {"code": code_of(device)}).status_code == 409
    assert deeds() == ["second_factor.app_set"]


def test_sign_in_asks_for_password_then_code_and_goes_on_to_the_page_asked_for(may: User) -> None:
    device, client = phone_of(may), Client()
    answer = sign_in(client, "may", next="/settings")
    assert answer["Location"] == "/sign-in/code?next=%2Fsettings"
    assert not is_in(client)
    wrong = client.post("/sign-in/code", {"code": wrong_code(device), "next": "/settings"})
    assert wrong.status_code == 401
    assert 'value="/settings"' in wrong.content.decode()
    for odd in ("", "12345", "1" * 5000, "\0", "١٢٣٤٥٦", "1_2_3_"):
        assert client.post("/sign-in/code", {"code": odd}).status_code in (200, 401)
    assert not AuditEntry.objects.filter(action="sign_in").exists()
    answer = client.post("/sign-in/code", {"code": code_of(device), "next": "/settings"})
    assert answer["Location"] == "/settings"
    assert is_in(client)
    assert AuditEntry.objects.filter(action="sign_in", actor=may).count() == 1


def test_a_code_is_good_once_and_so_is_a_recovery_code(may: User) -> None:
    device = phone_of(may)
    (code, *_rest) = recovery_codes_of(may)
    signed_in_with(device)
    again = Client()
    sign_in(again, "may")
    assert again.post("/sign-in/code", {"code": code_of(device)}).status_code == 401
    assert again.post("/sign-in/code", {"code": code.upper().replace("-", " ")}).status_code == 302
    third = Client()
    sign_in(third, "may")
    assert third.post("/sign-in/code", {"code": code}).status_code == 401
    assert AuditEntry.objects.filter(action="second_factor.code_spent", actor=may).count() == 1
    assert StaticToken.objects.count() == 9


@pytest.mark.django_db(transaction=True)
def test_same_code_sent_twice_at_once_signs_in_once(may: User) -> None:
    device = phone_of(may)
    code = code_of(device)
    (paper, *_rest) = recovery_codes_of(may)
    for given in (code, paper):
        answers = at_once([partial(second_factor.is_right, may, given)] * 4)
        assert sorted(answers) == [False, False, False, True]


def test_the_second_step_needs_the_first(may: User) -> None:
    device, client = phone_of(may), Client()
    assert client.get("/sign-in/code")["Location"] == "/sign-in"
    assert client.post("/sign-in/code", {"code": code_of(device)})["Location"] == "/sign-in"
    sign_in(client, "may")
    may.set_password("another-good-password")
    may.save()
    assert client.post("/sign-in/code", {"code": code_of(device)})["Location"] == "/sign-in"
    sign_in(client, "may", "another-good-password")
    session = client.session
    session["half_way"] = {**session["half_way"], "at": session["half_way"]["at"] - 601}
    session.save()
    assert client.post("/sign-in/code", {"code": code_of(device)})["Location"] == "/sign-in"


def test_wrong_codes_count_as_wrong_passwords(may: User) -> None:
    device, client = phone_of(may), Client()
    sign_in(client, "may")
    answers = []
    for _guess in range(20):
        Attempts.objects.exclude(key=attempts.key("strangers", "may")).delete()
        answers.append(client.post("/sign-in/code", {"code": wrong_code(device)}).status_code)
    assert answers == [401] * 15 + [429] * 5
    assert sign_in(Client(), "may").status_code == 429
    assert client.post("/sign-in/code", {"code": code_of(device)}).status_code == 429


def test_cashiers_have_no_second_factor(ana: User) -> None:
    phone_of(ana)
    client = Client()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert sign_in(client, "ana")["Location"] == "/till"
    assert not [query for query in asked if "otp_" in query["sql"]]
    assert client.post("/security/app/new").status_code == 403


def test_pin_is_enough_at_the_till_and_a_password_gives_no_more_there(may: User, r1: Any) -> None:
    client = signed_in_with(phone_of(may))
    for secret in (TILL_PIN, PASSWORD):
        session = client.session
        session["register"] = "R1"
        session.save()
        client.post("/lock")
        assert client.post("/unlock", {"who": "may", "secret": secret}).status_code == 302
        assert is_in(client)
        assert client.get("/admin/")["Location"].startswith("/sign-in")


def test_shop_may_require_a_second_factor_before_any_other_page_opens(may: User, ana: User) -> None:
    StoreSettings.change(by="may", second_factor="required")
    client = Client()
    sign_in(client, "may")
    for page in ("/settings", "/desk", "/till", "/admin/"):
        assert client.get(page)["Location"].startswith("/security/app")
    client.post("/security/app/new")
    device = TOTPDevice.objects.get(user=may)
    assert client.post("/security/app", {"code": code_of(device)}).status_code == 200
    assert client.get("/settings").status_code == 200
    cashier = Client()
    sign_in(cashier, "ana")
    assert is_in(cashier)


def test_switched_off_second_factor_cannot_be_set_up_but_existing_ones_are_asked_for(may: User) -> None:
    StoreSettings.change(by="may", second_factor="off")
    assert signed_in(may).post("/security/app/new").status_code == 409
    phone_of(may)
    assert sign_in(Client(), "may")["Location"] == "/sign-in/code"


def test_lost_phone_is_removed_by_another_manager_or_on_the_server(may: User, ana: User) -> None:
    for off in (
        lambda: signed_in(may).post("/security/off"),
        lambda: signed_in(may).post("/person/may/second-factor/off"),
        lambda: call_command("second_factor", "May", "--off"),
    ):
        phone_of(may)
        recovery_codes_of(may)
        off()
        assert not second_factor.is_set_up(may)
        assert not StaticToken.objects.exists()
    assert deeds() == ["second_factor.off"] * 3
    phone_of(may)
    assert signed_in(ana).post("/person/may/second-factor/off").status_code == 403
    with pytest.raises(CommandError):
        call_command("second_factor", "nobody")


def test_new_recovery_codes_end_the_old(may: User) -> None:
    assert signed_in(may).post("/security/codes").status_code == 409
    phone_of(may)
    (old, *_rest) = recovery_codes_of(may)
    assert signed_in(may).post("/security/codes").status_code == 200
    assert not second_factor.is_right(may, old)
    assert StaticToken.objects.count() == 10


def test_the_back_office_shows_no_secret(may: User) -> None:
    assert "otp" not in signed_in(may).get("/admin/").content.decode()


def test_invalid_passkey_answer_is_refused_in_words(may: User) -> None:
    WebAuthnCredential.objects.create(
        user=may, name="Key", credential_id=b"id", public_key=b"key", sign_count=0, transports=[], aaguid="0" * 32
    )
    client = Client()
    sign_in(client, "may")
    for odd in ("{}", "nonsense", "[" * 19_000, "null", "1", '"\\u0000"', "x" * 30_000, '{"id":"aWQ","rawId":"aWQ"}'):
        assert b"webauthn" not in (page := client.get("/sign-in/code").content)
        assert b"<pass-key" in page
        Attempts.objects.all().delete()
        assert client.post("/sign-in/code", {"passkey": odd}).status_code == 401
    assert client.post("/sign-in/code", {"passkey": "{}"}).status_code == 401
    here = signed_in(may)
    for odd in ("{}", "nonsense", "null"):
        here.get("/security/passkey")
        assert here.post("/security/passkey", {"made": odd}).status_code == 400
    (key,) = WebAuthnCredential.objects.all()
    assert here.post(f"/security/passkey/{key.pk}/drop").status_code == 302
    assert here.post(f"/security/passkey/{key.pk}/drop").status_code == 302
    assert not second_factor.is_set_up(may)
    assert deeds().count("second_factor.passkey_dropped") == 1
