"""Baskets through the API: the verbs of the till, and the same rules of whose basket it is."""

from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import Action, ApprovalRule, AuditEntry, User
from billing.basket import baskets
from billing.models import Basket, BasketState, Bill, Register, Shift
from inventory.models import Product, Stock
from members.models import Member
from members.points import adjust
from tests import cast, keys
from tests.at_once import at_once
from tests.cast import PIN
from tests.proof import assert_books_are_right

pytestmark = pytest.mark.django_db
V1 = "/api/v1"
TEA = "4006381333931"


def send(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return getattr(client, method)(f"{V1}/{path}", body or {}, content_type="application/json", headers=named)


def opened(client: Client, *codes: str, register: str = "R1") -> dict[str, Any]:
    basket: dict[str, Any] = send(client, "post", "baskets", {"register": register}).json()
    for code in codes:
        answer = send(client, "post", f"baskets/{basket['id']}/lines", {"code": code})
        assert answer.status_code == 201, answer.content
        basket = answer.json()
    return basket


def test_a_basket_is_filled_and_paid_like_at_the_till(ana_api: Client, shift: Shift, tea: Product) -> None:
    basket = opened(ana_api, TEA, TEA)
    (line,) = basket["lines"]
    assert (basket["version"], line["quantity"], basket["total"], basket["added"]) == (3, "2", "25.00", line["id"])
    body = {"payments": [{"method": "cash", "amount": "30.00"}], "shown_total": "25.00"}
    first = send(ana_api, "post", f"baskets/{basket['id']}/pay", body)
    assert (first.status_code, first.json()["key"], first.json()["change"]) == (201, basket["key"], "5.00")
    again = send(ana_api, "post", f"baskets/{basket['id']}/pay", body)
    assert (again.status_code, again["Idempotent-Replayed"], again.json()) == (200, "true", first.json())
    paid = ana_api.get(f"{V1}/baskets/{basket['id']}").json()
    assert (paid["state"], paid["bill"], Bill.objects.count()) == ("paid", first.json()["number"], 1)
    assert Stock.objects.get(product=tea).quantity == 8
    assert_books_are_right()


def test_what_the_till_rang_up_goes_on_here(
    ana: User, ana_api: Client, r1: Register, shift: Shift, tea: Product
) -> None:
    begun = baskets.start(r1, ana)
    baskets.add(begun.pk, tea.pk)
    (row,) = ana_api.get(f"{V1}/baskets?register=r1&state=open").json()["results"]
    assert (row["id"], row["line_count"], row["cashier"]) == (begun.pk, 1, "ana")
    assert ana_api.get(f"{V1}/baskets?state=parked").json()["results"] == []


def test_scan_asked_twice_adds_once(ana_api: Client, shift: Shift, tea: Product) -> None:
    path, key = f"baskets/{opened(ana_api)['id']}/lines", str(uuid4())
    first = send(ana_api, "post", path, {"code": TEA}, Idempotency_Key=key)
    again = send(ana_api, "post", path, {"code": TEA}, Idempotency_Key=key)
    assert (again.status_code, again["Idempotent-Replayed"], again.json()) == (200, "true", first.json())
    other = send(ana_api, "post", path, {"code": TEA, "quantity": "2"}, Idempotency_Key=key)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


def test_what_cannot_be_scanned_is_said(ana_api: Client, shift: Shift, tea: Product) -> None:
    path = f"baskets/{opened(ana_api)['id']}/lines"
    nothing = send(ana_api, "post", path, {"code": "9001234567890"}).json()
    assert (nothing["code"], nothing["facts"]) == ("unknown_product", {"code": "9001234567890"})
    assert send(ana_api, "post", path, {"product": 999_999}).json()["code"] == "unknown_product"
    for body in ({}, {"code": TEA, "product": tea.pk}, {"code": 7}, {"code": TEA, "quantity": "0"}, {"colour": 1}):
        assert send(ana_api, "post", path, body).status_code == 400, body
    assert send(ana_api, "post", path, {"code": TEA, "quantity": "0.5"}).json()["errors"][0]["code"] == "whole_pieces"
    assert send(ana_api, "post", "baskets/999999/lines", {"code": TEA}).status_code == 404
    assert send(ana_api, "post", "baskets", {"register": "NO"}).json()["errors"][0]["code"] == "unknown_register"
    cast.till("R2")
    assert send(ana_api, "post", "baskets", {"register": "R2"}).json()["code"] == "no_open_shift"


def test_weighed_goods_wait_for_their_weight(ana_api: Client, shift: Shift, cheese: Product) -> None:
    basket = opened(ana_api, cheese.sku)
    line = basket["lines"][0]
    assert line["quantity"] is None
    pay = {"payments": [{"method": "cash", "amount": "50.00"}]}
    assert send(ana_api, "post", f"baskets/{basket['id']}/pay", pay).json()["code"] == "weight_needed"
    weighed = send(ana_api, "patch", f"baskets/{basket['id']}/lines/{line['id']}", {"quantity": "0.250"})
    assert weighed.json()["lines"][0]["quantity"] == "0.250"


def test_line_is_changed_in_one_go_or_not_at_all(may_api: Client, shift: Shift, tea: Product) -> None:
    basket = opened(may_api, TEA)
    path = f"baskets/{basket['id']}/lines/{basket['lines'][0]['id']}"
    body = {"quantity": "3", "unit_price": "10.00", "price_reason": "dented", "discount_percent": "10", "note": "gift"}
    changed = send(may_api, "patch", path, body).json()
    line = changed["lines"][0]
    assert (line["quantity"], line["unit_price"], line["price_reason"], line["note"]) == (
        "3",
        "10.00",
        "dented",
        "gift",
    )
    assert (line["discount"], changed["total"]) == ("3.00", "27.00")
    assert send(may_api, "patch", path, {"discount_amount": "1.00"}).json()["lines"][0]["discount_percent"] == "10.00"
    assert send(may_api, "patch", path, {"quantity": "5", "unit_price": "-1"}).status_code == 400
    refused = send(may_api, "patch", path, {"quantity": "5", "unit_price": "0.05", "price_reason": ""})
    assert refused.status_code == 400
    assert may_api.get(f"{V1}/baskets/{basket['id']}").json()["lines"][0]["quantity"] == "3"
    assert send(may_api, "patch", path, {"price_reason": "alone"}).json()["errors"][0]["field"] == "unit_price"
    assert send(may_api, "patch", path, {"quantity": "0"}).json()["lines"] == []
    assert send(may_api, "patch", path, {"quantity": "1"}).status_code == 404


def test_plain_again_it_joins_the_line_of_the_same_goods(may_api: Client, shift: Shift, tea: Product) -> None:
    basket = opened(may_api, TEA)
    path = f"baskets/{basket['id']}/lines/{basket['lines'][0]['id']}"
    send(may_api, "patch", path, {"unit_price": "10.00", "price_reason": "dented"})
    send(may_api, "post", f"baskets/{basket['id']}/lines", {"code": TEA})
    again = send(may_api, "patch", path, {"unit_price": None, "quantity": "4", "discount_percent": "0"}).json()
    assert [(line["quantity"], line["unit_price"]) for line in again["lines"]] == [("5", "12.50")]


def test_stale_change_is_refused(ana_api: Client, shift: Shift, tea: Product) -> None:
    basket = opened(ana_api, TEA)
    seen = ana_api.get(f"{V1}/baskets/{basket['id']}")["ETag"]
    path = f"baskets/{basket['id']}/lines/{basket['lines'][0]['id']}"
    assert send(ana_api, "patch", path, {"quantity": "2"}, If_Match=seen).status_code == 200
    for method, where, body in (
        ("patch", path, {"quantity": "3"}),
        ("patch", f"baskets/{basket['id']}", {"discount_percent": "1"}),
        ("put", f"baskets/{basket['id']}/points", {"points": "0"}),
        ("post", f"baskets/{basket['id']}/park", {}),
        ("post", f"baskets/{basket['id']}/drop", {}),
        ("post", f"baskets/{basket['id']}/pay", {"payments": [{"method": "cash", "amount": "25.00"}]}),
        ("post", f"baskets/{basket['id']}/take-over", {"register": "R1"}),
    ):
        assert send(ana_api, method, where, body, If_Match=seen).json()["code"] == "stale", where
    assert send(ana_api, "post", f"baskets/{basket['id']}/pay", {"payments": []}, If_Match="x").status_code == 400


def test_member_discount_age_and_points(may_api: Client, shift: Shift, tea: Product, vera: Member, may: User) -> None:
    adjust(vera.pk, D(20), by=may, reason="opening")
    Product.objects.filter(pk=tea.pk).update(minimum_age=18)
    path = f"baskets/{opened(may_api, TEA)['id']}"
    changed = send(may_api, "patch", path, {"member": vera.pk, "discount_percent": "10", "age_checked": 18}).json()
    assert (changed["member"], changed["age_checked"], changed["manual_discount"]) == (vera.pk, 18, "1.06")
    assert send(may_api, "put", f"{path}/points", {"points": "2.00", "pin": "000000"}).json()["code"] == "wrong_pin"
    assert send(may_api, "put", f"{path}/points", {"points": "2.00", "pin": PIN}).json()["points_spent"] == "2.00"
    assert send(may_api, "put", f"{path}/points", {"points": "0"}).json()["points_spent"] == "0.00"
    assert send(may_api, "patch", path, {"member": None}).json()["member"] is None
    assert send(may_api, "patch", path, {"member": 999_999}).json()["code"] == "unknown_member"
    assert send(may_api, "patch", path, {"age_checked": 0}).status_code == 400


def test_gift_card_is_sold_with_the_basket(ana_api: Client, shift: Shift, tea: Product) -> None:
    path = f"baskets/{opened(ana_api, TEA)['id']}"
    cards = [send(ana_api, "post", f"{path}/gift-cards", {"amount": "20.00"}).json() for _ in range(2)]
    assert (cards[1]["cards_sold"], cards[1]["due"]) == ("40.00", "52.50")
    assert send(ana_api, "delete", f"{path}/gift-cards/{cards[1]['added']}").status_code == 204
    assert send(ana_api, "delete", f"{path}/gift-cards/{cards[1]['added']}").status_code == 404
    bill = send(ana_api, "post", f"{path}/pay", {"payments": [{"method": "card", "amount": "32.50"}]}).json()
    assert len(bill["gift_cards"][0]["code"]) == 19
    assert_books_are_right()


def test_nobody_else_touches_an_open_basket(
    ana_api: Client, ben: User, shift: Shift, tea: Product, may_api: Client
) -> None:
    basket = opened(ana_api, TEA)
    path, before = f"baskets/{basket['id']}", Basket.objects.values().get(pk=basket["id"])
    line = basket["lines"][0]["id"]
    for client in (cast.with_token(ben), may_api):
        for method, where, body in (
            ("get", path, {}),
            ("patch", path, {"discount_percent": "5"}),
            ("post", f"{path}/lines", {"code": TEA}),
            ("patch", f"{path}/lines/{line}", {"quantity": "9"}),
            ("post", f"{path}/gift-cards", {"amount": "20.00"}),
            ("put", f"{path}/points", {"points": "0"}),
            ("post", f"{path}/park", {}),
            ("post", f"{path}/drop", {}),
            ("post", f"{path}/resume", {"register": "R1"}),
            ("post", f"{path}/pay", {"payments": [{"method": "cash", "amount": "12.50"}]}),
        ):
            answer = client.get(f"{V1}/{where}") if method == "get" else send(client, method, where, body)
            assert (answer.status_code, answer.json()["code"]) == (409, "basket_closed"), (method, where)
    assert Basket.objects.values().get(pk=basket["id"]) == before and not Bill.objects.exists()


def test_parked_basket_is_anybodys_and_taking_over_is_recorded(
    ana_api: Client, ben: User, may_api: Client, shift: Shift, tea: Product
) -> None:
    path, ben_api = f"baskets/{opened(ana_api, TEA)['id']}", cast.with_token(ben)
    assert send(ana_api, "post", f"{path}/park", {"label": "blue coat"}).json()["state"] == "parked"
    assert send(ana_api, "post", f"{path}/park").json()["code"] == "basket_closed"
    resumed = send(ben_api, "post", f"{path}/resume", {"register": "R1"}).json()
    assert (resumed["cashier"], resumed["state"], resumed["label"]) == ("ben", "open", "blue coat")
    assert send(ana_api, "post", f"{path}/take-over", {"register": "API"}).json()["code"] == "basket_closed"
    assert send(ana_api, "post", f"{path}/take-over", {"register": "R1"}).json()["cashier"] == "ana"
    taken = send(may_api, "post", f"{path}/take-over").json()
    assert (taken["cashier"], taken["register"]) == ("may", "API")
    facts = AuditEntry.objects.filter(action="basket.taken_over").order_by("pk").values_list("facts", flat=True)
    assert list(facts) == [{"cashier": "ben", "register": "R1"}, {"cashier": "ana", "register": "R1"}]


def test_drop_keeps_its_lines_and_a_large_one_needs_a_manager(
    ana_api: Client, ana: User, may_api: Client, shift: Shift, tea: Product
) -> None:
    ApprovalRule.objects.create(role="cashier", action=Action.DROP_BASKET, allow_up_to=D(1), ask_up_to=D(100))
    path = f"baskets/{opened(ana_api, TEA)['id']}"
    refused = send(ana_api, "post", f"{path}/drop").json()
    assert refused["code"] == "needs_approval"
    asked = {name: refused["facts"][name] for name in ("action", "size", "facts")}
    question = send(ana_api, "post", "approvals", asked).json()
    assert send(may_api, "post", f"approvals/{question['id']}/answer", {"granted": True}).status_code == 200
    dropped = send(ana_api, "post", f"{path}/drop", {"approval": question["approval"]}).json()
    assert (dropped["state"], dropped["lines"]) == ("dropped", [])
    assert Basket.objects.get().lines.get().removed_by == ana


def test_key_works_at_its_registers_and_within_its_scopes(
    may: User, ana: User, r1: Register, shift: Shift, tea: Product
) -> None:
    bound = keys.machine(may, "bills:read", "bills:write", registers=["API"])
    refused = send(bound, "post", "baskets", {"register": "R1"})
    assert (refused.status_code, refused.json()["code"]) == (403, "out_of_scope")
    other = baskets.start(r1, ana)
    baskets.add(other.pk, tea.pk)
    assert bound.get(f"{V1}/baskets").json()["results"] == []
    assert bound.get(f"{V1}/baskets/{other.pk}").json()["code"] == "out_of_scope"
    assert send(bound, "post", f"baskets/{other.pk}/take-over", {"register": "R1"}).json()["code"] == "out_of_scope"
    baskets.park(other.pk, "", version=2)
    assert send(bound, "post", f"baskets/{other.pk}/resume", {"register": "R1"}).json()["code"] == "out_of_scope"
    mine = opened(bound, TEA, register="API")
    pay = {"payments": [{"method": "card", "amount": "12.50"}]}
    assert send(bound, "post", f"baskets/{mine['id']}/pay", pay).status_code == 201
    reading = keys.machine(may, "bills:read")
    assert send(reading, "post", "baskets").json()["facts"] == {"needs": "bills:write"}


@pytest.mark.django_db(transaction=True)
def test_basket_paid_at_once_is_one_bill(ana: User, shift: Shift, tea: Product) -> None:
    basket = opened(cast.with_token(ana), TEA)
    body = {"payments": [{"method": "cash", "amount": "12.50"}], "shown_total": "12.50"}
    pay = lambda: send(cast.with_token(ana), "post", f"baskets/{basket['id']}/pay", body)  # noqa: E731
    answers = at_once([pay] * 6)
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert len({answer.json()["number"] for answer in answers}) == Bill.objects.count() == 1
    assert Basket.objects.get().state == BasketState.PAID


@pytest.mark.django_db(transaction=True)
def test_lines_scanned_at_once_all_count(ana: User, shift: Shift, tea: Product) -> None:
    basket = opened(cast.with_token(ana))
    scan = lambda: send(cast.with_token(ana), "post", f"baskets/{basket['id']}/lines", {"code": TEA})  # noqa: E731
    assert {answer.status_code for answer in at_once([scan] * 8)} == {201}
    assert Basket.objects.get().lines.get().quantity == 8


def test_sandbox_key_sells_a_basket_for_practice_and_touches_no_other(
    may: User, ana: User, r1: Register, shift: Shift, tea: Product
) -> None:
    sandbox = keys.machine(may, "bills:read", "bills:write", sandbox=True)
    real = baskets.start(r1, ana)
    baskets.park(real.pk, "", version=1)
    for path in ("resume", "park", "drop"):
        assert send(sandbox, "post", f"baskets/{real.pk}/{path}").json()["code"] == "out_of_scope", path
    path = f"baskets/{opened(sandbox, TEA, register='API')['id']}"
    paid = send(sandbox, "post", f"{path}/pay", {"payments": [{"method": "card", "amount": "12.50"}]})
    assert (paid.status_code, paid.json()["total"]) == (201, "12.50")
    assert not Bill.objects.exists() and Stock.objects.get(product=tea).quantity == 10
