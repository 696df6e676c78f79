"""Members' purchases and points owed are the same from kept months and from the bills."""

from collections import defaultdict
from collections.abc import Iterator
from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal
from operator import eq, ge, gt
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from accounts.models import Role
from billing.models import Bill
from pos import calendar
from reports.figures import assortment, membership, owing, periods
from reports.figures.dimensions import DIMENSIONS
from reports.figures.periods import Period
from reports.figures.question import Question, answer
from reports.models import Cohort, MemberUntil, MonthMember, RolledMonth
from reports.rollups import keeping
from tests import cast
from tests.cast import MemberFactory
from tests.kept import kept
from tests.ledgers import plant
from tests.reports.history import Shop
from tests.reports.test_rollups import all_made, broken

DAYS = 130  # some whole months, and each age of points but the oldest


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
    shop = Shop(7, cashiers=[cast.person("may", role=Role.MANAGER)])
    shop.trade(DAYS, bills=40)
    return shop


def said() -> list[Any]:
    """Every report that reads sums by member."""
    today = calendar.today()
    span = periods.between((today - timedelta(DAYS)).replace(day=1), today)
    found: list[Any] = [membership.cohorts(span)]
    found += [
        membership.of_months(periods.month(day.year, day.month), who)
        for day in span.days[::30]
        for who in ("all", "new", "back", str(span.start))
    ]
    found += [owing.holders(today - timedelta(back), "points") for back in range(0, DAYS, 9)]
    found += [answer(Question(span, DIMENSIONS[by])).rows for by in ("member", "product")]
    buyer = Bill.objects.filter(member__isnull=False).latest("pk").member_id
    found += [answer(Question(span, DIMENSIONS["month"], {"member": member})).rows for member in (buyer, 0)]
    found += [assortment.listed(kind, periods.between(today - timedelta(3), today)) for kind in assortment.KINDS]
    return found


def test_kept_months_equal_the_bills(shop: Shop) -> None:
    from_bills = said()
    assert from_bills[0]
    assert any(held.owing.to_90 for held in owing.holders(calendar.today(), "points").first)
    all_made()
    assert RolledMonth.objects.count() > 2
    assert not broken()
    assert said() == from_bills


def test_who_came_back_is_who_had_bills_after_the_first_month(shop: Shop) -> None:
    """As plain Python adds up the bills."""
    early, late, new = Bill.objects.filter(member__isnull=False).order_by("business_date")[:3]
    for again in (late, new):
        shop.move(again.pk, 5)
    for bills in (f"{early.pk}, {late.pk}", f"{new.pk}"):
        plant([f"UPDATE billing_bill SET member_id = {MemberFactory.create().pk} WHERE id IN ({bills})"])
    for _again in range(2):
        bought = defaultdict(list)
        for member, *bill in Bill.objects.exclude(member=None).values_list("member", "business_date", "kind", "total"):
            bought[member].append((bill[0].replace(day=1), bill[1] == "sale", bill[2]))
        for since, until in ((DAYS, 0), (70, 0), (20, 0), (DAYS, 70)):
            days = [calendar.today() - timedelta(back) for back in (since, until)]
            months = periods.in_whole_months(periods.between(*days))
            for who in ("all", "new", "back", *map(str, {min(bills)[0] for bills in bought.values()})):
                found = membership.of_months(months, who)
                known = [listed(member, bills, months, who) for member, bills in bought.items()]
                assert sorted(found.first) == sorted(row for row in known if row), (months, who)
                assert found.sales == sum(row[1] for row in found.first)
        all_made()


def listed(
    member: int, bills: list[tuple[date, bool, Decimal]], months: Period, who: str
) -> tuple[int, int, Decimal] | None:
    first = min(bills)[0]
    if who not in ("all", "new", "back") and str(first) != who:
        return None
    beside = {"new": eq, "back": gt}.get(who, ge)
    found = [bill for bill in bills if months.start <= bill[0] < months.end and beside(bill[0], first)]
    return (member, sum(bill[1] for bill in found), sum(bill[2] for bill in found)) if found else None


def test_reports_read_the_kept_months_and_the_audit_compares_them(shop: Shop) -> None:
    all_made()
    before = said()
    MonthMember.objects.update(revenue=7)
    MemberUntil.objects.update(to_30=1000)
    Cohort.objects.update(spent=7)
    after = said()
    assert before[0] != after[0]
    assert [before[place] != after[place] for place in range(len(before))].count(True) > 5
    assert broken() == ["I40.month", "I40.until"]
    for _made in keeping.rebuild():
        pass
    assert said() == before


def test_late_bill_is_in_the_members_months_at_once(shop: Shop) -> None:
    all_made()
    late = shop.sale()
    shop.move(late.pk, DAYS - 5)
    with_it = said()
    assert all_made() > 2  # its day, its month, and all sums until later months
    assert said() == with_it
    assert not broken()
