"""Every API route, called with a key that may read everything, one that may write everything, and one in sandbox
mode that reads everything and sells for practice."""

from typing import Any

import pytest

from accounts.models import User
from tests import keys
from tests.doors import KNOWN, METHODS, access, is_api, sample
from tests.routes import OF_KEYS, PRACTISED

pytestmark = pytest.mark.django_db
ROUTES = [route for route in KNOWN if is_api(route)]
KINDS: dict[str, dict[str, Any]] = {
    "read": {"scopes": keys.READING},
    "write": {"scopes": keys.WRITING},
    "sandbox": {"scopes": [*keys.READING, "bills:write"], "sandbox": True, "may_refund": True},
}


def test_every_route_declares_what_keys_may_do() -> None:
    assert [route for route in OF_KEYS if route not in ROUTES] == []
    assert [route for route in PRACTISED if "write" not in OF_KEYS.get(route, {}).values()] == []


def admits(kind: str, route: str, method: str) -> bool:
    needed = OF_KEYS.get(route, {}).get(method)
    if kind == "sandbox":
        return needed in ("read", "any") or (needed == "write" and route in PRACTISED)
    return needed in (kind, "any")


@pytest.mark.parametrize("route", ROUTES)
def test_each_route_admits_exactly_the_declared_keys(route: str, may: User) -> None:
    keys.begin_a_minute()
    clients = {kind: keys.machine(may, **facts) for kind, facts in KINDS.items()}
    for kind, client in clients.items():
        for method in METHODS:
            status = client.generic(method, sample(route), "{}", content_type="application/json").status_code
            needed = access(route).get(method)
            if needed is None:
                assert status in (403, 405), (kind, method, status)
            elif needed == "anyone" or admits(kind, route, method):
                assert status not in (401, 403) and status < 500, (kind, method, status)
            else:
                assert status == 403, (kind, method, status)
