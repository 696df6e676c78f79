"""Reports on goods, members, amounts owed and stock: the API returns the same figures as the pages."""

from decimal import Decimal as D
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from pos import calendar
from reports.figures import assortment, membership, owing, periods, stock_value
from tests.keys import machine
from tests.reports.history import Shop
from tests.reports.test_more_pages import days, shop, whole

__all__ = ["shop"]
pytestmark = pytest.mark.django_db
REPORTS = ("assortment", "members-by-month", "owed", "stock-value")


def told(client: Client, name: str, **asked: Any) -> Any:
    answer = client.get(f"/api/v1/reports/{name}", asked)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_api_reports_return_what_the_pages_show(shop: Shop, may_api: Client) -> None:
    today = calendar.today()
    owed = {row["kind"]: D(row["total"]) for row in told(may_api, "owed", date=today)}
    assert owed == {kind: one.total for kind, one in owing.by_kind(today).items()}
    shelf = told(may_api, "stock-value", date=today)
    on_shelf = stock_value.at_end_of(today)
    assert shelf
    assert [(row["product"], D(row["quantity"])) for row in shelf] == [(one.product, one.quantity) for one in on_shelf]
    assert [D(row["value"]) for row in shelf] == [round(one.value, 2) for one in on_shelf]
    best = told(may_api, "assortment", **days())
    found = assortment.listed("abc", whole())
    assert [row["product"] for row in best["goods"]] == [goods.product for goods in found.goods]
    assert (best["count"], best["from"]) == (found.count, str(whole().start))
    dead = told(may_api, "assortment", kind="dead", **days())
    assert dead["count"] == assortment.listed("dead", whole()).count
    months = told(may_api, "members-by-month", **days())
    cohorts = membership.cohorts(periods.in_whole_months(whole()))
    assert [(row["month"], row["members"]) for row in months] == [(str(one.month), one.members) for one in cohorts]


def test_invalid_reports_are_refused(may_api: Client, ana_api: Client, may: User) -> None:
    for name in REPORTS:
        path = f"/api/v1/reports/{name}"
        asked = (
            {"date": "2026-02-01"} if name in ("owed", "stock-value") else {"from": "2026-02-01", "to": "2026-02-02"}
        )
        assert ana_api.get(path, asked).status_code == 403
        assert machine(may, "bills:read").get(path, asked).status_code == 403
        assert machine(may, "reports:read").get(path, asked).status_code == 200
        assert may_api.get(path).status_code == 400
        assert may_api.get(path, {**asked, "colour": "red"}).status_code == 400
        for odd in ("x", "9999-12-31", "0001-01-01", "2026-02-30"):
            status = may_api.get(path, dict.fromkeys(asked, odd)).status_code
            assert status in (200, 400), (name, odd)
    assert may_api.get("/api/v1/reports/assortment", {**days(), "kind": "loud"}).status_code == 400
