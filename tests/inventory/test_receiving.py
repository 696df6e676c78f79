"""A delivery is booked once, with all its movements and the average cost, and undone by a counter-document."""

from collections.abc import Callable
from decimal import Decimal as D
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from inventory.buying import orders, receiving, returns, suppliers
from inventory.buying.orders import Ordered
from inventory.buying.receiving import Came
from inventory.models import GoodsReceipt, Product, PurchaseOrder, Stock, StockMovement, Supplier, SupplierArticle
from inventory.shelf import stock
from pos.errors import Invalid, Refused
from tests import cast
from tests.at_once import after_waiting, outcomes_of
from tests.proof import assert_books_are_right

pytestmark = pytest.mark.django_db


@pytest.fixture
def leaf(may: User) -> Supplier:
    return suppliers.enter(Supplier(), by=may, name="Leaf & Co", lead_days=3)


def on_shelf(product: Product) -> D:
    return Stock.objects.get(product=product).quantity


def cost_of(product: Product) -> D:
    return Product.objects.get(pk=product.pk).cost


def sent(leaf: Supplier, may: User, *lines: Ordered) -> str:
    order = orders.create(leaf.pk, lines, by=may)
    return orders.send(order.number, by=may).number


def test_delivery_moves_all_its_goods_and_updates_their_cost(
    may: User, leaf: Supplier, tea: Product, milk: Product
) -> None:
    Product.objects.filter(pk=tea.pk).update(cost=D("4.00"))
    came = [Came(milk.pk, D(12), cost=D("0.80")), Came(tea.pk, D(10), damaged=D(2), cost=D("5.00"))]
    receipt = receiving.book(came, by=may, supplier=leaf.pk, note_number="L-77")
    assert (receipt.number, receipt.note_number) == ("GR-000001", "L-77")
    assert (on_shelf(tea), on_shelf(milk)) == (18, 112)
    assert cost_of(tea) == D("4.5")
    moved = StockMovement.objects.filter(reference="receipt GR-000001").order_by("pk")
    assert [(move.product_id, move.kind, move.quantity) for move in moved] == [
        (tea.pk, "delivery", 10),
        (tea.pk, "write_off", -2),
        (milk.pk, "delivery", 12),
    ]
    assert receiving.differences(receipt) == ["Green tea: 2 damaged, set aside."]
    assert SupplierArticle.objects.get(supplier=leaf, product=tea).cost == D("5.00")
    assert_books_are_right()


def test_stock_below_zero_counts_as_none_in_the_average(may: User) -> None:
    gum = cast.product("Gum", "1.00", "-4", allow_negative=True, cost=D("9.00"))
    receiving.book([Came(gum.pk, D(10), cost=D("0.50"))], by=may)
    assert (cost_of(gum), on_shelf(gum)) == (D("0.5"), 6)


def test_missing_cost_is_taken_from_the_order_or_the_supplier(may: User, leaf: Supplier, tea: Product) -> None:
    suppliers.put_article(leaf, tea.pk, by=may, cost=D("6.00"))
    free = receiving.book([Came(tea.pk, D(1))], by=may, supplier=leaf.pk)
    assert free.lines.get().cost == D("6.00")
    number = sent(leaf, may, Ordered(tea.pk, D(5), cost=D("5.50")))
    assert receiving.book([Came(tea.pk, D(5))], by=may, order=number).lines.get().cost == D("5.50")


def test_order_is_received_in_parts_and_shows_what_is_missing(
    may: User, leaf: Supplier, tea: Product, milk: Product
) -> None:
    suppliers.put_article(leaf, milk.pk, by=may, pack_size=D(6), pack_name="crate")
    number = sent(leaf, may, Ordered(tea.pk, D(10)), Ordered(milk.pk, D(2)))
    first = receiving.book([Came(tea.pk, D(4))], by=may, order=number)
    assert first.order is not None
    assert first.order.state == "partly"
    assert receiving.differences(first) == ["Green tea: 6 short.", "Milk: none came, 12 still open."]
    assert orders.on_the_way([tea.pk, milk.pk]) == {tea.pk: 6, milk.pk: 12}
    rest = receiving.book([Came(tea.pk, D(6)), Came(milk.pk, D(12))], by=may, order=number)
    assert rest.order is not None
    assert rest.order.state == "received"
    with pytest.raises(orders.NotOpen):
        receiving.book([Came(tea.pk, D(1))], by=may, order=number)
    assert_books_are_right()


def test_more_than_ordered_must_be_confirmed(may: User, leaf: Supplier, tea: Product, milk: Product) -> None:
    number = sent(leaf, may, Ordered(tea.pk, D(2)))
    came = [Came(tea.pk, D(5)), Came(milk.pk, D(1))]
    with pytest.raises(receiving.MoreThanOrdered, match="Green tea: 3 more, Milk: 1 more") as refused:
        receiving.book(came, by=may, order=number)
    assert refused.value.facts == {"products": {str(tea.pk): "3", str(milk.pk): "1"}}
    receipt = receiving.book(came, by=may, order=number, accept_more=True)
    assert receiving.differences(receipt)[0] == "Green tea: 3 more than ordered."
    assert_books_are_right()


