"""The lists that pages show, as files."""

import csv
import io
import re
from decimal import Decimal as D
from html import unescape
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from billing.codes import unknown_codes
from billing.drawer import counting
from billing.models import Shift
from files.lists.table import BACK_OFFICE, LISTS
from inventory.buying import suppliers
from inventory.goods import products
from inventory.models import Location, Product, Supplier
from inventory.shelf import locations
from inventory.transfers import transfers
from pos.models import StoreSettings
from tests import cast
from tests.counter import sell

pytestmark = pytest.mark.django_db


def rows(found: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(b"".join(found.streaming_content).decode("utf-8-sig"))))


@pytest.fixture
def trade(ana: User, shift: Shift, tea: Product, milk: Product) -> None:
    sell((tea, "1"), by=ana, cash="20")
    sell((milk, "2"), by=ana, cash="20")
    unknown_codes.note("4711", register=shift.register, by=ana)


@pytest.mark.usefixtures("trade")
def test_bills_are_exported_as_they_are_searched(may_web: Client) -> None:
    address = "/files/lists/bills"
    assert [row["Total"] for row in rows(may_web.get(address))] == ["4", "12.5"]
    assert [row["Total"] for row in rows(may_web.get(address, {"q": "Green tea"}))] == ["12.5"]
    found = may_web.get(address, {"q": "Milk", "from": "2001-01-01", "to": "2001-12-31"})
    assert rows(found) == []
    told = 'attachment; filename="bills-milk-2001-01-01-2001-12-31.csv"'
    assert found.headers["Content-Disposition"] == told


@pytest.mark.usefixtures("trade")
def test_stock_and_unknown_codes_are_exported(may_web: Client) -> None:
    assert [(row["Name"], row["Stock"]) for row in rows(may_web.get("/files/lists/stock"))] == [
        ("Green tea", "9"),
        ("Milk", "98"),
    ]
    assert [row["code"] for row in rows(may_web.get("/files/lists/unknown-codes"))] == ["4711"]


@pytest.mark.usefixtures("trade")
def test_every_list_opens_in_both_formats(may_web: Client) -> None:
    for name in LISTS:
        for wanted in ("csv", "xlsx"):
            assert b"".join(may_web.get(f"/files/lists/{name}", {"format": wanted}).streaming_content)
    page = may_web.get("/files").content.decode()
    assert page.count("download") == 2 * (len(LISTS) - 1 + len(BACK_OFFICE))
    assert "lists/transfers" not in page + may_web.get("/transfers").content.decode()


def test_locations_are_in_the_files_of_a_shop_with_several(may: User, may_web: Client, tea: Product) -> None:
    assert "Location" not in rows(may_web.get("/files/lists/stock"))[0]
    store = locations.enter(Location(), by=may, code="S", name="Store room")
    sent = transfers.send({tea.pk: D(4)}, origin=None, target=store.pk, by=may, note="by van")
    transfers.receive(sent.number, {tea.pk: D(3)}, by=may)
    products.edit(tea, by=may, reorder_points={store.pk: D(5)})
    shop = StoreSettings.in_force().shop_name
    stock = [(row["Location"], row["Stock"], row["Reorder point"]) for row in rows(may_web.get("/files/lists/stock"))]
    assert stock == [(shop, "6", "0"), ("Store room", "3", "5")]
    [row] = rows(may_web.get("/files/lists/transfers"))
    assert (row["From"], row["To"], row["On the way"], row["Note"]) == (shop, "Store room", "1", "by van")
    for page in ("/files", "/transfers"):
        assert "lists/transfers" in may_web.get(page).content.decode()


def test_unknown_list_and_a_cashier_are_refused(may_web: Client, ana_web: Client) -> None:
    assert may_web.get("/files/lists/planes").status_code == 404
    assert may_web.get("/files/lists/bills", {"format": "doc"}).status_code == 400
    assert ana_web.get("/files/lists/bills").status_code == 403


PAGES = {
    "/bills?q=tea": "bills",
    "/shifts": "z-reports",
    "/baskets": "baskets",
    "/codes": "unknown-codes",
    "/jobs": "jobs",
    "/goods?q=tea&on_sale=yes": "goods",
    "/counts": "counts",
    "/buying/orders": "orders",
    "/buying/receipts": "goods-receipts",
    "/buying/suppliers": "suppliers",
    "/members?q=mia": "members",
    "/people": "people",
    "/approvals/report": "approvals",
    "/trail?who=may": "trail",
}


@pytest.mark.usefixtures("trade")
@pytest.mark.parametrize(("page", "name"), PAGES.items())
def test_page_of_a_list_links_to_its_file_with_the_same_filter(page: str, name: str, may_web: Client) -> None:
    found = re.findall(rf'href="(/files/lists/{name}\?[^"]+)" download', may_web.get(page).content.decode())
    assert len(found) == 2
    for address in found:
        assert page.partition("?")[2] in unescape(address)
        assert may_web.get(unescape(address)).status_code == 200


@pytest.mark.usefixtures("trade")
def test_name_of_a_file_says_how_it_was_filtered(may_web: Client) -> None:
    def named(address: str) -> str:
        return may_web.get(f"/files/lists/{address}").headers["Content-Disposition"].partition("=")[2].strip('"')

    assert named("goods?q=tea&on_sale=yes&lacks=tax") == "goods-tea-on-sale-without-tax.csv"
    assert named("members?q=Mia&format=xlsx") == "members-mia.xlsx"
    assert named("approvals?day=2026-01-05") == "approvals-2026-01-05.csv"
    assert named("trail?who=may&begin=2026-01-05") == "trail-may-2026-01-05.csv"


def test_names_that_are_formulas_are_quoted_in_every_list(may_web: Client, may: User, tea: Product) -> None:
    Product.objects.filter(pk=tea.pk).update(name="=1+1")
    cast.MemberFactory.create(name="@SUM(A1)", email="x@example.org")
    suppliers.enter(Supplier(), by=may, name="+49")
    assert [row["Name"] for row in rows(may_web.get("/files/lists/goods"))] == ["'=1+1"]
    assert [row["Name"] for row in rows(may_web.get("/files/lists/members"))] == ["'@SUM(A1)"]
    assert [row["Name"] for row in rows(may_web.get("/files/lists/suppliers"))] == ["'+49"]


def test_invalid_filter_is_refused_in_words(may_web: Client) -> None:
    assert may_web.get("/files/lists/approvals?day=soon").status_code == 400
    assert may_web.get("/files/lists/trail?who=nobody").status_code == 400


@pytest.mark.usefixtures("trade")
def test_export_of_z_reports_holds_the_closed_shift(may_web: Client, ana: User, shift: Shift) -> None:
    counting.close_shift(shift.pk, counted=D("116.50"), by=ana)
    row = rows(may_web.get("/files/lists/z-reports"))[0]
    assert (row["Number"], row["Till"], row["Total"], row["Counted"], row["Difference"]) == (
        *("1", "R1", "16.50", "116.5", "0"),
    )
