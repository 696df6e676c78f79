"""No signed-in user can block the shop with one request, however bad its body."""

import json
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from itertools import islice
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from bench.attack import shapes
from billing.models import BasketLine, Shift
from billing.order import MOST_LINES
from inventory.models import Product, Stock
from members.models import Member
from pos.api import docs
from tests import cast, real
from tests.doors import reads_key
from tests.effort import effort, slowness
from tests.kept import taken_back
from tests.real import Shop
from tests.routes import ROUTES

pytestmark = pytest.mark.django_db
MOST_SECONDS, MOST_BYTES = 1.0, 100_000_000
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
API = [route for route in ROUTES if route.startswith("/api/v1/") and route != "/api/v1/docs"]
ENDING = ("/sign-out", "/lock")  # an ended session is not tested further
PAGES = [route for route in ROUTES if route not in API]


@pytest.fixture
def shop(shift: Shift, tea: Product, vera: Member, may: User) -> Shop:
    return real.opened(shift, tea, vera, may)


def written_fields(route: str, method: str) -> list[str]:
    """The fields a body may have, according to the OpenAPI document."""
    operation = docs.document()["paths"][documented(route)][method.lower()]
    content = operation.get("requestBody", {}).get("content", {})
    schema: dict[str, Any] = next(iter(content.values()), {"schema": {}})["schema"]
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = docs.document()["components"]["schemas"].get(name, schema)
    return [field for field, facts in found.get("properties", {}).items() if not facts.get("readOnly")]


def documented(route: str) -> str:
    for kind in ("int:", "str:", "path:"):
        route = route.replace(f"<{kind}", "{").replace(">", "}")
    return route


def judged(client: Client, method: str, address: str, body: bytes, content_type: str = FORM, evil: str = "") -> Any:
    keyed = method == "POST" and reads_key(address)
    headers = {"Idempotency-Key": "6f1c2a34-0000-4000-8000-000000000000"} if keyed else {}
    ask = partial(client.generic, method, address, body, content_type=content_type, headers=headers)
    said, seconds, most = effort(ask)
    if seconds >= MOST_SECONDS:  # on a busy machine the smallest of several measurements is the best
        seconds = min(effort(ask)[1] / slowness() for _ in range(3))
    assert said.status_code < 500, (evil, said.content[:500])
    assert seconds < MOST_SECONDS, f"{method} {evil}: {seconds:.2f} seconds"
    assert most < MOST_BYTES, f"{method} {evil}: {most:,} bytes"
    assert len(said.getvalue()) < 3_000_000
    return said


def worst(route: str) -> Iterator[tuple[str, str, bytes]]:
    """Every third body of each method, the others for the next routes; `make attack` sends all of them."""
    for method in ROUTES[route]:
        if method in UNSAFE:
            for evil, body in islice(shapes.bodies(written_fields(route, method)), API.index(route) % 3, None, 3):
                yield method, evil, body


@pytest.mark.parametrize("turn", range(12))
def test_the_worst_bodies_cost_the_api_little(turn: int, shop: Shop, may: User) -> None:
    client = cast.with_token(may)
    for route in [route for route in API if set(UNSAFE) & set(ROUTES[route])][turn::12]:
        with taken_back():
            for method, evil, body in worst(route):
                judged(client, method, shop.address(route), body, JSON, f"{route} {evil}")


@pytest.mark.parametrize("turn", range(12))
def test_the_worst_forms_cost_a_page_little(turn: int, shop: Shop, may: User) -> None:
    for route in [route for route in PAGES if "POST" in ROUTES[route]][turn::12]:
        with taken_back():
            client = at_till(may)
            for evil, body in islice(shapes.forms(), PAGES.index(route) % 3, None, 3):
                if route in ENDING:
                    client = at_till(may)
                judged(client, "POST", shop.address(route), body, evil=f"{route} {evil}")


@pytest.mark.parametrize("turn", range(10))
def test_the_worst_queries_cost_a_page_little(turn: int, shop: Shop, may: User) -> None:
    through, web = cast.with_token(may), at_till(may)
    for route in [route for route in ROUTES if "GET" in ROUTES[route]][turn::10]:
        for evil, query in shapes.queries():
            client = through if route in API else web
            judged(client, "GET", f"{shop.address(route)}?{query}", b"", evil=f"{route} {evil}")


def at_till(user: User) -> Client:
    client = cast.signed_in(user)
    session = client.session
    session["register"] = "R1"
    session.save()
    return client


def test_stored_sale_of_a_till_is_checked_like_a_new_one(shop: Shop, may: User) -> None:
    fields = ["key", "number", "register", "by", "at", "lines", "total", "cash"]
    client = at_till(may)
    for evil, body in shapes.bodies(fields):
        judged(client, "POST", "/till/outage-sales", body, JSON, evil)


def post(client: Client, address: str, body: Any) -> Any:
    headers = {"Idempotency-Key": str(uuid4())}
    return client.post(address, json.dumps(body), content_type=JSON, headers=headers)


def lines(tea: Product, count: int) -> list[dict[str, Any]]:
    words = "as agreed " * 19
    return [
        {"product": tea.pk, "quantity": "1", "discount_percent": "1", "unit_price": "12.40", "price_reason": words}
    ] * count


@pytest.mark.parametrize("route", ["/api/v1/quotes", "/api/v1/bills"])
def test_the_largest_sale_costs_little(route: str, shop: Shop, tea: Product, may: User) -> None:
    Stock.objects.filter(product=tea).update(quantity=Decimal(100_000))
    body: dict[str, Any] = {"lines": lines(tea, MOST_LINES)}
    if route.endswith("bills"):
        body["payments"] = [{"method": "cash", "amount": "30000"}]
    said = judged(cast.with_token(may), "POST", route, json.dumps(body).encode(), JSON)
    assert said.status_code in (200, 201), said.content[:500]


@pytest.mark.parametrize("part", ["receipt", "", "refund", "api"])
def test_the_largest_bill_is_shown_for_little(part: str, shop: Shop, tea: Product, may: User) -> None:
    Stock.objects.filter(product=tea).update(quantity=Decimal(100_000))
    client = cast.with_token(may)
    body = {"lines": lines(tea, MOST_LINES), "payments": [{"method": "cash", "amount": "600"}] * 50}
    number = post(client, "/api/v1/bills", body).json()["number"]
    if part == "api":
        judged(client, "GET", f"/api/v1/bills/{number}", b"")
    else:
        judged(at_till(may), "GET", f"/bills/{number}/{part}".rstrip("/"), b"")


def test_the_largest_basket_is_shown_for_little(shop: Shop, tea: Product, may: User) -> None:
    basket = shop.by_name["basket_id"]
    BasketLine.objects.bulk_create(
        [BasketLine(basket_id=basket, product=tea, quantity=1, note=f"{n}") for n in range(MOST_LINES)]
    )
    judged(at_till(may), "GET", f"/till/{basket}", b"")
