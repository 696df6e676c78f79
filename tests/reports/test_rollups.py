"""The kept sums of closed days: never behind the books where a report reads them."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal as D
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from accounts.models import Role
from billing.models import Bill
from pos import calendar
from reports import audit
from reports.figures import cashier_activity, periods
from reports.models import DayCashier, DayTaking, KeptStand, RolledDay, RolledMonth, RolledUntil
from reports.rollups import freshness, keeping
from reports.rollups.freshness import Span
from reports.rollups.sources import DAY, MONTH
from tests import cast
from tests.cast import product as goods
from tests.counter import sell
from tests.kept import kept
from tests.reports.history import Shop

DAYS = 450  # a whole year among them
A_DAY = timedelta(1)


def all_made() -> int:
    made = 0
    while keeping.work_one():
        made += 1
    return made


def broken() -> list[str]:
    return [
        found.invariant.code for found in audit.findings() if found.count and found.invariant.code.startswith("I40")
    ]


def everything() -> dict[str, list[tuple]]:
    """All that is kept, but for the ids of its rows."""
    found = {}
    with connection.cursor() as cursor:
        for table, columns in keeping.tables().items():
            cursor.execute(f"SELECT {', '.join(columns)} FROM {table}")
            found[table] = sorted(cursor.fetchall(), key=str)
    assert all(found.values())
    return found


def longer_kept() -> int:
    return RolledMonth.objects.count() + RolledUntil.objects.count() + KeptStand.objects.count()


def kept_days(start: date, end: date) -> list[Span]:
    return freshness.cover(start, end, [DAY]).kept[DAY]


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Shop]:
    with kept(django_db_blocker, opened) as shop:
        yield shop


@pytest.fixture
def shop(made: Shop, db: None) -> Shop:
    """Built once for all tests."""
    keeping.Patience.until = 0
    return deepcopy(made)


def opened() -> Shop:
    shop = Shop(1, cashiers=[cast.person("may", role=Role.MANAGER)])
    shop.trade(DAYS, bills=30)
    return shop


def test_every_closed_day_is_kept_and_today_is_not(shop):
    today = calendar.today()
    closed = set(Bill.objects.filter(business_date__lt=today).values_list("business_date", flat=True))
    made = all_made()
    assert made == len(closed) + longer_kept()
    assert set(RolledDay.objects.values_list("day", flat=True)) == closed
    assert RolledMonth.objects.exists()
    assert not RolledMonth.objects.filter(month__gte=today.replace(day=1)).exists()
    assert freshness.state().adds_up
    assert not broken()
    assert all_made() == 0


def test_cashiers_did_what_their_bills_say_with_kept_days_and_without(shop):
    whole = periods.between(calendar.today() - timedelta(DAYS), calendar.today())
    from_bills = cashier_activity.gathered(whole)
    assert any(conduct.returns and conduct.given_off for conduct in from_bills.values())
    all_made()
    assert cashier_activity.gathered(whole) == from_bills
    DayCashier.objects.update(bills=7)
    assert cashier_activity.gathered(whole) != from_bills  # they were read
    assert broken() == ["I40"]


def test_a_bill_that_comes_late_for_a_closed_day_is_read_live_until_its_day_is_made_anew(shop):
    all_made()
    late = shop.sale()
    day = shop.move(late.pk, DAYS - 1)
    cover = freshness.cover(day, calendar.today(), [DAY])
    assert not any(start <= day < end for start, end in cover.kept[DAY])
    assert any(start <= day < end for start, end in cover.live)
    month = day.replace(day=1)
    assert freshness.cover(month, freshness.next_month(month), [DAY, MONTH]).kept[MONTH] == []
    assert all_made() > 2  # the day, its month, and all sums until later months
    assert kept_days(day, day + A_DAY) == [(day, day + A_DAY)]
    assert not broken()


def test_a_late_bill_on_a_day_that_had_none_is_found(shop):
    first = Bill.objects.earliest("business_date").business_date
    all_made()
    late = shop.sale()
    day = shop.move(late.pk, (calendar.today() - first).days + 3)
    all_made()
    assert RolledDay.objects.get(day=day).bills == 1
    assert not broken()


def test_a_day_made_twice_is_as_made_once(shop):
    all_made()
    before = everything()
    for day in RolledDay.objects.values_list("day", flat=True):
        keeping.roll(DAY, day)
    assert everything() == before


def test_rebuilding_ends_with_the_same_and_says_how_far_it_is(shop, monkeypatch):
    all_made()
    before = everything()
    DayTaking.objects.update(revenue=D(1))
    assert broken() == ["I40", "I40.month"]
    monkeypatch.setattr("reports.management.commands.rebuild_rollups.TELL_EVERY", 0)
    out = StringIO()
    call_command("rebuild_rollups", stdout=out)
    days = RolledDay.objects.count()
    assert f" 1 of {days} days" in out.getvalue()
    assert f"{days} days and {longer_kept()} months, sums until months and stocks" in out.getvalue()
    assert everything() == before


def test_a_job_that_is_killed_leaves_no_half_day(shop, monkeypatch):
    def killed(*_asked: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("reports.rollups.sources.Source.rolled", killed)
    with pytest.raises(KeyboardInterrupt):
        keeping.work_one()
    assert not RolledDay.objects.exists()
    monkeypatch.undo()
    all_made()
    assert not broken()


def test_a_sale_costs_no_statement_more_when_its_days_are_kept(shop, may):
    of = goods(price="1.00", stock="50")
    sell((of, "1"), by=may, cash="1.00")
    with CaptureQueriesContext(connection) as before:
        sell((of, "1"), by=may, cash="1.00")
    all_made()
    with CaptureQueriesContext(connection) as after:
        sell((of, "1"), by=may, cash="1.00")
    assert len(after) == len(before)
    assert not any("reports_" in query["sql"] for query in after)


def test_where_the_counts_differ_for_no_day_they_are_not_compared_again_at_once(shop):
    all_made()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE billing_register SET last_sale = last_sale + 1 WHERE code = 'R1'")
    assert keeping.work_one() is False
    with CaptureQueriesContext(connection) as asked:
        assert keeping.work_one() is False
    assert not any("FULL JOIN" in query["sql"] for query in asked)
