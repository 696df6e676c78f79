"""Every page opens for everybody, whatever a cashier, a member or a machine has written."""

import json
from collections.abc import Iterator
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import Error, connection, models, transaction
from django.test import Client
from django.urls import reverse

from accounts import trail
from accounts.approvals import approvals
from accounts.models import Action, Approval, ApprovalRequest, Deed, User
from billing.models import BasketLine, LabelPattern, OutageProblem, Shift
from inventory.models import Product
from members.models import Member
from pos.errors import Invalid
from pos.money import BoundedDecimalField
from tests import cast, outage, real
from tests.ledgers import ledgers_unlocked
from tests.pos.test_worst_bodies import API, at_till
from tests.real import Shop
from tests.routes import ROUTES

pytestmark = pytest.mark.django_db
SIGNS = "\x07\x1b[2J\u202e\u200f\U0001f375\U0001f468\u200d\U0001f469 \ufdfd e\u0301\r\n\t\x85\u2028 "
MARKUP = "</script><img src=x onerror=x>{{ 7|add:7 }}{% x %}%(x)s %s {0} &amp;\"'`"
OURS = ("accounts", "billing", "inventory", "members", "pos")
KEPT = {"username", "role", "code", "key", "number", "language", "country", "action", "deed", "password", "pin", "kind"}
KEPT |= {"prefix", "label_region", "logo", "image", "till", "reference", "subject", "sku", "provisional_number"}
JSON_BY_THE_SHOP = {"document", "pieces", "content"}


def nested(depth: int) -> Any:
    inner: Any = "x"
    for _ in range(depth):
        inner = {"a": [inner]}
    return inner


FACTS = {
    "nested": nested(200),
    "named like what a page asks for": {"items": 5, "keys": [1], "": "", "0": None, "x" * 300: SIGNS},
    "a list": [[1], {"a": MARKUP}],
    "a text": "x" * 7000,
    "a number": 5,
    "nothing": {},
}


@pytest.fixture
def shop(shift: Shift, tea: Product, vera: Member, may: User, ana: User) -> Shop:
    made = real.opened(shift, tea, vera, may)
    outage_sale = {**outage.asked((tea, "9999999"), cash="999999999"), "register": "?", "number": "?-P9-999999999"}
    real.take(outage_sale, ana)
    real.take({"number": SIGNS, "register": 5, "sent": MARKUP, "lines": [[[SIGNS]]]}, ana)
    LabelPattern.objects.create(name="x", prefix="2999", kind="price", item_digits=3, value_digits=5, decimals=2)
    return made


def pages(shop: Shop) -> Iterator[str]:
    for route, methods in ROUTES.items():
        if methods.get("GET") in ("staff", "manager") and route not in API:
            yield shop.address(route)
    for model, of_admin in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        for row in of_admin.model._default_manager.all()[:3]:
            yield reverse(f"{name}_change", args=[row.pk])
    number, tea = shop.by_name["number"], shop.by_name["product_id"]
    yield f"/refunds/without-receipt?quantity_{tea}=1&code={tea}"
    yield f"/bills/{number}/refund/preview?line_1=1"
    yield f"/till/{shop.by_name['basket_id']}?q=tea"


def assert_every_page_opens(shop: Shop, may: User) -> None:
    client = at_till(may)
    for page in pages(shop):
        client.raise_request_exception = False
        said = client.get(page, headers={"HX-Request": "true"} if "sheet" in page else {})
        assert said.status_code in (200, 204, 302, 404), f"{said.status_code} {page}"
        if said.headers["Content-Type"].startswith("text/html"):
            assert b"<img src=x" not in said.content, page
    through = cast.with_token(may)
    for route in API:
        if "GET" in ROUTES[route]:
            query = "?from=2020-01-01&to=2030-12-31&year=2026" if "reports" in route else ""
            said = through.get(shop.address(route) + query)
            assert said.status_code < 500, route


def ours() -> Iterator[type[models.Model]]:
    for label in OURS:
        yield from apps.get_app_config(label).get_models()


def make_the_worst(*, text: str, most: bool) -> int:
    """Sets every text of every row to the worst value and every number to its limit, as far as the database allows."""
    done = 0
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with ledgers_unlocked():
        for model in ours():
            for field in model._meta.concrete_fields:
                value = worst_of(field, text, most)
                if value is None:
                    continue
                try:
                    with transaction.atomic():
                        done += model._default_manager.all().update(**{field.name: value})
                except Error:
                    continue
    return done


def worst_of(field: Any, text: str, most: bool) -> Any:
    if field.name in KEPT or field.choices or field.primary_key:
        return None
    if isinstance(field, models.CharField | models.TextField):
        return (text * 40)[: field.max_length or 2000]
    if isinstance(field, BoundedDecimalField):
        return field.maximum if most else field.minimum
    return None


@pytest.mark.parametrize(("text", "most"), [(SIGNS, True), (MARKUP, False), ("W" * 50, True)])
def test_every_page_opens_with_the_worst_texts_and_numbers(text: str, most: bool, shop: Shop, may: User) -> None:
    assert make_the_worst(text=text, most=most) > 50
    assert_every_page_opens(shop, may)


def test_every_page_opens_with_facts_of_any_shape_and_lines_of_special_characters(
    shop: Shop, ana: User, may: User
) -> None:
    BasketLine.objects.update(note=SIGNS, price_reason=MARKUP)
    assert OutageProblem.objects.count() == 3
    asked = ApprovalRequest.objects.get()
    assert asked.asker.pk == may.pk
    for name, facts in FACTS.items():
        ApprovalRequest.objects.create(
            digest=sha256(name.encode()).digest(),
            facts=facts,
            **{field: getattr(asked, field) for field in ("binding", "action", "size", "asker", "expires_at")},
        )
        Approval.objects.create(deed=Deed.DENIED, action=Action.VIP, size=0, facts=facts, asker=ana)
        trail.record(ana, "no such deed", SIGNS, facts=facts)
    assert_every_page_opens(shop, may)
    assert at_till(may).get("/approvals", headers={"HX-Request": "true"}).status_code == 200


def test_approval_request_with_too_deep_or_too_large_facts_is_refused(ana_api: Client, ana: User) -> None:
    for facts in (nested(3), nested(200), {"a": "x" * 8000}, {f"k{n}": n for n in range(500)}):
        body = {"action": "pay_out", "size": "1", "facts": facts}
        said = ana_api.post("/api/v1/approvals", json.dumps(body), content_type="application/json")
        assert (said.status_code, said.json()["code"]) in [(400, "invalid"), (400, "parse_error")], said.content
    with pytest.raises(Invalid):
        approvals.ask(Action.PAY_OUT, asker=ana, facts=nested(300), size=Decimal(1))
    assert not ApprovalRequest.objects.exists()


def test_facts_named_like_template_variables_break_no_page(shop: Shop, ana: User, may_web: Client) -> None:
    approvals.ask(Action.PAY_OUT, asker=ana, facts={"items": 5, "amount": Decimal(3)}, size=Decimal(1))
    assert may_web.get("/approvals").status_code == 200
