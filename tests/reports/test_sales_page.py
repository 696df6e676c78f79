"""The page of sales, and the bills behind each of its figures."""

import csv
import re
from datetime import date, timedelta
from decimal import Decimal as D
from html import unescape
from io import BytesIO, StringIO

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from pos import calendar
from reports.figures.dimensions import ALL
from tests.reports.books import booked
from tests.reports.history import Shop
from tests.reports.test_pages import text_of

PAGES = ["report_sales", "report_bills"]


@pytest.fixture
def shop(may) -> Shop:
    shop = Shop(4, cashiers=[may])
    shop.trade(20, bills=8)
    return shop


def days() -> dict[str, str]:
    return {"from": str(calendar.today() - timedelta(20)), "to": str(calendar.today())}


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
def test_page_is_for_managers_and_opens_in_an_empty_shop(may_web, ana_web, client, name):
    assert may_web.get(reverse(name)).status_code == 200
    assert ana_web.get(reverse(name)).status_code == 403
    assert client.get(reverse(name)).status_code == 302
    assert may_web.post(reverse(name)).status_code == 405


@pytest.mark.django_db
def test_columns_have_their_own_words_in_german(may_web, shop):
    page = may_web.get(reverse("report_sales"), days() | {"compare": "before"}, headers={"Accept-Language": "de"}).text
    heads = [re.sub(r"<[^>]+>", "", head) for head in re.findall(r"<th [^>]*col[^>]*>(.*?)</th>", page)]
    assert heads[1:6] == ["Umsatz", "Vorher", "Veränderung", "Netto", "Spanne"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    "asked",
    [
        {"from": "NaN"},
        {"from": "2026-03-02", "to": "2026-03-01"},
        {"cashier": "nobody"},
        {"hour": "99"},
        {"rate": "."},
        {"product": "\0"},
        {"tender": "cash", "rate": "0.19"},
        {"category": "9" * 400},
    ],
)
def test_invalid_parameters_are_explained(may_web, name, asked):
    answer = may_web.get(reverse(name), asked)
    assert answer.status_code == 400
    assert "Which days?" in text_of(answer)


@pytest.mark.django_db
def test_refused_question_keeps_its_fields_but_one_that_cannot_be_seen_and_is_wrong(may_web):
    asked = {"by": "member", "tier": "vip", "from": "2020-01-01", "to": "2025-01-01", "sort": "-net", "product": "\0"}
    page = may_web.get(reverse("report_sales"), asked | {"member": "none"})
    said, form = text_of(page), page.content.decode()
    assert "Product: " not in said
    assert "Sort" not in said
    assert 'name="product"' not in form
    assert all(f'name="{name}"' in form for name in ("from", "tier", "sort"))
    said = text_of(may_web.get(reverse("report_sales"), asked | {"product": ""}))
    assert "Split by: With other filters members are told apart for a year at most" in said


@pytest.mark.django_db
@pytest.mark.parametrize("asked", [{"by": "x"}, {"compare": "x"}, {"format": "pdf"}])
def test_unknown_choice_is_refused(may_web, asked):
    assert may_web.get(reverse("report_sales"), asked).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("after", ["x", "2026-01-01", "2026-01-01.x", "2026-13-01.1", "2026-01-01." + "9" * 40])
def test_unknown_place_in_the_list_is_refused(may_web, after):
    assert may_web.get(reverse("report_bills"), {"after": after}).status_code == 400


@pytest.mark.parametrize("by", [dimension.name for dimension in ALL])
def test_every_link_of_the_page_opens_and_shows_the_figure(may_web, shop, by):
    page = may_web.get(reverse("report_sales"), {**days(), "by": by, "compare": "before"}).content.decode()
    rows = re.findall(r'<tr>\s*<th class="(?:table__words table__name|nowrap)".*?</tr>', page, re.DOTALL)
    assert rows
    for row in rows:
        smaller, bills = re.findall(r'href="([^"]+)"', row)[:2]
        if smaller.startswith("?"):
            assert may_web.get(reverse("report_sales") + unescape(smaller)).status_code == 200
        revenue = re.findall(r'<td class="number nowrap[^"]*"><a[^>]*>([^<]+)</a>', row)[0]
        answer = text_of(may_web.get(unescape(bills)))
        assert f"All of these bills {revenue}" in answer or ("No bill fits" in answer and revenue == "€0.00")


def test_rows_are_sorted_by_any_figure_both_ways(may_web, shop):
    def order(sort: str) -> list[str]:
        page = may_web.get(reverse("report_sales"), {**days(), "by": "product", "sort": sort}).content.decode()
        return re.findall(r'<th class="table__words table__name" scope="row"><a [^>]*>([^<]+)<', page)

    assert order("margin") == order("-margin")[::-1]
    assert order("margin") != order("pieces")
    assert order("colour") == order("revenue") == order("")
    page = may_web.get(reverse("report_sales"), {**days(), "by": "product", "sort": "-margin"}).content.decode()
    assert page.count('aria-sort="ascending"') == 1


def test_exported_file_has_the_filter_in_its_name(may_web, shop):
    asked = {**days(), "by": "product", "register": "R1", "format": "csv"}
    answer = may_web.get(reverse("report_sales"), asked)
    assert "r1" in answer["Content-Disposition"]
    rows = list(csv.DictReader(StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert sum(D(row["Revenue"]) for row in rows) != 0
    book = CalamineWorkbook.from_filelike(
        BytesIO(may_web.get(reverse("report_sales"), {**asked, "format": "xlsx"}).getvalue())
    )
    assert len(book.get_sheet_by_index(0).to_python()) == len(rows) + 1


@pytest.mark.django_db
def test_list_of_bills_goes_on_where_its_page_ended(may_web):
    day = date(2026, 3, 1)
    for n in range(120):
        booked(day + timedelta(n % 40), "1.00")
    address, seen = f"{reverse('report_bills')}?from=2026-03-01&to=2026-04-30", []
    while address:
        page = may_web.get(address).content.decode()
        assert "All of these bills" in page and "120.00" in page
        seen += re.findall(r"R1-\d{6}(?=</a>)", page)
        found = re.search(r'rel="next" href="([^"]+)"', page)
        address = reverse("report_bills") + unescape(found[1]) if found else ""
    assert len(seen) == len(set(seen)) == 120
