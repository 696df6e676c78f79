"""The list of bills by pages: by key, and each search by an index of its own."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.history import reading, writing
from billing.receipts import bill_search
from billing.receipts.bill_search import Search
from inventory.models import Product
from members.models import Member
from tests import cast
from tests.counter import sell
from tests.reports.books import booked, product, with_line

pytestmark = pytest.mark.django_db
SKIPPED = re.compile(r"\bOFFSET\b|SELECT COUNT\(\*\)(?! FROM \(SELECT .* LIMIT \d+\)|.*accounts_approvalrequest)")


def walked(search: Search, size: int = 3) -> tuple[list[str], list[str]]:
    """The numbers met on the way to the last page, and on the way back."""
    down, page = [], search.page({}, size)
    down += [bill.number for bill in page.rows]
    while page.after:
        page = search.page({"cursor": page.after}, size)
        down += [bill.number for bill in page.rows]
    up = [bill.number for bill in page.rows][::-1]
    while page.before:
        page = search.page({"cursor": page.before}, size)
        up += [bill.number for bill in page.rows][::-1]
    return down, up[::-1]


def test_pages_have_every_bill_once_though_all_are_of_one_moment() -> None:
    at = datetime(2025, 3, 3, 12, tzinfo=UTC)
    made = [booked(date(2025, 3, 3), at=at).number for _ in range(10)]
    for search in (Search(""), Search("R1"), Search("", first=date(2025, 3, 3)), Search("R1", last=date(2025, 3, 3))):
        down, up = walked(search)
        assert down == up == made[::-1]
    assert walked(Search("", last=date(2025, 3, 2))) == ([], [])


@pytest.mark.parametrize("few", [bill_search.FEW_LINES, 4, 3])
def test_goods_are_found_within_days_however_often_they_were_sold(monkeypatch, few: int) -> None:
    monkeypatch.setattr(bill_search, "FEW_LINES", few)
    tea, milk, buyer = product("tea"), product("milk"), cast.MemberFactory.create(name="Thea Tea")
    sold = [booked(date(2025, 3, day), member=buyer if day == 5 else None) for day in range(1, 7)]
    for bill, of in zip(sold, (tea, tea, milk, tea, milk, tea), strict=True):
        with_line(bill, of, "1", "10.00")
    for days, found in (((1, 6), (5, 4, 3, 1, 0)), ((2, 5), (4, 3, 1))):
        first, last = (date(2025, 3, day) for day in days)
        search = Search("tea", first=first, last=last)
        down, up = walked(search, size=1)
        assert down == up == [bill.number for bill in search.rows()] == [sold[place].number for place in found]
    assert walked(Search("milk", last=date(2025, 3, 2))) == ([], [])
    assert [bill.number for bill in Search("mil").rows()] == [sold[4].number, sold[2].number]
    assert list(Search("R1-").rows()) == sold[::-1]


def test_bill_is_found_by_each_thing_people_know_of_it(shift, ana, tea: Product, milk: Product, vera: Member) -> None:
    other = sell((milk, "1"), by=ana, cash="2.00", register="R1")
    bill = sell((tea, "2"), by=ana, cash="30.00", register="R1", member=vera.pk)
    day = f"{bill.business_date:%Y-%m-%d}"
    for text in (
        bill.number,
        "Green tea",
        "4006381333931",
        vera.number,
        f"{bill.total}",
        f"{bill.total}".replace(".", ","),
    ):
        page = Search(text).page({}, 50)
        assert [one.number for one in page.rows] == [bill.number], text
        assert list(Search(text).rows()) == list(page.rows)
    for text in (day, "ana", "R1-"):
        assert [one.number for one in Search(text).page({}, 50).rows] == [bill.number, other.number], text
    assert not Search("77.77").page({}, 50).rows


def test_imported_bill_is_found_by_its_old_invoice(may) -> None:
    worth = Decimal("6.95")
    line = reading.Line(1, "85048", "GLASS BALL", Decimal(1), worth, worth, worth, Decimal(0))
    invoice = reading.Invoice("C489434", datetime(2009, 12, 1, 8, tzinfo=UTC), False, "13085", [line])
    writing.write([invoice], source="old till", file_name="old.csv", by=may)
    for text in ("C489434", "c489434"):
        assert [bill.imported.invoice for bill in Search(text).page({}, 50).rows] == ["C489434"]


def test_lists_skip_and_count_nothing(shift, ana, tea: Product, may_web: Client) -> None:
    bill = sell((tea, "1"), by=ana, cash="20.00", register="R1")
    admin = "/admin/{}/?cursor=WzAsIjEiXQ&q={}"
    pages = [
        "/bills?page=7", "/bills?cursor=x%00", "/bills?q=tea", "/bills?from=2025-03-01&q=tea", "/shifts", "/counts",
        "/transfers", "/buying/orders", "/buying/receipts", "/trail", "/approvals/report", "/files",
        admin.format("billing/bill", "tea"), admin.format("inventory/stockmovement", bill.number),
        admin.format("members/pointsentry", "M1"), admin.format("accounts/auditentry", ""),
        admin.format("accounts/approval", ""), "/admin/billing/bill/?p=2&kind=sale",
    ]  # fmt: skip
    for page in pages:
        with CaptureQueriesContext(connection) as asked:
            answer = may_web.get(page)
        assert answer.status_code == 200, page
        assert not [one["sql"] for one in asked if SKIPPED.search(one["sql"])], page
        if "bill" in page or "movement" in page:
            assert "R1-000001" in answer.text, page
