"""The refund page at the till, double presses included."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from billing.basket import customer_display
from billing.models import Basket, Bill, Shift
from billing.receipts import bill_search
from billing.receipts.outcome import Says
from inventory.models import Product, Stock
from members.models import Member
from tests.counter import sell
from tests.traces import traces


@pytest.fixture
def till(ana_web: Client, shift: Shift) -> Client:
    """Ana's browser, at register R1."""
    session = ana_web.session
    session["register"] = "R1"
    session.save()
    return ana_web


@pytest.fixture
def bill(shift: Shift, tea: Product, milk: Product, olga: Member, ana: User) -> Bill:
    """A bill of 27.00, two teas and a milk: 20.00 by card, the rest in cash."""
    return sell((tea, "2"), (milk, "1"), by=ana, card="20.00", cash="10.00", member=olga.pk)


def asked(**more: Any) -> dict[str, Any]:
    return {
        "key": str(uuid4()),
        "reason": "Faulty",
        "line_1": "1",
        "line_2": "0",
        "method": ["card", "cash"],
        "amount": ["12.50", ""],
        "reference": ["", ""],
        **more,
    }


def test_page_shows_what_is_refundable_and_previews_the_refund(till: Client, bill: Bill) -> None:
    page = till.get(f"/bills/{bill.number}/refund")
    assert page.status_code == 200
    assert "Choose what comes back" in page.text
    shown = till.get(f"/bills/{bill.number}/refund/preview", {"line_1": "2", "line_2": "1"}).text
    assert "€27.00" in shown
    assert 'value="20.00"' in shown
    assert 'value="7.00"' in shown
    assert "−4.05" in shown


def test_refund_leads_to_its_receipt_and_a_double_press_refunds_once(till: Client, bill: Bill, tea: Product) -> None:
    form = asked(damaged_1="on")
    first, again = (till.post(f"/bills/{bill.number}/refund", form) for _ in range(2))
    assert first.url == again.url == "/bills/R1-R000001/receipt"
    assert Stock.objects.get(product=tea).quantity == 8
    page = till.get(first.url).text
    assert "−-" not in page
    assert "Faulty" in page


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"line_1": "3"}, 409),
        ({"amount": ["20.01", ""]}, 409),
        ({"amount": ["12.00", ""]}, 409),
        ({"line_1": "half"}, 400),
        ({"line_1": "NaN"}, 400),
        ({"line_1": "0", "line_2": ""}, 400),
        ({"line_99999999999999999999": "1"}, 400),
        ({"line_²": "1", "line_1": "0"}, 400),
        ({"amount": ["Infinity", ""]}, 400),
        ({"method": ["shells"]}, 400),
        ({"reason": " "}, 400),
        ({"reason": "to\0rn"}, 400),
        ({"key": "soon"}, 400),
    ],
)
def test_page_explains_a_refused_refund(till: Client, bill: Bill, more: dict[str, Any], status: int) -> None:
    before = traces("django_session")
    answer = till.post(f"/bills/{bill.number}/refund", asked(**more))
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert traces("django_session") == before


def test_refund_needs_an_open_till_and_a_sale(ana_web: Client, till: Client, bill: Bill) -> None:
    till.post(f"/bills/{bill.number}/refund", asked())
    assert till.get("/bills/R1-R000001/refund").url == "/bills/R1-R000001"
    assert till.get("/bills/R1-999999/refund").status_code == 404
    session = till.session
    del session["register"]
    session.save()
    assert till.get(f"/bills/{bill.number}/refund").url == "/shift/open"


@pytest.mark.parametrize("text", ["R1-000001", "r1-0", "ana", "green te", "4006381333931", "Olga", "P-"])
def test_bill_is_found_by_number_cashier_product_and_member(bill: Bill, tea: Product, text: str) -> None:
    found = bill_search.Search(tea.sku if text == "P-" else text).rows()
    assert [one.number for one in found] == [bill.number]


@pytest.mark.parametrize("text", ["R1-000002", "ben", "coffee", "%", "\0"])
def test_other_bills_are_not_found(bill: Bill, text: str) -> None:
    assert not bill_search.Search(text).rows() or text == "\0"


@pytest.mark.parametrize("scanned", ["R1-000001", "r1-000001", "https://shop.example.org/bills/R1-000001/receipt"])
def test_receipt_scanned_at_the_till_opens_its_bill(till: Client, bill: Bill, scanned: str) -> None:
    address = till.get("/till").url
    assert till.post(f"{address}/scan", {"code": scanned}).url == f"/bills/{bill.number}"


