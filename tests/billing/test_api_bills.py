from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from billing.api.serializers import BillSerializer, QuoteSerializer
from billing.models import Bill
from inventory.models import Product, TaxRate
from members import consents
from members.models import Member
from tests import cast
from tests.cast import PIN

SALE = "/api/v1/bills"


def sell(client: Client, lines: list[dict[str, Any]], key: object = None, **more: Any) -> Any:
    body = {"lines": lines, "payments": [{"method": "cash", "amount": "100.00"}], **more}
    return client.post(SALE, body, content_type="application/json", headers={"Idempotency-Key": str(key or uuid4())})


def test_minimal_sale_returns_the_whole_bill(ana_api: Client, tea: Product) -> None:
    answer = sell(ana_api, [{"product": tea.pk, "quantity": "2"}])
    assert answer.status_code == 201
    bill = answer.json()
    assert (bill["number"], bill["total"], bill["change"]) == ("API-000001", "25.00", "75.00")
    assert (bill["register"], bill["cashier"], bill["member"]) == ("API", "ana", None)
    assert bill["payments"] == [{"method": "cash", "amount": "100.00", "reference": ""}]
    assert set(bill) == set(BillSerializer().fields)
    assert set(bill["lines"][0]) == set(BillSerializer().fields["lines"].child.fields)


def test_replay_returns_the_same_body_and_a_header_that_says_so(ana_api: Client, tea: Product) -> None:
    key = uuid4()
    first = sell(ana_api, [{"product": str(tea.pk), "quantity": 1}], key)
    again = sell(ana_api, [{"product": tea.pk, "quantity": "1.000"}], key)
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")
    assert again.json() == first.json()
    assert ana_api.get(f"{SALE}/by-key/{key}").json() == first.json()
    assert ana_api.get(f"{SALE}/{first.json()['number']}").json() == first.json()
    assert Bill.objects.count() == 1


def test_same_key_with_other_content_is_refused(ana_api: Client, tea: Product) -> None:
    key = uuid4()
    sell(ana_api, [{"product": tea.pk, "quantity": "1"}], key)
    answer = sell(ana_api, [{"product": tea.pk, "quantity": "2"}], key)
    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")


def test_sale_by_barcode(ana_api: Client, tea: Product) -> None:
    assert sell(ana_api, [{"barcode": "4006381333931", "quantity": "1"}]).json()["lines"][0]["product"] == tea.pk
    unknown = sell(ana_api, [{"barcode": "4006381333948", "quantity": "1"}])
    assert (unknown.status_code, unknown.json()["code"]) == (409, "unknown_product")


def test_out_of_stock_refusal_tells_the_stock_and_the_key_can_be_used_again(ana_api: Client, tea: Product) -> None:
    key = uuid4()
    answer = sell(
        ana_api, [{"product": tea.pk, "quantity": "11"}], key, payments=[{"method": "card", "amount": "137.50"}]
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "needs_approval")
    assert answer.json()["facts"]["products"] == {str(tea.pk): "10"}
    assert ana_api.get(f"{SALE}/by-key/{key}").status_code == 404
    assert sell(ana_api, [{"product": tea.pk, "quantity": "1"}], key).status_code == 201


@pytest.mark.parametrize(
    "wrong",
    [
        {"lines": []},
        {"lines": [{"quantity": "1"}]},
        {"lines": "tea"},
        {"payments": None},
        {"payments": [{"method": "cash", "amount": "0"}]},
        {"payments": [{"method": "cash", "amount": "NaN"}]},
        {"payments": [{"method": "cash", "amount": 100.0}]},
        {"payments": [{"method": "shells", "amount": "100"}]},
        {"payments": [{"method": "card", "amount": "100"}]},
        {"points": "1.00"},
        {"points": "-1"},
        {"member": "x"},
        {"register": "R9"},
        {"shown_total": "1e400"},
        {"tip": "1.00"},
    ],
)
def test_malformed_sale_is_400_and_takes_no_bill_number(ana_api: Client, tea: Product, wrong: dict[str, Any]) -> None:
    answer = sell(ana_api, **{"lines": [{"product": tea.pk, "quantity": "1"}], **wrong})
    assert answer.status_code == 400, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"]
    assert sell(ana_api, [{"product": tea.pk, "quantity": "1"}]).json()["number"] == "API-000001"


@pytest.mark.parametrize(
    "quantity", ["0", "-1", "1.5", "0.0001", "NaN", "Infinity", "1e400", 1.5, True, None, "99999999"]
)
def test_impossible_quantity_is_400(ana_api: Client, tea: Product, quantity: object) -> None:
    assert sell(ana_api, [{"product": tea.pk, "quantity": quantity}]).status_code == 400