def test_undone_delivery_restores_stock_cost_and_order(may: User, leaf: Supplier, tea: Product) -> None:
    Product.objects.filter(pk=tea.pk).update(cost=D("4.00"))
    number = sent(leaf, may, Ordered(tea.pk, D(10)))
    receipt = receiving.book([Came(tea.pk, D(10), damaged=D(3), cost=D("5.00"))], by=may, order=number)
    counter = receiving.reverse(receipt.number, by=may, reason="wrong shop")
    assert (counter.number, counter.reverses) == ("GR-000002", receipt)
    assert (on_shelf(tea), cost_of(tea)) == (10, D("4.00"))
    order = orders.lock(number)
    assert (order.state, order.lines.get().received) == ("sent", 0)
    for again in (receipt.number, counter.number):
        with pytest.raises((receiving.AlreadyReversed, receiving.IsReversal)):
            receiving.reverse(again, by=may, reason="again")
    assert_books_are_right()


def test_average_cost_stays_when_undoing_leaves_no_stock(may: User, tea: Product) -> None:
    with transaction.atomic():
        stock.lock([tea.pk])
        stock.take({tea.pk: D(10)}, reference="bill X", by=may.pk)
    receipt = receiving.book([Came(tea.pk, D(8), cost=D("7.00"))], by=may)
    receiving.reverse(receipt.number, by=may, reason="wrong shop")
    assert (on_shelf(tea), cost_of(tea)) == (0, D("7.00"))


def test_delivery_of_goods_sold_meanwhile_cannot_be_undone(may: User, tea: Product) -> None:
    receipt = receiving.book([Came(tea.pk, D(5))], by=may)
    stock.write_off(tea, D(12), by=may, reason="flood")
    with pytest.raises(stock.OutOfStock, match="Only 3 of Green tea are left"):
        receiving.reverse(receipt.number, by=may, reason="wrong shop")
    assert GoodsReceipt.objects.count() == 1


