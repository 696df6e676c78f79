"""The reports through the API."""

from datetime import date
from decimal import Decimal as D

import pytest

from billing.models import CashMovement
from members.models import Member
from tests.reports.books import booked, product, shift_at, with_line

MARCH = "?from=2026-03-01&to=2026-03-31"
ROUTES = {
    "revenue": MARCH,
    "transactions": MARCH,
    "purchased-products": MARCH,
    "cashiers": MARCH,
    "monthly-transactions": "?year=2026",
    "monthly-sold-products": "?year=2026",
    "members-by-tier": "",
    "current-cash": "",
    "out-of-stock": "",
}
OVER_A_RANGE = [route for route, query in ROUTES.items() if query == MARCH]
OVER_A_YEAR = ["monthly-transactions", "monthly-sold-products"]


def url(route: str, query: str | None = None) -> str:
    return f"/api/v1/reports/{route}{ROUTES[route] if query is None else query}"


@pytest.mark.parametrize("route", ROUTES)
def test_manager_reads_an_empty_shop(may_api, route):
    assert may_api.get(url(route)).status_code == 200


@pytest.mark.parametrize("route", ROUTES)
def test_cashier_reads_no_report(ana_api, route):
    assert ana_api.get(url(route)).status_code == 403


@pytest.mark.parametrize("route", ROUTES)
def test_anonymous_request_reads_no_report(client, db, route):
    assert client.get(url(route)).status_code == 401


@pytest.mark.parametrize("route", ROUTES)
def test_seed_d54_report_has_the_documented_path_and_allows_only_get(may_api, route):
    assert may_api.post(url(route, "")).status_code == 405
    assert may_api.get(url(route, "/")).status_code == 404


@pytest.mark.parametrize("route", ROUTES)
def test_unknown_or_repeated_parameter_is_refused(may_api, route):
    joined = "&" if ROUTES[route] else "?"
    for extra in ("colour=blue", "from=2026-01-01&from=2026-01-02", "year=2026&year=2026"):
        assert may_api.get(url(route) + joined + extra).status_code == 400


@pytest.mark.parametrize("route", OVER_A_RANGE)
@pytest.mark.parametrize(
    "query",
    [
        "",
        "?from=2026-03-01",
        "?to=2026-03-01",
        "?from=&to=",
        "?from=2026-03-02&to=2026-03-01",
        "?from=2026-02-30&to=2026-03-01",
        "?from=2026-03-01&to=9999-12-31",
        "?from=0000-01-01&to=2026-03-01",
        "?from=2026-03-01T00:00:00Z&to=2026-03-02",
        "?from=yesterday&to=today",
        "?from=NaN&to=Infinity",
        "?from=%00&to=2026-03-01",
        "?from=99999999999999999999-01-01&to=2026-03-01",
    ],
)
def test_seed_d60_invalid_range_is_400_with_a_sentence(may_api, route, query):
    answer = may_api.get(url(route, query))
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize("route", OVER_A_YEAR)
@pytest.mark.parametrize("year", ["", "0", "-1", "9999", "10000", "9" * 400, "NaN", "2026.5", "twenty", "%00", "1e3"])
def test_seed_d60_invalid_year_is_400_with_a_sentence(may_api, route, year):
    answer = may_api.get(url(route, f"?year={year}"))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "year"


def test_revenue_is_reduced_by_refunds(may_api):
    booked(date(2026, 3, 1), "30.00", tax=D("5.00"), discount=D("2.00"), subtotal=D("32.00"))
    booked(date(2026, 3, 31), "20.00")
    booked(date(2026, 3, 31), "-4.50", tax=D("-0.50"), discount=D("-0.50"))
    booked(date(2026, 4, 1), "1000.00")
    assert may_api.get(url("revenue")).json() == {
        "from": "2026-03-01",
        "to": "2026-03-31",
        "revenue": "45.50",
        "net": "41.00",
        "tax": "4.50",
        "discount": "1.50",
        "vip_discount": "0.00",
        "points_spent": "0.00",
    }


def test_transactions_count_sales_and_list_refunds_separately(may_api):
    booked(date(2026, 3, 1))
    booked(date(2026, 3, 2))
    booked(date(2026, 3, 2), "-4.50")
    booked(date(2026, 2, 28))
    assert may_api.get(url("transactions")).json() == {
        "from": "2026-03-01",
        "to": "2026-03-31",
        "transactions": 2,
        "refunds": 1,
    }


