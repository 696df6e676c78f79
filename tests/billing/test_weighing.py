"""Goods sold by weight wait in the basket until their weight is entered; nothing assumes a kilogram."""

from collections.abc import Callable
from decimal import Decimal as D

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from billing.basket import baskets, customer_display, lines, paying, priced, scanning, whose
from billing.basket.paying import WeightNeeded
from billing.models import Basket, BasketLine, BasketState, LabelKind, LabelPattern, Register, Shift
from billing.order import Tendered
from inventory.models import Product
from pos.errors import Invalid
from tests import cast
from tests.at_once import outcomes_of
from tests.proof import assert_books_are_right

CASH = [Tendered("cash", D("50.00"))]


@pytest.fixture
def basket(shift: Shift, ana: User) -> Basket:
    return baskets.start(shift.register, ana)


def now(basket: Basket) -> int:
    return Basket.objects.get(pk=basket.pk).version


def amounts(basket: Basket) -> list[D | None]:
    return list(basket.lines.filter(removed_at=None).values_list("quantity", flat=True))


def weigh(basket: Basket, line: BasketLine, weight: str, by: User) -> None:
    lines.set_quantity(basket.pk, line.pk, D(weight), version=now(basket), by=by)


def pay(basket: Basket, by: User) -> D:
    return paying.pay(basket.pk, CASH, version=now(basket), shown_total=None, register="R1", by=by).total


DOORS: dict[str, Callable[[Basket, Product], BasketLine]] = {
    "tile": lambda basket, cheese: baskets.add(basket.pk, cheese.pk),
    "plain code": lambda basket, cheese: scanning.scan(basket.pk, cheese.sku),
    "GTIN without a weight": lambda basket, _: scanning.scan(basket.pk, "(01)04006381333986"),
}


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_goods_by_weight_cannot_be_paid_before_their_weight_is_entered(
    basket: Basket, cheese: Product, tea: Product, ana: User, door: Callable[[Basket, Product], BasketLine]
) -> None:
    cheese.barcodes.create(code="4006381333986")
    baskets.add(basket.pk, tea.pk)
    line = door(basket, cheese)
    assert amounts(basket) == [D(1), None]
    shown = priced.show(basket)
    assert (shown.needs_weight, shown.lines[1].needs_weight, shown.quote.total) == (True, True, D("12.50"))
    with pytest.raises(WeightNeeded, match="Weigh Cheese first") as refused:
        pay(basket, ana)
    assert (refused.value.code, refused.value.status) == ("weight_needed", 409)
    weigh(basket, line, "0.250", ana)
    assert (amounts(basket), pay(basket, ana)) == ([D(1), D("0.250")], D("17.50"))
    assert_books_are_right()


def test_weight_label_adds_its_own_line_beside_a_waiting_one(basket: Basket, cheese: Product, ana: User) -> None:
    Product.objects.filter(pk=cheese.pk).update(sku="12345")
    LabelPattern.objects.create(name="scale", prefix="21", kind=LabelKind.WEIGHT)
    cheese.barcodes.create(code="4006381333986")
    scanning.scan(basket.pk, "2112345003504")
    scanning.scan(basket.pk, "(01)04006381333986(3103)000250")
    waiting = baskets.add(basket.pk, cheese.pk)
    assert amounts(basket) == [D("0.600"), None]
    weigh(basket, waiting, "0.100", ana)
    assert amounts(basket) == [D("0.700")]


@pytest.mark.parametrize(("typed", "amount"), [("0,35*{}", D("0.35")), ("1*{}", D(1))])
def test_weight_may_be_typed_before_the_code(basket: Basket, cheese: Product, typed: str, amount: D) -> None:
    scanning.scan(basket.pk, typed.format(cheese.sku))
    assert amounts(basket) == [amount]


def test_weight_may_be_given_by_a_program(basket: Basket, cheese: Product) -> None:
    scanning.scan(basket.pk, cheese.sku, D("0.4"))
    baskets.add(basket.pk, cheese.pk, D("0.1"))
    assert amounts(basket) == [D("0.5")]


def test_code_scanned_twice_asks_again_for_one_waiting_line(basket: Basket, cheese: Product) -> None:
    first = scanning.scan(basket.pk, cheese.sku)
    asked = BasketLine.objects.get().added_at
    second = scanning.scan(basket.pk, cheese.sku)
    assert (first.pk, amounts(basket)) == (second.pk, [None])
    assert BasketLine.objects.get().added_at > asked


def test_second_weighing_is_added_to_the_first(basket: Basket, cheese: Product, ana: User) -> None:
    for weight in ("0.250", "0.300"):
        weigh(basket, baskets.add(basket.pk, cheese.pk), weight, ana)
    assert amounts(basket) == [D("0.550")]
    assert pay(basket, ana) == D("11.00")


