"""Staff through the API, the back office and the command: all use the same functions."""

import io
from functools import partial
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from rest_framework_simplejwt.tokens import RefreshToken

from accounts.models import AuditEntry, Role, User
from accounts.people import staff
from pos.models import StoreSettings
from tests.at_once import at_once
from tests.cast import PASSWORD
from tests.clients import json_client, sign_in, tokens_of

USERS = "/api/v1/users"
LENA = {"username": "lena", "name": "Lena", "email": "lena@shop.example", "password": "cups and saucers 7"}


def post(client: Client, body: Any, path: str = USERS) -> Any:
    return client.post(path, body, content_type="application/json")


def patch(client: Client, user: User, **body: Any) -> Any:
    return client.patch(f"{USERS}/{user.pk}", body, content_type="application/json")


@pytest.mark.django_db
def test_may_hires_lena_who_can_sign_in(may_api: Client) -> None:
    answer = post(may_api, LENA)
    assert answer.status_code == 201
    assert answer.json() | {"id": 0, "joined_at": ""} == {
        "id": 0,
        "username": "lena",
        "name": "Lena",
        "email": "lena@shop.example",
        "role": "cashier",
        "custom_role": None,
        "is_active": True,
        "has_pin": False,
        "has_badge": False,
        "joined_at": "",
        "last_login": None,
    }
    assert answer.json()["joined_at"].endswith("Z")
    assert sign_in(Client(), "lena", LENA["password"]).status_code == 302
    assert AuditEntry.objects.filter(action="user.hired", actor__username="may").exists()


@pytest.mark.django_db
def test_a_taken_name_or_address_is_in_use_whatever_its_case(may_api: Client, ana: User) -> None:
    post(may_api, LENA)
    for taken in ({"username": "LENA", "email": ""}, {"username": "lara", "email": "Lena@Shop.example"}):
        answer = post(may_api, LENA | taken)
        assert (answer.status_code, answer.json()["code"]) == (409, "in_use")
    assert patch(may_api, ana, username="Lena").status_code == 409
    assert patch(may_api, ana, email="LENA@shop.example").status_code == 409


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"username": ""},
        {"username": "a b"},
        {"username": "x" * 51},
        {"name": ""},
        {"email": "nonsense"},
        {"email": "lena@shop.example\n"},
        {"role": "owner"},
        {"role": None},
        {"role": ["manager"]},
        {"is_active": "yes"},
        {"password": ""},
        {"password": "short"},
        {"password": "password1234"},
        {"password": "lena@shop.example"},
        {"password": "1234567890123"},
        {"password": "x" * 4097},
        {"password": 1234567890},
        {"epoch": 1},
        {"is_staff": True},
        {"is_superuser": True},
        {"id": 1},
        {"joined_at": "2026-01-01T00:00:00Z"},
    ],
)
def test_invalid_user_is_400_and_nobody_is_hired(may_api: Client, wrong: dict[str, Any]) -> None:
    answer = post(may_api, LENA | wrong)
    assert answer.status_code == 400, answer.content
    assert next(iter(wrong)) in {error["field"] for error in answer.json()["errors"]}
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_plus_signs_and_long_endings_are_addresses(may_api: Client) -> None:
    for number, email in enumerate(("a+b@x.com", "x@y.store", "o'neil@example.museum")):
        assert post(may_api, LENA | {"username": f"lena{number}", "email": email}).status_code == 201


@pytest.mark.django_db
def test_cashiers_neither_see_nor_change_staff(ana_api: Client, ana: User) -> None:
    assert ana_api.get(USERS).status_code == 403
    assert post(ana_api, LENA).status_code == 403
    assert patch(ana_api, ana, role="manager").status_code == 403
    assert ana_api.delete(f"{USERS}/{ana.pk}").status_code == 403


@pytest.mark.django_db
def test_the_list_is_filtered_by_name_address_and_role(may_api: Client, ana: User) -> None:
    post(may_api, LENA)

    def names(query: str) -> list[str]:
        return [row["username"] for row in may_api.get(f"{USERS}?{query}").json()["results"]]

    assert names("name=LEN") == ["lena"]
    assert names("email=shop.example") == ["lena"]
    assert names("role=manager") == ["may"]
    assert names("name=(") == names("name=%25") == names("name=_") == names("name=\\") == []
    for wrong in ("role=owner", "name=%00", "name=" + "x" * 10_000, "q=1"):
        assert may_api.get(f"{USERS}?{wrong}").status_code == 400


@pytest.mark.django_db
def test_list_runs_the_same_number_of_queries_for_one_and_for_many(
    may: User, may_api: Client, django_assert_num_queries: Any
) -> None:
    for number in range(10):
        User.objects.create(username=f"u{number}", name="U", password="!")
    with django_assert_num_queries(2):
        may_api.get(USERS)


