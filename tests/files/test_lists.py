"""The lists that pages show, as files."""

import csv
import io
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from billing.codes import unknown_codes
from billing.models import Shift
from files.lists import BACK_OFFICE, LISTS
from inventory.models import Product
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
    assert page.count("download") == 2 * (len(LISTS) + len(BACK_OFFICE))


def test_a_strange_list_and_a_cashier_are_refused(may_web: Client, ana_web: Client) -> None:
    assert may_web.get("/files/lists/planes").status_code == 404
    assert may_web.get("/files/lists/bills", {"format": "doc"}).status_code == 400
    assert ana_web.get("/files/lists/bills").status_code == 403
