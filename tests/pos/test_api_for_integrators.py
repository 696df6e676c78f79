"""What a program needs to follow the shop: bills that name what they undo, answers as the document says, tags, and
where to go on."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from billing.models import Bill, Shift
from inventory.models import Product
from pos.api.docs import document
from tests.counter import sell
from tests.keys import machine

pytestmark = pytest.mark.django_db


def post(client: Client, path: str, body: Any) -> Any:
    return client.post(f"/api/v1/{path}", body, content_type="application/json")


def shape(name: str) -> dict[str, Any]:
    found: dict[str, Any] = document()["components"]["schemas"][name]
    return found


def refunded(client: Client, bill: Bill) -> dict[str, Any]:
    back = {
        "lines": [{"line": 2, "quantity": "1"}],
        "payments": [{"method": "cash", "amount": "2.00"}],
        "reason": "sour",
        "register": "R1",
    }
    answer = post(client, f"bills/{bill.number}/refunds", back)
    assert answer.status_code == 201, answer.json()
    return dict(answer.json())


def test_refund_names_the_sale_and_the_line_it_undoes(
    ana: User, ana_api: Client, shift: Shift, tea: Product, milk: Product
) -> None:
    bill = sell((tea, "1"), (milk, "1"), by=ana, cash="14.50")
    refund = refunded(ana_api, bill)
    origin = {"number": bill.number, "line": 2}
    assert [line["refund_of"] for line in refund["lines"]] == [origin]
    assert ana_api.get(f"/api/v1/bills/{refund['number']}").json()["lines"][0]["refund_of"] == origin
    listed = {one["number"]: one for one in ana_api.get("/api/v1/bills").json()["results"]}
    assert listed[refund["number"]]["lines"][0]["refund_of"] == origin
    assert [line["refund_of"] for line in listed[bill.number]["lines"]] == [None, None]


def test_bill_and_quote_say_their_currency_and_whether_prices_hold_the_tax(
    ana_api: Client, may_api: Client, tea: Product
) -> None:
    order = {"lines": [{"product": tea.pk, "quantity": "1"}]}
    sold = post(ana_api, "bills", {**order, "payments": [{"method": "card", "amount": "12.50"}]}).json()
    assert (sold["currency"], sold["prices_include_tax"]) == ("EUR", True)
    may_api.patch("/api/v1/settings", {"prices_include_tax": False}, content_type="application/json")
    quoted = post(ana_api, "quotes", order).json()
    assert (quoted["currency"], quoted["prices_include_tax"]) == ("EUR", False)
    assert ana_api.get(f"/api/v1/bills/{sold['number']}").json()["prices_include_tax"] is True


def test_sale_counts_as_changed_when_its_goods_come_back(
    ana: User, ana_api: Client, shift: Shift, tea: Product, milk: Product
) -> None:
    first, other = (sell((tea, "1"), (milk, "1"), by=ana, cash="14.50") for _ in range(2))
    refund = refunded(ana_api, first)
    since = refund["at"].replace("+00:00", "Z")
    pages = ana_api.get(f"/api/v1/bills?updated_since={since}&page_size=1").json()
    found = pages["results"]
    while pages["next"]:
        pages = ana_api.get(pages["next"]).json()
        found += pages["results"]
    assert [bill["number"] for bill in found] == [first.number, refund["number"]]
    assert found[0]["refunds"] == [refund["number"]]
    assert other.number not in str(found)


def test_errors_name_the_line_and_come_all_at_once(ana_api: Client, tea: Product) -> None:
    lines = [{"product": tea.pk, "quantity": "1"}, {"product": tea.pk, "quantity": "x"}, {"quantity": "0"}]
    answer = post(ana_api, "bills", {"lines": lines, "payments": [{"method": "cash"}], "colour": "red"})
    unknown = [error["field"] for error in answer.json()["errors"]]
    assert unknown == ["colour"]
    answer = post(ana_api, "bills", {"lines": lines, "payments": [{"method": "cash"}]})
    assert [error["field"] for error in answer.json()["errors"]] == [
        "lines[1].quantity",
        "lines[2].quantity",
        "payments[0].amount",
    ]


def test_document_allows_negative_stock_in_answers_only(may_api: Client) -> None:
    pattern = shape("Product")["properties"]["stock"]["pattern"]
    assert re.fullmatch(pattern, "-2.500")
    asked = shape("ProductRequest")["properties"]["stock"]["oneOf"][0]["pattern"]
    assert not re.fullmatch(asked, "-2.500")


def test_document_requires_every_field_that_answers_always_carry() -> None:
    for name in ("Product", "Category", "Register", "Settings", "User", "Supplier", "Bill", "Job"):
        assert set(shape(name)["required"]) == set(shape(name)["properties"]), name
    assert set(shape("ProductRequest")["required"]) == {"name", "price"}


def test_path_parameters_are_named_after_their_resource() -> None:
    named = {name for path in document()["paths"] for name in re.findall(r"{(\w+)}", path)}
    assert {"product_id", "member_id", "user_id"} <= named
    assert not named & {"id", "pk"}


def test_etag_changes_whenever_the_answer_does(may_api: Client, ana: User, shift: Shift, tea: Product) -> None:
    path = f"/api/v1/products/{tea.pk}"
    first = may_api.get(path)["ETag"]
    unchanged = may_api.get(path, headers={"If-None-Match": first})
    assert (unchanged.status_code, unchanged.content, unchanged["ETag"]) == (304, b"", first)
    assert may_api.get(path, headers={"If-None-Match": f'"other", W/{first}'}).status_code == 304
    sell((tea, "1"), by=ana, cash="12.50")  # changes the stock, which has no version
    after = may_api.get(path, headers={"If-None-Match": first})
    assert after.status_code == 200
    assert after["ETag"] != first
    listed = may_api.get("/api/v1/products")
    assert may_api.get("/api/v1/products", headers={"If-None-Match": listed["ETag"]}).status_code == 304
    assert may_api.get("/api/v1/products?page_size=1", headers={"If-None-Match": '"x"'}).status_code == 200


def test_etag_is_good_for_if_match(may_api: Client, tea: Product) -> None:
    path = f"/api/v1/products/{tea.pk}"
    tag = may_api.get(path)["ETag"]
    changed = may_api.patch(path, {"price": "13.00"}, content_type="application/json", headers={"If-Match": tag})
    assert changed.status_code == 200
    assert changed["ETag"] == may_api.get(path)["ETag"] != tag
    stale = may_api.patch(path, {"price": "14.00"}, content_type="application/json", headers={"If-Match": tag})
    assert stale.status_code == 409
    odd = may_api.patch(path, {"price": "14.00"}, content_type="application/json", headers={"If-Match": '"x-y"'})
    assert odd.status_code == 400


def test_root_of_the_api_names_its_schema_and_me(client: Client) -> None:
    ways = client.get("/api/v1/").json()
    assert client.get(ways["schema"]).status_code == 200
    assert ways["me"] == "http://testserver/api/v1/me"


def test_me_says_who_asks_and_what_a_key_allows(ana_api: Client, may: User) -> None:
    assert ana_api.get("/api/v1/me").json() == {"username": "ana", "name": "Ana", "role": "cashier", "key": None}
    told = machine(may, "bills:write", registers=["r1"], most_per_sale=Decimal(20)).get("/api/v1/me").json()
    assert told["key"] == {
        "scopes": ["bills:write"],
        "registers": ["R1"],
        "locations": [],
        "most_per_sale": "20.00",
        "may_refund": False,
        "sandbox": False,
    }


def test_tenders_are_listed(ana_api: Client) -> None:
    tenders = ana_api.get("/api/v1/tenders?page_size=2").json()
    assert tenders["results"][0] == {"code": "cash", "name": "Cash", "kind": "cash", "is_active": True, "position": 1}
    assert ana_api.get(tenders["next"]).json()["results"]


def test_register_is_renamed_and_switched_off(may_api: Client, ana_api: Client, shift: Shift) -> None:
    def change(client: Client, **facts: Any) -> Any:
        return client.patch("/api/v1/registers/r1", facts, content_type="application/json")

    assert change(may_api, name="Front").json()["name"] == "Front"
    assert may_api.get("/api/v1/registers/R1").json()["name"] == "Front"
    assert change(may_api, is_active=False).json()["code"] == "shift_is_open"
    assert change(may_api, name="", is_active=None).status_code == 400
    assert change(may_api, code="R2").json()["errors"][0]["code"] == "unknown"
    assert change(ana_api, name="Mine").status_code == 403
    post(ana_api, f"shifts/{shift.pk}/close", {"counted": "100.00"})
    assert change(may_api, is_active=False).json()["is_active"] is False
