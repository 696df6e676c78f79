"""One change for several products at once: all of them, or none."""

from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import AuditEntry, User
from inventory.goods import products, together
from inventory.goods.together import PriceStep, ending_in_nine
from inventory.models import Category, Product, TaxRate
from inventory.shelf.stock import UnknownProduct
from pos.errors import Invalid, Stale, TooLarge
from tests.at_once import outcomes_of

pytestmark = pytest.mark.django_db
FIVE = PriceStep(D(5), is_percent=True)


def seen(*chosen: Product) -> dict[int, int]:
    return {product.pk: product.version for product in chosen}


def prices(*chosen: Product) -> list[D]:
    for product in chosen:
        product.refresh_from_db()
    return [product.price for product in chosen]


@pytest.mark.parametrize(
    ("price", "ending"),
    [
        *(("2.29", "2.29"), ("2.33", "2.29"), ("2.34", "2.39"), ("2.36", "2.39"), ("0.01", "0.09"), ("0.14", "0.19")),
        *(("0", "0"), ("9.99", "9.99"), ("10.00", "9.99"), ("999.995", "999.99")),
    ],
)
def test_price_is_rounded_to_the_nearest_ending_in_nine(price: str, ending: str) -> None:
    assert ending_in_nine(D(price)) == D(ending)


def test_price_of_a_currency_without_decimals_ends_in_nine_too(settings: Any) -> None:
    settings.CURRENCY = "JPY"
    assert (ending_in_nine(D(104)), ending_in_nine(D(3))) == (109, 9)


@pytest.mark.parametrize(
    ("step", "after"),
    [
        (FIVE, ["13.13", "2.10"]),
        (PriceStep(D(-10), is_percent=True), ["11.25", "1.80"]),
        (PriceStep(D("0.5"), is_percent=False), ["13.00", "2.50"]),
        (PriceStep(D("-0.25"), is_percent=False), ["12.25", "1.75"]),
        (PriceStep(D(5), is_percent=True, nines=True), ["13.09", "2.09"]),
    ],
)
def test_prices_of_several_products_change_together(
    may: User, tea: Product, milk: Product, step: PriceStep, after: list[str]
) -> None:
    together.change(seen(tea, milk), by=may, step=step)
    assert prices(tea, milk) == [D(price) for price in after]
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["product.price_changed", "product.price_changed", "products.changed_together"]


def test_other_values_are_set_for_all_chosen_products(may: User, tea: Product, milk: Product) -> None:
    drinks, full = Category.objects.create(name="Drinks"), TaxRate.objects.create(name="Full", rate=D("0.19"))
    for values in ({"category": drinks}, {"tax_rate": full}, {"is_active": False}):
        together.change(seen(tea, milk), by=may, **values)
        tea.refresh_from_db()
        milk.refresh_from_db()
    for product in (tea, milk):
        assert (product.category, product.tax_rate, product.is_active) == (drinks, full, False)


def test_one_stale_product_leaves_all_unchanged(may: User, tea: Product, milk: Product) -> None:
    chosen = seen(tea, milk)
    products.edit(milk, by=may, name="Whole milk")
    with pytest.raises(Stale, match="Whole milk"):
        together.change(chosen, by=may, step=FIVE)
    assert prices(tea, milk) == [D("12.50"), D("2.00")]


def test_one_price_below_zero_leaves_all_unchanged(may: User, tea: Product, milk: Product) -> None:
    with pytest.raises(Invalid, match="Milk"):
        together.change(seen(tea, milk), by=may, step=PriceStep(D(-5), is_percent=False))
    assert prices(tea, milk) == [D("12.50"), D("2.00")]


def test_no_product_unknown_ones_and_too_many_are_refused(may: User, tea: Product) -> None:
    for chosen, refusal in (
        ({}, Invalid),
        ({**seen(tea), 10**9: 1}, UnknownProduct),
        (dict.fromkeys(range(501), 1), TooLarge),
    ):
        with pytest.raises(refusal):
            together.change(chosen, by=may, step=FIVE)
    assert prices(tea) == [D("12.50")]


@pytest.mark.django_db(transaction=True)
def test_same_prices_changed_by_two_at_once_change_once(may: User, tea: Product, milk: Product) -> None:
    chosen = seen(tea, milk)
    backwards = dict(reversed(chosen.items()))
    outcomes = outcomes_of(
        lambda: together.change(chosen, by=may, step=FIVE), lambda: together.change(backwards, by=may, step=FIVE)
    )
    assert outcomes == ["done", "stale"]
    assert prices(tea, milk) == [D("13.13"), D("2.10")]


def asked(*chosen: Product, **more: Any) -> dict[str, Any]:
    return {"chosen": [f"{product.pk}.{product.version}" for product in chosen], "back": "/goods?q=m", **more}


def test_form_sent_twice_moves_the_prices_once(may_web: Client, tea: Product, milk: Product) -> None:
    body = asked(tea, milk, key=str(uuid4()), what="price", figure="5", way="percent")
    for _ in range(2):
        answer = may_web.post("/goods/together", body)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/goods?q=m")
    assert prices(tea, milk) == [D("13.13"), D("2.10")]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"what": "price", "figure": "", "way": "percent"}, 400),
        ({"what": "price", "figure": "love"}, 400),
        ({"what": "price", "figure": "NaN"}, 400),
        ({"what": "love"}, 400),
        ({"what": "category", "category": "77"}, 400),
        ({"what": "on", "chosen": []}, 400),
        ({"what": "on", "chosen": ["1"]}, 400),
        ({"what": "on", "chosen": ["99999999.1"]}, 409),
        ({"what": "price", "figure": "-99", "way": "amount"}, 400),
    ],
)
def test_invalid_change_is_reported_and_the_rows_stay_chosen(
    may_web: Client, tea: Product, body: dict[str, Any], status: int
) -> None:
    answer = may_web.post("/goods/together", {**asked(tea), "back": "/goods", **body})
    assert answer.status_code == status and 'role="alert"' in answer.text
    assert ('form="together" checked' in answer.text) == ("chosen" not in body)
    assert prices(tea) == [D("12.50")]


def test_chosen_rows_become_labels(may_web: Client, tea: Product, milk: Product) -> None:
    answer = may_web.post("/goods/together", asked(tea, milk, labels="1"))
    assert answer.headers["Location"] == f"/goods/labels?products={tea.pk},{milk.pk}"


def test_cashier_moves_no_prices(ana_web: Client, tea: Product) -> None:
    assert ana_web.post("/goods/together", asked(tea, what="off")).status_code == 403
    tea.refresh_from_db()
    assert tea.is_active
