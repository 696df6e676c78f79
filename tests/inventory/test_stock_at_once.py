"""Two people changing one stock at the same moment, on separate connections."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import transaction

from accounts.models import AuditEntry, User
from inventory.goods import products
from inventory.models import Barcode, Product, Stock, StockMovement
from inventory.shelf import stock
from tests.at_once import outcomes_of

pytestmark = pytest.mark.django_db(transaction=True)


def agreed(product: Product) -> Decimal:
    """The stock of the product, after checking that the ledger agrees."""
    moved = sum(StockMovement.objects.filter(product=product).values_list("quantity", flat=True), Decimal(0))
    assert Stock.objects.get(product=product).quantity == moved
    return moved


def test_two_equal_counts_at_once_leave_that_stock(may: User, tea: Product) -> None:
    counts = [lambda: stock.count(tea, Decimal(41), by=may, reason="stocktaking")] * 8
    assert outcomes_of(*counts) == ["done"] * 8
    assert agreed(tea) == 41
    assert sorted(StockMovement.objects.filter(kind="count").values_list("quantity", flat=True)) == [0] * 7 + [31]


def test_deliveries_and_sales_at_once_all_count(ana: User, may: User, tea: Product) -> None:
    def sell() -> None:
        with transaction.atomic():
            stock.check(stock.lock([tea.pk]), {tea.pk: Decimal(1)})
            stock.take({tea.pk: Decimal(1)}, reference="bill", by=ana.pk)

    deliver = [lambda: stock.receive(tea, Decimal(3), by=may, cost=Decimal("4.00"))] * 5
    assert outcomes_of(*[sell] * 10, *deliver) == ["done"] * 15
    assert agreed(tea) == 15


def test_last_units_are_written_off_once(may: User, tea: Product) -> None:
    deeds = [lambda: stock.write_off(tea, Decimal(10), by=may, reason="flood")] * 6
    assert outcomes_of(*deeds) == ["done"] + ["out_of_stock"] * 5
    assert agreed(tea) == 0


def test_seed_d05_second_of_two_edits_of_one_version_is_stale(may: User, tea: Product) -> None:
    def edit(price: str) -> Callable[[], Product]:
        return lambda: products.edit(tea, by=may, version=1, price=Decimal(price))

    assert outcomes_of(*[edit(f"1{n}.00") for n in range(6)]) == ["done"] + ["stale"] * 5
    assert Product.objects.get(pk=tea.pk).version == 2
    assert AuditEntry.objects.filter(action="product.price_changed").count() == 1


def test_seed_d36_one_code_for_two_products_at_once_goes_to_one(may: User) -> None:
    def create(name: str, code: str) -> Callable[[], Product]:
        return lambda: products.create(name=name, price=Decimal(1), by=may, codes=[code])

    forms = ["036000291452", "0036000291452"] * 3
    outcomes = outcomes_of(*[create(f"Soap {n}", code) for n, code in enumerate(forms)])
    assert outcomes == ["done"] + ["in_use"] * 5
    assert (Product.objects.count(), Barcode.objects.count()) == (1, 1)


def test_seed_d36_one_sku_at_once_goes_to_one(may: User) -> None:
    deeds = [lambda: products.create(name="Soap", price=Decimal(1), by=may, sku="soap")] * 6
    assert outcomes_of(*deeds) == ["done"] + ["in_use"] * 5
    assert Product.objects.count() == 1
