"""Every route, requested by every kind of user."""

import re
from copy import deepcopy
from http.cookies import SimpleCookie
from itertools import product as pairs
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from accounts.people import staff
from tests import cast
from tests.doors import ALL, KNOWN, access, is_api, is_right, methods, sample
from tests.kept import taken_back
from tests.routes import NOWHERE, OWN_STYLES, ROUTES

pytestmark = pytest.mark.django_db
TURNS = 20


@pytest.fixture
def people(may: User) -> dict[str, User]:
    return {
        "cashier": cast.person("ana", role="cashier"),
        "manager": cast.person("mia", role="manager"),
        "deactivated": cast.person("otto", role="cashier"),
    }


def test_every_route_declares_who_may_use_it() -> None:
    unlisted = [route for route in KNOWN if route not in ROUTES and not route.startswith("/admin/")]
    assert unlisted == [], "add these to tests/routes.py"
    assert [route for route in ROUTES if route not in ALL] == [], "these are in tests/routes.py, but lead nowhere"


@pytest.mark.parametrize("turn", range(TURNS))
def test_each_route_admits_exactly_those_declared(turn: int, people: dict[str, User], may: User) -> None:
    tokens = {actor: cast.with_token(person) for actor, person in people.items()}
    sessions = {actor: cast.signed_in(person).cookies for actor, person in people.items()}
    staff.switch_off(people["deactivated"], by=may)  # after signing in
    for route in KNOWN[turn::TURNS]:
        with taken_back():
            pages = {actor: with_cookies(cookies) for actor, cookies in sessions.items()}
            assert_admits(route, {"anonymous": Client(), **(tokens if is_api(route) else pages)})
        cache.clear()


def with_cookies(cookies: SimpleCookie) -> Client:
    """A client that is signed in; an answer that signs it out changes only its own cookies."""
    client = Client()
    client.cookies = deepcopy(cookies)
    return client


def assert_admits(route: str, clients: dict[str, Client]) -> None:
    for (actor, client), method in pairs(clients.items(), methods(route)):
        if method not in access(route) and actor != "manager":
            continue  # what a manager is refused, everybody is refused
        answer = client.generic(method, sample(route), "{}", content_type="application/json")
        location = answer.headers.get("Location", "")
        assert is_right(route, actor, method, answer.status_code, location), (route, actor, method, answer.status_code)


FOR_EVERYBODY = ("/media/<path:path>", "/api/v1/schema", "/api/v1/docs")


def test_seed_d65_every_answer_carries_the_security_headers(may_web: Client, may_api: Client, settings: Any) -> None:
    """No private answer is cached without revalidation either."""
    settings.SECURE_HSTS_SECONDS = 31_536_000
    for route, client in pairs(ALL, (may_web, may_api, Client())):
        headers = client.get(NOWHERE.get(route) or sample(route), secure=True).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy or (route in OWN_STYLES and "script-src 'self'" in policy)
        assert "unsafe-eval" not in policy
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Strict-Transport-Security"] == "max-age=31536000"
        kept = headers.get("Cache-Control", "")
        assert route in FOR_EVERYBODY or re.search("no-store|no-cache|private", kept), (route, kept)


def test_unsafe_request_with_only_a_session_is_refused(may: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(may)
    answers = {route: client.post(sample(route), {}).status_code for route in KNOWN if "POST" in access(route)}

    def expected(route: str) -> int:
        return 415 if route.startswith("/api/v1/auth/") else 401 if route.startswith("/api/") else 403

    assert answers == {route: expected(route) for route in answers}
