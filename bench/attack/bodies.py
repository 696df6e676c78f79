"""Sends the worst request bodies to a shop on this machine: none may cause a server error or take long."""

import json
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from bench.attack import shapes
from tests.doors import reads_key

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
PATIENCE, MOST_SECONDS = 60, 1.5
FIELDS = {
    "/api/v1/quotes": ("POST", ("lines", "approvals", "points")),
    "/api/v1/bills": ("POST", ("lines", "payments", "approvals")),
    "/api/v1/approvals": ("POST", ("action", "size", "facts")),
    "/api/v1/refunds": ("POST", ("lines", "reason")),
    "/api/v1/products": ("POST", ("name", "price", "barcodes", "description")),
    "/api/v1/settings": ("PATCH", ("shop_name", "receipt_footer")),
}
PAGES = ("/sign-in", "/language", "/unlock", "/till/outage-sales")


class NotHere(ValueError):
    """Raised for another host: only a server on this machine is attacked."""


def address_of(url: str) -> tuple[str, int]:
    found = urlsplit(url)
    if found.scheme != "http" or found.hostname not in LOOPBACK:
        raise NotHere(f"{url} is not this machine.")
    return found.hostname, found.port or 80


def asked(where: tuple[str, int], method: str, path: str, body: bytes, **headers: str) -> tuple[int, bytes, float]:
    """Returns the status (0 if the connection broke), the answer and the seconds it took."""
    connection, begun = HTTPConnection(*where, timeout=PATIENCE), perf_counter()
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(), perf_counter() - begun
    except (OSError, HTTPException):
        return 0, b"", perf_counter() - begun
    finally:
        connection.close()


def token(where: tuple[str, int], username: str, password: str) -> str:
    body = json.dumps({"username": username, "password": password}).encode()
    status, answer, _ = asked(where, "POST", "/api/v1/auth/token", body, **{"Content-Type": "application/json"})
    if status != 200:
        raise NotHere(f"Nobody called {username} signs in there: {status}.")
    return str(json.loads(answer)["access"])


def attempts() -> Iterator[tuple[str, str, str, bytes, str]]:
    """Yields method, path, kind of attack, body and content type."""
    for path, (method, fields) in FIELDS.items():
        for evil, body in shapes.bodies(fields):
            yield method, path, evil, body, "application/json"
    for path in PAGES:
        for evil, body in shapes.forms():
            yield "POST", path, evil, body, "application/x-www-form-urlencoded"


def worst_bodies(url: str, username: str = "ana", password: str = "demo-shop-2026") -> dict[str, Any]:
    """Sends each body once, one after the other: returns how many, the statuses, the slowest, and those that caused a
    server error."""
    where = address_of(url)
    bearer = {"Authorization": f"Bearer {token(where, username, password)}"}
    statuses: dict[str, int] = {}
    slowest, faults = (0.0, ""), []
    for method, path, evil, body, content_type in attempts():
        key = {"Idempotency-Key": str(uuid4())} if method == "POST" and reads_key(path) else {}
        headers = {"Content-Type": content_type, **key, **bearer}
        status, _, seconds = asked(where, method, path, body, **headers)
        statuses[str(status)] = statuses.get(str(status), 0) + 1
        slowest = max(slowest, (round(seconds, 3), f"{method} {path}: {evil}"))
        if status >= 500:
            faults.append(f"{status} {method} {path}: {evil}")
    return {
        "bodies": sum(statuses.values()),
        "statuses": dict(sorted(statuses.items())),
        "slowest_seconds": slowest[0],
        "slowest": slowest[1],
        "faults": faults,
    }
