from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.models import AuditEntry, User
from inventory import barcodes
from inventory.goods import products
from inventory.models import Barcode, Category, Product, Stock, TaxRate
from inventory.shelf import stock
from pos.db_retry import sqlstate
from pos.errors import InUse, Invalid, Stale
from tests import cast

pytestmark = pytest.mark.django_db


def test_name_and_price_make_a_product(may: User) -> None:
    jam = products.create(name=" Plum  jam ", price=Decimal("3.20"), by=may)
    assert (jam.name, jam.price, jam.sku, jam.version) == ("Plum jam", Decimal("3.20"), f"P{jam.pk:06d}", 1)
    assert (jam.stock.quantity, jam.stock.allow_negative, jam.is_active) == (0, False, True)
    assert list(jam.movements.all()) == []
    assert AuditEntry.objects.get().action == "product.created"


def test_product_is_made_with_every_field_at_once(may: User) -> None:
    reduced = TaxRate.objects.create(name="Reduced", rate=Decimal("0.07"))
    shelf = Category.objects.create(name="Spreads")
    jam = products.create(
        name="Jam",
        price=Decimal("3.20"),
        by=may,
        sku="JAM-1",
        codes=["4006381333931", "036000291452"],
        opening_stock=Decimal(12),
        allow_negative_stock=True,
        tax_rate=reduced,
        category=shelf,
        cost=Decimal("1.10"),
    )
    assert [code.code for code in jam.barcodes.all()] == ["4006381333931", "036000291452"]
    assert (jam.stock.quantity, jam.stock.allow_negative) == (12, True)
    assert list(jam.movements.values_list("kind", "quantity", "unit_cost")) == [("opening", 12, Decimal("1.10"))]


def test_generated_sku_skips_one_already_taken(may: User) -> None:
    first = products.create(name="First", price=Decimal(1), by=may)
    products.edit(first, by=may, sku=f"p{first.pk + 1:06d}")
    second = products.create(name="Second", price=Decimal(1), by=may)
    assert second.sku == f"P{first.pk + 2:06d}"


def test_refused_product_leaves_no_trace(may: User, tea: Product) -> None:
    before = Product.objects.count()
    for bad in ({"codes": ["4006381333931"]}, {"opening_stock": Decimal("0.5")}, {"sku": tea.sku.lower()}):
        with pytest.raises((InUse, Invalid)):
            products.create(name="Jam", price=Decimal(1), by=may, **bad)
    assert Product.objects.count() == before
    assert Barcode.objects.count() == 1
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "bad",
    [
        {"name": ""},
        {"name": "x" * 201},
        {"sku": "x" * 51},
        {"name": "a\0b"},
        {"description": "x" * 5001},
        {"price": Decimal("-0.01")},
        {"price": Decimal("NaN")},
        {"price": Decimal("Infinity")},
        {"price": Decimal("1e400")},
        {"price": Decimal(1_000_000_000)},
        {"price": Decimal("1.0001")},
        {"cost": Decimal("NaN")},
        {"reorder_point": Decimal("-1")},
        {"sold_by": "litre"},
        {"codes": [""]},
        {"codes": ["x" * 65]},
        {"codes": ["12\t34"]},
        {"codes": [str(n) for n in range(51)]},
    ],
)
def test_seed_d02_d48_d49_invalid_product_is_refused(may: User, tea: Product, bad: dict[str, Any]) -> None:
    with pytest.raises((Invalid, ValidationError)):
        products.create(**{"name": "Jam", "price": Decimal(1), **bad}, by=may)
    with pytest.raises((Invalid, ValidationError)):
        products.edit(tea, **bad, by=may)
    tea.refresh_from_db()
    assert (tea.name, tea.price, tea.version) == ("Green tea", Decimal("12.50"), 1)


@pytest.mark.parametrize("column", ["price", "cost", "reorder_point"])
@pytest.mark.parametrize("value", ["NaN", "Infinity", "-1", "1000000000"])
def test_seed_d02_database_refuses_invalid_values(tea: Product, column: str, value: str) -> None:
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE inventory_product SET {column} = %s::numeric", [value])
    assert sqlstate(refused.value) in ("23514", "22003")


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Black tea"},
        {"price": Decimal("13.00")},
        {"description": "Loose leaves"},
        {"sku": "TEA"},
        {"sold_by": "weight"},
        {"reorder_point": Decimal(3)},
        {"is_active": False},
    ],
)
def test_seed_d50_each_field_is_edited_alone(may: User, tea: Product, change: dict[str, Any]) -> None:
    edited = products.edit(tea, by=may, version=1, **change)
    assert {name: getattr(edited, name) for name in change} == change
    assert edited.version == 2
    assert edited.updated_at > tea.updated_at
    assert edited.stock.quantity == 10


