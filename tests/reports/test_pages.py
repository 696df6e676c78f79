"""The report pages."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from billing.models import BillTax
from pos import calendar, clock
from pos.models import StoreSettings
from reports.views.sales_cells import Cell
from tests.cast import signed_in
from tests.counter import sell
from tests.reports.books import booked, product, shift_at, with_line

PAGES = ["report_today", "report_month", "report_range", "report_year"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def march(db):
    """Two sales and a refund of March 2025."""
    tea = product("Tea <b>bold</b>")
    bill = booked(date(2025, 3, 1), "119.00", tax=D("19.00"), vip_discount=D("3.00"), discount=D("3.00"))
    BillTax.objects.create(bill=bill, rate=D("0.19"), base=D(100), tax=D(19))
    with_line(bill, tea, "2", "59.50", tax_rate=D("0.19"), tax=D("19.00"))
    booked(date(2025, 3, 31), "1.00")
    with_line(booked(date(2025, 3, 31), "-10.00"), tea, "-1", "10.00")


def text_of(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


@pytest.mark.parametrize("name", PAGES)
def test_page_of_an_empty_shop_opens_for_a_manager(may_web, name):
    assert may_web.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_cashier_is_refused(ana_web, name):
    assert ana_web.get(reverse(name)).status_code == 403


@pytest.mark.parametrize("name", PAGES)
def test_report_page_refuses_post(may_web, name):
    assert may_web.post(reverse(name)).status_code == 405


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    "value", ["0", "-1", "10000", "9" * 5000, "NaN", "1.5", "x", "\0", "9999-12-31", "2026-02-30", ""]
)
def test_seed_d60_invalid_parameters_of_a_page_are_explained(may_web, name, value):
    asked = dict.fromkeys({"report_today": ["day"], "report_range": ["from", "to"]}.get(name, ["year"]), value)
    answer = may_web.get(reverse(name), asked)
    assert answer.status_code == 400
    assert "Which days?" in text_of(answer)


def test_reversed_range_is_explained(may_web):
    answer = may_web.get(reverse("report_range"), {"from": "2025-03-02", "to": "2025-03-01"})
    assert answer.status_code == 400
    assert "The last day is before the first." in text_of(answer)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("report_today", {"day": "0001-01-03"}),
        ("report_today", {"day": "9998-12-31"}),
        ("report_month", {"year": "1", "month": "1"}),
        ("report_month", {"year": "9998", "month": "12"}),
        ("report_year", {"year": "1"}),
        ("report_year", {"year": "9998"}),
        ("report_range", {"from": "0001-01-01", "to": "9998-12-31"}),
    ],
)
def test_first_and_last_days_of_the_calendar_open(may_web, march, name, asked):
    assert may_web.get(reverse(name), asked).status_code == 200


def test_month_shows_the_total_of_its_bills(may_web, march):
    shown = text_of(may_web.get(reverse("report_month"), {"year": 2025, "month": 3}))
    assert "€110.00 €91.00 without tax" in shown
    assert "1 refund beside them" in shown
    assert "€3.00 of it for VIPs" in shown
    assert "19% of €100.00 €19.00" in shown
    assert "Tea &lt;b&gt;bold&lt;/b&gt; 1 €109.00" in shown


def test_year_lists_twelve_months_and_their_sum(may_web, march):
    shown = text_of(may_web.get(reverse("report_year"), {"year": 2025}))
    assert "February 2025 €0.00 0 0 March 2025 €110.00 2 1 April 2025" in shown
    assert shown.index("December 2025") < shown.index("2025 €110.00 2 1", shown.index("December 2025"))


def test_day_is_compared_with_the_same_weekday_a_week_before(may_web):
    today = calendar.today()
    booked(today, "20.00")
    booked(today - timedelta(days=7), "5.00")
    answer = may_web.get(reverse("report_today"))
    assert answer.context["revenue"].revenue == 20
    assert answer.context["before_whole"] == 5


def test_today_shows_drawers_and_goods_out_of_stock(may_web):
    shift_at("R7")
    product("Gone", stock="0")
    product("Nearly gone", stock="1", reorder_point=3)
    shown = text_of(may_web.get(reverse("report_today")))
    for words in ("R7", "1 out of stock", "1 running low", "Gone 0 left", "Nearly gone 1 left"):
        assert words in shown


def test_today_is_the_business_date_of_a_bill_sold_now(settings, may, tea):
    settings.DEBUG = True
    StoreSettings.change(by="may", cutoff_hour=4)
    night = datetime(2026, 3, 28, 3, 59, tzinfo=timezone.get_current_timezone())
    with clock.set_to(night):
        bill = sell((tea, "1"), by=may, register="API", cash="12.50")
        answer = signed_in(may).get(reverse("report_today"))
    assert (answer.context["today"], answer.context["revenue"].revenue) == (date(2026, 3, 27), bill.total)
    assert bill.business_date == date(2026, 3, 27)


@pytest.mark.parametrize("name", PAGES)
def test_page_takes_no_more_queries_for_a_long_history(may_web, django_assert_max_num_queries, name):
    tea, today = product(), calendar.today()
    for back in range(12):
        with_line(booked(today - timedelta(days=back)), tea, "1", "1.00")
        shift_at(f"R{back}")
        product(f"p{back}", stock="0")
    with django_assert_max_num_queries(40):
        may_web.get(reverse(name))


@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_inline_style_or_script(may_web, march, name):
    page = may_web.get(reverse(name), {"year": 2025} if name == "report_year" else {}).content.decode()
    assert not re.search(r"\sstyle=|<style|\son\w+=|<script(?![^>]*\ssrc=)", page)


def test_cell_of_a_table_escapes_what_it_says() -> None:
    said = Cell('<b>"5"', bills='?member="><script>&x=1', note="<i>").td
    assert said == (
        '<td class="number"><a class="table__link table__figure" href="?member=&quot;&gt;&lt;script&gt;&amp;x=1">'
        '&lt;b&gt;&quot;5&quot;</a> <span class="badge badge--warning">&lt;i&gt;</span></td>'
    )
