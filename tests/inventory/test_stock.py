"""Stock movements: deliveries, counts, write-offs, opening stock."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from inventory.models import MovementKind, Product, Stock, StockMovement
from inventory.shelf import stock
from pos.errors import InUse, Invalid
from tests import cast

pytestmark = pytest.mark.django_db
NONSENSE = ["NaN", "sNaN", "Infinity", "-Infinity", "1e400", "-1", "9999999.001", "1.0001", "0.5"]


def on_hand(product: Product) -> Decimal:
    return Stock.objects.get(product=product).quantity


def trail(product: Product) -> list[tuple[str, Decimal]]:
    return list(product.movements.order_by("id").values_list("kind", "quantity"))


def test_delivery_adds_to_the_shelf_and_the_ledger(may: User, tea: Product) -> None:
    made = stock.receive(tea, Decimal(12), by=may, reference="delivery 7", cost=Decimal("4.00"))
    assert on_hand(tea) == 22
    assert trail(tea) == [("opening", 10), ("delivery", 12)]
    assert (made.by, made.reference, made.unit_cost) == (may, "delivery 7", Decimal("4.00"))


@pytest.mark.parametrize(
    ("left", "cost", "received", "paid", "average"),
    [
        ("10", "4.00", "10", "5.00", "4.5"),
        ("1", "1.00", "2", "2.00", "1.667"),
        ("0", "4.00", "10", "5.00", "5"),
        ("-3", "4.00", "10", "5.00", "5"),
        ("10", "4.00", "10", None, "4"),
    ],
)
def test_cost_is_the_moving_average(
    may: User, left: str, cost: str, received: str, paid: str | None, average: str
) -> None:
    jam = cast.product("Jam", "6.00", left, cost=Decimal(cost), allow_negative=True)
    stock.receive(jam, Decimal(received), by=may, cost=Decimal(paid) if paid else None)
    jam.refresh_from_db()
    assert jam.cost == Decimal(average)


def test_count_moves_the_difference(may: User, tea: Product) -> None:
    stock.count(tea, Decimal(7), by=may, reason="Monday count")
    assert on_hand(tea) == 7
    assert trail(tea)[-1] == ("count", -3)
    assert tea.movements.latest("id").reference == "counted 7"


def test_count_without_a_difference_is_recorded_too(may: User, tea: Product) -> None:
    stock.count(tea, Decimal(10), by=may, reason="")
    assert trail(tea)[-1] == ("count", 0)


def test_write_off_needs_a_reason(may: User, tea: Product) -> None:
    with pytest.raises(Invalid) as refused:
        stock.write_off(tea, Decimal(1), by=may, reason="  ")
    assert refused.value.field == "reason"
    assert trail(tea) == [("opening", 10)]


def test_write_off_beyond_the_stock_is_refused(may: User, tea: Product) -> None:
    with pytest.raises(stock.OutOfStock, match="Only 10 of Green tea are left"):
        stock.write_off(tea, Decimal(11), by=may, reason="flood")
    assert on_hand(tea) == 10
    stock.write_off(tea, Decimal(10), by=may, reason="flood")
    assert (on_hand(tea), trail(tea)[-1]) == (0, ("write_off", -10))


def test_weighed_goods_are_written_off_in_part(may: User, cheese: Product) -> None:
    stock.write_off(cheese, Decimal("0.350"), by=may, reason="mould")
    assert on_hand(cheese) == Decimal("4.650")


def test_opening_stock_is_entered_once(may: User) -> None:
    jam = cast.product("Jam", "6.00", "0")
    stock.open(jam, Decimal(5), by=may)
    assert trail(jam) == [("opening", 5)]
    with pytest.raises(InUse):
        stock.open(jam, Decimal(5), by=may)
    assert on_hand(jam) == 5


DEEDS: dict[str, Callable[[Product, Decimal, User], Any]] = {
    "receive": lambda product, amount, by: stock.receive(product, amount, by=by),
    "count": lambda product, amount, by: stock.count(product, amount, by=by, reason="x"),
    "write_off": lambda product, amount, by: stock.write_off(product, amount, by=by, reason="x"),
    "open": lambda product, amount, by: stock.open(product, amount, by=by),
}


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("amount", NONSENSE)
def test_seed_d02_invalid_quantity_moves_nothing(may: User, tea: Product, deed: str, amount: str) -> None:
    with pytest.raises(Invalid):
        DEEDS[deed](tea, Decimal(amount), may)
    assert trail(tea) == [("opening", 10)]


@pytest.mark.parametrize("deed", ["receive", "write_off", "open"])
def test_movement_of_zero_is_refused(may: User, tea: Product, deed: str) -> None:
    with pytest.raises(Invalid):
        DEEDS[deed](tea, Decimal(0), may)


@pytest.mark.parametrize("cost", ["NaN", "Infinity", "-1", "1e12"])
def test_seed_d02_invalid_cost_is_refused(may: User, tea: Product, cost: str) -> None:
    with pytest.raises(Invalid):
        stock.receive(tea, Decimal(1), by=may, cost=Decimal(cost))
    assert on_hand(tea) == 10


def test_stock_has_an_upper_limit(may: User, tea: Product) -> None:
    with pytest.raises(Invalid, match="would pass"):
        stock.receive(tea, Decimal(9_999_999), by=may)
    assert on_hand(tea) == 10


def test_text_longer_than_the_ledger_holds_is_refused(may: User, tea: Product) -> None:
    for text in ("x" * 201, "a\0b"):
        with pytest.raises(Invalid):
            stock.count(tea, Decimal(1), by=may, reason=text)
    with pytest.raises(Invalid):
        stock.receive(tea, Decimal(1), by=may, reference="x" * 101)


def test_unknown_product_is_refused_with_a_sentence(may: User) -> None:
    with pytest.raises(stock.UnknownProduct):
        stock.receive(Product(pk=999_999), Decimal(1), by=may)
    assert not StockMovement.objects.filter(kind=MovementKind.DELIVERY).exists()


@pytest.mark.parametrize("code", ["036000291452", "0036000291452"])
def test_upc_and_ean_count_as_one_code(code: str) -> None:
    soap = cast.product("Soap", barcode=code)
    asked = ["036000291452", "0036000291452", "36000291452", "4006381333931"]
    assert stock.find(asked) == {"036000291452": soap.pk, "0036000291452": soap.pk}
