"""Requests every route with every method over HTTP, anonymously, as cashier and as manager: none may give access it
should not."""

from collections.abc import Mapping
from contextlib import closing
from http.client import HTTPConnection
from time import time
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from accounts import till_lock
from accounts.access import step_up, tokens
from accounts.models import User
from bench.attack.bodies import PATIENCE, address_of
from bench.attack.guesses import TOKEN

OF_A_FORM = {"Cookie": f"csrftoken={TOKEN}", "X-CSRFToken": TOKEN, "Content-Type": "application/json"}


def knock(base: str, people: Mapping[str, User]) -> dict[str, Any]:
    """`people` are the users by role. Each call has its own session or token, so that no call ends another's."""
    from tests.doors import KNOWN, is_right, methods, sample

    where, calls, wrong = address_of(base), 0, []
    for route in KNOWN:
        for actor in ("anonymous", *people):
            for method in methods(route):
                headers = OF_A_FORM | credentials(route, people.get(actor))
                status, location = asked(where, method, sample(route), headers)
                calls += 1
                if not is_right(route, actor, method, status, location):
                    wrong.append(f"{actor} {method} {route}: {status}")
    return {"routes": len(KNOWN), "calls": calls, "wrong": wrong[:20], "holds": not wrong}


def asked(where: tuple[str, int], method: str, path: str, headers: Mapping[str, str]) -> tuple[int, str]:
    with closing(HTTPConnection(*where, timeout=PATIENCE)) as connection:
        connection.request(method, path, b"{}", dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Location", "")


def credentials(route: str, user: User | None) -> dict[str, str]:
    from tests.doors import is_api

    if user is None:
        return {}
    user.refresh_from_db()  # one of the calls ends every sign-in there was
    if is_api(route):
        return {"Authorization": f"Bearer {tokens.issue(user)['access']}"}
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY], session[HASH_SESSION_KEY] = (
        settings.AUTHENTICATION_BACKENDS[0],
        user.get_session_auth_hash(),
    )
    session[step_up.PROVED] = int(time())
    session.create()
    return {"Cookie": f"{OF_A_FORM['Cookie']}; sessionid={session.session_key}"}


def locked_session(user: User) -> str:
    """The key of a session with a locked screen."""
    session = SessionStore()
    session[till_lock.LOCK] = {"user": user.pk, "kept": {}}
    session.create()
    return str(session.session_key)
