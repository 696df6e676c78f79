"""A register sells the goods of its location, and refunds put goods back where they were brought."""

from decimal import Decimal as D
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.approvals.approvals import NeedsApproval
from accounts.models import User
from billing.basket import baskets, priced, scanning
from billing.drawer import registers, shifts
from billing.models import BillLine, Register
from billing.order import Tendered
from billing.outage import catalogue
from billing.outage.posting import post
from billing.outage.problems import settle
from billing.returns import exchanges, refunds, without_receipt
from billing.returns.exchanges import Exchange
from billing.returns.refund_bill import Wish
from billing.returns.refundable import Returned
from billing.returns.without_receipt import Claim, Claimed
from billing.sale import quotes, sales
from inventory.models import Location, Product, StockMovement, TaxRate
from inventory.shelf import locations, stock
from inventory.transfers import transfers
from pos.errors import InUse, Invalid
from tests.at_once import at_once
from tests.counter import order, sell
from tests.outage import sale as outage_sale
from tests.proof import assert_books_are_right


@pytest.fixture
def harbour(may: User) -> Location:
    """A second shop."""
    return locations.enter(Location(), by=may, code="H", name="Harbour shop")


@pytest.fixture
def r2(harbour: Location, ana: User) -> Register:
    """The till of the harbour shop, with an open shift."""
    register = Register.objects.create(code="R2", name="Till R2", location=harbour)
    shifts.open_shift("R2", opening_float=D("100.00"), by=ana)
    return register


@pytest.fixture(autouse=True)
def first_shop(shift: object) -> None:
    """R1 in the first shop is open too."""


def left(product: Product, location: Location | None = None) -> D:
    return stock.look([product.pk], location=location.pk if location else None)[product.pk].quantity


def test_till_sells_the_goods_of_its_location(
    ana: User, may: User, tea: Product, harbour: Location, r2: Register
) -> None:
    stock.receive(tea, D(3), by=may, location=harbour.pk)
    bill = sell((tea, "2"), by=ana, register="R2", cash="25.00")
    sell((tea, "1"), by=ana, register="R1", cash="12.50")
    assert (left(tea), left(tea, harbour)) == (9, 1)
    assert StockMovement.objects.get(reference=f"bill {bill.number}").location == harbour
    assert_books_are_right()


def test_goods_of_the_other_shop_are_not_on_this_shelf(ana: User, may: User, tea: Product, r2: Register) -> None:
    asked = order((tea, "1"), register="R2", cash="12.50")
    with pytest.raises(NeedsApproval, match="sold without stock"):
        sales.sell(asked, cashier=ana)
    bill = sales.sell(asked, cashier=may).bill
    assert (left(tea), left(tea, r2.location)) == (10, -1)
    assert BillLine.objects.get(bill=bill).oversold == 1
    assert_books_are_right()


@pytest.mark.parametrize("to_shelf", [True, False])
def test_refund_comes_back_in_another_shop(
    ana: User, tea: Product, harbour: Location, r2: Register, to_shelf: bool
) -> None:
    bill = sell((tea, "2"), by=ana, register="R1", cash="25.00")
    back = [Returned(1, D(1), to_shelf)]
    refunds.refund(Wish(uuid4(), bill.number, back, [Tendered("cash", D("12.50"))], "too green", "R2"), cashier=ana)
    assert (left(tea), left(tea, harbour)) == (8, int(to_shelf))
    assert_books_are_right()


def test_refund_without_receipt_comes_back_where_it_was_brought(
    may: User, tea: Product, harbour: Location, r2: Register
) -> None:
    without_receipt.refund(Claim(uuid4(), [Claimed(D(1), tea.pk)], "a gift", "R2"), cashier=may)
    assert (left(tea), left(tea, harbour)) == (10, 1)
    assert_books_are_right()


def test_exchange_takes_and_gives_in_one_shop(
    ana: User, may: User, tea: Product, milk: Product, harbour: Location, r2: Register
) -> None:
    bill = sell((tea, "1"), by=ana, register="R1", cash="12.50")
    stock.receive(milk, D(5), by=may, location=harbour.pk)
    back = Wish(uuid4(), bill.number, [Returned(1, D(1))], [Tendered("cash", D("10.50"))], "wrong one", "R2")
    exchanges.exchange(Exchange(back, order((milk, "1"), register="R2")), cashier=ana)
    assert (left(tea), left(tea, harbour), left(milk), left(milk, harbour)) == (9, 1, 100, 4)
    assert_books_are_right()


def test_basket_shows_what_is_left_in_its_shop(ana: User, may: User, tea: Product, r1: Register, r2: Register) -> None:
    for register, short in ((r1, None), (r2, 0)):
        basket = baskets.start(register, ana)
        scanning.scan(basket.pk, "4006381333931")
        baskets.add(basket.pk, tea.pk)
        with transaction.atomic():
            assert priced.show(baskets.hold(basket.pk)).lines[0].short_of_stock == short
        assert priced.show(baskets.current(register, ana)).lines[0].short_of_stock == short


