"""What is in a product, and what a whole kilogram, litre, metre or piece of it costs."""

import json
from decimal import Decimal as D
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from inventory.goods import contents, products
from inventory.models import Product
from inventory.unit_prices import unit_price
from pos.errors import Invalid


# As printed on shelves of supermarkets.
@pytest.mark.parametrize(
    ("price", "content", "unit", "shown"),
    [
        ("2.29", "250", "g", ("9.16", "kg")),
        ("1.29", "100", "g", ("12.90", "kg")),
        ("5.99", "0.75", "l", ("7.99", "l")),
        ("0.95", "75", "ml", ("12.67", "l")),
        ("1.19", "33", "cl", ("3.61", "l")),
        ("4.49", "1980", "ml", ("2.27", "l")),
        ("1.99", "6", "piece", ("0.33", "piece")),
        ("4.99", "2.5", "m", ("2.00", "m")),
        ("3.50", "60", "cm", ("5.83", "m")),
        ("2.19", "1", "kg", ("2.19", "kg")),
        ("0", "500", "g", ("0.00", "kg")),
    ],
)
def test_unit_price_is_for_a_whole_unit(price: str, content: str, unit: str, shown: tuple[str, str]) -> None:
    found = unit_price(D(price), D(content), unit)
    assert found and (found.amount, found.per) == (D(shown[0]), shown[1])


def test_product_without_content_has_no_unit_price() -> None:
    assert unit_price(D(5), None, "") is None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0,75 l", (D("0.75"), "l")),
        ("0.75l", (D("0.75"), "l")),
        ("250 g", (D(250), "g")),
        ("1.000 g", (D(1), "g")),
        ("6 pieces", (D(6), "piece")),
        ("10 Stk.", (D(10), "piece")),
        ("6x330 ml", (D(1980), "ml")),
        ("6 × 0,33 L", (D("1.98"), "l")),
        ("  ", (None, "")),
    ],
)
def test_content_is_read_in_the_usual_notations(written: str, read: tuple[Any, str]) -> None:
    assert contents.read(written) == read


@pytest.mark.parametrize(
    "written",
    ["250", "g", "2 bags", "0 l", "-1 l", "0.0001 kg", "99999999 g", "1e5 g", "9" * 50 + " g", "1\0 g", "NaN g"],
)
def test_invalid_content_is_refused_in_words(written: str) -> None:
    with pytest.raises(Invalid) as refused:
        contents.read(written)
    assert refused.value.field == "content" and str(refused.value.message).endswith(".")


def test_content_and_unit_need_each_other(may: User, tea: Product) -> None:
    for half in ({"content": D(250)}, {"content_unit": "g"}):
        with pytest.raises(Invalid):
            products.edit(tea, by=may, **half)  # type: ignore[arg-type]
    edited = products.edit(tea, by=may, content=D(250), content_unit="g")
    assert edited.unit_price and (edited.unit_price.amount, edited.unit_price.per) == (D("50.00"), "kg")
    assert products.edit(tea, by=may, content=None, content_unit="").unit_price is None


def test_database_refuses_content_without_unit(tea: Product) -> None:
    for half in ({"content": D(250)}, {"content_unit": "g"}, {"content": D(1), "content_unit": "pint"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Product.objects.filter(pk=tea.pk).update(**half)


def test_program_sets_the_content_and_reads_the_unit_price(may_api: Client, tea: Product) -> None:
    def patched(**body: Any) -> Any:
        return may_api.patch(f"/api/v1/products/{tea.pk}", json.dumps(body), content_type="application/json")

    told = patched(content="250", content_unit="g").json()
    assert (told["content"], told["unit_price"], told["unit_price_per"]) == ("250", "50.00", "kg")
    assert patched(content="250", content_unit="").status_code == 400
    assert patched(content="0", content_unit="g").status_code == 400
    assert patched(content_unit="pint").status_code == 400
    told = patched(content=None, content_unit="").json()
    assert (told["content"], told["unit_price"], told["unit_price_per"]) == (None, None, None)
