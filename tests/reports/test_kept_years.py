"""Days, months and all until a day are kept, and every page says the same as from the bills."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal as D
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from accounts.models import Role
from billing.models import Bill
from inventory.models import Product, Stock, StockMovement
from inventory.shelf import stock
from pos import calendar
from reports.figures import assortment, comparing, membership, owing, periods, queries, stock_value
from reports.figures.dimensions import ALL, DIMENSIONS
from reports.figures.measures import ALL as MEASURES
from reports.figures.periods import Period
from reports.figures.question import Question, answer
from reports.journal import liabilities
from reports.models import Cohort, MemberUntil, ProductUntil, RolledUntil
from reports.rollups import freshness, keeping
from reports.rollups.sources import DAY, MONTH, UNTIL
from tests import cast
from tests.kept import kept
from tests.ledgers import plant
from tests.reports.history import Shop
from tests.reports.test_rollups import all_made, broken

DAYS = 800  # so that points of a whole year are over a year old


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
    """A shop whose goods were delivered at two costs, on some days of the past."""
    may = cast.person("may", role=Role.MANAGER)
    shop = Shop(21, cashiers=[may])
    for goods in shop.shelf:
        on_hand = Stock.objects.get(product=goods).quantity
        StockMovement.objects.create(product=goods, kind="opening", quantity=on_hand, by=may)
    shop.trade(DAYS, bills=40)
    for goods in shop.shelf:
        for cost in ("3.50", "8.00"):
            stock.receive(goods, D(shop.dice.randint(1, 50)), cost=D(cost), by=may)
    moved = StockMovement.objects.order_by("pk").values_list("pk", flat=True)
    plant(
        [
            f"UPDATE inventory_stockmovement SET at = at - interval '{shop.dice.randint(1, DAYS)} days' WHERE id = {pk}"
            for pk in moved
        ]
    )
    return shop


def years() -> Period:
    today = calendar.today()
    return periods.between(date(today.year - 2, 1, 1), today)


def spans() -> list[Period]:
    """Years, some whole months, and days that are none."""
    today = calendar.today()
    return [years(), *(periods.between(today - timedelta(back), today) for back in (200, 33, 3))]


def said() -> list[Any]:
    today = calendar.today()
    found: list[Any] = []
    for span in spans():
        found += [answer(Question(span, dimension)).rows for dimension in (None, *ALL)]
        buyer = Bill.objects.filter(member__isnull=False).latest("pk").member_id
        found += [answer(Question(span, filters={"member": member})).rows for member in (buyer, 0)]
        found += [queries.purchased_products(span)]
        found += [assortment.listed(kind, span) for kind in assortment.KINDS]
    months = periods.in_whole_months(years())
    early = periods.between(months.start, months.start.replace(month=9))
    late = periods.between(calendar.today() - timedelta(200), calendar.today())
    for some in map(periods.in_whole_months, (months, early, late)):
        first = str(periods.months_away(some.start, 2))
        found += [membership.cohorts(some)]
        found += [membership.of_months(some, who) for who in ("all", "new", "back", first)]
    for back in range(0, DAYS, 50):
        day = today - timedelta(back)
        found += [owing.holders(day, "all"), liabilities.owed(day), stock_value.at_end_of(day)]
    return found


def test_kept_sums_say_what_the_bills_say(shop: Shop) -> None:
    from_bills = said()
    all_made()
    assert set(freshness.cover(years().start, years().end, [DAY, MONTH, UNTIL]).kept) == {DAY, MONTH, UNTIL}
    assert ProductUntil.objects.exists()
    assert not broken()
    assert said() == from_bills
    late = shop.sale()
    shop.move(late.pk, DAYS - 20)  # of a year that is kept
    with_it = said()
    assert with_it != from_bills
    assert keeping.work_one()  # the day; its month and all later ones wait
    assert said() == with_it
    all_made()
    assert said() == with_it
    assert not broken()


def test_reports_read_the_sums_until_months_and_the_audit_compares_them(shop: Shop) -> None:
    all_made()
    before = said()
    for changed in (
        lambda: ProductUntil.objects.update(revenue=F("revenue") * 7),
        lambda: MemberUntil.objects.update(to_30=1000),
        lambda: Cohort.objects.update(spent=7),
    ):
        known = said()
        changed()
        assert known != said()
        assert broken() == ["I40.until"]
    for _made in keeping.rebuild():
        pass
    assert said() == before
    assert not broken()


def test_sums_until_the_latest_monday_say_what_the_bills_say(shop: Shop) -> None:
    from_bills = said()
    sunday = last_sunday_of_a_month(calendar.today() - timedelta(60))
    for back, mondays in ((14, 1), (7, 2), (0, 2)):  # the one before is kept for those who read it
        made_as_of(sunday - timedelta(back))
        monday = sunday - timedelta(back + 6)
        assert freshness.last_until(calendar.today(), freshness.state()) == monday
        assert ProductUntil.objects.filter(until=monday).exists()
        assert not Cohort.objects.filter(until=monday).exists()
        for model in (RolledUntil, ProductUntil, MemberUntil):
            until = model._default_manager.exclude(until__day=1).values_list("until", flat=True)
            assert len(set(until)) == mondays, model
        assert known_rows("reports_memberuntil") == MemberUntil.objects.count()
        assert said() == from_bills
        assert not broken()
    MemberUntil.objects.filter(until=monday).update(older=7)
    assert broken() == ["I40.until"]


def last_sunday_of_a_month(day: date) -> date:
    """In the month before this day's, and not in its first week."""
    last = day.replace(day=1) - timedelta(1)
    return last - timedelta(last.isoweekday() % 7)


