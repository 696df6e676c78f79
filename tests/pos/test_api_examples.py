"""The examples of the OpenAPI document are what the shop answers: one day of a small shop, asked through the API.

After a change of what is answered: POS_WRITE_EXAMPLES=1 .venv/bin/pytest tests/pos/test_api_examples.py
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from billing.drawer import favourites
from billing.models import Register
from inventory.models import Product
from members.models import Member
from pos.api import document
from tests.cast import PASSWORD

FILE = Path(document.__file__).with_name("examples.json")
V1 = "/api/v1/"
CARD = {"method": "card", "amount": "25.00"}
LINES = [{"barcode": "4006381333931", "quantity": "2"}]
BISCUITS = {"name": "Oat biscuits", "price": "2.20", "sku": "OAT-1", "barcodes": ["4000417025005"], "stock": "40"}
# operation, method, path, body; `{name}` in a path is filled from the answer of an operation before
DAY: list[tuple[str, str, str, Any]] = [
    ("token", "POST", "auth/token", {"username": "may", "password": PASSWORD}),
    ("me", "GET", "me", None),
    ("tenders", "GET", "tenders", None),
    ("product_create", "POST", "products", BISCUITS),
    ("products", "GET", "products?search=oat", None),
    ("product", "GET", "products/{product_create[id]}", None),
    ("product_edit", "PATCH", "products/{product_create[id]}", {"price": "2.40"}),
    ("product_stock_move", "POST", "products/{product_create[id]}/stock", {"kind": "delivery", "quantity": "12"}),
    ("member_register", "POST", "members", {"name": "Mara Lind", "email": "mara@example.org", "pin": "384756"}),
    ("quote", "POST", "quotes", {"lines": LINES}),
    ("sell", "POST", "bills", {"lines": LINES, "payments": [CARD], "shown_total": "25.00"}),
    ("bill", "GET", "bills/{sell[number]}", None),
    ("bill_by_key", "GET", "bills/by-key/{sell[key]}", None),
    (
        "refund",
        "POST",
        "bills/{sell[number]}/refunds",
        {
            "lines": [{"line": 1, "quantity": "1", "to_stock": True}],
            "payments": [{"method": "card", "amount": "12.50"}],
            "reason": "the box was dented",
        },
    ),
    ("register_favourites", "GET", "registers/R1/favourites", None),
    (
        "register_devices_change",
        "PATCH",
        "registers/R1/devices",
        {"printer_host": "192.168.1.50", "scan_suffix": "#"},
    ),
    ("report_owed", "GET", "reports/owed?date={sell[business_date]}", None),
    ("report_revenue", "GET", "reports/revenue?from={sell[business_date]}&to={sell[business_date]}", None),
    ("report_sales", "GET", "reports/sales?by=day&from={sell[business_date]}&to={sell[business_date]}", None),
]


def shape(value: Any) -> Any:
    """The names and kinds of what is in it. What may be missing has no kind."""
    if isinstance(value, dict):
        return {name: shape(part) for name, part in value.items()}
    if isinstance(value, list):
        return [shape(part) for part in value]
    return type(value).__name__ if value is not None else "nothing"


@pytest.mark.django_db
def test_the_examples_are_what_the_shop_answers(
    may_api: Client, may: User, tea: Product, vera: Member, r1: Register
) -> None:
    favourites.put(r1, [tea.pk], by=may)
    answers: dict[str, Any] = {}
    for name, method, path, body in DAY:
        answer = may_api.generic(
            method, V1 + path.format(**answers), json.dumps(body) if body else "", content_type="application/json"
        )
        assert answer.status_code in (200, 201), (name, answer.content)
        answers[name] = answer.json()
    answers["token"] = dict.fromkeys(answers["token"], "eyJhbGciOi...")
    shown = {
        name: ({"request": body} if body else {}) | {"answer": answers[name]} for name, _method, _path, body in DAY
    }
    if os.environ.get("POS_WRITE_EXAMPLES"):
        FILE.write_text(json.dumps(shown, indent=1, ensure_ascii=False) + "\n")
    kept = json.loads(FILE.read_text())
    assert {name: one.get("request") for name, one in kept.items()} == {name: body for name, _m, _p, body in DAY}
    assert shape(shown) == shape(kept)
