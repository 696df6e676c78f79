"""GS1 strings and links: reading them, and selling by them at the till."""

from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal as D
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from billing.basket import baskets, scanning
from billing.codes import gs1, reading
from billing.models import Basket, Shift
from inventory.models import Barcode, Product
from pos import clock
from tests.billing.test_labels import shown


@pytest.fixture
def basket(shift: Shift, ana: User) -> Basket:
    return baskets.start(shift.register, ana)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("]C10104006381333931", {"gtin": "04006381333931"}),
        ("]d20104006381333931172711301012AB", {"expires": "2027-11-30", "batch": "12AB"}),
        ("]C1010400638133393110LOT7\x1d3103001234", {"batch": "LOT7", "weight": D("1.234")}),
        ("]C101040063813339313103001234392200599", {"weight": D("1.234"), "price": D("5.99")}),
        ("(01)04006381333931(30)12(21)XYZ", {"count": 12, "serial": "XYZ"}),
        ("0104006381333931" + "17280200", {"expires": "2028-02-29"}),
        ("]Q3\x1d0204006381333931" + "3724", {"count": 24}),
        ("0104006381333931" + "10A<GS>21B", {"batch": "A", "serial": "B"}),
        ("0104006381333931" + "3202001000", {"weight": D("4.536")}),
        ("https://example.com/shop/01/04006381333931/10/12AB?17=271130", {"batch": "12AB", "expires": "2027-11-30"}),
        ("]Q1https://id.gs1.org/01/04006381333931", {"gtin": "04006381333931"}),
    ],
)
def test_gs1_strings_are_read(code: str, expected: dict[str, Any]) -> None:
    assert gs1.looks_like_one(code)
    said = gs1.read(code)
    told = {name: getattr(said, name) for name in expected}
    assert {name: str(v) if name == "expires" else v for name, v in told.items()} == expected


@pytest.mark.parametrize(
    "code",
    [
        "]C1",
        "]C10104006381333932",
        "]C1010400638133393",
        "]C1010400638133393117271332",
        "]C1010400638133393131030012",
        "]C1010400638133393110",
        "(01)04006381333931(99",
        "]C1770400638133393",
        "]C10104006381333931310300123x",
        "https://example.com/01/04006381333932",
    ],
)
def test_damaged_gs1_strings_are_refused(code: str) -> None:
    with pytest.raises(gs1.BadCode):
        gs1.read(code)


@given(st.text(max_size=60))
def test_reader_never_crashes_on_any_text(text: str) -> None:
    for code in (text, f"]C1{text}", f"(01){text}", f"https://{text}/01/04006381333931"):
        if gs1.looks_like_one(code):
            with suppress(gs1.BadCode):
                gs1.read(code)


@pytest.mark.parametrize("code", ["4006381333931", "https://example.com/01/", "https://example.com/01/7", "]", "(1)"])
def test_other_codes_are_not_taken_for_gs1(code: str) -> None:
    assert not gs1.looks_like_one(code)


def test_scanner_prefix_for_the_symbology_is_ignored(basket: Basket, tea: Product) -> None:
    for code in ("]E04006381333931", "2*]E04006381333931", "]Q1https://example.com/01/04006381333931"):
        scanning.scan(basket.pk, code)
    assert shown(basket) == [("Green tea", D(4), D("50.00"))]


def test_gs1_string_sells_by_its_gtin_and_weight(basket: Basket, cheese: Product) -> None:
    Barcode.objects.create(product=cheese, code="2000000000022")
    scanning.scan(basket.pk, "]C10102000000000022" + "3103000350")
    assert shown(basket) == [("Cheese", D("0.350"), D("7.00"))]


def test_goods_past_their_expiry_date_are_not_sold(settings: Any, basket: Basket, tea: Product) -> None:
    settings.DEBUG = True
    code = "]C10104006381333931" + "17261122"
    with clock.set_to(datetime(2026, 11, 22, 12, tzinfo=UTC)):
        scanning.scan(basket.pk, code)
    with clock.set_to(datetime(2026, 11, 23, 12, tzinfo=UTC)), pytest.raises(reading.PastItsDate):
        scanning.scan(basket.pk, code)
    assert len(shown(basket)) == 1
