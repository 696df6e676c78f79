"""Every route of the resolver, and the status each kind of user should get."""

import re
from typing import Any

from django.urls import Resolver404, URLResolver, get_resolver, resolve

from tests.routes import NOWHERE, ROUTES

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SAMPLES = {"int": "999999", "uuid": "6f1c2a34-0000-4000-8000-000000000000"}
SIGN_IN = ("/sign-in?", "/admin/login/?")


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


def methods(route: str) -> list[str]:
    """The methods to try; in the back office only those that a page offers."""
    return [method for method in METHODS if method in access(route) or not route.startswith("/admin/")]


def sample(route: str) -> str:
    return re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLES.get(found[1] or "str", "x"), route)


def is_api(route: str) -> bool:
    """True for routes opened by a token; the API's documentation is a page."""
    return route.startswith("/api/") and route != "/api/v1/docs"


def reads_key(path: str) -> bool:
    """Whether a POST to this address needs an Idempotency-Key."""
    try:
        view = resolve(path.partition("?")[0]).func
    except Resolver404:
        return False
    return getattr(getattr(view, "view_class", None), "reads_key", False)


def is_right(route: str, actor: str, method: str, status: int, location: str) -> bool:
    """Whether the answer is what `actor` (anonymous, deactivated, cashier, manager) should get."""
    needed = access(route).get(method)
    sent_to_sign_in = status == 401 if is_api(route) else status == 302 and location.startswith(SIGN_IN)
    if status >= 500 or status == 0:
        return False
    if needed is None:
        return status in (401, 403, 405) or sent_to_sign_in
    if needed == "anyone":
        return status not in (401, 403)
    if actor in ("anonymous", "deactivated"):
        return sent_to_sign_in
    if actor == "cashier" and needed != "staff":
        return status == 403 or (needed == "manager by verb" and status in (400, 404))
    return (status not in (401, 403) or route.startswith("/admin/")) and not sent_to_sign_in
