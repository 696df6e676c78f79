"""Payments, taxes, Z reports, members, amounts owed and stock value: every link opens and shows its figure."""

import csv
import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal as D
from html import unescape
from io import StringIO
from typing import Any

import pytest
from django.db.models import Sum
from django.test import Client
from django.urls import reverse

from accounts.models import User
from billing.drawer import cash, counting
from billing.models import Bill, BillTax, Shift, StoredValue, ZReport
from inventory.models import Product, Stock, StockMovement
from inventory.shelf import stock
from members.models import Member
from pos import calendar
from reports.figures import membership, owing, payments, periods, stock_value, taxes
from reports.journal.liabilities import owed
from reports.models import KeptStand
from reports.rollups import stands
from tests.ledgers import plant
from tests.reports.books import clerk, product
from tests.reports.history import Shop
from tests.reports.test_pages import text_of

PAGES = ["report_tenders", "report_taxes", "report_z", "report_members", "report_owed", "report_stock"]
DAYS = 40


@pytest.fixture
def shop(may: User) -> Shop:
    """A shop whose sales lie on some days before today; its drawers are counted, one with too little."""
    shop = Shop(4, cashiers=[may])
    opened = calendar.beginning(whole().start, 0)
    for goods in shop.shelf:
        on_hand = Stock.objects.get(product=goods).quantity
        StockMovement.objects.create(product=goods, kind="opening", quantity=on_hand, by=may, at=opened)
    shop.trade(DAYS, bills=10)
    for shift in Shift.objects.filter(closed_at=None):
        counting.close_shift(shift.pk, counted=cash.expected_cash(shift) - 2, by=shift.opened_by)
    return shop


def whole() -> periods.Period:
    return periods.between(calendar.today() - timedelta(DAYS), calendar.today())


def days() -> dict[str, str]:
    return {"from": str(whole().start), "to": str(whole().last)}


@pytest.mark.django_db
def test_page_opens_in_an_empty_shop_and_explains_invalid_parameters(may_web: Client, ana_web: Client) -> None:
    bad = [{"day": "x", "from": "x"}, {"day": "\0", "from": "2026-02-30"}]
    for name in PAGES:
        assert may_web.get(reverse(name)).status_code == 200, name
        assert ana_web.get(reverse(name)).status_code == 403, name
        assert may_web.get(reverse(name), {"format": "pdf"}).status_code == 400, name
        for asked in bad:
            assert may_web.get(reverse(name), asked).status_code == 400, name
    for name, asked in [
        ("report_taxes", {"per": "week"}),
        ("report_z", {"register": "R9"}),
        ("report_z", {"after": "9" * 30}),
        ("report_members", {"who": "2026-13-01"}),
        ("report_members", {"month": "soon"}),
        ("report_owed", {"kind": "debts"}),
        ("report_owed", {"kind": "points", "holder": "999999"}),
        ("report_owed", {"kind": "points", "holder": "x"}),
        ("report_stock", {"product": "999999"}),
        ("report_stock", {"category": "-1"}),
    ]:
        assert may_web.get(reverse(name), asked).status_code == 400, (name, asked)


NOTHING = ("€0.00", "0")
FIGURE = re.compile(
    r'<(?:td class="number[^"]*"|span class="figure__value[^"]*"|dd)>\s*(?:<a [^>]*href="([^"]+)"[^>]*>)?([^<]*)<'
)


def figures_of(page: str) -> list[tuple[str, str]]:
    """Address and text of each number of a page; the address is empty without a link."""
    body = page.partition("<main")[2]
    found = [(unescape(href), unescape(text).strip()) for href, text in FIGURE.findall(body)]
    return [(href, text) for href, text in found if re.search(r"\d", text)]


def cells_of(page: str) -> list[tuple[str, str]]:
    """Address and text of each figure with a link."""
    return [(href, text) for href, text in figures_of(page) if href]


def without_link(page: str) -> list[str]:
    """Numbers without a link, except ratios and zeros."""
    return [text for href, text in figures_of(page) if not (href or text.endswith("%") or text in NOTHING)]


def test_every_figure_links_to_a_page_that_shows_it(may_web: Client, may: User, shop: Shop) -> None:
    for name in PAGES:
        walk(may_web, name)
    for kind in ("gift_card", "points", "all"):
        walk(may_web, "report_owed", kind=kind)
    stock.write_off(shop.shelf[0], D(2), by=may, reason="Theft")
    for name in ("report_products", "report_shrinkage"):
        walk(may_web, name)
    day = Bill.objects.filter(kind="sale").latest("business_date").business_date
    for name, asked in [
        ("report_products", {**days(), "kind": "slow"}),
        ("report_today", {"day": day}),
        ("report_month", {"year": day.year, "month": day.month}),
        ("report_year", {"year": day.year}),
        ("report_range", days()),
        ("report_sales", {**days(), "by": "product"}),
        ("report_cashiers", days()),
    ]:
        follow(may_web, reverse(name), asked)
    follow(may_web, reverse("product_sales", args=[shop.shelf[0].pk]), {})


