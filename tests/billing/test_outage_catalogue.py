"""The catalogue a till stores for outages: list prices by page; a changed page gets a new tag."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from billing.models import LabelKind, LabelPattern, Register
from billing.outage import catalogue
from inventory.models import Barcode, Product, TaxRate

URL = "/till/catalogue"


@pytest.fixture
def ana_at_r1(ana_web: Client, leave: Register) -> Client:
    ana_web.post("/shift/join", {"register": "R1"})
    return ana_web


def number(product: Product) -> int:
    return (product.pk - 1) // catalogue.PAGE


def test_page_holds_list_prices_as_columns(ana_at_r1: Client, tea: Product, cheese: Product) -> None:
    goods = ana_at_r1.get(URL, {"page": number(tea)}).json()
    rows = {name: place for place, name in enumerate(goods["name"])}
    place = rows["Green tea"]
    assert [goods[column][place] for column in ("pk", "price", "tax_rate", "sold_by", "codes")] == [
        tea.pk,
        "12.50",
        None,
        "piece",
        ["4006381333931"],
    ]
    assert goods["sold_by"][rows["Cheese"]] == "weight"


def test_catalogue_omits_goods_not_on_sale_or_without_a_fixed_price(
    ana_at_r1: Client, tea: Product, milk: Product
) -> None:
    Product.objects.filter(pk=tea.pk).update(is_active=False)
    Product.objects.filter(pk=milk.pk).update(open_price=True)
    assert ana_at_r1.get(URL, {"page": number(tea)}).json()["name"] == []


def test_unchanged_catalogue_is_not_sent_again(ana_at_r1: Client, tea: Product) -> None:
    for more in ({}, {"HTTP_ACCEPT_ENCODING": "gzip"}):
        answer = ana_at_r1.get(URL, **more)
        again = ana_at_r1.get(URL, HTTP_IF_NONE_MATCH=answer.headers["ETag"], **more)
        assert (answer.status_code, again.status_code, again.content) == (200, 304, b"")


CHANGES: dict[str, Callable[[Product], Any]] = {
    "price": lambda tea: Product.objects.filter(pk=tea.pk).update(price="13.00"),
    "name": lambda tea: Product.objects.filter(pk=tea.pk).update(name="Black tea"),
    "off sale": lambda tea: Product.objects.filter(pk=tea.pk).update(is_active=False),
    "code": lambda tea: Barcode.objects.filter(product=tea).update(code="4006381333948"),
    "one code more": lambda tea: Barcode.objects.create(product=tea, code="123"),
    "no code": lambda tea: Barcode.objects.filter(product=tea).delete(),
    "sold by": lambda tea: Product.objects.filter(pk=tea.pk).update(sold_by="weight"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_change_alters_only_its_own_page(leave: Register, tea: Product, change: str) -> None:
    far = Product.objects.create(pk=tea.pk + catalogue.PAGE, sku="far", name="Far away", price=1)
    before = catalogue.terms(leave)["pages"]
    CHANGES[change](tea)
    after = catalogue.terms(leave)["pages"]
    assert before[number(far)] == after[number(far)]
    assert before[number(tea)] != after.get(number(tea))


def test_new_tax_rate_leaves_the_pages_of_goods_unchanged(leave: Register, tea: Product) -> None:
    rate = TaxRate.objects.create(name="full", rate="0.19")
    before = catalogue.terms(leave)
    TaxRate.objects.filter(pk=rate.pk).update(rate="0.20")
    after = catalogue.terms(leave)
    assert before["pages"] == after["pages"]
    assert catalogue.tag(before) != catalogue.tag(after)


def test_terms_hold_the_label_patterns_and_change_with_them(leave: Register) -> None:
    before = catalogue.terms(leave)
    LabelPattern.objects.create(name="scale", prefix="21", kind=LabelKind.WEIGHT)
    LabelPattern.objects.create(name="counter", prefix="23", kind=LabelKind.PRICE, decimals=2)
    LabelPattern.objects.create(name="old", prefix="24", kind=LabelKind.WEIGHT, is_active=False)
    after = catalogue.terms(leave)
    assert after["labels"] == [{"prefix": "21", "item_digits": 5, "value_digits": 5, "decimals": 3}]
    assert catalogue.tag(before) != catalogue.tag(after)


@pytest.mark.parametrize("page", ["x", "-1", "1e9", "²", "9" * 30, "\0"])
def test_page_that_is_not_a_number_is_404(ana_at_r1: Client, page: str) -> None:
    assert ana_at_r1.get(URL, {"page": page}).status_code == 404


def test_page_after_the_last_is_empty(ana_at_r1: Client) -> None:
    assert ana_at_r1.get(URL, {"page": "99999999"}).json()["pk"] == []


def test_register_without_outage_sales_has_no_catalogue(ana_at_r1: Client) -> None:
    Register.objects.update(outage_sales=False)
    assert [ana_at_r1.get(URL, asked).status_code for asked in ({}, {"page": "0"})] == [404, 404]


def test_catalogue_needs_no_query_per_product(
    ana_at_r1: Client, tea: Product, django_assert_max_num_queries: Any
) -> None:
    Product.objects.bulk_create([Product(sku=f"S{n}", name=f"Thing {n}", price=1) for n in range(50)])
    with django_assert_max_num_queries(8):
        ana_at_r1.get(URL, {"page": number(tea)})
