"""The shop's own labels: reading them, and selling by them at the till."""

from decimal import Decimal as D
from typing import Any

import pytest
from biip.checksums import gs1_price_weight_check_digit
from biip.rcn import RcnRegion
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean

from accounts.models import User
from billing.basket import baskets, paying, priced, scanning
from billing.codes import labels
from billing.models import Basket, LabelKind, LabelPattern, Shift
from billing.order import Tendered
from inventory.models import Barcode, Product
from pos.errors import Invalid
from pos.models import LabelRegion, StoreSettings
from tests import cast
from tests.proof import assert_books_are_right

WEIGHT = LabelPattern(name="scale", prefix="21", kind=LabelKind.WEIGHT)
PRICE = LabelPattern(name="counter", prefix="23", kind=LabelKind.PRICE, decimals=2)
PROVED = LabelPattern(name="deli", prefix="25", kind=LabelKind.PRICE, decimals=2, value_digits=4, has_price_check=True)
PROVES_NOTHING = {"has_price_check": True, "item_digits": 4}
PATTERNS = [WEIGHT, PRICE, PROVED]


def label(digits: str) -> str:
    return digits + ean.calc_check_digit(digits)


@pytest.mark.parametrize(
    ("code", "item", "weight", "price"),
    [("2112345012346", "12345", D("1.234"), None), ("2312345005991", "12345", None, D("5.99"))],
)
def test_label_is_read_by_its_pattern(code: str, item: str, weight: D | None, price: D | None) -> None:
    said = labels.by_pattern(code, PATTERNS)
    assert said is not None
    assert (said.item, said.weight, said.price) == (item, weight, price)
    assert said.codes == [label(code[:7] + "00000"), "12345", "12345"]


def test_label_with_a_wrong_check_digit_is_refused() -> None:
    with pytest.raises(labels.BadLabel):
        labels.by_pattern("2112345012347", PATTERNS)


def test_codes_without_a_pattern_are_not_labels() -> None:
    assert [labels.by_pattern(code, PATTERNS) for code in ("4006381333931", "2212345012345", "211234501234", "")] == [
        None
    ] * 4


def test_price_check_digit_detects_a_changed_price() -> None:
    said = labels.by_pattern(label("25" + "12345" + "9" + "2875"), PATTERNS)
    assert said is not None
    assert said.price == D("28.75")
    with pytest.raises(labels.BadLabel):
        labels.by_pattern(label("25" + "12345" + "9" + "1875"), PATTERNS)


@pytest.mark.parametrize(
    ("region", "digits", "expected"),
    [
        ("se", "20" + "123456" + "0599", ("123456", None, D("5.99"), None)),
        ("se", "23" + "123456" + "0350", ("123456", D("0.350"), None, None)),
        ("de", "22" + "1234" + "6" + "14685", ("1234", None, D("146.85"), None)),
        ("de", "28" + "1234" + "6" + "14685", ("1234", D("14.685"), None, None)),
        ("de", "25" + "1234" + "6" + "14685", ("1234", None, None, 14685)),
        ("gb", "20" + "12345" + "9" + "2875", ("12345", None, D("28.75"), None)),
        ("dk", "27" + "12345" + "00350", ("12345", D("0.350"), None, None)),
    ],
)
def test_labels_of_a_country_are_read(region: str, digits: str, expected: tuple[Any, ...]) -> None:
    said = labels.by_country(label(digits), region)
    assert said is not None
    assert (said.item, said.weight, said.price, said.count) == expected
    assert ean.is_valid(said.codes[0]) and expected[0] in said.codes


def test_codes_a_country_leaves_to_the_shop_are_not_labels() -> None:
    free = ("2112345012346", "2112345012347", "2712345012340")
    assert [labels.by_country(code, "de") for code in free] == [None] * 3
    assert labels.by_country("2212346146859", "") is None


@pytest.mark.parametrize("code", [label("22" + "1234" + "5" + "14685"), "2312345005990", "2212345555555"])
def test_label_invalid_in_its_country_is_refused(code: str) -> None:
    with pytest.raises(labels.BadLabel):
        labels.by_country(code, "de" if code.startswith("22") else "se")


def test_every_country_known_to_biip_can_be_chosen() -> None:
    assert set(LabelRegion.values) == {region.value for region in RcnRegion}


@given(st.integers(0, 99999), st.integers(0, 99999), st.sampled_from([WEIGHT, PRICE]))
def test_every_label_is_read_as_printed(item: int, value: int, pattern: LabelPattern) -> None:
    said = labels.by_pattern(label(f"{pattern.prefix}{item:05}{value:05}"), PATTERNS)
    assert said is not None
    assert (said.item, said.weight or said.price or D(0)) == (f"{item:05}", D(value).scaleb(-pattern.decimals))


@pytest.mark.django_db
def test_overlapping_patterns_are_refused_when_saved() -> None:
    LabelPattern.objects.create(name="scale", prefix="21", kind=LabelKind.WEIGHT)
    wider = LabelPattern(name="other", prefix="211", item_digits=4, kind=LabelKind.PRICE, decimals=2)
    with pytest.raises(ValidationError, match="already reads"):
        wider.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        wider.save()
    LabelPattern(name="next", prefix="22", kind=LabelKind.WEIGHT).full_clean()
    wider.is_active = False
    wider.full_clean()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [{"item_digits": 6}, {"prefix": "40"}, {"prefix": "2"}, {"decimals": 6}, {"kind": "colour"}, PROVES_NOTHING],
)
def test_invalid_pattern_is_refused(wrong: dict[str, Any]) -> None:
    pattern = LabelPattern(**{"name": "scale", "prefix": "21", "kind": LabelKind.WEIGHT, **wrong})
    with pytest.raises(ValidationError):
        pattern.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        pattern.save()


