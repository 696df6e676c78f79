"""The list of a person's sign-ins, ending them, and their history."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.access import open_sign_ins
from accounts.models import AuditEntry, TokenFamily, User
from billing.models import OutboundJob
from billing.receipts import outbox
from tests.at_once import after_waiting
from tests.cast import TILL_PIN, signed_in
from tests.clients import json_client, sign_in, tokens_of

pytestmark = pytest.mark.django_db
FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"}
IPAD = {"User-Agent": "Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Safari/604.1"}


def browser(user: User, headers: dict[str, str] = FIREFOX) -> Client:
    client = Client(headers=headers)
    sign_in(client, user.username)
    return client


def is_in(client: Client) -> bool:
    return client.get("/sign-ins").status_code == 200


def test_ana_sees_her_browsers_and_programs_and_ends_the_one_she_does_not_know(ana: User, ben: User) -> None:
    here, there, bens = browser(ana), browser(ana, IPAD), browser(ben)
    tokens = tokens_of("ana")
    page = here.get("/sign-ins").content.decode()
    assert "Firefox, Linux" in page and "Safari, iPad" in page and "127.0.0.1" in page
    assert not [key for client in (here, there) if (key := client.session.session_key or "") in page]
    names = {one.browser: one.name for one in open_sign_ins.of(ana) if not one.is_program}
    assert there.post("/sign-ins/end", {"sign_in": names["Firefox, Linux"]}).status_code == 302
    assert not is_in(here) and is_in(there) and is_in(bens)
    (program,) = [one for one in open_sign_ins.of(ana) if one.is_program]
    there.post("/sign-ins/end", {"sign_in": program.name})
    body = {"refresh": tokens["refresh"]}
    assert json_client().post("/api/v1/auth/token/refresh", body, content_type="application/json").status_code == 401
    for odd in (program.name, "nothing", "\0", "x" * 500):
        assert there.post("/sign-ins/end", {"sign_in": odd}).status_code == 404
    assert AuditEntry.objects.filter(action="sign_in.ended", subject="ana").count() == 2


def test_every_other_sign_in_ends_at_once_tokens_and_locked_tills_included(ana: User) -> None:
    here, till = browser(ana), browser(ana, IPAD)
    access = json_client(tokens_of("ana")["access"])
    session = till.session
    session["register"] = "R1"
    session.save()
    till.post("/lock")
    assert [one.register for one in open_sign_ins.of(ana) if one.is_locked] == ["R1"]
    here.post("/sign-ins/end")
    assert is_in(here)
    assert access.get("/api/v1/me").status_code == 401
    till.post("/unlock", {"who": "ana", "secret": TILL_PIN})
    assert not is_in(till)
    ana.refresh_from_db()
    assert [one.is_this for one in open_sign_ins.of(ana)] == [False]


def test_only_a_manager_sees_and_ends_sign_ins_of_others(may: User, ana: User, ben: User) -> None:
    stolen = browser(ana)
    assert signed_in(ben).get("/person/ana/sign-ins").status_code == 403
    assert signed_in(ben).post("/person/ana/sign-ins/end").status_code == 403
    manager = signed_in(may)
    (one,) = open_sign_ins.of(ana)
    assert one.name in manager.get("/person/ana/sign-ins").content.decode()
    assert signed_in(ben).post("/sign-ins/end", {"sign_in": one.name}).status_code == 404
    assert is_in(stolen)
    manager.post("/person/ana/sign-ins/end", {"sign_in": one.name})
    assert not is_in(stolen)
    again = browser(ana)
    manager.post("/person/ana/sign-ins/end")
    assert not is_in(again)
    assert is_in(manager)


def test_history_shows_the_outcome_of_each_attempt(may: User, ana: User) -> None:
    sign_in(Client(), "ana", "wrong")
    client = browser(ana)
    page = client.get("/sign-ins").content.decode()
    assert "Sign-in failed" in page and "Signed in" in page
    assert client.get("/person/may/sign-ins").status_code == 403


def test_session_without_details_is_shown_as_a_browser(ana: User) -> None:
    client = signed_in(ana)
    assert "A browser" in client.get("/sign-ins").content.decode()
    Session.objects.all().delete()
    TokenFamily.objects.all().delete()
    assert open_sign_ins.of(ana) == []


def test_new_browser_or_program_is_reported_by_mail_once(may: User, ana: User, settings: Any) -> None:
    settings.SENDS_MAIL = True
    User.objects.filter(pk=may.pk).update(email="may@example.org")
    client = browser(may)
    sign_in(Client(), "may", "wrong")
    sign_in(Client(), "ana")
    outbox.work_one()
    (letter,) = mail.outbox
    assert letter.to == ["may@example.org"]
    assert "Firefox, Linux" in letter.body and "127.0.0.1" in letter.body and "/sign-ins" in letter.body
    client.post("/sign-out")
    sign_in(client, "may")
    assert OutboundJob.objects.count() == 1
    tokens_of("may")
    tokens_of("may")
    assert OutboundJob.objects.count() == 2


def test_new_browser_signs_in_even_if_no_mail_can_be_sent(may: User, settings: Any) -> None:
    settings.SENDS_MAIL = False
    User.objects.filter(pk=may.pk).update(email="may@example.org")
    assert is_in(browser(may))
    assert not OutboundJob.objects.exists()


def gone_by(count: int) -> None:
    past = timezone.now() - timedelta(seconds=1)
    Session.objects.bulk_create(
        Session(session_key=f"past-{number}", session_data="", expire_date=past) for number in range(count)
    )


def test_worker_deletes_expired_sessions_and_no_others(ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    here, later = browser(ana), Session.objects.get().expire_date
    gone_by(5)
    monkeypatch.setattr(open_sign_ins, "BATCH", 2)
    call_command("work", "--once")
    assert Session.objects.get().expire_date == later
    assert is_in(here)
    assert open_sign_ins.forget_old() == 0


@pytest.mark.django_db(transaction=True)
def test_session_extended_during_the_deletion_stays() -> None:
    gone_by(1)
    prolonged = Session.objects.filter(pk="past-0")
    tomorrow = timezone.now() + timedelta(days=1)
    deleted = after_waiting(lambda: prolonged.update(expire_date=tomorrow), open_sign_ins.forget_old)
    assert (deleted, prolonged.count()) == (0, 1)