@pytest.mark.django_db
def test_unknown_users_are_404(may_api: Client) -> None:
    for pk in ("0", "999999", "9" * 40, "x", "-1"):
        assert may_api.get(f"{USERS}/{pk}").status_code == 404
        assert may_api.patch(f"{USERS}/{pk}", {}, content_type="application/json").status_code == 404
        assert may_api.delete(f"{USERS}/{pk}").status_code == 404


@pytest.mark.django_db
def test_deleting_a_user_switches_off_and_keeps_the_name(may_api: Client, ana: User) -> None:
    api = json_client(tokens_of("ana")["access"])
    assert may_api.delete(f"{USERS}/{ana.pk}").status_code == 204
    assert may_api.get(f"{USERS}/{ana.pk}").json()["is_active"] is False
    assert api.get("/api/v1/settings").status_code == 401
    assert sign_in(Client(), "ana").status_code == 401
    assert may_api.delete(f"{USERS}/{ana.pk}").status_code == 204


@pytest.mark.django_db
def test_seed_d38_last_manager_cannot_be_removed(may_api: Client, may: User, ana: User) -> None:
    for answer in (
        may_api.delete(f"{USERS}/{may.pk}"),
        patch(may_api, may, is_active=False),
        patch(may_api, may, role="cashier"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "last_manager")
    assert patch(may_api, ana, role="manager").status_code == 200
    assert may_api.delete(f"{USERS}/{may.pk}").status_code == 204
    assert list(User.objects.filter(role=Role.MANAGER, is_active=True)) == [ana]


@pytest.mark.django_db
def test_a_changed_name_keeps_the_session(may: User, ana: User) -> None:
    browser = Client()
    sign_in(browser, "ana")
    staff.change(ana, by=may, name="Ana Maria")
    assert browser.get("/password").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_seed_d36_two_hire_the_same_person_at_once(may: User) -> None:
    access = tokens_of("may")["access"]
    for body in (LENA, LENA | {"username": "lara", "email": "LENA@shop.example", "name": "Lara"}):
        User.objects.filter(username__in=("lena", "lara")).delete()
        answers = at_once([lambda: post(json_client(access), body)] * 8)  # noqa: B023
        assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
        assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"in_use"}


@pytest.mark.django_db(transaction=True)
def test_two_managers_switching_each_other_off_at_once_leave_one(may: User) -> None:
    max_ = staff.hire(by=may, username="max", name="Max", role=Role.MANAGER, password=PASSWORD)
    access = {may.pk: tokens_of("may")["access"], max_.pk: tokens_of("max")["access"]}
    pairs = [(may, max_), (max_, may)]
    answers = at_once(
        [lambda one=one, other=other: json_client(access[one.pk]).delete(f"{USERS}/{other.pk}") for one, other in pairs]
    )
    assert sorted(answer.status_code for answer in answers) in ([204, 401], [204, 409])
    assert User.objects.filter(role=Role.MANAGER, is_active=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_are_counted_one_by_one(ana: User) -> None:
    body = {"username": "ana", "password": "wrong"}
    answers = at_once([lambda: post(json_client(), body, "/api/v1/auth/token")] * 12)
    assert sorted(answer.status_code for answer in answers) == [401] * 5 + [429] * 7


@pytest.mark.django_db(transaction=True)
def test_refresh_token_used_twice_at_once_gives_the_same_new_token(ana: User) -> None:
    refresh = {"refresh": tokens_of("ana")["refresh"]}
    answers = at_once([lambda: post(json_client(), refresh, "/api/v1/auth/token/refresh")] * 6)
    assert [answer.status_code for answer in answers] == [200] * 6
    assert len({RefreshToken(answer.json()["refresh"])["jti"] for answer in answers}) == 1


@pytest.mark.django_db(transaction=True)
def test_settings_changed_by_two_at_once_keep_both_changes(may: User) -> None:
    StoreSettings.objects.exists() or StoreSettings.objects.create()
    changes: list[dict[str, Any]] = [
        {"cutoff_hour": 3},
        {"shop_name": "Tea & More"},
        {"tax_number": "T1"},
        {"receipt_footer": "Bye"},
    ]
    at_once([partial(StoreSettings.change, by="may", **change) for change in changes])
    row = StoreSettings.in_force()
    assert (row.cutoff_hour, row.shop_name, row.tax_number, row.receipt_footer) == (
        3,
        "Tea & More",
        "T1",
        "Bye",
    )


@pytest.mark.django_db
def test_the_first_manager_is_made_by_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("cups and saucers 7\n"))
    call_command("create_manager", "may", "--name", "May", "--password-stdin", stdout=io.StringIO())
    assert User.objects.get().is_manager
    assert sign_in(Client(), "may", "cups and saucers 7").status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("max", "short"),
        ("max", "1234567890"),
        ("a b", "cups and saucers 7"),
        ("may", "cups and saucers 7"),
        ("max", ""),
    ],
)
def test_the_command_refuses_weak_passwords_and_taken_names(
    may: User, monkeypatch: pytest.MonkeyPatch, username: str, password: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    with pytest.raises(CommandError):
        call_command("create_manager", username, "--password-stdin")
    assert User.objects.count() == 1
