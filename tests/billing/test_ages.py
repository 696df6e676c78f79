"""Age-restricted goods: the cashier confirms the customer's age once per sale, and the bill records it."""

from datetime import date
from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import AuditEntry, User
from billing.basket import baskets, lines, paying, whose
from billing.models import Basket, Bill, OutageSale, Register, Shift
from billing.order import Tendered
from billing.outage import posting, problems
from billing.returns import exchanges, refunds
from billing.returns.exchanges import Exchange
from billing.returns.refund_bill import Wish
from billing.returns.refundable import Returned
from billing.sale import age_check, sales
from billing.sale.age_check import AgeNotChecked
from inventory.goods import products
from inventory.models import Product
from pos.errors import Stale
from tests import cast
from tests.at_once import at_once
from tests.counter import order, sell
from tests.outage import sale as rung_up
from tests.proof import assert_books_are_right
from tests.traces import traces


@pytest.fixture
def wine(db: None) -> Product:
    """Costs 9.00, sold from age 16."""
    return cast.product("Riesling", "9.00", minimum_age=16)


@pytest.fixture
def gin(db: None) -> Product:
    """Costs 30.00, sold from age 18."""
    return cast.product("Gin", "30.00", minimum_age=18)


@pytest.fixture
def basket(shift: Shift, ana: User, wine: Product, tea: Product) -> Basket:
    """An open basket at R1 with a tea and a wine."""
    made = baskets.start(shift.register, ana)
    for product in (tea, wine):
        baskets.add(made.pk, product.pk)
    made.refresh_from_db()
    return made


def paid(basket: Basket, total: str, by: User) -> Bill:
    basket.refresh_from_db()
    money = {"shown_total": D(total), "register": "R1", "by": by}
    return paying.pay(basket.pk, [Tendered("cash", D(100))], version=basket.version, **money)


def confirm(basket: Basket, age: int, by: User) -> None:
    basket.refresh_from_db()
    lines.confirm_age(basket.pk, age, version=basket.version, by=by)


def test_sale_needs_the_age_confirmed(basket: Basket, ana: User) -> None:
    before = traces()
    with pytest.raises(AgeNotChecked) as refused:
        paid(basket, "21.50", ana)
    assert refused.value.facts == {"minimum_age": 16}
    assert traces() == before
    confirm(basket, 16, ana)
    assert paid(basket, "21.50", ana).age_checked == 16
    told = AuditEntry.objects.get(action="age.confirmed")
    assert (told.actor, told.subject, told.facts) == (ana, f"basket {basket.pk}", {"age": 16})
    assert_books_are_right()


def test_goods_with_a_higher_age_ask_again_and_with_a_lower_age_do_not(basket: Basket, ana: User, gin: Product) -> None:
    confirm(basket, 16, ana)
    baskets.add(basket.pk, gin.pk)
    with pytest.raises(AgeNotChecked):
        paid(basket, "51.50", ana)
    confirm(basket, 18, ana)
    line = basket.lines.get(product=gin)
    basket.refresh_from_db()
    lines.remove(basket.pk, line.pk, version=basket.version, by=ana)
    assert paid(basket, "21.50", ana).age_checked == 16


def test_cashier_who_takes_a_basket_over_asks_the_age_again(basket: Basket, ana: User, ben: User, r1: Register) -> None:
    confirm(basket, 16, ana)
    for taker, checked in ((ana, 16), (ben, 0)):
        basket.refresh_from_db()
        baskets.park(basket.pk, "", version=basket.version)
        assert whose.resume(basket.pk, register=r1, by=taker).age_checked == checked


@pytest.mark.parametrize("age", [15, 17, 18, 0])
def test_confirming_a_different_age_than_asked_is_refused(basket: Basket, ana: User, age: int) -> None:
    before = traces()
    with pytest.raises(Stale):
        confirm(basket, age, ana)
    assert traces() == before


@pytest.mark.django_db(transaction=True)
def test_age_confirmed_twice_at_once_is_confirmed_once(basket: Basket, ana: User) -> None:
    answers = at_once([lambda: lines.confirm_age(basket.pk, 16, version=basket.version, by=ana) for _ in range(2)])
    assert sorted(type(answer).__name__ for answer in answers) == ["NoneType", "Stale"]
    assert AuditEntry.objects.filter(action="age.confirmed").count() == 1


def test_page_asks_the_age_before_payment(basket: Basket, ana: User, ana_web: Client) -> None:
    ana_web.post("/shift/join", {"register": "R1"})
    page = ana_web.get(f"/till/{basket.pk}").text
    assert "sold from 16" in page
    assert "/pay" not in page
    form = {"version": basket.version, "age": 16}
    assert ana_web.post(f"/till/{basket.pk}/age", form).status_code == 302
    page = ana_web.get(f"/till/{basket.pk}").text
    assert f"/till/{basket.pk}/pay" in page
    assert "from 16, asked" in page
    assert ana_web.post(f"/till/{basket.pk}/age", form).status_code == 409
    bill = paid(basket, "21.50", ana)
    assert "16 or older" in ana_web.get(f"/bills/{bill.number}").text


