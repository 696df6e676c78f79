"""Every price change is recorded wherever it was made; a computed cost cannot be overwritten."""

from decimal import Decimal as D
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from inventory.goods import importing, margins, products
from inventory.models import PriceChange, Product
from inventory.shelf import stock

pytestmark = pytest.mark.django_db


def changes(product: Product) -> list[tuple[D, D]]:
    return list(PriceChange.objects.filter(product=product.pk).order_by("pk").values_list("before", "after"))


def test_each_price_change_is_recorded(may: User, tea: Product, tmp_path: Path) -> None:
    products.edit(tea, by=may, price=D("13.00"))
    products.edit(tea, by=may, name="Green tea, loose")
    file = tmp_path / "prices.csv"
    file.write_text(f"sku,price\n{tea.sku},13.50\n")
    importing.run(file, by=may)
    assert changes(tea) == [(D("12.50"), D("13.00")), (D("13.00"), D("13.50"))]


def test_recorded_price_change_is_never_rewritten(may: User, tea: Product) -> None:
    products.edit(tea, by=may, price=D("13.00"))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE inventory_pricechange SET after = 1")


def test_repriced_product_without_history_can_still_be_deleted(may: User) -> None:
    jam = products.create(name="Jam", price=D(3), by=may)
    products.edit(jam, by=may, price=D(4))
    assert products.remove(jam, by=may) is None


def test_cost_can_be_typed_until_a_delivery_sets_it(may: User, tea: Product) -> None:
    assert products.edit(tea, by=may, cost=D("4.00")).cost == 4
    stock.receive(tea, D(5), by=may)
    assert products.edit(tea, by=may, cost=D("5.00")).cost == 5
    stock.receive(tea, D(15), by=may, cost=D("6.00"))
    tea.refresh_from_db()
    assert tea.cost == D("5.5")
    with pytest.raises(products.CostIsReckoned):
        products.edit(tea, by=may, cost=D("4.00"))
    assert products.edit(tea, by=may, cost=D("5.5"), price=D("14.00")).price == 14


@pytest.mark.parametrize(
    ("includes", "net", "money", "rate"), [(True, "10.00", "6.00", "0.6"), (False, "11.90", "7.90", "0.664")]
)
def test_margin_is_computed_on_the_price_without_tax(includes: bool, net: str, money: str, rate: str) -> None:
    found = margins.margin(D("11.90"), D("4.00"), D("0.19"), prices_include_tax=includes)
    assert (found.net, found.money) == (D(net), D(money))
    assert found.rate == D(rate)


def test_margin_of_a_free_product_has_no_rate() -> None:
    assert margins.margin(D(0), D(1), D(0), prices_include_tax=True).rate is None
