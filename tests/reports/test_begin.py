"""The first run: from an empty shop to its first sale."""

from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import AuditEntry, Role, User
from billing.drawer import shifts
from billing.models import Register
from inventory.models import Product, TaxRate
from pos.models import StoreSettings
from reports.beginning import samples, steps
from tests import cast
from tests.at_once import at_once
from tests.counter import sell
from tests.reports.test_pages import text_of

CASHIER = {"name": "Ida", "username": "ida", "password": "long-and-odd-7", "pin": "729416"}
TAXES = {"name_0": "Standard", "rate_0": "19", "name_1": "Reduced", "rate_1": "7,0", "prices_include_tax": "on"}


def goods(*rows: dict[str, str]) -> dict[str, str]:
    sent = {"goods-TOTAL_FORMS": "3", "goods-INITIAL_FORMS": "0"}
    return sent | {f"goods-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}


def open_codes() -> list[str]:
    return [step.code for step in steps.still_open()]


def post(client: Client, step: str, data: dict[str, Any]) -> Any:
    return client.post(f"/desk/begin/{step}", data)


def test_guide_leads_an_empty_shop_to_its_first_sale(may_web: Client, may: User) -> None:
    assert open_codes() == ["shop", "taxes", "till", "printer", "goods", "cashier", "sale"]
    assert "Still to set up" in text_of(may_web.get("/desk"))
    post(may_web, "shop", {"shop_name": "Corner", "shop_address": "Main St 1", "tax_number": ""})
    post(may_web, "taxes", TAXES)
    post(may_web, "till", {"code": "R1", "name": "Front"})
    post(may_web, "printer", {"register": "R1", "printer_host": "192.168.1.50"})
    rate = str(TaxRate.objects.get(name="Reduced").pk)
    rows = [{"name": f"Jam {n}", "price": "3,90", "opening_stock": "5", "tax_rate": rate} for n in range(3)]
    post(may_web, "goods", goods(*rows))
    post(may_web, "cashier", CASHIER)
    assert open_codes() == ["sale"]
    shifts.open_shift("R1", opening_float=D(50), by=may)
    sell((Product.objects.order_by("pk")[0], "1"), by=may, card="3.90")
    assert open_codes() == []
    assert "Still to set up" not in text_of(may_web.get("/desk"))


def test_taxes_are_typed_in_per_cent_with_comma_or_point(may_web: Client) -> None:
    post(may_web, "taxes", TAXES)
    assert dict(TaxRate.objects.values_list("name", "rate")) == {"Standard": D("0.19"), "Reduced": D("0.07")}
    assert StoreSettings.in_force().prices_include_tax


def test_country_fills_in_its_usual_rates(may_web: Client) -> None:
    page = may_web.get("/desk/begin?country=FR").text
    assert 'value="5.5"' in page
    assert "Standard 20%" in page
    assert may_web.get("/desk/begin?country=nowhere").status_code == 200


@pytest.mark.parametrize("wrong", ["-1", "101", "NaN", "x", "1e9", "\0", "9" * 400])
def test_wrong_rate_is_refused_in_words(wrong: str, may_web: Client) -> None:
    answer = post(may_web, "taxes", TAXES | {"rate_0": wrong})
    assert answer.status_code == 400
    assert "field__error" in answer.text
    assert not TaxRate.objects.exists()


@pytest.mark.parametrize("asked", [{}, {"name_0": "Standard"}, {"rate_0": "19"}])
def test_rate_without_name_or_number_is_refused(asked: dict[str, str], may_web: Client) -> None:
    assert post(may_web, "taxes", asked).status_code == 400
    assert not TaxRate.objects.exists()


def test_duplicate_name_of_a_rate_saves_none_of_them(may_web: Client) -> None:
    TaxRate.objects.create(name="Reduced", rate=D("0.05"))
    assert post(may_web, "taxes", TAXES).status_code == 409
    assert TaxRate.objects.count() == 1


@pytest.mark.parametrize(
    ("step", "asked", "table"),
    [
        ("taxes", TAXES, TaxRate),
        ("till", {"code": "R7", "name": "Front"}, Register),
        ("goods", goods({"name": "Jam", "price": "3.90"}), Product),
        ("samples", {}, Product),
        ("cashier", CASHIER, User),
    ],
)
def test_form_sent_twice_is_done_once(step: str, asked: dict[str, str], table: Any, may_web: Client) -> None:
    key = {"key": str(uuid4())}
    first = post(may_web, step, asked | key)
    there = table.objects.count()
    second = post(may_web, step, asked | key)
    assert (first.status_code, second.status_code) == (302, 302)
    assert table.objects.count() == there > 0


def test_products_added_by_hand_list_what_is_missing(may_web: Client) -> None:
    post(may_web, "goods", goods({"name": "Jam", "price": "3.90"}))
    told = text_of(may_web.get("/desk/begin"))
    assert "Jam has no tax rate: it is sold untaxed." in told
    assert "Jam has no stock yet" in told


def test_admin_lists_what_a_new_product_is_missing(may_web: Client) -> None:
    asked = {"name": "Jam", "price": "3,90", "sold_by": "piece", "is_active": "on"}
    told = text_of(may_web.post("/admin/inventory/product/add/", asked, follow=True))
    assert Product.objects.get().price == D("3.90")
    assert "Jam has no tax rate: it is sold untaxed." in told


def test_one_wrong_product_stops_all_three(may_web: Client, tea: Product) -> None:
    code = tea.barcodes.get().code
    rows = goods({"name": "Jam", "price": "3.90"}, {"name": "Tea again", "price": "1", "codes": code})
    answer = post(may_web, "goods", rows)
    assert answer.status_code == 409
    assert "Green tea already has the barcode" in text_of(answer)
    assert list(Product.objects.all()) == [tea]


@pytest.mark.parametrize("rows", [goods(), {}, goods({"name": "Jam"}), goods({"name": "J", "price": "NaN"})])
def test_products_without_name_or_price_are_refused(rows: dict[str, str], may_web: Client) -> None:
    assert post(may_web, "goods", rows).status_code == 400
    assert not Product.objects.exists()


def test_list_of_products_comes_from_a_file(may_web: Client) -> None:
    good = SimpleUploadedFile("goods.csv", b"name,price,stock\nJam,3.90,5\nHoney,8.90,2\n")
    assert post(may_web, "import", {"file": good}).status_code == 302
    assert set(Product.objects.values_list("name", flat=True)) == {"Jam", "Honey"}


@pytest.mark.parametrize("content", [b"", b"name,price\nJam,free\n", b"PK\3\4", b"name;price\n", b"\0\0"])
def test_unreadable_list_is_refused_in_words(content: bytes, may_web: Client) -> None:
    answer = post(may_web, "import", {"file": SimpleUploadedFile("goods.csv", content)})
    assert answer.status_code == 400
    assert "field__error" in answer.text
    assert not Product.objects.exists()


def test_unsold_samples_are_deleted_and_a_sold_one_stays_in_the_books(may_web: Client, may: User, shift: Any) -> None:
    post(may_web, "samples", {})
    sold = samples.there()[0]
    sell((sold, "1"), by=may, card="8.90")
    post(may_web, "samples/wipe", {})
    (left,) = Product.objects.all()
    assert (left, left.is_active) == (sold, False)


def test_step_is_skipped_once_and_can_still_be_done(may_web: Client, may: User, r1: Register) -> None:
    post(may_web, "skip/printer", {})
    post(may_web, "skip/printer", {})
    assert "printer" not in open_codes()
    assert AuditEntry.objects.filter(action="shop.step_skipped").count() == 1
    assert post(may_web, "printer", {"register": "R1", "printer_host": "192.168.1.50"}).status_code == 302
    r1.refresh_from_db()
    assert r1.printer_host == "192.168.1.50"


def test_unknown_step_is_refused(may_web: Client) -> None:
    assert "There is no such step." in text_of(may_web.post("/desk/begin/skip/roof", follow=True))
    assert not AuditEntry.objects.filter(action="shop.step_skipped").exists()


@pytest.mark.django_db(transaction=True)
def test_two_managers_skip_a_step_at_once() -> None:
    may = cast.person("may", role=Role.MANAGER)
    assert at_once([lambda: steps.skip("printer", by=may)] * 2) == [None, None]
    assert AuditEntry.objects.filter(action="shop.step_skipped").count() == 1


def test_cashier_is_hired_with_a_pin_and_an_invalid_pin_hires_nobody(may_web: Client) -> None:
    assert post(may_web, "cashier", CASHIER | {"pin": "123456"}).status_code == 400
    assert not User.objects.filter(username="ida").exists()
    assert post(may_web, "cashier", CASHIER).status_code == 302
    assert User.objects.get(username="ida").pin


def test_till_with_a_taken_code_is_refused(may_web: Client, r1: Register) -> None:
    answer = post(may_web, "till", {"code": "r1", "name": "Another"})
    assert answer.status_code == 409
    assert "There is a register with this code." in text_of(answer)


def test_printer_outside_the_shop_is_refused(may_web: Client, r1: Register) -> None:
    assert post(may_web, "printer", {"register": "R1", "printer_host": "8.8.8.8"}).status_code in (400, 409)
    assert post(may_web, "printer", {"register": "R9", "printer_host": "192.168.1.50"}).status_code == 400