def test_edit_without_a_difference_keeps_the_version(may: User, tea: Product) -> None:
    same = products.edit(tea, by=may, price=Decimal("12.500"), codes=["4006381333931"], allow_negative_stock=False)
    assert same.version == 1
    assert not AuditEntry.objects.exists()


def test_seed_d05_stale_edit_is_refused(may: User, tea: Product) -> None:
    products.edit(tea, by=may, version=1, price=Decimal("13.00"))
    with pytest.raises(Stale) as refused:
        products.edit(tea, by=may, version=1, price=Decimal("11.00"))
    assert refused.value.facts == {"version": 2}
    assert Product.objects.get().price == Decimal("13.00")


def test_seed_d05_price_edit_keeps_what_was_sold_meanwhile(ana: User, may: User, tea: Product) -> None:
    opened = Product.objects.get(pk=tea.pk)
    with transaction.atomic():
        stock.lock([tea.pk])
        stock.take({tea.pk: Decimal(4)}, reference="bill R1-1", by=ana.pk)
    products.edit(opened, by=may, version=opened.version, price=Decimal("13.00"))
    assert Stock.objects.get(product=tea).quantity == 6


def test_price_change_is_in_the_trail(may: User, tea: Product) -> None:
    products.edit(tea, by=may, price=Decimal("13.00"), name="Sencha")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject, entry.actor) == ("product.price_changed", tea.sku, may)
    assert entry.facts == {"price": ["12.500", "13.00"], "name": ["Green tea", "Sencha"]}


def test_barcodes_are_replaced_as_a_whole(may: User, tea: Product) -> None:
    edited = products.edit(tea, by=may, codes=["036000291452", "0036000291452", " 4006381333931 "])
    assert {code.code for code in edited.barcodes.all()} == {"036000291452", "4006381333931"}
    assert products.edit(tea, by=may, codes=[]).barcodes.count() == 0


def test_seed_d36_taken_codes_name_who_has_them(may: User, tea: Product, milk: Product) -> None:
    with pytest.raises(InUse, match="Green tea already has the barcode 4006381333931"):
        products.edit(milk, by=may, codes=["4006381333931"])
    with pytest.raises(InUse, match="Green tea already has the SKU"):
        products.edit(milk, by=may, sku=tea.sku.lower())


def test_ean_equal_to_another_products_upc_is_taken(may: User, tea: Product) -> None:
    products.edit(tea, by=may, codes=["036000291452"])
    with pytest.raises(InUse):
        products.create(name="Soap", price=Decimal(1), by=may, codes=["0036000291452"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Barcode.objects.create(product=tea, code="0036000291452")


def test_wrong_check_digit_is_flagged_but_accepted(may: User) -> None:
    assert barcodes.has_wrong_check_digit("4006381333932")
    assert not any(map(barcodes.has_wrong_check_digit, ["4006381333931", "036000291452", "96385074", "ABC", "12345"]))
    assert products.create(name="Jam", price=Decimal(1), by=may, codes=["4006381333932"]).barcodes.count() == 1


def test_seed_d21_product_with_history_is_only_taken_off_sale(may: User, tea: Product) -> None:
    left = products.remove(tea, by=may)
    assert left is not None
    assert (left.is_active, left.version) == (False, 2)
    assert tea.movements.count() == 1
    assert Barcode.objects.count() == 1


def test_product_without_history_is_deleted(may: User) -> None:
    jam = products.create(name="Jam", price=Decimal(1), by=may, codes=["4006381333931"])
    assert products.remove(jam, by=may, version=1) is None
    assert not Product.objects.exists()
    assert not Barcode.objects.exists()
    assert AuditEntry.objects.latest("id").action == "product.deleted"


def test_removal_with_an_old_version_is_stale(may: User) -> None:
    jam = products.create(name="Jam", price=Decimal(1), by=may)
    with pytest.raises(Stale):
        products.remove(jam, by=may, version=2)


def test_negative_stock_cannot_be_disallowed_while_stock_is_negative(may: User) -> None:
    bread = cast.product("Bread", "2.00", "-1", allow_negative=True)
    with pytest.raises(Invalid, match="count it first"):
        products.edit(bread, by=may, allow_negative_stock=False)
    stock.count(bread, Decimal(0), by=may, reason="counted")
    assert products.edit(bread, by=may, allow_negative_stock=False).version == 2