def test_till_page_shows_what_is_left_in_its_shop(
    ana_web: Client, ana: User, may: User, tea: Product, harbour: Location, r2: Register
) -> None:
    stock.receive(tea, D(3), by=may, location=harbour.pk)
    basket = baskets.start(r2, ana)
    found = ana_web.get(reverse("search", args=[basket.pk]), {"q": "green", "at": str(harbour.pk)})
    assert "3 left" in found.content.decode()
    nonsense = ana_web.get(reverse("search", args=[basket.pk]), {"q": "green", "at": "9" * 30})
    assert "10 left" in nonsense.content.decode()


def test_tax_rate_of_the_location_is_on_the_bill(
    ana: User, may: User, tea: Product, harbour: Location, r2: Register
) -> None:
    full, abroad = TaxRate.objects.create(name="full", rate="0.19"), TaxRate.objects.create(name="abroad", rate="0.20")
    Product.objects.filter(pk=tea.pk).update(tax_rate=full)
    locations.set_taxes(harbour, {full.pk: abroad.pk}, by=may)
    stock.receive(tea, D(3), by=may, location=harbour.pk)
    rates = {
        register: sell((tea, "1"), by=ana, register=register, cash="12.50").lines.all()[0].tax_rate
        for register in ("R1", "R2")
    }
    assert rates == {"R1": D("0.19"), "R2": D("0.20")}
    asked = order((tea, "1"), register="R2")
    assert quotes.quote(asked)[2].lines[0].item.tax_rate == D("0.20")
    assert_books_are_right()


def test_till_without_its_server_knows_the_tax_rate_of_its_location(
    ana: User, may: User, tea: Product, harbour: Location, r2: Register, r1: Register
) -> None:
    full, abroad = TaxRate.objects.create(name="full", rate="0.19"), TaxRate.objects.create(name="abroad", rate="0.20")
    Product.objects.filter(pk=tea.pk).update(tax_rate=full)
    before = catalogue.tag(catalogue.terms(r2))
    locations.set_taxes(harbour, {full.pk: abroad.pk}, by=may)
    rates = {one.code: D(catalogue.terms(one)["rates"][full.pk]) for one in (r1, r2)}
    assert rates == {"R1": D("0.19"), "R2": D("0.20")}
    assert catalogue.tag(catalogue.terms(r2)) != before


def test_location_of_a_register_stays_in_use(may: User, harbour: Location, r2: Register) -> None:
    with pytest.raises(InUse, match="still used by"):
        locations.enter(harbour, by=may, is_active=False)
    registers.change(replace_location(r2, None), by=may)
    locations.enter(harbour, by=may, is_active=False)
    with pytest.raises(Invalid, match="no such location"):
        registers.change(replace_location(r2, harbour), by=may)


def replace_location(register: Register, location: Location | None) -> Register:
    register.location = location
    return register


def test_outage_sale_is_corrected_in_its_own_shop(
    ana: User, may: User, tea: Product, harbour: Location, r2: Register
) -> None:
    Register.objects.filter(pk=r2.pk).update(outage_sales=True)
    posted = post(outage_sale((tea, "2"), register="R2", number="R2-P1-0001"), by=ana)
    assert posted.problem is not None
    settle(posted.problem.pk, by=may, correct_stock=True)
    assert (left(tea), left(tea, harbour)) == (10, 0)
    assert_books_are_right()


@pytest.mark.django_db(transaction=True)
def test_last_piece_of_a_shop_is_sold_or_sent(
    ana: User, may: User, tea: Product, harbour: Location, r2: Register
) -> None:
    stock.receive(tea, D(1), by=may, location=harbour.pk)
    asked = [order((tea, "1"), register="R2", cash="12.50") for _ in range(3)]

    def send() -> Any:
        return transfers.send({tea.pk: D(1)}, by=may, origin=harbour.pk, target=None)

    deeds: list[Any] = [partial(sales.sell, one, cashier=ana) for one in asked]
    done = [one for one in at_once([*deeds, send, send]) if not isinstance(one, Exception)]
    assert len(done) == 1
    assert left(tea, harbour) == 0
    with transaction.atomic():
        assert_books_are_right()


def test_api_adds_a_register_to_a_location(may_api: Client, harbour: Location) -> None:
    asked = {"code": "R3", "name": "Till three", "location": "h"}
    made = may_api.post("/api/v1/registers", asked, content_type="application/json")
    assert (made.status_code, made.json()["location"]) == (201, "H")
    assert Register.objects.get(code="R3").location == harbour