@pytest.mark.parametrize("age", ["", "0", "100", "old", "NaN", "Infinity", "1e3", "\0", "9" * 30])
def test_page_refuses_what_is_not_an_age(basket: Basket, ana_web: Client, age: str) -> None:
    ana_web.post("/shift/join", {"register": "R1"})
    before = traces("django_session")
    assert ana_web.post(f"/till/{basket.pk}/age", {"version": basket.version, "age": age}).status_code == 400
    assert traces("django_session") == before


def test_api_names_the_age_to_confirm_and_accepts_it(ana_api: Client, wine: Product, gin: Product) -> None:
    body: dict[str, Any] = {"lines": [{"product": one.pk, "quantity": "1"} for one in (wine, gin)]}
    quote = ana_api.post("/api/v1/quotes", body, content_type="application/json").json()
    assert quote["minimum_age"] == 18
    body["payments"], headers = [{"method": "cash", "amount": "39.00"}], {"Idempotency-Key": str(uuid4())}
    for age, status, code in ((None, 409, "age_check_required"), (17, 409, "age_check_required"), (21, 201, None)):
        asked = body | ({"age_checked": age} if age else {})
        answer = ana_api.post("/api/v1/bills", asked, content_type="application/json", headers=headers)
        assert (answer.status_code, answer.json().get("code")) == (status, code)
    assert answer.json()["age_checked"] == 18


@pytest.mark.parametrize("age", [-1, 100, "old", 16.5, True, None, [], 10**30])
def test_api_refuses_what_is_not_an_age(ana_api: Client, wine: Product, age: object) -> None:
    body = {"lines": [{"product": wine.pk, "quantity": "1"}], "payments": [], "age_checked": age}
    headers = {"Idempotency-Key": str(uuid4())}
    assert ana_api.post("/api/v1/bills", body, content_type="application/json", headers=headers).status_code == 400


def test_goods_without_an_age_limit_record_no_age_check(shift: Shift, ana: User, tea: Product) -> None:
    assert sell((tea, "1"), by=ana, cash="12.50", age_checked=18).age_checked == 0


def test_refund_asks_no_age_and_exchange_does(shift: Shift, ana: User, wine: Product) -> None:
    bill = sell((wine, "2"), by=ana, cash="18.00", age_checked=16)
    back = [Returned(1, D(1))]
    refund = refunds.refund(Wish(uuid4(), bill.number, back, [Tendered("cash", D(9))], "corked", "R1"), cashier=ana)
    assert refund.bill.age_checked == 0
    swap = Wish(uuid4(), bill.number, back, [], "corked", "R1")
    with pytest.raises(AgeNotChecked):
        exchanges.exchange(Exchange(swap, order((wine, "1"))), cashier=ana)
    exchanges.exchange(Exchange(swap, order((wine, "1"), age_checked=16)), cashier=ana)
    assert_books_are_right()


def test_outage_sale_keeps_the_age_check(leave: Register, ana: User, wine: Product) -> None:
    posted = posting.post(rung_up((wine, "1"), age_checked=16), by=ana)
    assert posted.bill and posted.bill.age_checked == 16


def test_outage_sale_without_age_check_waits_for_a_manager(
    leave: Register, ana: User, may: User, wine: Product
) -> None:
    posted = posting.post(rung_up((wine, "1")), by=ana)
    assert posted.problem
    assert posted.problem.differences == ["Riesling is sold from 16; nobody has said that the customer is."]
    bill = problems.settle(posted.problem.pk, by=may)
    assert bill.age_checked == 0
    assert posted.problem.differences[0] in OutageSale.objects.get(bill=bill).differences
    assert_books_are_right()


@pytest.mark.parametrize("age", [-1, 100])
def test_product_refuses_an_impossible_age(may: User, tea: Product, age: int) -> None:
    with pytest.raises(ValidationError):
        products.edit(tea, by=may, minimum_age=age)
    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.filter(pk=tea.pk).update(minimum_age=age)


def test_only_a_manager_sets_the_age_by_api(may_api: Client, ana_api: Client, tea: Product) -> None:
    address, kind = f"/api/v1/products/{tea.pk}", "application/json"
    assert ana_api.patch(address, {"minimum_age": 18}, content_type=kind).status_code == 403
    assert may_api.patch(address, {"minimum_age": 18}, content_type=kind).json()["minimum_age"] == 18
    assert may_api.patch(address, {"minimum_age": 100}, content_type=kind).status_code == 400


@pytest.mark.parametrize(
    ("today", "born"),
    [
        (date(2026, 11, 23), date(2008, 11, 23)),
        (date(2028, 2, 29), date(2010, 2, 28)),
        (date(2032, 2, 29), date(2014, 2, 28)),
    ],
)
def test_latest_birthday_handles_leap_years(today: date, born: date) -> None:
    assert age_check.latest_birthday(18, today) == born


def test_retry_of_a_sale_with_age_check_returns_the_same_bill(shift: Shift, ana: User, wine: Product) -> None:
    asked = order((wine, "1"), cash="9.00", age_checked=16)
    first = sales.sell(asked, cashier=ana)
    assert sales.sell(asked, cashier=ana).bill == first.bill