def test_waiting_line_accepts_nothing_but_a_weight(basket: Basket, cheese: Product, ana: User) -> None:
    line = baskets.add(basket.pk, cheese.pk)
    version = now(basket)
    deeds: list[Callable[[], object]] = [
        lambda: lines.step(basket.pk, line.pk, 1, by=ana),
        lambda: lines.set_discount(basket.pk, line.pk, D(5), D(0), version=version, by=ana),
        lambda: lines.set_price(basket.pk, line.pk, D("9.00"), "old", version=version, by=ana),
        lambda: lines.write_note(basket.pk, line.pk, "gift", version=version, by=ana),
    ]
    for deed in deeds:
        with pytest.raises(WeightNeeded):
            deed()
    for wrong in ("0.0001", "-1", "NaN"):
        with pytest.raises(Invalid):
            weigh(basket, line, wrong, ana)
    assert (amounts(basket), now(basket)) == ([None], version)


@pytest.mark.parametrize("away", ["zero", "removed"])
def test_waiting_line_can_be_removed(basket: Basket, cheese: Product, ana: User, away: str) -> None:
    line = baskets.add(basket.pk, cheese.pk)
    if away == "zero":
        weigh(basket, line, "0", ana)
    else:
        lines.remove(basket.pk, line.pk, version=now(basket), by=ana)
    gone = BasketLine.objects.get()
    assert (gone.removed_by, gone.quantity, amounts(basket)) == (ana, None, [])


def test_parked_basket_still_waits_for_the_weight_when_resumed(
    basket: Basket, cheese: Product, ana: User, ben: User
) -> None:
    line = baskets.add(basket.pk, cheese.pk)
    baskets.park(basket.pk, "forgot the wallet", version=now(basket))
    whose.resume(basket.pk, register=basket.register, by=ben)
    with pytest.raises(WeightNeeded):
        pay(basket, ben)
    weigh(basket, line, "0.5", ben)
    assert pay(basket, ben) == D("10.00")


def test_open_price_is_typed_after_the_weight(basket: Basket, ana: User) -> None:
    line = baskets.add(basket.pk, cast.product("Mushrooms", "0", "9", open_price=True, sold_by="weight").pk)
    with pytest.raises(WeightNeeded):
        lines.set_price(basket.pk, line.pk, D("18.00"), version=now(basket), by=ana)
    weigh(basket, line, "0.2", ana)
    lines.set_price(basket.pk, line.pk, D("18.00"), version=now(basket), by=ana)
    assert pay(basket, ana) == D("3.60")


def test_customer_display_shows_goods_being_weighed(
    basket: Basket, cheese: Product, r1: Register, client: Client, ana_web: Client
) -> None:
    baskets.add(basket.pk, cheese.pk)
    client.post("/display/R1", {"code": customer_display.pairing_code(r1)})
    page = client.get("/display/R1/now").content.decode() + client.get("/display/R1").content.decode()
    assert "is being weighed" in page
    assert "0 ×" not in page


def test_database_refuses_a_second_waiting_line_and_a_discount_on_one(basket: Basket, cheese: Product) -> None:
    baskets.add(basket.pk, cheese.pk)
    with pytest.raises(IntegrityError, match="one_unweighed_line"), transaction.atomic():
        BasketLine.objects.create(basket=basket, product=cheese, quantity=None)
    with pytest.raises(IntegrityError, match="unweighed_line_is_plain"), transaction.atomic():
        BasketLine.objects.update(discount_percent=5)


def test_database_refuses_to_pay_a_basket_with_unweighed_goods(basket: Basket, cheese: Product, ana: User) -> None:
    other = baskets.start(basket.register, ana)
    baskets.add(other.pk, cheese.pk, D("0.5"))
    pay(other, ana)
    bill = Basket.objects.get(pk=other.pk).bill
    Basket.objects.filter(pk=other.pk).update(state=BasketState.DROPPED, bill=None)
    baskets.add(basket.pk, cheese.pk)
    with pytest.raises(IntegrityError, match="nobody has weighed"), transaction.atomic():
        Basket.objects.filter(pk=basket.pk).update(state=BasketState.PAID, bill=bill)


@pytest.mark.django_db(transaction=True)
def test_two_scans_at_once_make_one_waiting_line(basket: Basket, cheese: Product) -> None:
    scan = lambda: scanning.scan(basket.pk, cheese.sku)  # noqa: E731
    assert outcomes_of(scan, scan) == ["done", "done"]
    assert amounts(basket) == [None]


@pytest.mark.django_db(transaction=True)
def test_weight_typed_twice_at_once_counts_once(basket: Basket, cheese: Product, ana: User) -> None:
    line = baskets.add(basket.pk, cheese.pk)
    version = now(basket)
    typed = lambda: lines.set_quantity(basket.pk, line.pk, D("0.3"), version=version, by=ana)  # noqa: E731
    assert outcomes_of(typed, typed) == ["done", "stale"]
    assert amounts(basket) == [D("0.300")]
