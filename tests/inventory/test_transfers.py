"""Transfers between locations: goods leave, are on their way, and arrive, come back or go missing."""

from collections.abc import Callable
from decimal import Decimal as D

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from inventory.models import Location, Product, StockMovement, Transfer
from inventory.shelf import locations, stock, transit
from inventory.transfers import transfers
from pos.errors import InUse, Invalid, Refused
from tests.at_once import outcomes_of
from tests.ledgers import plant
from tests.proof import assert_books_are_right, broken


@pytest.fixture
def store(may: User) -> Location:
    """A store room behind the shop."""
    return locations.enter(Location(), by=may, code="STORE", name="Store room")


def on_shelf(product: Product, location: Location | None = None) -> D:
    return stock.look([product.pk], location=location.pk if location else None)[product.pk].quantity


def sent(by: User, to: Location, goods: dict[Product, str], note: str = "") -> Transfer:
    wanted = {product.pk: D(quantity) for product, quantity in goods.items()}
    return transfers.send(wanted, by=by, origin=None, target=to.pk, note=note)


def test_goods_are_on_their_way_until_they_are_received(may: User, tea: Product, store: Location) -> None:
    transfer = sent(may, store, {tea: "6"})
    assert (transfer.number, on_shelf(tea), on_shelf(tea, store)) == ("TR-000001", 4, 0)
    assert transit.left_of(transfer) == {tea.pk: 6}
    assert_books_are_right()
    transfers.receive(transfer.number, {tea.pk: D(6)}, by=may)
    assert (on_shelf(tea), on_shelf(tea, store), transit.left_of(transfer)) == (4, 6, {})
    assert_books_are_right()


def test_missing_goods_of_a_transfer_stay_visible_until_explained(
    may: User, tea: Product, milk: Product, store: Location
) -> None:
    transfer = sent(may, store, {tea: "6", milk: "20"})
    transfers.receive(transfer.number, {tea.pk: D(6), milk.pk: D(17)}, by=may)
    assert transit.left_of(transfer) == {milk.pk: 3}
    transfers.receive(transfer.number, {milk.pk: D(1)}, by=may)
    transfers.give_up(transfer.number, by=may, reason="fell off the van")
    assert (transit.left_of(transfer), on_shelf(milk, store), on_shelf(milk)) == ({}, 18, 80)
    lost = StockMovement.objects.get(kind="write_off")
    assert (lost.quantity, lost.reason, lost.location, lost.reference) == (
        -2,
        "fell off the van",
        store,
        "transfer TR-000001",
    )
    for deed in (transfers.give_up, transfers.call_back):
        with pytest.raises(transfers.NothingOnTheWay):
            deed(transfer.number, by=may, reason="again")
    assert_books_are_right()


def test_recalled_goods_return_to_their_location(may: User, tea: Product, store: Location) -> None:
    transfer = sent(may, store, {tea: "6"})
    transfers.receive(transfer.number, {tea.pk: D(2)}, by=may)
    transfers.call_back(transfer.number, by=may, reason="needed here")
    assert (on_shelf(tea), on_shelf(tea, store)) == (8, 2)
    assert_books_are_right()


def test_transfer_is_undone_once_by_a_reverse_transfer(may: User, tea: Product, store: Location) -> None:
    transfer = sent(may, store, {tea: "6"})
    with pytest.raises(transfers.StillOnTheWay):
        transfers.undo(transfer.number, by=may, reason="wrong shop")
    transfers.receive(transfer.number, {tea.pk: D(6)}, by=may)
    counter = transfers.undo(transfer.number, by=may, reason="wrong shop")
    assert (counter.number, counter.reverses, counter.origin, counter.target) == ("TR-000002", transfer, store, None)
    assert (on_shelf(tea), on_shelf(tea, store), transit.left_of(counter)) == (10, 0, {})
    for number in (transfer.number, counter.number):
        with pytest.raises(transfers.NothingToUndo):
            transfers.undo(number, by=may, reason="again")
    assert_books_are_right()


