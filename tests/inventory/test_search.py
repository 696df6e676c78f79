from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from inventory.goods import products, search
from inventory.models import Product, Word
from tests import cast

pytestmark = pytest.mark.django_db
SHELF = [
    "Green tea",
    "Green tea with mint",
    "Black tea",
    "Teacup",
    "Café crème",
    "Milk",
    "Milk chocolate",
    "Chocolate spread",
    "Jus d'orange",
    "Salt/Pepper set",
    "Cola 1.5l",
    "Müsli-Riegel 100% Frucht",
    "Strawberry jam",
]


@pytest.fixture(autouse=True)
def shelf(db: None) -> None:
    for name in SHELF:
        cast.product(name)


def names(text: str, limit: int = 20) -> list[str]:
    return [found.name for found in search.products(text, limit)]


def filtered(text: str) -> set[str]:
    return set(Product.objects.filter(search.matches(text)).values_list("name", flat=True))


@pytest.mark.parametrize(
    ("typed", "first", "others"),
    [
        ("milk", "Milk", {"Milk chocolate"}),
        ("MILK", "Milk", {"Milk chocolate"}),
        ("choc", "Milk chocolate", {"Chocolate spread"}),
        ("tea", "Black tea", {"Green tea", "Green tea with mint", "Teacup"}),
        ("green te", "Green tea", {"Green tea with mint"}),
        ("tea green", "Green tea", {"Green tea with mint"}),
        ("cafe creme", "Café crème", set()),
        ("musli", "Müsli-Riegel 100% Frucht", set()),
        ("orange", "Jus d'orange", set()),
        ("pepper", "Salt/Pepper set", set()),
        ("1.5", "Cola 1.5l", set()),
    ],
)
def test_whole_words_and_their_first_letters_are_found(typed: str, first: str, others: set[str]) -> None:
    found = names(typed)
    assert set(found) == {first} | others
    assert filtered(typed) == {first} | others
    if typed != "choc":
        assert found[0] == first


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("chocolaet", "Milk chocolate"),
        ("choclate", "Milk chocolate"),
        ("mlik", "Milk"),
        ("strawbery", "Strawberry jam"),
        ("gren tea", "Green tea"),
        ("strwaberry jma", "Strawberry jam"),
        ("peper", "Salt/Pepper set"),
        ("orrange", "Jus d'orange"),
    ],
)
def test_typing_errors_are_tolerated(typed: str, meant: str) -> None:
    assert meant in names(typed)


def test_matches_by_code_come_first(may: User) -> None:
    soap = products.create(name="Soap", price=Decimal(1), by=may, sku="TEA", codes=["036000291452"])
    assert names("036000291452") == ["Soap"]
    assert names(" 0036000291452 ") == ["Soap"]
    assert names("tea")[0] == "Soap"
    assert filtered("0036000291452") == {"Soap"}
    found = search.products("TEA")[0]
    assert (found.pk, found.sku, found.price, found.stock, found.image_url) == (soap.pk, "TEA", 1, 0, "")


def test_till_finds_only_what_is_on_sale(may: User) -> None:
    milk = Product.objects.get(name="Milk")
    products.edit(milk, by=may, is_active=False)
    assert names("milk") == ["Milk chocolate"]
    assert names(milk.sku) == []
    assert filtered("milk") == {"Milk", "Milk chocolate"}


@pytest.mark.parametrize(
    "typed",
    [
        "(",
        ")",
        "_",
        "\\",
        "'",
        '"',
        "&",
        "|",
        "!",
        ":",
        "*",
        ":*",
        ".*",
        "%",
        "(((",
        "' OR 1=1 --",
        "\0",
        "milk\0",
        "🥛",
    ],
)
def test_seed_d45_special_characters_are_literal(typed: str) -> None:
    holding = {name for name in SHELF if typed in name}
    assert set(names(typed)) == holding
    assert filtered(typed) == holding


@pytest.mark.parametrize("typed", ["tea's", "tea)", "!tea", "tea:*", "te%a&", "tea | milk", "\\tea\\"])
def test_seed_d45_special_characters_between_words_cause_no_error(typed: str) -> None:
    names(typed)
    filtered(typed)


@pytest.mark.parametrize("typed", ["x" * 10_000, "tea " * 2_500, "(" * 10_000])
def test_seed_d45_search_text_of_ten_kilobytes_finds_nothing(typed: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert names(typed) == []
    assert len(asked) == 0
    assert filtered(typed) == set()


@pytest.mark.parametrize("typed", ["ß" * 250, "tea " * 62, "a b c d e f g h i j"])
def test_number_of_words_read_is_limited(typed: str) -> None:
    names(typed)
    filtered(typed)


def test_blank_finds_nothing() -> None:
    assert names("") == names("   ") == []


def test_number_of_results_is_limited() -> None:
    assert len(names("tea", limit=2)) == 2


COPY = """
    COPY inventory_product (sku, name, description, price, cost, sold_by, reorder_point, is_active, image, version)
    FROM STDIN
"""


def test_words_are_indexed_however_a_product_is_written() -> None:
    Product.objects.bulk_create(cast.ProductFactory.build(name=name) for name in ("Rhubarb", "Turmeric"))
    Product.objects.filter(name="Rhubarb").update(name="Liquorice")
    with (
        connection.cursor() as cursor,
        cursor.copy(COPY) as copy,
    ):
        copy.write_row(("C-1", "Coriander", "", 1, 0, "piece", 0, True, "", 1))
    assert {"rhubarb", "turmeric", "liquorice", "coriander"} <= set(Word.objects.values_list("text", flat=True))
    assert names("liqorice") == ["Liquorice"]
    assert names("coriandr") == ["Coriander"]
    assert names("rhubarb") == []


def test_search_combines_with_other_filters() -> None:
    assert Product.objects.filter(search.matches("tea"), name__startswith="Green").count() == 2
