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
PAY_IN = {"kind": "pay_in", "amount": "10.00", "reason": "change from the bank"}
GIFT_CARD = {"register": "R1", "amount": "40.00", "tender": "cash"}
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
    ("registers", "GET", "registers", None),
    ("register", "GET", "registers/R1", None),
    ("register_devices", "GET", "registers/R1/devices", None),
    ("shift_open", "POST", "registers/R1/shifts", {"float": "100.00"}),
    ("shift", "GET", "shifts/{shift_open[id]}", None),
    ("cash_movement", "POST", "shifts/{shift_open[id]}/cash-movements", PAY_IN),
    ("basket_open", "POST", "baskets", {"register": "R1"}),
    ("basket_scan", "POST", "baskets/{basket_open[id]}/lines", {"code": "4000417025005"}),
    ("basket_park", "POST", "baskets/{basket_open[id]}/park", {"label": "blue coat"}),
    ("baskets", "GET", "baskets", None),
    ("basket_resume", "POST", "baskets/{basket_open[id]}/resume", {"register": "R1"}),
    ("basket_pay", "POST", "baskets/{basket_open[id]}/pay", {"payments": [{"method": "cash", "amount": "5.00"}]}),
    ("gift_card_sell", "POST", "gift-cards", GIFT_CARD),
    ("shift_close", "POST", "shifts/{shift_open[id]}/close", {"counted": "152.40"}),
    ("shift_report", "GET", "shifts/{shift_open[id]}/report", None),
    ("shifts", "GET", "shifts?register=R1", None),
    ("category_create", "POST", "categories", {"name": "Biscuits"}),
    ("categories", "GET", "categories", None),
    ("tax_rate_create", "POST", "tax-rates", {"name": "Reduced", "rate": "0.07"}),
    ("tax_rates", "GET", "tax-rates", None),
    ("product_stock", "GET", "products/{product_create[id]}/stock", None),
    ("product_cost_set", "PUT", "products/{product_create[id]}/cost", {"cost": "1.10"}),
    ("count_open", "POST", "counts", {"title": "Biscuits", "scope": "search", "search": "biscuits"}),
    ("count_entry", "POST", "counts/{count_open[number]}/entries", {"barcode": "4000417025005", "quantity": "50"}),
    ("count", "GET", "counts/{count_open[number]}", None),
    ("supplier_create", "POST", "suppliers", {"name": "Oat Mill"}),
    ("supplier_edit", "PATCH", "suppliers/{supplier_create[id]}", {"lead_days": 3}),
    ("location_create", "POST", "locations", {"code": "WEST", "name": "West Street"}),
    ("location", "GET", "locations/WEST", None),
    ("members", "GET", "members?search=mara", None),
    ("member", "GET", "members/{member_register[id]}", None),
    ("member_consent", "POST", "members/{member_register[id]}/consent", {"pin": "384756"}),
    ("member_points", "GET", "members/{member_register[id]}/points", None),
    ("key_make", "POST", "keys", {"name": "Web shop", "scopes": ["bills:write", "products:read"]}),
    ("settings", "GET", "settings", None),
    ("approval_rules", "GET", "approval-rules?page_size=2", None),
    ("report_stock_value", "GET", "reports/stock-value?date={sell[business_date]}", None),
    ("report_current_cash", "GET", "reports/current-cash", None),
    ("report_members_by_tier", "GET", "reports/members-by-tier", None),
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
    answers["key_make"]["secret"] = "pos_w7k2m9xd_..."
    answers["member_consent"]["consent"] = "q3Zt..."
    shown = {
        name: ({"request": body} if body else {}) | {"answer": answers[name]} for name, _method, _path, body in DAY
    }
    if os.environ.get("POS_WRITE_EXAMPLES"):
        FILE.write_text(json.dumps(shown, indent=1, ensure_ascii=False) + "\n")
    kept = json.loads(FILE.read_text())
    assert {name: one.get("request") for name, one in kept.items()} == {name: body for name, _m, _p, body in DAY}
    assert shape(shown) == shape(kept)