def test_transfer_of_goods_sold_meanwhile_cannot_be_undone(may: User, tea: Product, store: Location) -> None:
    transfer = sent(may, store, {tea: "6"})
    transfers.receive(transfer.number, {tea.pk: D(6)}, by=may)
    stock.write_off(tea, D(1), by=may, reason="sold", location=store.pk)
    with pytest.raises(stock.OutOfStock):
        transfers.undo(transfer.number, by=may, reason="wrong shop")


def test_invalid_transfer_is_refused_without_a_trace(may: User, tea: Product, store: Location) -> None:
    def send(**asked: object) -> Transfer:
        usual = {"quantities": {tea.pk: D(1)}, "by": may, "origin": None, "target": store.pk}
        return transfers.send(**{**usual, **asked})  # type: ignore[arg-type]

    bad: list[tuple[type[Refused], dict[str, object]]] = [
        (stock.OutOfStock, {"quantities": {tea.pk: D(11)}}),
        (stock.OutOfStock, {"origin": store.pk, "target": None}),
        (stock.UnknownProduct, {"quantities": {999_999: D(1)}}),
        (Invalid, {"quantities": {tea.pk: D("0.5")}}),
        (Invalid, {"quantities": {tea.pk: D("NaN")}}),
        (Invalid, {"quantities": {tea.pk: D(-1)}}),
        (Invalid, {"quantities": {tea.pk: D(10**12)}}),
        (Invalid, {"quantities": {}}),
        (Invalid, {"target": None}),
        (Invalid, {"target": 999_999}),
        (Invalid, {"note": "a\0b"}),
    ]
    for refusal, asked in bad:
        with pytest.raises(refusal):
            send(**asked)
    transfer = send()
    for found in ({tea.pk: D(2)}, {999_999: D(1)}, {}, {tea.pk: D("0.5")}, {tea.pk: D("NaN")}, {tea.pk: D(-1)}):
        with pytest.raises(Refused):
            transfers.receive(transfer.number, found, by=may)
    for reason in ("", " ", "a\0b", "x" * 201):
        with pytest.raises(Invalid):
            transfers.give_up(transfer.number, by=may, reason=reason)
    with pytest.raises(Invalid):
        transfers.receive("TR-\0", {tea.pk: D(1)}, by=may)
    assert (Transfer.objects.count(), on_shelf(tea), on_shelf(tea, store)) == (1, 9, 0)


def test_location_stays_in_use_while_goods_are_on_their_way(may: User, tea: Product, store: Location) -> None:
    transfer = sent(may, store, {tea: "6"})
    with pytest.raises(InUse, match="on their way"):
        locations.enter(store, by=may, is_active=False)
    transfers.call_back(transfer.number, by=may, reason="needed here")
    locations.enter(store, by=may, is_active=False)


def test_goods_on_their_way_count_for_the_average_cost(may: User, tea: Product, store: Location) -> None:
    Product.objects.filter(pk=tea.pk).update(cost=D("4.00"))
    sent(may, store, {tea: "10"})
    stock.receive(tea, D(10), by=may, cost=D("6.00"))
    assert Product.objects.get(pk=tea.pk).cost == D("5.00")