def test_seed_d57_revenue_of_a_product_uses_the_prices_on_its_lines(may_api):
    tea = product("Black tea")
    day = date(2026, 3, 5)
    with_line(booked(day), tea, "1", "1.00")
    tea.name = "Green tea"
    with_line(booked(day), tea, "2", "5.00")
    with_line(booked(day, "-1.00"), tea, "-1", "1.00", name="Black tea")
    assert may_api.get(url("purchased-products")).json() == [
        {"product": tea.pk, "name": "Green tea", "sold_by": "piece", "quantity": "2", "revenue": "10.00"}
    ]


def test_best_seller_comes_first(may_api):
    tea, coffee = product("tea"), product("coffee")
    bill = booked(date(2026, 3, 5))
    with_line(bill, tea, "1", "1.00")
    with_line(bill, coffee, "0.350", "20.00")
    assert [
        (row["name"], row["quantity"], row["revenue"]) for row in may_api.get(url("purchased-products")).json()
    ] == [
        ("coffee", "0.350", "7.00"),
        ("tea", "1", "1.00"),
    ]


def test_seed_d53_december_counts_to_its_last_day(may_api):
    tea = product()
    for month in range(1, 13):
        with_line(booked(date(2026, month, 1)), tea, "1", "1.00")
    with_line(booked(date(2026, 12, 31)), tea, "2", "1.00")
    with_line(booked(date(2027, 1, 1)), tea, "4", "1.00")
    with_line(booked(date(2025, 12, 31)), tea, "8", "1.00")
    counts = may_api.get(url("monthly-transactions")).json()
    assert counts == [{"month": month, "value": 2 if month == 12 else 1} for month in range(1, 13)]
    sold = may_api.get(url("monthly-sold-products")).json()
    assert sold == [{"month": month, "value": "3" if month == 12 else "1", "kilograms": "0"} for month in range(1, 13)]
    year = may_api.get(url("transactions", "?from=2026-01-01&to=2026-12-31")).json()
    assert sum(row["value"] for row in counts) == year["transactions"]


@pytest.mark.parametrize("route", OVER_A_YEAR)
def test_seed_d55_months_without_a_sale_are_zero_and_in_order(may_api, route):
    with_line(booked(date(2026, 7, 15)), product(), "1", "1.00")
    rows = may_api.get(url(route)).json()
    assert [row["month"] for row in rows] == list(range(1, 13))
    assert [row["month"] for row in rows if row["value"] not in (0, "0")] == [7]


def test_refund_is_no_transaction_but_reduces_goods_sold(may_api):
    tea = product()
    with_line(booked(date(2026, 7, 1)), tea, "3", "1.00")
    with_line(booked(date(2026, 7, 2), "-1.00"), tea, "-1", "1.00")
    assert may_api.get(url("monthly-transactions")).json()[6]["value"] == 1
    assert may_api.get(url("monthly-sold-products")).json()[6]["value"] == "2"


def test_members_are_counted_by_tier_without_inactive_ones(may_api):
    for n, facts in enumerate([{}, {}, {"is_vip": True}, {"is_active": False}]):
        Member.objects.create(number=f"M{n}", name=f"Member {n}", **facts)
    assert may_api.get(url("members-by-tier")).json() == {"regular": 2, "vip": 1}


def test_current_cash_is_the_ledger_sum_of_each_open_drawer(may_api):
    first, second = shift_at("R1"), shift_at("R2")
    for shift, kind, amount in [(first, "float", 100), (first, "pay_out", -20), (second, "float", 50)]:
        CashMovement.objects.create(shift=shift, kind=kind, amount=amount, reason="x", by=shift.opened_by)
    found = may_api.get(url("current-cash")).json()
    assert found["total"] == "130.00"
    assert [(row["register"], row["cash"]) for row in found["drawers"]] == [("R1", "80.00"), ("R2", "50.00")]


def test_out_of_stock_lists_products_on_sale_without_stock(may_api):
    gone = product("gone", stock="0", reorder_point=3)
    low = product("low", stock="2", reorder_point=3)
    product("plenty", stock="4", reorder_point=3)
    product("retired", stock="0", is_active=False)
    assert [row["product"] for row in may_api.get(url("out-of-stock")).json()["results"]] == [gone.pk]
    assert [row["product"] for row in may_api.get(url("out-of-stock", "?state=low")).json()["results"]] == [low.pk]
    assert may_api.get(url("out-of-stock", "?state=many")).status_code == 400


def test_out_of_stock_comes_in_pages(may_api):
    for n in range(3):
        product(f"p{n}", stock="0")
    page = may_api.get(url("out-of-stock", "?page_size=2")).json()
    rest = may_api.get(page["next"]).json()
    assert [row["name"] for row in page["results"] + rest["results"]] == ["p0", "p1", "p2"]