def test_every_number_of_a_report_links_to_its_rows(may_web: Client, may: User, shop: Shop) -> None:
    stock.write_off(shop.shelf[0], D(2), by=may, reason="Theft")
    day = Bill.objects.filter(kind="sale").latest("business_date").business_date
    for name, asked in [
        ("report_tenders", days()),
        ("report_taxes", days()),
        ("report_members", days()),
        ("report_owed", {"day": day}),
        ("report_stock", {"day": day}),
        ("report_products", days()),
        ("report_shrinkage", days()),
        ("report_year", {"year": day.year}),
        ("report_month", {"year": day.year, "month": day.month}),
        ("report_range", days()),
        ("report_sales", {**days(), "by": "cashier"}),
    ]:
        assert without_link(may_web.get(reverse(name), asked).text) == [], name
    assert without_link(may_web.get(reverse("product_sales", args=[shop.shelf[0].pk])).text) == []


def walk(may_web: Client, name: str, **more: str) -> None:
    """Follows every link of a page and checks that its figure is shown there."""
    asked: dict[str, Any] = {"day": whole().last} if name in ("report_owed", "report_stock") else days()
    asked |= more
    follow(may_web, reverse(name), asked)
    rows = list(csv.reader(StringIO(may_web.get(reverse(name), {**asked, "format": "csv"}).getvalue().decode())))
    assert len(rows) > 1


def follow(may_web: Client, path: str, asked: dict[str, Any]) -> None:
    page = may_web.get(path, asked).text
    found = cells_of(page)
    assert found
    opened: dict[str, str] = {}
    for href, figure in found:
        address = unescape(href)
        address = path + address if address.startswith("?") else address
        if address not in opened:
            answer = may_web.get(address)
            assert answer.status_code == 200, address
            opened[address] = text_of(answer)
        if not figure.endswith("%"):
            # a sum beside what was taken has a minus that its own list has not
            assert figure.lstrip("-\N{MINUS SIGN}") in opened[address] or figure in NOTHING, (address, figure)


def test_taxes_and_payments_equal_those_of_the_bills(shop: Shop) -> None:
    bills = Bill.objects.aggregate(total=Sum("total"), tax=Sum("tax"), change=Sum("change"))
    for per in ("month", "quarter"):
        rows = taxes.by_rate(whole(), per)
        assert sum(row.revenue for row in rows) == bills["total"]
        assert sum(row.tax for row in rows) == bills["tax"] == BillTax.objects.aggregate(sum=Sum("tax"))["sum"]
        assert sum(row.net for row in rows) == bills["total"] - bills["tax"]
    paid = payments.by_tender(whole())
    assert sum(one.stays for one in paid.values()) == bills["total"]
    assert paid["cash"].change == bills["change"]
    assert sum((one.stays for one in payments.by_day(whole())["cash"].values()), D(0)) == paid["cash"].stays
    assert sum(payments.differences(whole()).values()) == -2 * ZReport.objects.count()


def test_list_of_z_reports_is_paged_by_key_and_shows_its_total(may_web: Client, shop: Shop, monkeypatch: Any) -> None:
    monkeypatch.setattr("reports.views.z_archive.PAGE", 1)
    address, seen = f"{reverse('report_z')}?from={whole().start}&to={whole().last}", []
    total = sum(D(z.document["total"]) for z in ZReport.objects.all())
    while address:
        page = may_web.get(address).text
        assert f"{total:,.2f}" in page
        seen += re.findall(r"/shifts/\d+[^\"]*(?=\">Z )", page)
        found = re.search(r'rel="next" href="([^"]+)"', page)
        address = reverse("report_z") + unescape(found[1]) if found else ""
    assert len(seen) == len(set(seen)) == ZReport.objects.count()


def test_members_are_new_once_and_their_months_equal_their_bills(shop: Shop) -> None:
    rows = membership.cohorts(periods.between(whole().start.replace(day=1), whole().last))
    buyers = Bill.objects.filter(member__isnull=False)
    assert membership.spent(rows) == buyers.aggregate(sum=Sum("total"))["sum"]
    assert 0 < membership.members(row for row in rows if row.is_new) <= buyers.values("member").distinct().count()
    for month in {row.month for row in rows}:
        span = periods.month(month.year, month.month)
        at = [row for row in rows if row.month == month]
        for who, part in (("all", at), ("new", [r for r in at if r.is_new]), ("back", [r for r in at if not r.is_new])):
            found = membership.of_months(span, who)
            assert sum(1 for _pk, sales, _spent in found.first if sales) == found.bought == membership.members(part)
            assert sum((spent for *_others, spent in found.first), D(0)) == found.spent == membership.spent(part)
            assert (len(found.first), sum(sales for _pk, sales, _spent in found.first)) == (found.count, found.sales)
            assert membership.of_months(span, who, 1) == replace(found, first=found.first[:1])