def test_transfer_is_never_rewritten(may: User, tea: Product, store: Location) -> None:
    transfer = sent(may, store, {tea: "6"})
    transfers.receive(transfer.number, {tea.pk: D(2)}, by=may)
    for table in ("transfer", "transferline", "transferarrival", "transferarrivalline"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE inventory_{table} SET id = id")


OF_TRANSFERS = {
    "I23": "UPDATE inventory_stockmovement SET quantity = quantity + 1 WHERE kind = 'transfer_in'",
    "I23.transit": "UPDATE inventory_transferarrivalline SET quantity = quantity + 100",
    "I23.undone": "UPDATE inventory_transferline SET quantity = quantity + 1 WHERE transfer_id ="
    " (SELECT id FROM inventory_transfer WHERE reverses_id IS NOT NULL)",
    "I33": "UPDATE inventory_documentseries SET last = last + 1 WHERE code = 'TR'",
}


@pytest.mark.parametrize("code", OF_TRANSFERS)
def test_audit_finds_a_changed_transfer(code: str, may: User, tea: Product, milk: Product, store: Location) -> None:
    undone = sent(may, store, {tea: "2"})
    transfers.receive(undone.number, {tea.pk: D(2)}, by=may)
    transfers.undo(undone.number, by=may, reason="wrong shop")
    short = sent(may, store, {tea: "2", milk: "3"})
    transfers.receive(short.number, {milk.pk: D(2)}, by=may)
    transfers.give_up(short.number, by=may, reason="lost")
    assert_books_are_right()
    plant([OF_TRANSFERS[code]])
    assert code in broken()


STEPS = st.lists(st.tuples(st.sampled_from(["send", "back", "receive", "give up"]), st.integers(1, 12)), max_size=8)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_transfers_create_and_lose_no_goods(
    may: User, tea: Product, store: Location, steps: list[tuple[str, int]]
) -> None:
    with transaction.atomic():
        given_up = D(0)
        for deed, pieces in steps:
            last = Transfer.objects.first()
            left = transit.left_of(last).get(tea.pk, D(0)) if last else D(0)
            try:
                if deed == "send":
                    sent(may, store, {tea: str(pieces)})
                elif last and deed == "receive":
                    transfers.receive(last.number, {tea.pk: D(pieces)}, by=may)
                elif last and deed == "back":
                    transfers.call_back(last.number, by=may, reason="x")
                elif last:
                    transfers.give_up(last.number, by=may, reason="x")
                    given_up += left
            except Refused:
                continue
        way = sum((line.left for line in transit.on_the_way(Transfer.objects.all())), D(0))
        assert on_shelf(tea) + on_shelf(tea, store) + way + given_up == 10
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_transfer_received_by_two_at_once_arrives_once(self, may: User, tea: Product, store: Location) -> None:
        number = sent(may, store, {tea: "6"}).number
        deeds = [lambda: transfers.receive(number, {tea.pk: D(6)}, by=may)] * 5
        assert outcomes_of(*deeds) == ["done"] + ["nothing_on_the_way"] * 4
        assert on_shelf(tea, store) == 6
        assert_books_are_right()

    def test_last_piece_is_sold_or_sent(self, may: User, tea: Product, store: Location) -> None:
        stock.count(tea, D(1), by=may)

        def sell() -> None:
            with transaction.atomic():
                goods = stock.lock([tea.pk])
                if goods[tea.pk].quantity < 1:
                    raise stock.OutOfStock
                stock.take({tea.pk: D(1)}, reference="a sale", by=may.pk)

        send: Callable[[], Transfer] = lambda: sent(may, store, {tea: "1"})  # noqa: E731
        assert outcomes_of(*[sell, send] * 4) == ["done"] + ["out_of_stock"] * 7
        assert on_shelf(tea) == 0

    def test_last_piece_that_arrived_is_sold_or_sent_back(self, may: User, tea: Product, store: Location) -> None:
        number = sent(may, store, {tea: "1"}).number
        transfers.receive(number, {tea.pk: D(1)}, by=may)

        def sell() -> None:
            with transaction.atomic():
                goods = stock.lock([tea.pk], location=store.pk)
                if goods[tea.pk].quantity < 1:
                    raise stock.OutOfStock
                stock.take({tea.pk: D(1)}, reference="a sale", by=may.pk, location=store.pk)

        undo: Callable[[], Transfer] = lambda: transfers.undo(number, by=may, reason="x")  # noqa: E731
        outcomes = outcomes_of(*[sell, undo] * 4)
        assert outcomes.count("done") == 1
        assert on_shelf(tea, store) == 0
