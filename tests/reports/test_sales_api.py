"""GET /api/v1/reports/sales: what was sold, by anything."""

import csv
from datetime import date, timedelta
from decimal import Decimal as D
from io import StringIO
from urllib.parse import parse_qsl, urlsplit

import pytest

from billing.models import Bill
from pos import calendar
from reports.figures.dimensions import ALL
from reports.rollups import keeping
from tests.reports.books import booked, product, with_line
from tests.reports.history import Shop

URL = "/api/v1/reports/sales"
MARCH = {"from": "2026-03-01", "to": "2026-03-31"}


@pytest.fixture
def march(db):
    tea, milk = product("Tea", cost=D("4.00")), product("Milk", price="2.00")
    with_line(booked(date(2026, 3, 2), "25.00"), tea, "2", "12.50", unit_cost=D("4.00"))
    with_line(booked(date(2026, 3, 9), "2.00"), milk, "1", "2.00")
    with_line(booked(date(2026, 3, 9), "-12.50"), tea, "-1", "12.50", unit_cost=D("4.00"))
    with_line(booked(date(2026, 2, 2), "10.00"), milk, "5", "2.00")
    with_line(booked(date(2025, 3, 2), "4.00"), milk, "2", "2.00")
    return tea, milk


def test_rows_by_day_have_the_documented_figures(may_api, march):
    found = may_api.get(URL, MARCH).json()
    assert (found["from"], found["to"], found["by"], found["compare"]) == ("2026-03-01", "2026-03-31", "day", None)
    rows = {row["key"]: row for row in found["rows"]}
    assert len(rows) == 31
    second = rows["2026-03-02"]["figures"]
    assert second["revenue"] == second["net"] == "25.00"
    assert (second["bills"], second["sales"], second["pieces"]) == (1, 1, "2")
    assert (second["cost"], second["margin"], second["margin_rate"]) == ("8.00", "17.00", "0.680")
    ninth = rows["2026-03-09"]["figures"]
    assert (ninth["revenue"], ninth["turnover"], ninth["refunded"]) == ("-10.50", "2.00", "12.50")
    assert rows["2026-03-03"]["figures"]["average"] is None
    assert rows["2026-03-02"]["before"] is None
    assert found["total"]["revenue"] == "14.50"


@pytest.mark.parametrize(("compare", "start", "total", "row"), [("before", "2026-02-01", "10.00", "10.00")])
def test_compared_with_the_month_before(may_api, march, compare, start, total, row):
    found = may_api.get(URL, {**MARCH, "compare": compare}).json()
    assert (found["compared_from"], found["compared_to"]) == (start, "2026-02-28")
    assert found["total_before"]["revenue"] == total
    assert {row["key"]: row["before"]["revenue"] for row in found["rows"]}["2026-03-02"] == row


def test_compared_with_the_year_before_by_product(may_api, march):
    _tea, milk = march
    found = may_api.get(URL, {**MARCH, "compare": "year", "by": "product"}).json()
    rows = {row["key"]: row for row in found["rows"]}
    assert rows[str(milk.pk)]["before"]["revenue"] == "4.00"
    assert rows[str(milk.pk)]["figures"]["bills"] is None  # a product has no bills of its own
    assert found["compared_from"] == "2025-03-01"


def test_one_day_is_compared_with_the_same_weekday(may_api, march):
    found = may_api.get(URL, {"from": "2026-03-09", "to": "2026-03-09", "compare": "before"}).json()
    assert found["compared_from"] == "2026-03-02"
    assert found["rows"][0]["before"]["revenue"] == "25.00"


@pytest.mark.parametrize("by", [dimension.name for dimension in ALL])
def test_csv_by_any_dimension(may_api, march, by):
    answer = may_api.get(URL, {**MARCH, "by": by, "compare": "before"}, headers={"Accept": "text/csv"})
    assert answer["Content-Type"].startswith("text/csv")
    assert "2026-03-01" in answer["Content-Disposition"]
    rows = list(csv.DictReader(StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert sum(D(row["revenue"]) for row in rows) == D("14.50")
    assert "revenue_before" in rows[0]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"by": "colour"}, "by"),
        ({"compare": "never"}, "compare"),
        ({"register": "X"}, "register"),
        ({"cashier": "nobody"}, "cashier"),
        ({"hour": "24"}, "hour"),
        ({"weekday": "0"}, "weekday"),
        ({"tier": "gold"}, "tier"),
        ({"rate": "NaN"}, "rate"),
        ({"tender": "shells"}, "tender"),
        ({"product": "9" * 30}, "product"),
        ({"category": "-1"}, "category"),
        ({"by": "product", "tender": "cash"}, "by"),
        ({"colour": "blue"}, "colour"),
        ({"cashier": "x" * 200}, "cashier"),
        ({"cashier": "\0"}, "cashier"),
        ({"to": "2026-02-01"}, "to"),
    ],
)
@pytest.mark.parametrize("accept", ["application/json", "text/csv"])
def test_invalid_question_is_400_with_a_sentence(may_api, asked, field, accept):
    answer = may_api.get(URL, {**MARCH, **asked}, headers={"Accept": accept})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field
    assert answer["Content-Type"] == "application/problem+json"


def test_cashier_and_anonymous_request_are_refused(ana_api, client):
    assert ana_api.get(URL, MARCH).status_code == 403
    assert client.get(URL, MARCH).status_code == 401


def test_longest_allowed_period_is_answered(may_api, march):
    found = may_api.get(URL, {"from": "0001-01-01", "to": "9998-12-31", "compare": "year"}).json()
    assert found["total"]["revenue"] == "28.50"


def test_every_row_links_to_bills_that_add_up_to_its_figure(may_api, may_web, may):
    shop = Shop(11, cashiers=[may])
    shop.trade(40, bills=10)
    while keeping.work_one():
        pass
    days = {"from": str(calendar.today() - timedelta(40)), "to": str(calendar.today())}
    for dimension in ALL:
        for row in may_api.get(URL, {**days, "by": dimension.name}).json()["rows"]:
            parts = urlsplit(row["bills"])
            found = may_web.get(parts.path, dict(parse_qsl(parts.query)) | {"format": "csv"})
            listed = list(csv.DictReader(StringIO(found.getvalue().decode("utf-8-sig"))))
            assert sum(D(bill["Revenue"]) for bill in listed) == D(row["figures"]["revenue"]), row["bills"]
            if row["figures"]["bills"] is not None:
                assert len(listed) == row["figures"]["bills"]
    assert Bill.objects.count() > 10
