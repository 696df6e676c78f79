"""Random days of sales, deliveries, counts and bookings, compared with a simulated shelf."""

from contextlib import suppress
from decimal import Decimal as D

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.counting import booking, entries, sheets
from inventory.models import Product, Stock
from inventory.shelf import stock
from tests import cast

pytestmark = pytest.mark.django_db
# `vanish` is theft nobody records; the others are actions of the shop. A count finds what is on the shelf.
STEPS = st.lists(
    st.tuples(st.sampled_from(["sell", "deliver", "vanish", "count", "recount"]), st.integers(0, 1), st.integers(1, 4)),
    max_size=25,
)


class Shelf:
    """What is really there, and the error of the books at each product's last count."""

    def __init__(self, goods: list[Product]) -> None:
        self.real = {product.pk: D(50) for product in goods}
        self.books = dict(self.real)
        self.wrong: dict[int, D] = {}

    def move(self, product: int, quantity: int) -> None:
        self.real[product] += quantity
        self.books[product] += quantity


class Undone(Exception):
    """Rolls an example back."""


@settings(max_examples=40)
@given(steps=STEPS)
def test_booked_stock_equals_the_counted_shelf_and_later_movements(steps: list[tuple[str, int, int]]) -> None:
    with suppress(Undone), transaction.atomic():
        live(steps)
        raise Undone


def live(steps: list[tuple[str, int, int]]) -> None:
    ana, may = cast.person("ana"), cast.person("may", role="manager")
    goods = [cast.product(name, "2.00", "50") for name in ("Rice", "Oats")]
    shelf, sheet = Shelf(goods), sheets.open_sheet(by=may)
    for deed, which, quantity in steps:
        product = goods[which]
        if deed == "sell":
            stock.lock([product.pk])
            stock.take({product.pk: D(quantity)}, reference="", by=ana.pk)
            shelf.move(product.pk, -quantity)
        elif deed == "deliver":
            stock.receive(product, D(quantity), by=may)
            shelf.move(product.pk, quantity)
        elif deed == "vanish":
            shelf.real[product.pk] -= quantity
        elif deed == "count" and product.pk in shelf.wrong:
            continue  # counted before: another entry would add up
        else:
            if product.pk in shelf.wrong:
                booking.ask_recount(sheet, [product.pk], by=may)
            found = shelf.real[product.pk]
            entries.count(sheet, product.pk, found - 1, by=ana)
            entries.count(sheet, product.pk, D(1), by=may)
            shelf.wrong[product.pk] = found - shelf.books[product.pk]
    before = {row.pk: row.quantity for row in Stock.objects.filter(product__in=goods)}
    assert before == shelf.books
    if shelf.wrong:
        booking.book(sheet, by=may)
    after = {row.pk: row.quantity for row in Stock.objects.filter(product__in=goods)}
    assert after == {pk: shelf.books[pk] + shelf.wrong.get(pk, D(0)) for pk in before}
    if shelf.wrong:
        booking.undo(sheet, reason="again", by=may)
        assert {row.pk: row.quantity for row in Stock.objects.filter(product__in=goods)} == before
