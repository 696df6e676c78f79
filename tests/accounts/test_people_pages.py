"""People on pages: hiring, a new PIN, a badge, switching off and on."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.hashers import check_password
from django.test import Client

from accounts.models import Action, ApprovalRule, AuditEntry, Role, User
from accounts.people import badges
from billing.models import Register
from pos.models import StoreSettings
from tests.at_once import at_once
from tests.cast import TILL_PIN, signed_in
from tests.clients import sign_in

pytestmark = pytest.mark.django_db
LENA = {
    "name": "Lena Lang",
    "username": "lena",
    "email": "",
    "role": "cashier",
    "pin": "582917",
    "password": "cups and saucers 7",
}
CODE = re.compile(r"BDG[A-Z2-9]{16}")


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_hired_person_signs_in_and_opens_a_till_with_the_pin(may_web: Client, r1: Register) -> None:
    assert may_web.post("/people/new", LENA)["Location"] == "/person/lena"
    browser = Client()
    assert sign_in(browser, "lena", LENA["password"]).status_code == 302
    browser.post("/shift/open", {"register": "R1", "opening_float": "50"})
    browser.post("/lock")
    assert browser.post("/unlock", {"who": "lena", "secret": LENA["pin"]}).status_code == 302
    assert "Lena Lang" in text(may_web.get("/people"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"pin": ""},
        {"pin": "123456"},
        {"pin": "12a456"},
        {"name": ""},
        {"username": "a b"},
        {"username": "x\0"},
        {"email": "nonsense"},
        {"role": "owner"},
        {"password": "short"},
        {"password": "lena lang!"},
    ],
)
def test_person_with_invalid_details_is_not_hired(may_web: Client, wrong: dict[str, str]) -> None:
    answer = may_web.post("/people/new", LENA | wrong)
    assert (answer.status_code, "field__error" in text(answer)) == (400, True)
    assert not User.objects.filter(name="Lena Lang").exists()


def test_taken_user_name_is_shown_beside_the_field(may_web: Client, ana: User) -> None:
    answer = may_web.post("/people/new", LENA | {"username": "ANA"})
    assert (answer.status_code, "already has this user name" in text(answer)) == (409, True)


def test_form_sent_twice_hires_once(may_web: Client) -> None:
    key = str(uuid4())
    for _ in range(2):
        assert may_web.post("/people/new", {**LENA, "key": key}).status_code == 302
    assert AuditEntry.objects.filter(action="user.hired").count() == 1


def test_cashier_neither_sees_nor_changes_people(ana_web: Client, ben: User) -> None:
    for path in ("/people", "/people/new", "/person/ben", "/limits", "/limits/cashier"):
        assert ana_web.get(path).status_code == 403
    for path in ("/people/new", "/person/ben", "/limits/cashier"):
        assert ana_web.post(path, LENA).status_code == 403
    for deed in ("badge", "badge/revoke", "off", "on", "open", "password", "pin"):
        assert ana_web.post(f"/person/ben/{deed}", {"pin": "582917"}).status_code == 403
    ben.refresh_from_db()
    assert (ben.badge, ben.is_active) == ("", True)


def test_details_are_changed_on_the_persons_page(may_web: Client, ana: User) -> None:
    form = {"name": "Ana Maria", "username": "ana", "email": "ana@shop.example", "role": "cashier"}
    assert may_web.post("/person/ana", form).status_code == 302
    ana.refresh_from_db()
    assert (ana.name, ana.email) == ("Ana Maria", "ana@shop.example")
    assert may_web.post("/person/ana", {**form, "email": "x"}).status_code == 400
    assert may_web.get("/person/nobody").status_code == may_web.get("/person/%00").status_code == 404


def test_new_pin_holds_and_an_easy_one_is_refused(may_web: Client, ana: User) -> None:
    assert may_web.post("/person/ana/pin", {"pin": "111111"}).status_code == 400
    assert may_web.post("/person/ana/pin", {"pin": "582917"}).status_code == 302
    ana.refresh_from_db()
    assert check_password("582917", ana.pin)
    assert AuditEntry.objects.filter(action="user.pin_set", subject="ana", actor__username="may").exists()


def test_new_password_ends_every_session(may_web: Client, ana_web: Client) -> None:
    assert may_web.post("/person/ana/password", {"password": "short"}).status_code == 400
    assert may_web.post("/person/ana/password", {"password": "kettles and cups 9"}).status_code == 302
    assert ana_web.get("/till")["Location"].startswith("/sign-in")
    assert sign_in(Client(), "ana", "kettles and cups 9").status_code == 302


def test_person_switched_off_is_signed_out_at_once_and_may_return_when_switched_on(
    may_web: Client, ana_web: Client
) -> None:
    assert may_web.post("/person/ana/off").status_code == 302
    assert ana_web.get("/till")["Location"].startswith("/sign-in")
    assert "switched off" in text(may_web.get("/people"))
    assert may_web.post("/person/ana/on").status_code == 302
    assert sign_in(Client(), "ana").status_code == 302


def test_last_manager_is_neither_switched_off_nor_made_a_cashier(may_web: Client, may: User) -> None:
    form = {"name": "May", "username": "may", "email": "", "role": "cashier"}
    for answer in (may_web.post("/person/may/off"), may_web.post("/person/may", form)):
        assert (answer.status_code, "at least one active manager" in text(answer)) == (409, True)
    assert User.objects.get(pk=may.pk).is_manager


@pytest.fixture
def till(ana_web: Client, r1: Register) -> Client:
    ana_web.post("/shift/open", {"register": "R1", "opening_float": "50"})
    ana_web.post("/lock")
    return ana_web


def badge_of(may_web: Client, username: str) -> str:
    found = CODE.search(text(may_web.post(f"/person/{username}/badge")))
    assert found
    return found[0]


def test_badge_is_kept_as_a_digest_and_names_the_person(may_web: Client, till: Client, ben: User) -> None:
    code = badge_of(may_web, "ben")
    ben.refresh_from_db()
    assert code not in ben.badge
    assert ben.badge == badges.digest(code)
    answer = till.post("/unlock", {"who": "ana", "secret": "", "scanned": code})
    assert 'data-badge="ben"' in text(answer)
    assert till.get("/till")["Location"].startswith("/unlock")
    assert till.post("/unlock", {"who": code, "secret": TILL_PIN}).status_code == 302


def test_badge_opens_a_till_without_pin_only_if_the_shop_allows_it(may_web: Client, till: Client, ben: User) -> None:
    code = badge_of(may_web, "ben")
    StoreSettings.change(by="may", badge_needs_pin=False)
    answer = till.post("/unlock", {"who": "ana", "secret": "", "scanned": code})
    assert (answer.status_code, answer["Till-Opened"]) == (204, "/till")
    assert till.get("/shift").status_code == 200
    assert AuditEntry.objects.filter(action="till.taken_over", actor=ben).exists()
    assert till.get("/admin/")["Location"].startswith("/sign-in")


def test_scan_at_a_till_already_open_is_not_reported_as_opening_it(till: Client) -> None:
    till.post("/unlock", {"who": "ana", "secret": TILL_PIN})
    late = till.post("/unlock", {"who": "ana", "secret": "", "scanned": "4000000000010"})
    assert "Till-Opened" not in late.headers


def test_self_chosen_badge_never_opens_a_till_without_pin(till: Client, ben: User) -> None:
    User.objects.filter(pk=ben.pk).update(badge=badges.digest("900100200"))
    StoreSettings.change(by="may", badge_needs_pin=False)
    assert till.post("/unlock", {"who": "ana", "secret": "", "scanned": "900100200"}).status_code == 200
    assert till.get("/till")["Location"].startswith("/unlock")


def test_revoked_or_replaced_badge_or_that_of_an_inactive_person_opens_nothing(
    may_web: Client, till: Client, ben: User
) -> None:
    StoreSettings.change(by="may", badge_needs_pin=False)
    first, second = badge_of(may_web, "ben"), badge_of(may_web, "ben")
    assert till.post("/unlock", {"who": "ana", "secret": "", "scanned": first}).status_code == 200
    may_web.post("/person/ben/off")
    assert till.post("/unlock", {"who": "ana", "secret": "", "scanned": second}).status_code == 200
    may_web.post("/person/ben/on")
    may_web.post("/person/ben/badge/revoke")
    assert till.post("/unlock", {"who": "ana", "secret": "", "scanned": second}).status_code == 200
    assert AuditEntry.objects.filter(action="user.badge_revoked").count() == 1


def test_badge_does_not_extend_the_hours_of_the_session(may_web: Client, till: Client, ben: User) -> None:
    code = badge_of(may_web, "ben")
    StoreSettings.change(by="may", badge_needs_pin=False)
    session = till.session
    session["till_lock"]["kept"]["began_at"] = 0
    session.save()
    answer = till.post("/unlock", {"who": "ana", "secret": "", "scanned": code})
    assert (answer.status_code, "Use the password" in text(answer)) == (403, True)


def test_programs_set_the_pin_and_make_a_badge(may_api: Client, ana_api: Client, ana: User, ben: User) -> None:
    path = f"/api/v1/users/{ben.pk}"
    assert may_api.patch(path, {"pin": "582917"}, content_type="application/json").json()["has_pin"]
    assert may_api.patch(path, {"pin": "111111"}, content_type="application/json").status_code == 400
    made = may_api.put(f"{path}/badge")
    assert CODE.fullmatch(made.json()["code"])
    assert may_api.get(path).json()["has_badge"]
    assert may_api.delete(f"{path}/badge").status_code == 204
    assert not may_api.get(path).json()["has_badge"]
    assert may_api.put(f"{path}/sign-in").status_code == 204
    assert ana_api.put(f"{path}/badge").status_code == ana_api.put(f"{path}/sign-in").status_code == 403


def limits_form(**changes: str) -> dict[str, str]:
    form = {}
    for rule in ApprovalRule.objects.all_in_force().filter(role=Role.CASHIER):
        for name in ("allow", "ask"):
            value = getattr(rule, f"{name}_up_to")
            form[f"{name}_{rule.action}"] = "" if value is None else str(value)
    return form | changes


def test_limits_of_a_role_are_changed_in_one_table(may_web: Client) -> None:
    rows = ApprovalRule.objects.count()
    changes = {"allow_pay_out": "7,50", "ask_pay_out": "20", "allow_refund": ""} | {"ask_refund": ""}
    assert may_web.post("/limits/cashier", limits_form(**changes)).status_code == 302
    rule = ApprovalRule.objects.in_force(Role.CASHIER, Action.PAY_OUT)
    assert rule is not None
    assert (str(rule.allow_up_to), str(rule.ask_up_to)) == ("7.500", "20.000")
    assert ApprovalRule.objects.count() == rows + 2
    assert may_web.post("/limits/cashier", limits_form()).status_code == 302
    assert ApprovalRule.objects.count() == rows + 2


@pytest.mark.parametrize("wrong", ["NaN", "-1", "much", "9" * 30, "1\0"])
def test_limits_that_are_no_figures_are_refused(may_web: Client, wrong: str) -> None:
    rows = ApprovalRule.objects.count()
    answer = may_web.post("/limits/cashier", limits_form(allow_pay_out=wrong))
    assert (answer.status_code, "field__error" in text(answer)) == (400, True)
    assert may_web.post("/limits/cashier", limits_form(allow_pay_out="9", ask_pay_out="5")).status_code == 400
    assert ApprovalRule.objects.count() == rows


@pytest.mark.django_db(transaction=True)
def test_form_sent_eight_times_at_once_hires_once(may: User) -> None:
    page, form = signed_in(may), {**LENA, "key": str(uuid4())}

    def send() -> int:
        client = Client()
        client.cookies = page.cookies
        return client.post("/people/new", form).status_code

    assert set(at_once([send] * 8)) == {302}
    assert User.objects.filter(username="lena").count() == 1