def test_page_needs_no_query_per_line(till: Client, ana: User, milk: Product, tea: Product) -> None:
    many = sell(*[(milk, "1")] * 30, (tea, "1"), by=ana, cash="100.00")
    one = sell((milk, "1"), by=ana, cash="2.00")
    till.get("/till")  # the first request records that the till is in use
    with CaptureQueriesContext(connection) as few:
        till.get(f"/bills/{one.number}/refund", {"line_1": "1"})
    with CaptureQueriesContext(connection) as more:
        till.get(f"/bills/{many.number}/refund", {"line_1": "1", "line_9": "1"})
    assert len(more) == len(few)


def test_goods_to_exchange_wait_in_the_basket_and_move_nothing(till: Client, bill: Bill) -> None:
    answer = till.post(f"/bills/{bill.number}/exchange", asked(damaged_1="on"))
    basket = Basket.objects.get(original=bill)
    assert answer.url == f"/till/{basket.pk}"
    assert [(row.line.position, row.quantity, row.to_shelf) for row in basket.returns.all()] == [(1, 1, False)]
    assert basket.member_id == bill.member_id
    assert "Give the money back" in till.get(answer.url).text
    till.post(f"{answer.url}/returns/keep", {"version": basket.version})
    assert not Basket.objects.filter(original=bill).exists()
    assert not Bill.objects.filter(kind="refund").exists()


def test_goods_of_two_bills_are_exchanged_in_two_baskets(till: Client, ana: User, bill: Bill, milk: Product) -> None:
    other = sell((milk, "1"), by=ana, cash="2.00")
    first, second = (till.post(f"/bills/{one.number}/exchange", asked()).url for one in (bill, other))
    assert first != second
    into_the_first = asked(basket=first.rpartition("/")[2])
    assert till.post(f"/bills/{other.number}/exchange", into_the_first).status_code == 409


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"line_1": "3"}, 409),
        ({"line_1": "NaN"}, 400),
        ({"line_1": "0"}, 400),
        ({"line_9": "1"}, 400),
        ({"reason": " "}, 400),
        ({"reason": "4111 1111 1111 1111"}, 400),
        ({"basket": "99999"}, 409),
        ({"basket": "99999999999999999999"}, 400),
    ],
)
def test_goods_that_cannot_be_refunded_enter_no_basket(
    till: Client, bill: Bill, more: dict[str, Any], status: int
) -> None:
    till.get("/till")
    before = traces("django_session")
    assert till.post(f"/bills/{bill.number}/exchange", asked(**more)).status_code == status
    assert traces("django_session") == before


def test_exchange_is_paid_only_at_the_difference_shown(till: Client, bill: Bill, tea: Product, milk: Product) -> None:
    address = till.post(f"/bills/{bill.number}/exchange", asked()).url
    till.post(f"{address}/add/{milk.pk}")
    version = Basket.objects.get(original=bill).version
    paid = {"version": version, "shown_total": "2.00", "method": ["card"], "amount": ["10.50"]}
    for wrong in ({}, {"shown_difference": "10.50"}, {"shown_difference": "NaN"}):
        assert till.post(f"{address}/pay", {**paid, **wrong}).status_code in (400, 409)
    first, again = (till.post(f"{address}/pay", {**paid, "shown_difference": "-10.50"}) for _ in range(2))
    assert first.url == again.url == "/bills/R1-000002/receipt"
    page = till.get(first.url).text
    assert "Give back" in page
    assert "Brought back, R1-R000001" in page
    assert "R1-R000001" in till.get("/bills/R1-000002").text
    assert "R1-000002" in till.get("/bills/R1-R000001").text


def test_customer_display_shows_the_returned_goods_and_then_the_money_given_back(
    till: Client, bill: Bill, milk: Product
) -> None:
    address = till.post(f"/bills/{bill.number}/exchange", asked()).url
    till.post(f"{address}/add/{milk.pk}")
    at = customer_display.showing(bill.register)
    shown = render_to_string("billing/display/_display.html", {"at": at, "register": bill.register})
    assert "comes back" in shown
    assert "You get back" in shown
    assert "€10.50" in shown
    paid = {"version": Basket.objects.get(original=bill).version, "shown_total": "2.00", "shown_difference": "-10.50"}
    till.post(f"{address}/pay", paid | {"method": ["card"], "amount": ["10.50"]})
    after = customer_display.showing(bill.register)
    assert after.outcome is not None
    assert (after.outcome.says, after.outcome.amount) == (Says.GIVE_BACK, Decimal("10.50"))
    assert "You get back" in render_to_string("billing/display/_display.html", {"at": after, "register": bill.register})
