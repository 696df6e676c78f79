"""Goods sold by weight are shown in kilograms everywhere, and never added to pieces."""

from decimal import Decimal as D
from uuid import uuid4

import pytest
from django.core import mail
from django.core.management import call_command
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from accounts.models import User
from billing.basket import customer_display
from billing.drawer import counting
from billing.models import Bill, BillLine, PaperKind, Shift
from billing.order import Tendered
from billing.receipts import copies, printer, slip
from billing.returns import refunds
from billing.returns.refund_bill import Wish
from billing.returns.refundable import Returned
from inventory.models import Product, SoldBy
from pos.templatetags.money import amount, beside, each, weighed
from reports.figures import queries
from tests.counter import sell
from tests.proof import assert_books_are_right


@pytest.fixture
def bill(shift: Shift, ana: User, tea: Product, cheese: Product) -> Bill:
    """A bill of 17.50: a tea and 250 g of cheese."""
    return sell((tea, "1"), (cheese, "0.250"), by=ana, cash="17.50")


def read(text: str) -> str:
    """The text with non-breaking spaces as plain spaces."""
    return text.replace("\xa0", " ")


def brought_back(bill: Bill, quantity: str, by: User) -> Bill:
    wish = Wish(uuid4(), bill.number, [Returned(2, D(quantity))], [Tendered("cash", D(2))], "dry", "R1")
    return refunds.refund(wish, cashier=by).bill


def test_amount_of_goods_is_told_in_pieces_or_kilograms() -> None:
    assert [read(amount(D(of), "weight")) for of in ("4.954", "5.000")] == ["4.954 kg", "5 kg"]
    assert [read(weighed(D(of), "weight")) for of in ("0.25", "-2")] == ["0.250 kg", "-2.000 kg"]
    assert [amount(D(3), "piece"), weighed(D("2.000"), "piece")] == ["3", "2"]
    assert [each(D("18.9"), "weight"), each(D(2), "piece"), each(None, "weight")] == ["€18.90 / kg", "€2.00", ""]
    told = [("12", "3.4"), ("0", "3.4"), ("12", "0"), ("12", ""), ("0", "0")]
    assert [read(beside(*amounts)) for amounts in told] == [
        "12 · 3.4 kg", "3.4 kg", "12", "12", "0",
    ]  # fmt: skip


def test_amounts_are_written_the_german_way() -> None:
    with translation.override("de"):
        assert [amount(D("4.954"), "weight"), weighed(D("1000.25"), "weight")] == ["4,954\xa0kg", "1.000,250\xa0kg"]
        assert each(D("18.9"), "weight") == "18,90\xa0€ / kg"


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("_receipt", ["0.250 kg × €20.00 / kg", "1 × €12.50"]),
        ("_gift_receipt", ["0.250 kg"]),
        ("_invoice", ["0.250 kg", "€20.00 / kg"]),
    ],
)
def test_papers_show_kilograms(bill: Bill, template: str, says: list[str]) -> None:
    context = {"bill": bill, "terms": bill.terms, "cashier": bill.cashier}
    page = read(render_to_string(f"billing/receipts/{template}.html", context))
    assert [part for part in says if part not in page] == []


@pytest.mark.parametrize(
    ("columns", "kind", "says"),
    [
        (32, PaperKind.RECEIPT, "  0.250 kg x €20.00 / kg"),
        (48, PaperKind.RECEIPT, "  0.250 kg x €20.00 / kg"),
        (48, PaperKind.GIFT, f"Cheese{'0.250 kg':>42}"),
    ],
)
def test_printed_receipt_shows_kilograms(bill: Bill, columns: int, kind: str, says: str) -> None:
    assert says in [line.text for line in slip.lines(bill, kind, 0, columns)]
    assert says.encode("cp858") in printer.render(Bill.objects.get(pk=bill.pk), kind, 0) or columns == 32


def test_mail_shows_kilograms_in_text_and_html(bill: Bill, ana: User, settings: object) -> None:
    copies.mail(bill.number, to="vera@example.org", by=ana)
    call_command("work", "--once")
    letter = mail.outbox[0]
    assert "0.250 kg x €20.00 / kg" in letter.body
    assert "0.250 kg × €20.00 / kg" in read(str(letter.alternatives[0][0]))  # type: ignore[attr-defined]


