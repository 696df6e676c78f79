"""Open sign-ins and their history through the API, with the same verbs as the pages."""

from typing import Any

import pytest
from django.http import Http404
from django.test import Client

from accounts.access import open_sign_ins
from accounts.models import AuditEntry, User
from tests.accounts.test_open_sign_ins import FIREFOX, IPAD, browser, is_in
from tests.at_once import at_once
from tests.clients import json_client, sign_in, tokens_of

pytestmark = pytest.mark.django_db
OWN = "/api/v1/sessions"


def api(username: str) -> Client:
    return json_client(tokens_of(username)["access"])


def shown(client: Client, path: str = OWN) -> list[dict[str, Any]]:
    answer = client.get(path)
    assert answer.status_code == 200, answer.content
    return answer.json()["sessions"]


def test_program_sees_own_sign_ins_and_ends_an_unknown_one(ana: User, ben: User) -> None:
    here, there, bens = browser(ana, FIREFOX), browser(ana, IPAD), browser(ben)
    program = api("ana")
    found = shown(program)
    assert [(one["is_this"], one["is_program"]) for one in found] == [(True, True), (False, False), (False, False)]
    assert {one["browser"] for one in found[1:]} == {"Firefox, Linux", "Safari, iPad"}
    assert not {here.session.session_key, there.session.session_key} & {one["id"] for one in found}
    unknown = next(one for one in found if one["browser"] == "Safari, iPad")
    assert program.delete(f"{OWN}/{unknown['id']}").status_code == 204
    assert (is_in(here), is_in(there), is_in(bens)) == (True, False, True)
    for odd in (unknown["id"], "nothing", "x" * 500, "%00"):
        assert program.delete(f"{OWN}/{odd}").status_code == 404
    assert AuditEntry.objects.get(action="sign_in.ended").facts["browser"] == "Safari, iPad"


def test_program_that_ends_its_own_sign_in_gets_no_more_tokens(ana: User) -> None:
    tokens = tokens_of("ana")
    program = json_client(tokens["access"])
    (itself,) = shown(program)
    assert program.delete(f"{OWN}/{itself['id']}").status_code == 204
    assert shown(program) == []
    renewed = json_client().post(
        "/api/v1/auth/token/refresh", {"refresh": tokens["refresh"]}, content_type="application/json"
    )
    assert renewed.status_code == 401


def test_ending_all_sign_ins_ends_the_callers_own_too(ana: User, ben: User) -> None:
    web, program, bens = browser(ana), api("ana"), api("ben")
    assert program.delete(OWN).status_code == 204
    assert not is_in(web)
    assert program.get("/api/v1/me").status_code == 401
    assert bens.get("/api/v1/me").status_code == 200
    assert AuditEntry.objects.filter(action="sign_in.all_ended", subject="ana", actor=ana).count() == 1


def test_only_a_manager_lists_and_ends_sign_ins_of_others(may: User, ana: User, ben: User) -> None:
    stolen, manager, cashier = browser(ana), api("may"), api("ben")
    of_ana, of_may = f"/api/v1/users/{ana.pk}", f"/api/v1/users/{may.pk}"
    (one,) = shown(manager, f"{of_ana}/sessions")
    for path in (f"{of_ana}/sessions", f"{of_may}/sessions", f"{of_ana}/sign-ins", f"/api/v1/users/{ben.pk}/sessions"):
        assert cashier.get(path).status_code == 403
    assert cashier.delete(f"{of_ana}/sessions").status_code == 403
    assert cashier.delete(f"{of_ana}/sessions/{one['id']}").status_code == 403
    assert cashier.delete(f"{OWN}/{one['id']}").status_code == 404
    assert manager.delete(f"{of_may}/sessions/{one['id']}").status_code == 404
    assert is_in(stolen)
    assert manager.delete(f"{of_ana}/sessions/{one['id']}").status_code == 204
    assert not is_in(stolen)
    again = browser(ana)
    assert manager.delete(f"{of_ana}/sessions").status_code == 204
    assert not is_in(again)
    assert manager.get("/api/v1/users/999999/sessions").status_code == 404
    assert manager.get("/api/v1/me").status_code == 200


def test_verb_itself_refuses_sign_ins_of_others(ana: User, ben: User) -> None:
    for refused in (lambda: open_sign_ins.end(ana, "x", by=ben), lambda: open_sign_ins.end_all(ana, by=ben)):
        with pytest.raises(open_sign_ins.ManagersOnly):
            refused()


def test_sign_in_history_is_read_by_the_person_and_a_manager(may: User, ana: User, ben: User) -> None:
    sign_in(Client(), "ana", "wrong")
    mine = api("ana")
    found = mine.get("/api/v1/sign-ins", {"page_size": 1}).json()
    assert [row["action"] for row in found["results"]] == ["sign_in"]
    (before,) = mine.get(found["next"]).json()["results"]
    assert (before["action"], before["subject"]) == ("sign_in.failed", "ana")
    assert api("may").get(f"/api/v1/users/{ana.pk}/sign-ins").json()["results"][-1] == before
    assert before not in api("ben").get("/api/v1/sign-ins").json()["results"]
    assert mine.get("/api/v1/sign-ins", {"user": "may"}).status_code == 400
    assert mine.get(OWN, {"user": "may"}).status_code == 400


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_program", [False, True])
def test_sign_in_ended_by_two_at_once_ends_once(ana: User, may: User, is_program: bool) -> None:
    if is_program:
        tokens_of("ana")
    else:
        browser(ana)
    (one,) = open_sign_ins.of(ana)
    ends = [lambda by=by: open_sign_ins.end(User.objects.get(pk=ana.pk), one.name, by=by) for by in (ana, may, ana)]
    answers = at_once(ends)
    assert sorted(isinstance(answer, Http404) for answer in answers) == [False, True, True], answers
    assert AuditEntry.objects.filter(action="sign_in.ended").count() == 1
    assert open_sign_ins.of(ana) == []
