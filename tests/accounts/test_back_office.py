"""The back office is for managers only and uses the same verbs as the API."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, User
from pos.models import StoreSettings
from tests.cast import PASSWORD
from tests.clients import json_client, sign_in, tokens_of

pytestmark = pytest.mark.django_db
STAFF = "/admin/accounts/user/"
SETTINGS = "/admin/pos/storesettings/"
LENA = {
    "username": "lena",
    "name": "Lena",
    "email": "",
    "role": "cashier",
    "is_active": "on",
    "new_password": "cups and saucers 7",
}


def form_of(user: User, **changes: Any) -> dict[str, Any]:
    shown = {
        "username": user.username,
        "name": user.name,
        "email": user.email,
        "role": user.role,
        "new_password": "",
    }
    return shown | ({"is_active": "on"} if user.is_active else {}) | changes


def settings_form(**changes: Any) -> dict[str, Any]:
    row = StoreSettings.in_force()
    names = (
        "point_multiplier",
        "vip_discount_rate",
        "cutoff_hour",
        "cash_difference_limit",
        "basket_days",
        "return_days",
        "idle_lock_minutes",
        "shop_name",
    )
    texts = {
        "shop_address": "",
        "tax_number": "",
        "receipt_footer": "",
        "receipt_width": "80",
        "prices_include_tax": "on",
        "require_pin_for_points": "on",
        "badge_needs_pin": "on",
        "second_factor": "offered",
    }
    rates = {"point_multiplier": "15", "vip_discount_rate": "15", "cash_difference_limit": "5.00"}
    return {name: str(getattr(row, name)) for name in names} | rates | texts | changes


def test_the_back_office_is_headed_by_the_shops_name(may: User, may_web: Client) -> None:
    StoreSettings.change(by="may", shop_name="Tea & More")
    assert b"Tea &amp; More" in may_web.get("/admin/").content


def test_may_hires_lena(may_web: Client) -> None:
    assert may_web.post(f"{STAFF}add/", LENA).status_code == 302
    assert sign_in(Client(), "lena", LENA["new_password"]).status_code == 302
    assert AuditEntry.objects.filter(action="user.hired", subject="lena").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"new_password": "short"},
        {"new_password": ""},
        {"username": "MAY"},
        {"username": "a b"},
        {"role": "owner"},
        {"email": "x"},
        {"name": "a\0b"},
        {"new_password": "x" * 5000},
    ],
)
def test_invalid_form_hires_nobody(may_web: Client, wrong: dict[str, str]) -> None:
    answer = may_web.post(f"{STAFF}add/", LENA | wrong, follow=True)
    assert answer.status_code == 200
    assert b"errorlist" in answer.content or b"already" in answer.content
    assert User.objects.count() == 1


def test_refused_form_is_shown_again_as_typed(may_web: Client, ana: User) -> None:
    answer = may_web.post(f"{STAFF}add/", LENA | {"username": "ANA", "name": "Lena Typed", "email": "l@example.org"})
    form = answer.context["adminform"].form
    assert (answer.status_code, form["name"].value(), form["email"].value()) == (200, "Lena Typed", "l@example.org")
    assert form.errors["username"] == ["Somebody here already has this user name."]
    assert User.objects.count() == 2


def test_refusal_about_no_field_is_shown_above_the_form(may_web: Client, may: User) -> None:
    form = {name: value for name, value in form_of(may, is_active="", name="Typed").items() if value}
    shown = may_web.post(f"{STAFF}{may.pk}/change/", form).context["adminform"].form
    assert "at least one active manager" in shown.non_field_errors()[0]
    assert shown["name"].value() == "Typed"
    may.refresh_from_db()
    assert may.name == "May"


def test_new_role_ends_anas_session(may_web: Client, ana: User) -> None:
    api = json_client(tokens_of("ana")["access"])
    assert may_web.post(f"{STAFF}{ana.pk}/change/", form_of(ana, role="manager")).status_code == 302
    assert api.get("/api/v1/settings").status_code == 401
    ana.refresh_from_db()
    assert ana.is_manager
    assert ana.epoch == 1


def test_a_reset_password_replaces_the_old_one(may_web: Client, ana: User) -> None:
    may_web.post(f"{STAFF}{ana.pk}/change/", form_of(ana, new_password="cups and saucers 7"))
    assert sign_in(Client(), "ana", PASSWORD).status_code == 401
    assert sign_in(Client(), "ana", "cups and saucers 7").status_code == 302


def test_the_last_manager_cannot_switch_herself_off(may_web: Client, may: User) -> None:
    for change in ({"role": "cashier"}, {"is_active": ""}):
        form = {name: value for name, value in form_of(may, **change).items() if value}
        answer = may_web.post(f"{STAFF}{may.pk}/change/", form, follow=True)
        assert b"at least one active manager" in answer.content
    may.refresh_from_db()
    assert may.is_manager


def test_nobody_is_deleted(may_web: Client, ana: User) -> None:
    assert may_web.post(f"{STAFF}{ana.pk}/delete/", {"post": "yes"}).status_code == 403
    may_web.post(STAFF, {"action": "delete_selected", "_selected_action": [ana.pk], "post": "yes"})
    assert User.objects.filter(pk=ana.pk).exists()


def test_changed_settings_are_a_new_row_and_the_old_ones_stay(may_web: Client) -> None:
    first = StoreSettings.in_force()
    answer = may_web.post(f"{SETTINGS}{first.pk}/change/", settings_form(vip_discount_rate="20"))
    assert answer.status_code == 302, answer.content.decode()
    now = StoreSettings.in_force()
    assert (now.pk > first.pk, str(now.vip_discount_rate), now.changed_by) == (True, "0.20000", "may")
    first.refresh_from_db()
    assert str(first.vip_discount_rate) == "0.15000"
    assert AuditEntry.objects.get(action="settings.changed").facts == {"vip_discount_rate": ["0.15000", "0.20000"]}
    assert may_web.post(f"{SETTINGS}{first.pk}/change/", settings_form(vip_discount_rate="90")).status_code == 403
    assert may_web.get(f"{SETTINGS}{first.pk}/change/").status_code == 200
    assert may_web.get(SETTINGS).status_code == 200


def test_saving_the_settings_unchanged_makes_no_row(may_web: Client) -> None:
    row = StoreSettings.in_force()
    assert may_web.post(f"{SETTINGS}{row.pk}/change/", settings_form()).status_code == 302
    assert StoreSettings.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"vip_discount_rate": "101"},
        {"vip_discount_rate": "NaN"},
        {"vip_discount_rate": "-0.1"},
        {"point_multiplier": "Infinity"},
        {"cutoff_hour": "24"},
        {"cash_difference_limit": "1e400"},
        {"shop_name": ""},
        {"shop_name": "a\0b"},
    ],
)
def test_invalid_settings_are_shown_again(may_web: Client, wrong: dict[str, str]) -> None:
    row = StoreSettings.in_force()
    answer = may_web.post(f"{SETTINGS}{row.pk}/change/", settings_form(**wrong))
    assert (answer.status_code, b"errorlist" in answer.content) == (200, True)
    assert StoreSettings.objects.count() == 1


def test_settings_are_neither_added_nor_deleted(may_web: Client) -> None:
    row = StoreSettings.in_force()
    assert may_web.get(f"{SETTINGS}add/").status_code == 403
    assert may_web.post(f"{SETTINGS}{row.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_trail_is_read_only(may: User, may_web: Client) -> None:
    sign_in(Client(), "may", "wrong")
    entry = AuditEntry.objects.get(action="sign_in.failed")
    assert b"Sign-in failed" in may_web.get("/admin/accounts/auditentry/?action=sign_in.failed").content
    assert may_web.get(f"/admin/accounts/auditentry/{entry.pk}/change/").status_code == 200
    assert may_web.post(f"/admin/accounts/auditentry/{entry.pk}/change/", {"action": "x"}).status_code == 403
    assert may_web.post(f"/admin/accounts/auditentry/{entry.pk}/delete/", {"post": "yes"}).status_code == 403


def test_back_office_uses_the_shops_sign_in(may: User) -> None:
    client = Client()
    assert client.get("/admin/")["Location"] == "/admin/login/?next=/admin/"
    assert client.get("/admin/login/?next=/admin/pos/")["Location"] == "/sign-in?next=%2Fadmin%2Fpos%2F"
    assert sign_in(client, "may", next="/admin/pos/")["Location"] == "/admin/pos/"
