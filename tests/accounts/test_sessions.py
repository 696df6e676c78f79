"""The session of a browser is found, goes on after an upgrade, and ends when it should."""

from datetime import timedelta

from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.access.sessions import BEFORE, SessionStore
from accounts.models import User


def where(web: Client) -> str:
    answer = web.get("/bills")
    return answer.headers.get("Location", "").partition("?")[0] if answer.status_code == 302 else "here"


def test_session_is_found_again(ana_web: Client) -> None:
    assert where(ana_web) == "here"


def test_session_begun_with_djangos_backend_goes_on(ana_web: Client) -> None:
    session = SessionStore(ana_web.session.session_key)
    session[BACKEND_SESSION_KEY] = BEFORE
    session.save()
    assert where(ana_web) == "here"


def test_session_past_its_time_is_over(ana_web: Client) -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert where(ana_web) == "/sign-in"


def test_session_of_somebody_switched_off_is_over(ana_web: Client, ana: User) -> None:
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert where(ana_web) == "/sign-in"


def test_session_of_somebody_deleted_is_over(ana_web: Client) -> None:
    session = SessionStore(ana_web.session.session_key)
    session["_auth_user_id"] = "999999"
    session.save()
    assert where(ana_web) == "/sign-in"


def test_cookie_that_names_no_session_signs_nobody_in(client: Client, db: None) -> None:
    for cookie in ("short", "x" * 500, r'"abcdefghi\000"'):
        client.cookies.load({"sessionid": ""})
        answer = client.get("/bills", headers={"Cookie": f"sessionid={cookie}"})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in?next=/bills")