def test_pages_of_past_sales_show_kilograms(bill: Bill, ana: User, ana_web: Client) -> None:
    ana_web.post("/shift/join", {"register": "R1"})
    for page, says in (("", "0.250 kg"), ("/refund", "0.250 kg × €20.00 / kg"), ("/receipt", "0.250 kg")):
        assert says in read(ana_web.get(f"/bills/{bill.number}{page}").text)
    brought_back(bill, "0.100", ana)
    assert "0.150 kg left" in read(ana_web.get(f"/bills/{bill.number}/refund").text)
    assert "-0.100 kg" in read(ana_web.get("/bills/R1-R000001").text)


def test_customer_and_cashier_see_kilograms(bill: Bill, ana_web: Client, cheese: Product) -> None:
    ana_web.post("/shift/join", {"register": "R1"})
    address = ana_web.get("/till")["Location"]
    ana_web.post(f"{address}/scan", {"code": f"6*{cheese.sku}"})
    page = read(ana_web.get(address).text)
    assert "only 4.75 kg left" in page
    assert "4.75 kg left" in read(ana_web.get(f"{address}/search", {"q": "cheese"}).text)
    at = customer_display.showing(bill.register)
    assert "6.000 kg × €20.00 / kg" in read(
        render_to_string("billing/display/_display.html", {"at": at, "register": bill.register})
    )


def test_stock_pages_show_kilograms(bill: Bill, may_web: Client, cheese: Product) -> None:
    Product.objects.filter(pk=cheese.pk).update(reorder_point=5)
    assert "4.75 kg left" in read(may_web.get("/reports").text)
    assert "4.75 kg · reorder" in read(may_web.get("/admin/inventory/product/").text)
    change = read(may_web.get(f"/admin/inventory/product/{cheese.pk}/change/").text)
    assert "-0.25 kg" in change
    assert "-0.25 kg" in read(may_web.get("/admin/inventory/stockmovement/").text)


def test_bill_keeps_the_unit_it_was_sold_by(bill: Bill, ana: User, cheese: Product) -> None:
    Product.objects.filter(pk=cheese.pk).update(sold_by=SoldBy.PIECE)
    assert [line.sold_by for line in BillLine.objects.filter(bill=bill)] == ["piece", "weight"]
    refund = brought_back(bill, "0.100", ana)
    assert [line.sold_by for line in refund.lines.all()] == ["weight"]
    assert_books_are_right()


def test_api_tells_the_unit_of_a_quantity(bill: Bill, ana_api: Client) -> None:
    lines = ana_api.get(f"/api/v1/bills/{bill.number}").json()["lines"]
    assert [(line["sold_by"], line["quantity"]) for line in lines] == [("piece", "1"), ("weight", "0.250")]


def test_reports_keep_kilograms_and_pieces_apart(bill: Bill, ana: User, may_api: Client, may_web: Client) -> None:
    brought_back(bill, "0.100", ana)
    month, year = bill.business_date.month, bill.business_date.year
    row = may_api.get("/api/v1/reports/monthly-sold-products", {"year": year}).json()[month - 1]
    assert row == {"month": month, "value": "1", "kilograms": "0.150"}
    sold = {row.name: (row.sold_by, row.quantity) for row in queries.purchased_products(queries.periods.year(year))}
    assert sold == {"Green tea": ("piece", D(1)), "Cheese": ("weight", D("0.150"))}
    page = read(may_web.get("/reports/year", {"year": year}).text)
    assert "Pieces sold" in page
    assert "0.15 kg" in page


def test_z_keeps_kilograms_and_pieces_apart(bill: Bill, shift: Shift, ana: User, may_web: Client) -> None:
    z = counting.close_shift(shift.pk, counted=D("117.50"), by=ana)
    assert z.document["categories"] == [{"category": "", "quantity": "1", "kilograms": "0.250", "net": "17.50"}]
    assert "Without, 1 · 0.25 kg" in read(may_web.get(f"/shifts/{shift.pk}/z").text)