@pytest.mark.parametrize("key", ["", "sale-1", "6f1c"])
def test_key_must_be_a_uuid(ana_api: Client, tea: Product, key: str) -> None:
    body = {"lines": [{"product": tea.pk, "quantity": "1"}], "payments": [{"method": "cash", "amount": "12.50"}]}
    answer = ana_api.post(SALE, body, content_type="application/json", headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "Idempotency-Key")


def test_outdated_shown_total_stops_the_sale(ana_api: Client, tea: Product) -> None:
    answer = sell(ana_api, [{"product": tea.pk, "quantity": "1"}], shown_total="12.00")
    assert (answer.status_code, answer.json()["code"], answer.json()["facts"]) == (
        409,
        "total_changed",
        {"total": "12.50"},
    )


def test_spending_points_needs_a_consent_that_works_once(
    ana_api: Client, ana: User, tea: Product, milk: Product, vera: Member
) -> None:
    tea_line = [{"product": tea.pk, "quantity": "4"}]
    earned = D(sell(ana_api, tea_line, member=vera.pk).json()["points_earned"])
    assert earned == D("6.37")
    spend = {"member": vera.pk, "points": "5.00"}
    assert sell(ana_api, tea_line, **spend).json()["code"] == "consent_required"
    consent = consents.give(vera.pk, PIN, by=ana)
    bill = sell(ana_api, tea_line, **spend, consent=consent)
    assert bill.status_code == 201
    assert (bill.json()["points_spent"], bill.json()["points_earned"], bill.json()["change"]) == (
        "5.00",
        "5.62",
        "62.50",
    )
    again = sell(ana_api, [{"product": milk.pk, "quantity": "1"}], member=vera.pk, points="1.00", consent=consent)
    assert again.json()["code"] == "consent_used"


def test_quote_has_the_same_figures_as_the_sale(ana_api: Client, tea: Product, vera: Member) -> None:
    asked = {"lines": [{"product": tea.pk, "quantity": "2", "discount_percent": "10"}], "member": vera.pk}
    quote = ana_api.post("/api/v1/quotes", asked, content_type="application/json")
    assert quote.status_code == 200
    bill = sell(ana_api, **asked).json()
    figures = quote.json()
    assert set(figures) == set(QuoteSerializer().fields)
    for name in ("subtotal", "discount", "vip_discount", "tax", "taxes", "total", "points_earned"):
        assert figures[name] == bill[name]
    steps = {step["step"]: D(step["amount"]) for step in figures["lines"][0]["explanation"]}
    assert steps["list_price"] + steps["line_discount"] + steps["vip_discount"] == steps["net"]


def test_quote_accepts_the_body_of_a_sale_except_payments(ana_api: Client, tea: Product, vera: Member) -> None:
    asked = {"lines": [{"product": tea.pk, "quantity": "1"}], "member": vera.pk, "register": "API"}
    asked |= {"consent": "a word", "shown_total": "11.00", "approvals": ["a word"]}
    quote = ana_api.post("/api/v1/quotes", asked, content_type="application/json")
    assert (quote.status_code, quote.json()["total"]) == (200, "10.62")
    paid = ana_api.post("/api/v1/quotes", {**asked, "payments": []}, content_type="application/json")
    assert (paid.status_code, paid.json()["errors"][0]["field"]) == (400, "payments")


@pytest.mark.parametrize("path", ["quotes", "bills"])
def test_unknown_register_is_400(ana_api: Client, tea: Product, path: str) -> None:
    asked = {"lines": [{"product": tea.pk, "quantity": "1"}], "register": "R9"}
    asked |= {"payments": []} if path == "bills" else {}
    answer = ana_api.post(f"/api/v1/{path}", asked, content_type="application/json")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "unknown_register")


def test_quote_endpoint_returns_the_worked_example_of_the_rules(
    ana_api: Client, may_api: Client, settings: Any
) -> None:
    settings.CURRENCY = "CHF"
    a = cast.product("A", "19.99", tax_rate=TaxRate.objects.create(name="Ten", rate=D("0.10")))
    b = cast.product("B", "5.00")
    vera = cast.MemberFactory(is_vip=True, points=D("5.00"))
    may_api.patch("/api/v1/settings", {"prices_include_tax": False}, content_type="application/json")
    asked = {
        "lines": [
            {"product": a.pk, "quantity": "2", "discount_percent": "10"},
            {"product": b.pk, "quantity": "1"},
        ],
        "member": vera.pk,
        "points": "5.00",
    }
    quote = ana_api.post("/api/v1/quotes", asked, content_type="application/json").json()
    assert (quote["vip_discount"], quote["tax"], quote["total"]) == ("6.15", "3.06", "37.89")
    assert [line["net"] for line in quote["lines"]] == ["30.58", "4.25"]
    assert (quote["due"], quote["due_in_cash"], quote["cash_rounding"]) == ("32.89", "32.90", "0.01")
    consent = consents.give(vera.pk, PIN, by=User.objects.get(username="ana"))
    paid = [{"method": "cash", "amount": "50.00"}]
    bill = sell(ana_api, **asked, payments=paid, consent=consent, shown_total="37.89").json()
    assert (bill["total"], bill["points_spent"], bill["cash_rounding"], bill["change"]) == (
        "37.89",
        "5.00",
        "0.01",
        "17.10",
    )