def test_amounts_owed_agree_with_the_books_and_the_journal_on_any_day(shop: Shop) -> None:
    for day in [*whole().days[::8], calendar.today()]:
        found = owing.by_kind(day)
        assert {kind: one.total for kind, one in found.items()} == {row.kind: row.closing for row in owed(day)}
        for kind, one in found.items():
            held = owing.holders(day, kind)
            assert sum((holding.owing.total for holding in held.first), D(0)) == held.owing.total == one.total
            assert owing.holders(day, kind, 1) == replace(held, first=held.first[:1])
            for holding in held.first:
                assert owing.of_holder(day, kind, holding.holder) == holding.owing
                changes = owing.changes(day, kind, holding.holder)
                assert sum(change.amount for change in changes) == holding.owing.total
    today = owing.by_kind(calendar.today())
    assert today["gift_card"].total == StoredValue.objects.aggregate(sum=Sum("balance"))["sum"]
    assert today["points"].total == Member.objects.aggregate(sum=Sum("points"))["sum"]


@pytest.mark.django_db
def test_oldest_points_are_used_first() -> None:
    vera = Member.objects.create(number="M9", name="Vera")
    today = calendar.today()
    for back, amount in ((400, "10"), (100, "5"), (40, "3"), (5, "2"), (1, "-12")):
        at = calendar.beginning(today - timedelta(back), 12)
        plant(
            [
                (
                    "INSERT INTO members_pointsentry (member_id, kind, amount, reference, reason, by_id, at) VALUES "
                    f"({vera.pk}, 'adjusted', {amount}, 'a{back}', 'x', {clerk().pk}, '{at.isoformat()}')"
                )
            ]
        )

    def held(back: int) -> tuple[D, ...]:
        found = owing.holders(today - timedelta(back), "points").first
        return next(one.owing.parts for one in found if one.holder == vera.pk)

    assert held(0) == (2, 3, 3, 0, 0)
    assert held(2) == (2, 3, 5, 10, 0)


def test_stock_is_valued_at_the_cost_of_its_day(may: User, shop: Shop) -> None:
    rows = stock_value.at_end_of(calendar.today())
    on_hand = dict(Stock.objects.values_list("product", "quantity"))
    assert {row.product: row.quantity for row in rows} == {pk: count for pk, count in on_hand.items() if count}
    assert sum(row.quantity * row.cost for row in rows) == sum(
        count * Product.objects.get(pk=pk).cost for pk, count in on_hand.items()
    )


def test_cost_of_an_earlier_day_is_the_average_of_that_day(may: User) -> None:
    tea, today = product("Tea", stock="0", cost=D(0)), calendar.today()
    dated: list[tuple[int, int]] = []
    for back, quantity, cost in ((30, "10", "4.00"), (20, "10", "6.00"), (5, "20", "9.00")):
        made = stock.receive(tea, D(quantity), cost=D(cost), by=may)
        dated.append((back, made.pk))
    for back, pk in dated:
        at = calendar.beginning(today - timedelta(back), 12)
        plant([f"UPDATE inventory_stockmovement SET at = '{at.isoformat()}' WHERE id = {pk}"])
    assert StockMovement.objects.filter(product=tea).count() == 3

    def worth(back: int) -> list[tuple[D, D]]:
        return [(row.quantity, row.cost) for row in stock_value.at_end_of(today - timedelta(back))]

    assert worth(31) == []
    assert worth(25) == [(D(10), D(4))]
    assert worth(10) == [(D(20), D(5))]
    assert worth(0) == [(D(40), D(7))]


def test_stock_of_a_day_is_the_same_from_any_kept_stand_and_from_now(
    may: User, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    tea, today = product("Tea", stock="0", cost=D(4)), calendar.today()
    for back, quantity in ((30, "10"), (20, "7"), (5, "20")):
        made = stock.receive(tea, D(quantity), by=may)
        at = calendar.beginning(today - timedelta(back), 12)
        plant([f"UPDATE inventory_stockmovement SET at = '{at.isoformat()}' WHERE id = {made.pk}"])

    def counted() -> list[D]:
        days = [today - timedelta(back) for back in (31, 25, 10, 0)]
        return [sum((row.quantity for row in stock_value.at_end_of(day)), D(0)) for day in days]

    assert counted() == [0, 10, 17, 37]
    for back in (40, 22, 12, 1):
        stands.make(calendar.beginning(today - timedelta(back), 4))
    for stand in KeptStand.objects.values_list("moment", flat=True):
        monkeypatch.setattr(stock_value, "nearest_stand", lambda _until, stand=stand: stand)
        assert counted() == [0, 10, 17, 37]
