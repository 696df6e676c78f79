"""Requests no browser sends: odd next addresses, rows, pages, dates and methods cause no server error."""

from itertools import product as pairs_of
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import User
from billing.models import Shift
from inventory.models import Product
from members.models import Member
from tests import cast, clients, real
from tests.doors import ALL, KNOWN, access
from tests.pos.test_worst_bodies import API, at_till
from tests.real import Shop
from tests.routes import NOWHERE, ROUTES

pytestmark = pytest.mark.django_db
NEXT = [
    *("foo", "till", "admin:index", "://", "http://[", "//[x]/", "///x", "\\\\x", "javascript:x", "/%00", "/\0"),
    *("/\r\nX: y", "/foo bar", "/\u202e", "/" * 3000, "?", "..", "https://x", "\t//x"),
]
ODD = ["x", "-1", "\u0663", "true", "", "99999999999999999999", "\0", "%"]
CHANGELISTS = [f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist" for model in admin.site._registry]
PARAMETERS = [
    *("p", "o", "q", "e", "all", "_popup", "_to_field", "_facets", "_changelist_filters", "id", "id__exact", "id__in"),
    *("nothing", "at__year", "at__month", "action", "role__exact", "is_active__exact", "kind__exact", "on_shelf"),
    *("register__id__exact", "actor__id__exact", "business_date__gte", "cashier__password__startswith"),
    *("category__id__exact", "category__isnull"),
]


@pytest.fixture
def shop(shift: Shift, tea: Product, vera: Member, may: User) -> Shop:
    return real.opened(shift, tea, vera, may)


@pytest.mark.parametrize("onward", NEXT)
def test_next_address_always_stays_within_the_shop(onward: str, ana: User, may: User, shift: Shift) -> None:
    for first in ("ana", "may"):
        said = clients.sign_in(Client(), first, next=onward)
        assert said.status_code == 302
        assert said["Location"].startswith("/")
        assert not said["Location"].startswith("//")
    web = at_till(ana)
    for said in (
        web.post("/language", {"language": "de", "next": onward}),
        Client().post("/language", {"language": "de", "next": onward}),
        web.get("/sign-in", {"next": onward}),
        web.get("/admin/login/", {"next": onward}),
        web.post("/lock", {"next": onward}),
        web.get("/unlock", {"next": onward}),
        web.post("/unlock", {"next": onward, "who": "ana", "secret": cast.TILL_PIN}),
    ):
        assert said.status_code in (200, 302)
        assert not said.get("Location", "/").startswith(("//", "http"))


@pytest.mark.parametrize("name", CHANGELISTS)
def test_odd_parameters_of_admin_lists_cause_no_server_error(name: str, shop: Shop, may_web: Client) -> None:
    """Two values for each parameter, different ones for the next list."""
    turn = CHANGELISTS.index(name)
    for number, parameter in enumerate(PARAMETERS):
        for place in (turn + number, turn + number + len(ODD) // 2):
            value = ODD[place % len(ODD)]
            said = may_web.get(reverse(name), {parameter: value})
            assert said.status_code in (200, 302, 400), (parameter, value)


@pytest.mark.parametrize("name", CHANGELISTS)
def test_admin_actions_on_odd_rows_cause_no_server_error(name: str, shop: Shop, may_web: Client) -> None:
    for action, row in pairs_of(("put_on_sale", "delete_selected", ""), ODD):
        across = {"action": action, "_selected_action": [row, "1"], "select_across": "0", "index": "0"}
        assert may_web.post(reverse(name), across).status_code in (200, 302, 400, 403), (action, row)


@pytest.mark.parametrize("name", CHANGELISTS)
def test_admin_pages_of_odd_rows_cause_no_server_error(name: str, may_web: Client) -> None:
    for row in ODD:
        address = f"{reverse(name)}{row.replace('%', '%25').replace(chr(92), '%5C')}/change/"
        assert may_web.get(address).status_code in (200, 302, 400, 404), row


LOOKED_THROUGH = (
    "page",
    "shelf",
    "q",
    "day",
    "month",
    "year",
    "from",
    "to",
    "who",
    "action",
    "code",
    "cursor",
    "basket",
)


@pytest.mark.parametrize("value", ODD)
def test_odd_parameters_of_a_page_cause_no_server_error(value: str, shop: Shop, may: User) -> None:
    """Each value is tried on every second page."""
    through, web = cast.with_token(may), at_till(may)
    for number, route in enumerate(route for route in ROUTES if "GET" in ROUTES[route]):
        if number % 2 == ODD.index(value) % 2:
            client = through if route in API else web
            said = client.get(shop.address(route), dict.fromkeys(LOOKED_THROUGH, value))
            assert said.status_code < 500, route


@pytest.mark.parametrize("odd", ["0", "9" * 30, "%00", "%ff", "1%0a"])
def test_odd_values_in_an_address_cause_no_server_error(odd: str, may: User) -> None:
    through, web = cast.with_token(may), at_till(may)
    for route in (route for route in KNOWN if "<" in route):
        address = "/".join(odd if part.startswith("<") else part for part in route.split("/"))
        for method in ("GET", "POST"):
            if method in access(route):
                client = through if route in API else web
                said = client.generic(method, address, "{}", content_type="application/json")
                assert said.status_code < 500, (method, address)
    assert [through.get("/api/v1/users").status_code, web.get("/people").status_code] == [200, 200]  # still signed in


@pytest.mark.parametrize("method", ["QUERY", "INITIAL", "TRACE"])
def test_unknown_method_is_not_allowed(method: str, shop: Shop, may: User) -> None:
    api, web = cast.with_token(may), at_till(may)
    for route in (route for route in ALL if not route.startswith("/admin/")):
        address = NOWHERE.get(route) or shop.address(route)
        said: Any = (api if route in API else web).generic(method, address, "{}", content_type="application/json")
        assert said.status_code == (404 if route in NOWHERE else 405), route
        assert route in NOWHERE or set(said["Allow"].split(", ")) >= set(ROUTES[route]), route
