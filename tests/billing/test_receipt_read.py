"""The receipt's page reads a plain sale in its own way, and shows the same as every other door."""

from decimal import Decimal as D

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from billing.basket import baskets, scanning
from billing.models import Bill, PaperKind, Shift
from billing.receipts import copies, finding
from inventory.models import Product
from members.models import Member
from tests.counter import sell

TEA = "4006381333931"


def printed(bill: Bill) -> str:
    return render_to_string("billing/receipts/_receipt.html", finding.facts(bill))


def test_receipt_is_the_same_however_the_sale_is_read(shift: Shift, ana: User, tea: Product, vera: Member) -> None:
    for sold in (sell((tea, "2"), by=ana, cash="30.00"), sell((tea, "1"), by=ana, cash="20.00", member=vera.pk)):
        assert printed(finding.to_show(sold.number)) == printed(finding.find(sold.number))
        assert finding.to_show(sold.number.lower()).pk == sold.pk


def test_printed_sale_tells_its_prints(shift: Shift, ana: User, tea: Product) -> None:
    sold = sell((tea, "1"), by=ana, cash="12.50")
    copies.printed(sold.number, kind=PaperKind.RECEIPT, by=ana)
    assert [entry.kind for entry in finding.to_show(sold.number).prints.all()] == [PaperKind.RECEIPT]


@pytest.mark.parametrize("number", ["R1-999999", "", "R1-\0", "x" * 500])
def test_there_is_no_such_bill(shift: Shift, number: str) -> None:
    with pytest.raises(finding.NoSuchBill):
        finding.to_show(number)


def test_payment_and_its_receipt_ask_few_questions(ana_web: Client, shift: Shift, tea: Product) -> None:
    ana_web.post("/shift/join", {"register": "R1"})
    basket = baskets.current(shift.register, shift.opened_by)
    scanning.scan(basket.pk, TEA)
    ana_web.get(f"/till/{basket.pk}")
    basket.refresh_from_db()
    paid = {"version": basket.version, "shown_total": "12.50", "method": "cash", "amount": "20.00", "reference": ""}
    with CaptureQueriesContext(connection) as queries:
        page = ana_web.post(f"/till/{basket.pk}/pay", paid, headers={"HX-Request": "true"})
    bill = Bill.objects.get()
    assert (page.status_code, page["Page-Address"]) == (200, f"/bills/{bill.number}/receipt")
    assert "after-sale" in page.text
    assert bill.change == D("7.50")
    assert len([query for query in queries if "SAVEPOINT" not in query["sql"]]) <= 22
    again = ana_web.post(f"/till/{basket.pk}/pay", paid, headers={"HX-Request": "true"})
    assert (again.status_code, again["Page-Address"], Bill.objects.count()) == (200, page["Page-Address"], 1)
    without_script = ana_web.post(f"/till/{basket.pk}/pay", paid)
    assert (without_script.status_code, without_script["Location"]) == (302, page["Page-Address"])