@pytest.fixture
def basket(shift: Shift, ana: User) -> Basket:
    for pattern in PATTERNS:
        LabelPattern.objects.create(
            name=pattern.name, prefix=pattern.prefix, kind=pattern.kind, decimals=pattern.decimals,
            value_digits=pattern.value_digits, has_price_check=pattern.has_price_check,
        )  # fmt: skip
    return baskets.start(shift.register, ana)


def shown(basket: Basket) -> list[tuple[str, D, D]]:
    basket.refresh_from_db()
    return [(line.name, line.quantity, line.net) for line in priced.show(basket).lines]


def test_weight_label_sets_the_weight(basket: Basket, cheese: Product) -> None:
    Product.objects.filter(pk=cheese.pk).update(sku="12345")
    scanning.scan(basket.pk, "2112345012346")
    scanning.scan(basket.pk, "2112345012346")
    assert shown(basket) == [("Cheese", D("2.468"), D("49.36"))]


def test_price_label_sells_for_its_exact_price(basket: Basket, cheese: Product, ana: User) -> None:
    Barcode.objects.create(product=cheese, code=label("2312345" + "00000"))
    scanning.scan(basket.pk, "2312345005991")
    assert shown(basket) == [("Cheese", D("0.300"), D("5.99"))]
    paid = [Tendered("cash", D("5.99"))]
    bill = paying.pay(basket.pk, paid, version=basket.version, shown_total=D("5.99"), register="R1", by=ana)
    line = bill.lines.all()[0]
    assert (bill.total, line.label_price, line.unit_price) == (D("5.99"), D("5.99"), D("20.00"))
    assert [(step.name, step.amount) for step in line.explanation][:2] == [
        ("list_price", D("6.00")),
        ("label_price", D("-0.01")),
    ]
    assert_books_are_right()


@pytest.mark.parametrize(
    ("digits", "quantity", "net"),
    [("2812346" + "14685", D("14.685"), D("293.70")), ("2312346" + "14685", D("7.343"), D("146.85"))],
)
def test_label_of_the_country_is_sold(basket: Basket, cheese: Product, digits: str, quantity: D, net: D) -> None:
    Product.objects.filter(pk=cheese.pk).update(sku="1234")
    LabelPattern.objects.filter(prefix="23").update(is_active=False)
    StoreSettings.change(by="may", label_region="de")
    scanning.scan(basket.pk, label(digits))
    assert shown(basket) == [("Cheese", quantity, net)]


def test_label_with_a_price_of_zero_sells_at_the_list_price(basket: Basket, tea: Product) -> None:
    Barcode.objects.create(product=tea, code=label("2312345" + "00000"))
    scanning.scan(basket.pk, label("2312345" + "00000"))
    assert shown(basket) == [("Green tea", D(1), D("12.50"))]


def test_label_of_the_country_sets_the_pieces(basket: Basket, tea: Product) -> None:
    Product.objects.filter(pk=tea.pk).update(sku="1234")
    StoreSettings.change(by="may", label_region="de")
    LabelPattern.objects.filter(prefix="25").update(is_active=False)
    scanning.scan(basket.pk, label("251234" + str(gs1_price_weight_check_digit("00003")) + "00003"))
    assert shown(basket) == [("Green tea", D(3), D("37.50"))]


def test_pattern_of_the_shop_takes_precedence_over_its_country(basket: Basket, cheese: Product) -> None:
    Product.objects.filter(pk=cheese.pk).update(sku="12345")
    StoreSettings.change(by="may", label_region="se")
    scanning.scan(basket.pk, "2312345005991")
    assert shown(basket) == [("Cheese", D("0.300"), D("5.99"))]


@pytest.mark.parametrize("code", ["2112345012347", "3*2112345012346", "2199999012340", "2512345918758"])
def test_label_that_cannot_be_sold_adds_nothing(basket: Basket, cheese: Product, code: str) -> None:
    Product.objects.filter(pk=cheese.pk).update(sku="12345")
    with pytest.raises((labels.BadLabel, Invalid, scanning.UnknownCode)):
        scanning.scan(basket.pk, code)
    assert shown(basket) == []


def test_quantity_may_be_typed_before_a_scan(basket: Basket, tea: Product, cheese: Product) -> None:
    scanning.scan(basket.pk, "3*4006381333931")
    scanning.scan(basket.pk, f"0,35 * {cheese.sku}")
    assert shown(basket) == [("Green tea", D(3), D("37.50")), ("Cheese", D("0.350"), D("7.00"))]
    for text in ("3*", "0*4006381333931", "99999999*4006381333931", "1,5*4006381333931"):
        with pytest.raises((Invalid, scanning.UnknownCode)):
            scanning.scan(basket.pk, text)


def test_price_label_sets_the_price_of_open_price_goods(basket: Basket, ana: User) -> None:
    cast.product("Flowers", "0", "9", open_price=True, sku="54321")
    scanning.scan(basket.pk, label("2354321" + "01250"))
    assert shown(basket) == [("Flowers", D(1), D("12.50"))]