def known_rows(table: str) -> int:
    """As the database's planner counts them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [table])
        return int(cursor.fetchone()[0])


def made_as_of(day: date) -> None:
    while due := keeping.next_due(day):
        keeping.roll(*due)


def test_goods_that_sold_only_before_the_days_asked_for_are_not_among_them(shop: Shop) -> None:
    goods = sold_once(shop, DAYS - 1)
    all_made()
    span = periods.between(calendar.today() - timedelta(300), calendar.today())
    asked = Question(span, DIMENSIONS["product"])
    assert freshness.cover(span.start, span.end, [DAY, MONTH, UNTIL]).kept[UNTIL]
    assert goods.pk not in answer(asked).rows
    assert answer(asked) == answer(asked, from_bills=True)


def sold_once(shop: Shop, back: int) -> Product:
    """Goods that sold so many days ago to a member, both never again."""
    once = shop.sale()
    shop.move(once.pk, back)
    goods, buyer = cast.product(price="2.00", stock="9"), cast.MemberFactory.create()
    plant(
        [
            f"UPDATE billing_billline SET product_id = {goods.pk} WHERE bill_id = {once.pk}",
            f"UPDATE billing_bill SET member_id = {buyer.pk} WHERE id = {once.pk}",
        ]
    )
    return goods


def test_closed_days_of_no_whole_month_are_read_without_their_bills(shop: Shop) -> None:
    all_made()
    today = calendar.today()
    for by in ("product", "member", "category", "month", "hour"):
        asked = Question(Period(today - timedelta(20), today - timedelta(2)), DIMENSIONS[by])
        with CaptureQueriesContext(connection) as queries_asked:
            found = answer(asked)
        assert not any("billing_billline" in query["sql"] for query in queries_asked), by
        assert found == answer(asked, from_bills=True), by


def test_page_asks_once_which_sums_are_those_of_the_books(shop: Shop, may_web: Client) -> None:
    all_made()
    year = f"from={calendar.today() - timedelta(364)}&to={calendar.today()}"
    for page in (
        "/reports",
        f"/reports/range?{year}",
        f"/reports/sales?{year}&by=member&compare=year",
        f"/reports/members?{year}&who=back",
        f"/reports/owed?day={calendar.today()}",
    ):
        with CaptureQueriesContext(connection) as queries_asked:
            assert may_web.get(page).status_code == 200
        assert sum("last_sale + last_refund" in query["sql"] for query in queries_asked) == 1, page


def test_first_rows_of_a_page_are_those_of_the_whole_report(shop: Shop) -> None:
    for by, compare in product(("product", "member"), ("", "year")):
        first_rows_are_those_of_the_whole(by, compare)
    sold_once(shop, 450)  # among the days compared with alone
    for _back in range(2):  # and brought back since
        shop.refund(Bill.objects.filter(lines__product=sold_once(shop, 450)).distinct().get())
    for by, compare in product(("product", "member"), ("before", "year")):
        found = first_rows_are_those_of_the_whole(by, compare)
        revenues = [row.sums["revenue"] for row in found.rows]
        assert not all(revenues)
        assert sum(revenue < 0 for revenue in revenues) > 1


def first_rows_are_those_of_the_whole(by: str, compare: str) -> comparing.Report:
    span = periods.between(calendar.today() - timedelta(300), calendar.today())
    asked = Question(span, DIMENSIONS[by])
    whole = comparing.report(asked, compare)
    known = {row.key: row for row in whole.rows}
    assert len(known) > 2
    for measure, falling, most in product(MEASURES, (True, False), (1, len(known) - 2, len(known) - 1, len(known))):
        sort = measure.name if falling else f"-{measure.name}"
        shown = comparing.report(asked, compare, sort=sort, most=most)
        by_this = measure if measure in asked.measures else MEASURES[0]
        figures = [row.figure(by_this) for row in whole.rows]
        first = [*sorted((figure for figure in figures if figure is not None), reverse=falling), *[None] * len(known)]
        assert sorted(map(str, (row.figure(by_this) for row in shown.rows))) == sorted(map(str, first[:most])), sort
        assert {row.key: row for row in shown.rows}.items() <= known.items()
        assert totals(shown) == totals(whole)
        assert shown.more == (most < len(known))
    nothing = comparing.report(Question(periods.day(date(2001, 1, 1)), DIMENSIONS[by]), compare, most=2)
    assert (nothing.rows, nothing.more) == ([], False)
    assert not any(nothing.total.values())
    return whole


def totals(report: comparing.Report) -> list[Any]:
    found = [report.total, *([report.total_before] if report.total_before else [])]
    return [[measure.read(sums) for measure in report.measures] for sums in found]
