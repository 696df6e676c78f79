"""Every route of the API, asked with a key that may read everything and one that may write everything."""

import pytest

from accounts.models import User
from tests import keys
from tests.doors import KNOWN, METHODS, access, is_api, sample
from tests.routes import OF_KEYS

pytestmark = pytest.mark.django_db
ROUTES = [route for route in KNOWN if is_api(route)]


def test_every_route_declares_what_keys_may_do() -> None:
    assert [route for route in OF_KEYS if route not in ROUTES] == []


@pytest.mark.parametrize("route", ROUTES)
def test_each_route_admits_exactly_the_declared_keys(route: str, may: User) -> None:
    keys.begin_a_minute()
    clients = {"read": keys.machine(may, *keys.READING), "write": keys.machine(may, *keys.WRITING)}
    for kind, client in clients.items():
        for method in METHODS:
            status = client.generic(method, sample(route), "{}", content_type="application/json").status_code
            needed = access(route).get(method)
            if needed is None:
                assert status in (403, 405), (kind, method, status)
            elif needed == "anyone" or OF_KEYS.get(route, {}).get(method) in (kind, "any"):
                assert status not in (401, 403) and status < 500, (kind, method, status)
            else:
                assert status == 403, (kind, method, status)
