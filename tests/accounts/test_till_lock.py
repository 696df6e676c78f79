"""An idle till: locked by the server, unlocked by PIN, taken over by another person."""

from functools import partial
from time import time
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from accounts.models import AuditEntry, User
from accounts.people import badges, staff
from accounts.people.pins import is_trivial
from billing.basket import baskets
from billing.models import Basket, Shift
from inventory.models import Product
from pos.errors import Invalid
from pos.models import StoreSettings
from tests.at_once import at_once
from tests.cast import PASSWORD, TILL_PIN, signed_in
from tests.clients import sign_in


@pytest.fixture
def till(shift: Shift, ana_web: Client) -> Client:
    """Ana's browser at R1."""
    session = ana_web.session
    session["register"] = "R1"
    session.save()
    ana_web.get("/till")
    return ana_web


def idle(till: Client, minutes: float = 5.1) -> None:
    session = till.session
    session["seen_at"] = int(time() - minutes * 60)
    session.save()


def opened(till: Client, who: str = "ana", secret: str = TILL_PIN, **more: str) -> Any:
    return till.post("/unlock", {"who": who, "secret": secret, **more})


@pytest.mark.parametrize("path", ["/till", "/bills", "/members", "/shift", "/password", "/admin/"])
def test_idle_till_shows_no_page_but_the_lock(till: Client, path: str) -> None:
    idle(till)
    answer = till.get(path)
    assert (answer.status_code, answer["Location"]) == (302, f"/unlock?next={quote(path, safe='')}")
    assert till.get(path)["Location"].startswith("/unlock")
    assert b"Locked" in till.get("/unlock").content