def test_bills_are_listed_newest_first_and_filtered(ana_api: Client, tea: Product, milk: Product, vera: Member) -> None:
    for product, member in ((tea, None), (milk, vera.pk), (milk, None)):
        sell(ana_api, [{"product": product.pk, "quantity": "1"}], member=member)
    listed = ana_api.get(SALE, {"page_size": 2}).json()
    assert [bill["number"] for bill in listed["results"]] == ["API-000003", "API-000002"]
    assert [bill["number"] for bill in ana_api.get(listed["next"]).json()["results"]] == ["API-000001"]
    assert [b["number"] for b in ana_api.get(SALE, {"member": vera.pk}).json()["results"]] == ["API-000002"]
    day = listed["results"][0]["business_date"]
    assert len(ana_api.get(SALE, {"from": day, "to": day, "cashier": "ANA", "register": "api"}).json()["results"]) == 3
    synced = ana_api.get(SALE, {"updated_since": "2020-01-01T00:00:00Z"}).json()["results"]
    assert [bill["number"] for bill in synced] == ["API-000001", "API-000002", "API-000003"]


@pytest.mark.parametrize(
    "query", ["from=yesterday", "from=2026-02-02&to=2026-01-01", "page_size=0", "kind=gift", "shop=1", "member=%00"]
)
def test_bad_filters_are_400(ana_api: Client, query: str) -> None:
    assert ana_api.get(f"{SALE}?{query}").status_code == 400


def test_list_of_bills_needs_no_query_per_bill(
    ana_api: Client, tea: Product, django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        sell(ana_api, [{"product": tea.pk, "quantity": "1"}])
    with django_assert_max_num_queries(9):  # whatever the number of bills
        ana_api.get(SALE)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/v1/bills", "/api/v1/bills/API-000001", "/api/v1/registers", "/api/v1/shifts"])
def test_anonymous_client_cannot_read_bills_or_shifts(client: Client, path: str) -> None:
    assert client.get(path).status_code == 401


def test_shift_is_opened_and_closed_by_api(ana_api: Client, r1: Any) -> None:
    opened = ana_api.post("/api/v1/registers/R1/shifts", {"float": "100.00"}, content_type="application/json")
    assert opened.status_code == 201
    shift = opened.json()["id"]
    assert (
        ana_api.post("/api/v1/registers/r1/shifts", {"float": "0"}, content_type="application/json").status_code == 409
    )
    moved = ana_api.post(
        f"/api/v1/shifts/{shift}/cash-movements",
        {"kind": "pay_out", "amount": "20.00", "reason": "window cleaner"},
        content_type="application/json",
    )
    assert (moved.status_code, moved.json()["amount"], moved.json()["by"]) == (201, "-20.00", "ana")
    assert ana_api.get(f"/api/v1/shifts/{shift}/report").json()["kind"] == "X"
    unexplained = ana_api.post(f"/api/v1/shifts/{shift}/close", {"counted": "60.00"}, content_type="application/json")
    assert (unexplained.status_code, unexplained.json()["errors"][0]["field"]) == (400, "reason")
    closed = ana_api.post(
        f"/api/v1/shifts/{shift}/close",
        {"denominations": {"50": 1, "20": 1, "5": 2}, "reason": "a note was counted late"},
        content_type="application/json",
    )
    assert (closed.status_code, closed.json()["expected"], closed.json()["difference"]) == (200, "80.00", "0.00")
    report = ana_api.get(f"/api/v1/shifts/{shift}/report").json()
    assert (report["kind"], report["number"], report["figures"]["cash"]["expected"]) == ("Z", 1, "80.00")
    again = ana_api.post(f"/api/v1/shifts/{shift}/close", {"counted": "80.00"}, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "no_open_shift")


def test_till_cannot_sell_without_a_shift(ana_api: Client, tea: Product, r1: Any) -> None:
    answer = sell(ana_api, [{"product": tea.pk, "quantity": "1"}], register="R1")
    assert (answer.status_code, answer.json()["code"]) == (409, "no_open_shift")


def test_manager_adds_a_register_and_a_cashier_does_not(ana_api: Client, may_api: Client) -> None:
    made = {"code": "API2", "name": "Web shop", "kind": "api"}
    assert ana_api.post("/api/v1/registers", made, content_type="application/json").status_code == 403
    assert may_api.post("/api/v1/registers", made, content_type="application/json").status_code == 201
    assert may_api.post("/api/v1/registers", made, content_type="application/json").json()["code"] == "in_use"
    assert (
        may_api.post("/api/v1/registers", {**made, "code": "a b"}, content_type="application/json").status_code == 400
    )
