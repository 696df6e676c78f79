"""The tiles of a shelf are paged, however many goods it has."""

from decimal import Decimal as D

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.basket import tiles
from billing.models import Favourite, Register, Shift
from inventory.models import Category, Product, Stock


@pytest.fixture
def cellar(db: None) -> Category:
    """A shelf of a thousand goods."""
    shelf = Category.objects.create(name="Cellar")
    made = Product.objects.bulk_create(
        Product(sku=f"CELLAR-{n:04d}", name=f"Bottle {n:04d}", price=D(9), category=shelf) for n in range(1000)
    )
    Stock.objects.bulk_create(Stock(product=product, quantity=0) for product in made)
    return shelf


@pytest.fixture
def till(ana_web: Client, shift: Shift) -> Client:
    ana_web.post("/shift/join", {"register": "R1"})
    return ana_web


def test_each_product_of_a_shelf_is_on_exactly_one_page(r1: Register, cellar: Category) -> None:
    shown: list[str] = []
    page, more = 1, True
    while more:
        part = tiles.shown(r1, cellar.pk, page)
        assert len(part.products) <= tiles.PAGE
        shown += [product.name for product in part.products]
        page, more = page + 1, part.has_more
    assert shown == [f"Bottle {n:04d}" for n in range(1000)]
    assert tiles.shown(r1, cellar.pk, page).products == []


def test_favourites_continue_on_the_second_page(r1: Register, cellar: Category) -> None:
    chosen = list(Product.objects.order_by("-name")[:30])
    Favourite.objects.bulk_create(
        Favourite(register=r1, product=product, position=n) for n, product in enumerate(chosen)
    )
    first, second = tiles.shown(r1), tiles.shown(r1, page=2)
    assert [*first.products, *second.products] == chosen
    assert (first.has_more, second.has_more, second.chosen) == (True, False, None)


def test_late_page_needs_as_many_queries_as_the_first(till: Client, cellar: Category) -> None:
    address = f"{till.get('/till')['Location']}/tiles"
    asked = []
    for page in (1, 2, 41):
        with CaptureQueriesContext(connection) as queries:
            answer = till.get(address, {"shelf": cellar.pk, "page": page}, headers={"HX-Request": "true"})
        assert answer.text.count('class="tile"') == tiles.PAGE
        asked.append(len(queries))
    assert asked == [asked[0]] * 3
    assert len(answer.content) < 20_000


@pytest.mark.parametrize("page", ["0", "-1", "x", "999999999", "9999999999", ""])
def test_invalid_page_number_is_accepted(till: Client, cellar: Category, page: str) -> None:
    address = f"{till.get('/till')['Location']}/tiles"
    assert till.get(address, {"shelf": cellar.pk, "page": page}).status_code == 200
