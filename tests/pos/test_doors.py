"""Every route of the resolver against everyone who may knock."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver

from accounts import staff
from accounts.models import User
from tests import cast
from tests.routes import NOWHERE, OWN_STYLES, ROUTES

pytestmark = pytest.mark.django_db
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SAMPLES = {"int": "999999", "uuid": "6f1c2a34-0000-4000-8000-000000000000"}


def routes(patterns: list[Any], prefix: str = "/") -> list[str]:
    found: list[str] = []
    for entry in patterns:
        path = prefix + str(entry.pattern)
        found += routes(entry.url_patterns, path) if isinstance(entry, URLResolver) else [path]
    return found


ALL = list(dict.fromkeys(routes(get_resolver().url_patterns)))
KNOWN = [route for route in ALL if route not in NOWHERE]


def access(route: str) -> dict[str, str]:
    return ROUTES.get(route) or {"GET": "manager", "POST": "manager"}


def sample(route: str) -> str:
    return re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLES.get(found[1] or "str", "x"), route)


def client_of(actor: str, route: str, may: User) -> Client:
    person = {"cashier": "ana", "manager": "mia", "deactivated": "otto"}.get(actor)
    if not person:
        return Client()
    user = cast.person(person, role="manager" if actor == "manager" else "cashier")
    client = cast.with_token(user) if route.startswith("/api/") and route != "/api/v1/docs" else cast.signed_in(user)
    if actor == "deactivated":
        staff.switch_off(user, by=may)
    return client


def turned_away(route: str, answer: Any) -> bool:
    if route.startswith("/api/") and route != "/api/v1/docs":
        return bool(answer.status_code == 401)
    return bool(answer.status_code == 302 and answer["Location"].startswith(("/sign-in?", "/admin/login/?")))


def test_every_route_says_who_may_knock() -> None:
    unlisted = [route for route in KNOWN if route not in ROUTES and not route.startswith("/admin/")]
    assert unlisted == [], "add these to tests/routes.py"
    assert [route for route in ROUTES if route not in ALL] == [], "these are in tests/routes.py, but lead nowhere"


@pytest.mark.parametrize("actor", ["anonymous", "deactivated", "cashier", "manager"])
@pytest.mark.parametrize("route", KNOWN)
def test_each_door_opens_for_those_it_is_meant_for(route: str, actor: str, may: User) -> None:
    for method in METHODS:
        needed = access(route).get(method)
        if needed is None and route.startswith("/admin/"):
            continue
        answer = client_of(actor, route, may).generic(method, sample(route), "{}", content_type="application/json")
        said = f"{actor} {method} {route}: {answer.status_code}"
        assert answer.status_code < 500, said
        if needed is None:
            assert answer.status_code in (401, 403, 405) or turned_away(route, answer), said
        elif needed == "anyone":
            assert answer.status_code not in (401, 403), said
        elif actor in ("anonymous", "deactivated"):
            assert turned_away(route, answer), said
        elif actor == "cashier" and needed == "manager":
            assert answer.status_code == 403, said
        elif actor == "cashier" and needed == "manager by verb":
            assert answer.status_code in (403, 404), said
        else:
            assert answer.status_code not in (401, 403) or route.startswith("/admin/"), said
            assert not turned_away(route, answer), said


@pytest.mark.parametrize("route", ALL)
def test_seed_d65_every_answer_carries_the_security_headers(
    route: str, may_web: Client, may_api: Client, settings: Any
) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000
    for client in (may_web, may_api, Client()):
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


@pytest.mark.parametrize("route", [route for route in KNOWN if "POST" in access(route)])
def test_no_unsafe_request_passes_on_a_session_alone(route: str, may: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(may)
    answer = client.post(sample(route), {})
    if route.startswith("/api/v1/auth/"):
        assert answer.status_code == 415
    else:
        assert answer.status_code == (401 if route.startswith("/api/") else 403)


@pytest.mark.parametrize("route", [route for route in ALL if route != "/media/<path:path>"])
def test_nothing_is_kept_for_the_next_person_at_the_browser(route: str, may_web: Client, may_api: Client) -> None:
    for client in (may_web, may_api, Client()):
        kept = client.get(NOWHERE.get(route) or sample(route)).headers["Cache-Control"]
        assert "no-store" in kept or "no-cache" in kept or "private" in kept, kept