@pytest.mark.parametrize(
    ("came", "field"),
    [
        ({"quantity": D("0.5")}, "quantity"),
        ({"quantity": D(-1)}, "quantity"),
        ({"quantity": D("NaN")}, "quantity"),
        ({"quantity": D(10_000_000)}, "quantity"),
        ({"quantity": D(1), "damaged": D(2)}, "damaged"),
        ({"quantity": D(1), "damaged": D("NaN")}, "damaged"),
        ({"quantity": D(1), "cost": D(-1)}, "cost"),
        ({"quantity": D(1), "cost": D("Infinity")}, "cost"),
    ],
)
def test_invalid_line_of_a_delivery_is_refused_by_field(
    may: User, tea: Product, came: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        receiving.book([Came(tea.pk, **came)], by=may)
    assert refused.value.field == field


def test_refused_delivery_leaves_no_trace(may: User, leaf: Supplier, tea: Product) -> None:
    bad: list[tuple[type[Refused], dict[str, Any]]] = [
        (receiving.NothingCame, {"came": [Came(tea.pk, D(0))]}),
        (stock.UnknownProduct, {"came": [Came(tea.pk, D(1)), Came(999_999, D(1))]}),
        (suppliers.UnknownSupplier, {"came": [Came(tea.pk, D(1))], "supplier": 999_999}),
        (Invalid, {"came": [Came(tea.pk, D(1))], "order": "PO-999999"}),
        (Invalid, {"came": [Came(tea.pk, D(1))], "note_number": "a\0b"}),
        (Invalid, {"came": [Came(tea.pk, D(1)), Came(tea.pk, D(2))]}),
    ]
    for refusal, asked in bad:
        with pytest.raises(refusal):
            receiving.book(by=may, **asked)
    assert (GoodsReceipt.objects.count(), on_shelf(tea)) == (0, 10)


def test_receipt_is_never_rewritten(may: User, tea: Product) -> None:
    receipt = receiving.book([Came(tea.pk, D(5))], by=may)
    for deed in (receipt.delete, receipt.save):
        with pytest.raises(IntegrityError), transaction.atomic():
            deed()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE inventory_goodsreceiptline SET quantity = 1")


def test_goods_go_back_at_most_once_and_the_average_stays(may: User, leaf: Supplier, tea: Product) -> None:
    receipt = receiving.book([Came(tea.pk, D(5), damaged=D(1), cost=D("5.00"))], by=may, supplier=leaf.pk)
    before = cost_of(tea)
    back = returns.send_back({tea.pk: D(4)}, by=may, reason="mouldy", receipt=receipt.number, credit=D("20.00"))
    assert (back.number, back.supplier, back.credit) == ("SR-000001", leaf, D("20.00"))
    assert (on_shelf(tea), cost_of(tea)) == (10, before)
    with pytest.raises(returns.MoreThanReceived):
        returns.send_back({tea.pk: D(1)}, by=may, reason="mouldy", receipt=receipt.number)
    with pytest.raises(receiving.NotReversible):
        receiving.reverse(receipt.number, by=may, reason="late")
    assert_books_are_right()


AMOUNTS = st.decimals(min_value=0, max_value=999, places=3)
PIECES = st.integers(min_value=1, max_value=500)
DELIVERIES = st.lists(st.tuples(PIECES, AMOUNTS, st.integers(min_value=0, max_value=600)), min_size=1, max_size=6)


def exact(figure: Fraction) -> D:
    """Rounds half up to a thousandth, with integers only."""
    return D((2000 * figure.numerator + figure.denominator) // (2 * figure.denominator)) / 1000


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=DELIVERIES)
def test_average_cost_is_that_of_an_independent_sum(may: User, tea: Product, steps: list[tuple[int, D, int]]) -> None:
    with transaction.atomic():
        on_hand, average = Fraction(10), Fraction(0)
        for pieces, cost, leave in steps:
            receiving.book([Came(tea.pk, D(pieces), cost=cost)], by=may)
            worth = max(on_hand, Fraction(0)) * average + pieces * Fraction(cost)
            average = Fraction(exact(worth / (max(on_hand, Fraction(0)) + pieces)))
            on_hand += pieces
            gone = min(leave, int(on_hand))
            if gone:
                stock.write_off(tea, D(gone), by=may, reason="sold")
                on_hand -= gone
            assert cost_of(tea) == D(average.numerator) / D(average.denominator)
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_order_received_by_two_at_once_warns_the_second(self, may: User, leaf: Supplier, tea: Product) -> None:
        number = sent(leaf, may, Ordered(tea.pk, D(10)), Ordered(cast.product("Jam").pk, D(1)))
        deeds = [lambda: receiving.book([Came(tea.pk, D(10))], by=may, order=number)] * 4
        assert outcomes_of(*deeds) == ["done"] + ["more_than_ordered"] * 3
        assert on_shelf(tea) == 20
        assert_books_are_right()

    def test_two_halves_of_an_order_received_at_once_complete_it(self, may: User, leaf: Supplier, tea: Product) -> None:
        jam = cast.product("Jam")
        number = sent(leaf, may, Ordered(tea.pk, D(10)), Ordered(jam.pk, D(1)))
        other = after_waiting(
            lambda: receiving.book([Came(tea.pk, D(10))], by=may, order=number),
            lambda: receiving.book([Came(jam.pk, D(1))], by=may, order=number),
        )
        assert isinstance(other, GoodsReceipt)
        assert PurchaseOrder.objects.get().state == "received"
        assert_books_are_right()

    def test_order_closed_by_one_takes_no_delivery_of_another(self, may: User, leaf: Supplier, tea: Product) -> None:
        number = sent(leaf, may, Ordered(tea.pk, D(10)))
        late = after_waiting(
            lambda: orders.close(number, by=may),
            lambda: receiving.book([Came(tea.pk, D(4))], by=may, order=number),
        )
        assert isinstance(late, orders.NotOpen)
        assert (on_shelf(tea), PurchaseOrder.objects.get().state) == (10, "closed")
        assert_books_are_right()

    def test_delivery_while_eight_sell_is_booked_in_full(self, may: User, tea: Product, milk: Product) -> None:
        def sell(first: Product, second: Product) -> Callable[[], None]:
            def deed() -> None:
                with transaction.atomic():
                    goods = stock.lock([first.pk, second.pk])
                    stock.check(goods, goods)
                    stock.take({first.pk: D(1), second.pk: D(1)}, reference="a sale", by=may.pk)

            return deed

        came = [Came(milk.pk, D(7), cost=D("1.00")), Came(tea.pk, D(5), cost=D("3.00"))]
        deliver = [lambda: receiving.book(came, by=may)] * 3
        assert outcomes_of(*[sell(milk, tea)] * 8, *deliver) == ["done"] * 11
        assert (on_shelf(tea), on_shelf(milk)) == (10 - 8 + 15, 100 - 8 + 21)
        assert sorted(GoodsReceipt.objects.values_list("number", flat=True)) == [f"GR-00000{n}" for n in (1, 2, 3)]

    def test_receipt_is_undone_once(self, may: User, tea: Product) -> None:
        receipt = receiving.book([Came(tea.pk, D(5))], by=may)
        deeds = [lambda: receiving.reverse(receipt.number, by=may, reason="twice")] * 4
        assert outcomes_of(*deeds) == ["already_reversed"] * 3 + ["done"]
        assert on_shelf(tea) == 10