def test_locked_till_refuses_every_request(till: Client, shift: Shift, tea: Product, ana: User) -> None:
    basket = baskets.current(shift.register, ana)
    idle(till)
    answer = till.post(f"/till/{basket.pk}/scan", {"code": tea.sku}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/unlock")
    assert not basket.lines.exists()
    assert till.post(f"/till/{basket.pk}/scan", {"code": tea.sku})["Location"] == "/unlock"


def test_till_in_use_stays_open(till: Client) -> None:
    for _ in range(3):
        idle(till, 4.9)
        assert till.post("/awake").status_code == 204
    assert till.get("/shift").status_code == 200


def test_polling_does_not_keep_a_till_open(till: Client) -> None:
    idle(till, 4.9)
    seen = till.session["seen_at"]
    till.get("/approvals/asked/1")
    assert till.session["seen_at"] == seen


def test_settings_say_when_and_whether_a_till_locks(till: Client) -> None:
    StoreSettings.change(by="may", idle_lock_minutes=1)
    idle(till, 1.1)
    assert till.get("/shift").status_code == 302
    opened(till)
    StoreSettings.change(by="may", idle_lock_minutes=0)
    idle(till, 600)
    assert till.get("/shift").status_code == 200


def test_back_office_without_a_till_never_locks(may_web: Client) -> None:
    may_web.get("/admin/")
    assert "seen_at" not in may_web.session


def test_ana_unlocks_by_pin_and_has_her_page_and_basket_back(
    till: Client, shift: Shift, tea: Product, ana: User
) -> None:
    basket = baskets.current(shift.register, ana)
    baskets.add(basket.pk, tea.pk)
    till.post("/lock", {"next": f"/till/{basket.pk}"})
    answer = opened(till, next=f"/till/{basket.pk}")
    assert answer["Location"] == f"/till/{basket.pk}"
    assert b"Green tea" in till.get(f"/till/{basket.pk}").content


def test_ben_takes_the_till_over_and_anas_basket_stays_hers(
    till: Client, shift: Shift, tea: Product, ana: User, ben: User
) -> None:
    basket = baskets.current(shift.register, ana)
    baskets.add(basket.pk, tea.pk)
    till.post("/lock")
    assert opened(till, "ben", next=f"/till/{basket.pk}")["Location"] == "/till"
    assert till.session["register"] == "R1"
    till.get("/till")
    assert set(Basket.objects.values_list("cashier__username", flat=True)) == {"ana", "ben"}
    assert Basket.objects.get(pk=basket.pk).lines.count() == 1
    assert AuditEntry.objects.filter(action="till.taken_over", actor=ben, subject="R1").exists()


@pytest.mark.parametrize(
    ("who", "secret"),
    [("ana", "729517"), ("nobody", TILL_PIN), ("ana", ""), ("", TILL_PIN), ("\0", "\0"), ("ana", "x")],
)
def test_wrong_pin_opens_nothing(till: Client, who: str, secret: str) -> None:
    till.post("/lock")
    assert opened(till, who, secret).status_code < 500
    assert till.get("/till")["Location"].startswith("/unlock")


def test_inactive_person_unlocks_nothing(till: Client, ben: User, may: User) -> None:
    staff.switch_off(ben, by=may)
    till.post("/lock")
    assert opened(till, "ben").status_code == 403


def test_pin_signs_in_only_at_a_locked_till(db: None, ana: User) -> None:
    stranger = Client()
    assert opened(stranger)["Location"] == "/"
    assert stranger.get("/till")["Location"].startswith("/sign-in")


def test_wrong_pins_close_anas_pin_but_neither_her_password_nor_the_till(till: Client, ben: User) -> None:
    till.post("/lock")
    for _ in range(5):
        assert opened(till, secret="999817").status_code == 403
    assert opened(till).status_code == 429
    assert opened(till, "ben").status_code == 302
    till.post("/lock")
    assert opened(till, secret=PASSWORD).status_code == 302
    till.post("/lock")
    assert opened(till).status_code == 302


def at_another_till(user: User, code: str = "R2") -> Client:
    other = signed_in(user)
    session = other.session
    session["register"] = code
    session.save()
    other.post("/lock")
    return other


def test_strangers_guesses_close_a_pin_at_one_till_and_at_no_other(till: Client, ana: User, ben: User) -> None:
    stranger = at_another_till(ben)
    for _ in range(6):
        opened(stranger, secret="999817")
    assert opened(stranger).status_code == 429
    till.post("/lock")
    assert opened(till).status_code == 302


def test_guesses_on_the_sign_in_page_close_no_till(till: Client, ana: User) -> None:
    """Neither a closed name nor the limit of the shop's shared address affects a till."""
    till.post("/lock")
    for number in range(25):
        sign_in(Client(), "ana" if number < 6 else f"nobody{number}", "wrong")
    assert sign_in(Client(), "ana", PASSWORD).status_code == 429
    for _ in range(5):
        opened(till, secret="999817")
    assert opened(till).status_code == 429
    assert opened(till, secret=PASSWORD).status_code == 302


def test_passwords_guessed_at_a_till_are_limited(till: Client, ana: User, ben: User) -> None:
    till.post("/lock")
    answers = [opened(till, secret=f"wrong password {number}").status_code for number in range(7)]
    assert answers == [401] * 5 + [429] * 2
    assert opened(till, secret=PASSWORD).status_code == 429
    assert opened(till, "ben", PASSWORD).status_code == 302


def test_wrong_pins_at_another_till_end_no_open_session(till: Client, ana: User, ben: User, shift: Shift) -> None:
    other = Client()
    other.force_login(ben)
    session = other.session
    session["register"] = "R1"
    session.save()
    other.post("/lock")
    for _ in range(6):
        opened(other, secret="999817")
    assert till.get("/shift").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_only_five_of_many_guesses_at_once_are_checked(till: Client, ana: User) -> None:
    till.post("/lock")
    cookies = till.cookies

    def guess(number: int) -> int:
        client = Client()
        client.cookies = cookies
        return opened(client, secret=f"{100000 + 3737 * number}").status_code

    assert sorted(at_once([partial(guess, number) for number in range(10)])) == [403] * 5 + [429] * 5


def test_badge_names_the_person_and_replaces_no_pin(till: Client, ben: User) -> None:
    User.objects.filter(pk=ben.pk).update(badge=badges.digest("900100200"))
    till.post("/lock")
    answer = opened(till, secret="900100200")
    assert b'value="ben"' in answer.content
    assert till.get("/till")["Location"].startswith("/unlock")
    assert opened(till, "900100200", "900100200").status_code == 200
    assert opened(till, "900100200").status_code == 302


def test_manager_by_pin_opens_the_till_but_not_the_back_office(till: Client, may: User) -> None:
    till.post("/lock")
    opened(till, "may")
    assert till.get("/shift").status_code == 200
    assert till.get("/admin/")["Location"] == "/sign-in?next=%2Fadmin%2F"
    assert till.get("/sign-in").status_code == 200
    assert till.post("/sign-in", {"username": "may", "password": PASSWORD}).status_code == 302
    assert till.get("/admin/").status_code == 200


def test_pin_is_set_on_the_password_and_never_shown(ana_web: Client, ana: User) -> None:
    form = {"password": PASSWORD, "pin": "582917", "repeated_pin": "582917"}
    assert ana_web.post("/pin", {**form, "password": "wrong"}).status_code == 200
    assert ana_web.post("/pin", {**form, "repeated_pin": "582918"}).status_code == 200
    ana.refresh_from_db()
    before = ana.pin
    assert ana_web.post("/pin", form).status_code == 302
    ana.refresh_from_db()
    assert ana.pin != before
    assert "582917" not in ana.pin
    assert AuditEntry.objects.filter(action="user.pin_set", actor=ana).count() == 1
    assert ana_web.get("/password").status_code == 200


@pytest.mark.parametrize(
    "pin",
    [
        "123456",
        "000000",
        "121212",
        "123123",
        "987654",
        "112233",
        "111121",
        "241287",
        "871224",
        "7294",
        "7294161",
        "7294a6",
    ],
)
def test_easy_pins_are_refused(ana: User, ana_web: Client, pin: str) -> None:
    with pytest.raises(Invalid):
        staff.set_pin(ana, pin, by=ana)
    assert ana_web.post("/pin", {"password": PASSWORD, "pin": pin, "repeated_pin": pin}).status_code == 200


def test_few_pins_count_as_easy() -> None:
    assert sum(is_trivial(f"{pin:06d}") for pin in range(0, 1_000_000, 101)) < 1_200


def test_manager_takes_a_pin_away(may_web: Client, ana: User, till: Client) -> None:
    form = {"username": "ana", "name": "Ana", "role": "cashier", "is_active": "on", "take_pin_away": "on"}
    assert may_web.post(f"/admin/accounts/user/{ana.pk}/change/", form).status_code == 302
    ana.refresh_from_db()
    assert ana.pin == ""
    till.post("/lock")
    assert opened(till).status_code == 403


def began(till: Client, hours: float) -> None:
    session = till.session
    session["began_at"] = int(time() - hours * 3600)
    session.save()


def test_a_session_ends_after_its_hours_however_busy_it_was(may_web: Client, may: User) -> None:
    assert may_web.get("/reports").status_code == 200
    began(may_web, 11.9)
    assert may_web.get("/reports").status_code == 200
    began(may_web, 12.1)
    assert may_web.get("/reports")["Location"].startswith("/sign-in?")
    assert may_web.get("/reports").status_code == 302


def test_a_till_asks_for_the_password_after_its_hours_and_keeps_the_basket(
    till: Client, shift: Shift, tea: Product, ana: User
) -> None:
    basket = baskets.current(shift.register, ana)
    baskets.add(basket.pk, tea.pk)
    till.get("/shift")
    began(till, 12.1)
    assert till.get(f"/till/{basket.pk}")["Location"].startswith("/unlock")
    refused = till.post("/unlock", {"who": "ana", "secret": TILL_PIN})
    assert refused.status_code == 403
    assert "Use the password" in refused.content.decode()
    assert till.post("/unlock", {"who": "ana", "secret": PASSWORD, "next": f"/till/{basket.pk}"}).status_code == 302
    assert b"Green tea" in till.get(f"/till/{basket.pk}").content


def test_taking_a_till_over_by_pin_gives_it_no_more_hours(till: Client, ben: User, shift: Shift) -> None:
    till.get("/shift")
    began(till, 11.9)
    till.post("/lock")
    opened(till, "ben")
    assert time() - till.session["began_at"] > 11 * 3600
    till.post("/lock")
    session = till.session
    session["till_lock"]["kept"]["began_at"] -= 3600
    session.save()
    assert till.post("/unlock", {"who": "ben", "secret": TILL_PIN}).status_code == 403
