"""Exported lists hold exactly what is shown and nothing a spreadsheet would execute."""

import csv
import io
from decimal import Decimal as D
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client

from accounts.models import User
from billing.models import Shift
from files import imports
from files.readers.reading import opened
from inventory.models import Category, Product
from pos.exports import Table, answer
from tests import cast
from tests.counter import sell

pytestmark = pytest.mark.django_db


def content(found: Any) -> bytes:
    return b"".join(found.streaming_content)


def rows(found: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content(found).decode("utf-8-sig"))))


def test_text_that_would_be_a_formula_is_quoted_and_numbers_are_not() -> None:
    cells = ["=1+1", "+49 171", "-a", "@x", "\tx", "plain", D("-3.50"), -4, None, True, "a\0b"]
    table = Table("list", [(str(n), lambda row, n=n: row[n]) for n in range(len(cells))], [cells])
    last = list(csv.reader(io.StringIO(content(answer(table, "csv")).decode("utf-8-sig"))))[1]
    assert last == ["'=1+1", "'+49 171", "'-a", "'@x", "'\tx", "plain", "-3.5", "-4", "", "1", "ab"]


def test_spreadsheet_holds_text_and_numbers_and_no_formulas() -> None:
    table = Table("list", [("a", lambda row: row[0]), ("b", lambda row: row[1])], [["=1+1", D("12.50")], ["0012", 3]])
    assert [cells for _number, cells in opened(content(answer(table, "xlsx"))).rows()] == [
        ["a", "b"],
        ["=1+1", 12.5],
        ["0012", 3.0],
    ]


def test_a_list_of_the_back_office_is_exported_as_it_is_filtered(may_web: Client, tea: Product, milk: Product) -> None:
    Product.objects.filter(pk=milk.pk).update(is_active=False)
    address = "/admin/inventory/product/export/"
    found = rows(may_web.get(address, {"is_active__exact": "1"}))
    assert [(row["name"], row["price"], row["stock"], row["barcodes"]) for row in found] == [
        ("Green tea", "12.5", "10", "4006381333931")
    ]
    assert len(rows(may_web.get(address, {"format": "csv"}))) == 2
    assert [row["name"] for row in rows(may_web.get(address, {"q": "milk"}))] == ["Milk"]
    told = may_web.get(address, {"q": "milk"}).headers["Content-Disposition"]
    assert told == 'attachment; filename="products-q-milk.csv"'


def test_every_list_of_the_back_office_can_be_had_as_a_file(
    may_web: Client, ana: User, shift: Shift, tea: Product
) -> None:
    sell((tea, "1"), by=ana, cash="20")
    cast.MemberFactory.create(name="=cmd()", email="x@example.org")
    for model, kept in admin.site._registry.items():
        if not hasattr(kept, "export"):
            continue
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/export/"
        for wanted in ("csv", "xlsx"):
            found = may_web.get(address, {"format": wanted})
            assert found.status_code == 200, (model, wanted)
            assert content(found)


def test_secrets_stay_in_the_shop(may_web: Client, ana: User) -> None:
    for address in ("accounts/user", "members/member"):
        titles = content(may_web.get(f"/admin/{address}/export/")).decode().partition("\n")[0].casefold()
        assert "password" not in titles
        assert "pin," not in titles


def test_a_cashier_exports_nothing_and_a_strange_format_is_refused(ana_web: Client, may_web: Client) -> None:
    assert ana_web.get("/admin/inventory/product/export/").status_code == 403
    assert may_web.get("/admin/inventory/product/export/", {"format": "doc"}).status_code == 400


def test_what_is_exported_can_be_imported_again(may: User, may_web: Client, tea: Product) -> None:
    Category.objects.create(name="Drinks")
    exported = content(may_web.get("/admin/inventory/product/export/"))
    row = imports.upload(exported, "products.csv", "products", by=may)
    assert (row.report["unchanged"], row.report["refused"]) == (1, 0)


def test_the_list_in_the_back_office_has_its_links(may_web: Client, tea: Product) -> None:
    page = may_web.get("/admin/inventory/product/", {"is_active__exact": "1"}).content.decode()
    assert 'href="export/?is_active__exact=1&amp;format=csv" download' in page
