"""Ranking goods by revenue, and finding slow and unsold ones."""

import csv
from datetime import date, timedelta
from decimal import Decimal as D
from io import StringIO

import pytest
from django.urls import reverse

from pos import calendar
from reports.figures import against, assortment, periods
from reports.models import MonthProduct
from reports.rollups import keeping
from tests.reports.books import booked, product, with_line
from tests.reports.test_pages import text_of

MARCH = periods.month(2026, 3)


def sold(name: str, revenue: str, quantity: str = "1", stock: str = "10", **facts):
    goods = product(name, stock=stock, cost=D("2.00"))
    with_line(booked(facts.get("day", date(2026, 3, 5)), revenue), goods, quantity, str(D(revenue) / D(quantity)))
    return goods


@pytest.mark.django_db
def test_rank_a_covers_the_first_four_fifths_of_revenue():
    sold("best", "70.00")
    sold("good", "15.00")
    sold("fair", "10.00")
    sold("poor", "5.00")
    sold("February's", "500.00", day=date(2026, 2, 1))
    found = assortment.listed("abc", MARCH).goods
    assert [(goods.name, goods.rank) for goods in found] == [("best", "A"), ("good", "A"), ("fair", "B"), ("poor", "C")]
    assert [goods.share for goods in found] == [D("0.7"), D("0.15"), D("0.1"), D("0.05")]


@pytest.mark.django_db
def test_slow_goods_last_longest_and_dead_goods_were_not_bought():
    sold("quick", "10.00", quantity="10", stock="10")
    sold("slow", "10.00", quantity="1", stock="10")
    sold("dead", "10.00", stock="5", day=date(2025, 12, 24))
    product("new", stock="3", cost=D("1.00"))
    product("gone", stock="0")
    assert [(goods.name, goods.lasts) for goods in assortment.listed("slow", MARCH).goods] == [("slow", 310)]
    found = assortment.listed("dead", MARCH).goods
    assert [(goods.name, goods.value, goods.last_sold) for goods in found] == [
        ("dead", D("10.00"), date(2025, 12, 24)),
        ("new", D("3.00"), None),
    ]


@pytest.mark.django_db
def test_last_sale_of_dead_stock_is_read_from_its_kept_month():
    sold("dead", "10.00", stock="5", day=date(2025, 12, 24))
    before = assortment.listed("dead", MARCH)
    while keeping.work_one():
        pass
    assert MonthProduct.objects.get().last_sold == date(2025, 12, 24)
    assert assortment.listed("dead", MARCH) == before
    MonthProduct.objects.update(last_sold=date(2025, 12, 1))
    assert [goods.last_sold for goods in assortment.listed("dead", MARCH).goods] == [date(2025, 12, 1)]


@pytest.mark.django_db
def test_sums_cover_all_goods_even_if_the_list_is_cut():
    for n in range(5):
        sold(f"tea {n}", f"{n + 1}.00", stock="400")
    for kind in ("abc", "slow"):
        whole, cut = assortment.listed(kind, MARCH), assortment.listed(kind, MARCH, 2)
        assert cut.goods == whole.goods[:2]
        assert (cut.count, cut.value, cut.ranks) == (5, whole.value, whole.ranks)
    assert [(rank.rank, rank.count, rank.revenue) for rank in whole.ranks] == [("A", 3, 12), ("B", 2, 3), ("C", 0, 0)]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["abc", "slow", "dead"])
def test_page_and_its_file_list_the_same(may_web, kind):
    sold("tea", "70.00", stock="400")
    product("coffee", stock="3")
    asked = {"from": "2026-03-01", "to": "2026-03-31", "kind": kind}
    page = text_of(may_web.get(reverse("report_products"), asked))
    answer = may_web.get(reverse("report_products"), {**asked, "format": "csv"})
    names = [row["Product"] for row in csv.DictReader(StringIO(answer.getvalue().decode("utf-8-sig")))]
    assert names == (["coffee"] if kind == "dead" else ["tea"])
    assert names[0] in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asked", [{"kind": "x"}, {"from": "NaN"}, {"from": "2026-03-02", "to": "2026-03-01"}, {"format": "x"}]
)
def test_invalid_question_about_products_is_refused(may_web, asked):
    assert may_web.get(reverse("report_products"), asked).status_code == 400


@pytest.mark.django_db
def test_products_are_for_managers(ana_web):
    assert ana_web.get(reverse("report_products")).status_code == 403


@pytest.mark.django_db
def test_month_is_compared_with_the_month_before_and_the_year_before():
    for day, revenue in ((date(2026, 3, 31), "1.00"), (date(2026, 2, 28), "2.00"), (date(2025, 3, 1), "4.00")):
        booked(day, revenue)
    found = against.of(MARCH, date(2026, 5, 1))
    assert [(each.how, each.sums["revenue"]) for each in found] == [("", D(1)), ("before", D(2)), ("year", D(4))]


@pytest.mark.django_db
def test_unfinished_month_is_compared_with_as_many_days():
    found = against.of(MARCH, date(2026, 3, 11))
    assert [(each.period.start, each.period.last) for each in found] == [
        (date(2026, 3, 1), date(2026, 3, 10)),
        (date(2026, 2, 1), date(2026, 2, 10)),
        (date(2025, 3, 1), date(2025, 3, 10)),
    ]


@pytest.mark.django_db
def test_day_is_compared_with_the_same_weekdays():
    day = date(2026, 3, 10)
    found = against.of(periods.day(day), date(2026, 5, 1))
    assert [each.period.start for each in found] == [day, day - timedelta(7), day - timedelta(364)]
    assert {each.period.start.weekday() for each in found} == {day.weekday()}


@pytest.mark.django_db
def test_page_of_a_day_shows_the_days_compared(may_web):
    booked(calendar.today() - timedelta(7), "7.00")
    page = text_of(may_web.get(reverse("report_today"), {"day": str(calendar.today())}))
    assert "Beside other days" in page and "€7.00" in page
