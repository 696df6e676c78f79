import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from inventory import stock
from inventory.models import Category, Product, Stock, StockMovement, TaxRate
from tests import cast

pytestmark = pytest.mark.django_db
URL = "/api/v1/products"
FIELDS = {
    "id",
    "sku",
    "name",
    "description",
    "category",
    "price",
    "tax_rate",
    "barcodes",
    "sold_by",
    "open_price",
    "minimum_age",
    "stock",
    "reorder_point",
    "allow_negative_stock",
    "is_active",
    "image",
    "version",
    "updated_at",
}


def send(client: Client, method: str, url: str, body: Any, **headers: str) -> Any:
    return client.generic(method, url, json.dumps(body), content_type="application/json", headers=headers)


def problem(answer: Any) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def listed(client: Client, **query: Any) -> list[str]:
    answer = client.get(URL, query)
    assert answer.status_code == 200, answer.content
    return [product["name"] for product in answer.json()["results"]]


def test_product_may_be_priced_at_the_till(may_api: Client) -> None:
    made = send(may_api, "POST", URL, {"name": "Flowers", "price": "0", "open_price": True}).json()
    assert made["open_price"] is True
    changed = send(may_api, "PATCH", f"{URL}/{made['id']}", {"open_price": False})
    assert (changed.status_code, changed.json()["open_price"]) == (200, False)
    assert problem(send(may_api, "PATCH", f"{URL}/{made['id']}", {"open_price": "perhaps"})) == (400, "invalid")


def test_name_and_price_are_enough(may_api: Client) -> None:
    answer = send(may_api, "POST", URL, {"name": "Jam", "price": "3.20"})
    assert answer.status_code == 201
    made = answer.json()
    assert made.keys() == FIELDS
    assert made["sku"] == f"P{made['id']:06d}"
    assert (made["price"], made["stock"], made["barcodes"], made["image"]) == ("3.20", "0", [], None)
    assert (made["sold_by"], made["is_active"], made["version"]) == ("piece", True, 1)
    assert may_api.get(f"{URL}/{made['id']}").json() == made


def test_everything_is_sent_and_comes_back(may_api: Client) -> None:
    rate = send(may_api, "POST", "/api/v1/tax-rates", {"name": "Reduced", "rate": "0.07"}).json()
    shelf = send(may_api, "POST", "/api/v1/categories", {"name": "Spreads"}).json()
    asked = {
        "sku": "JAM",
        "name": "Jam",
        "description": "Plum",
        "category": shelf["id"],
        "price": "3.20",
        "tax_rate": rate["id"],
        "barcodes": ["036000291452", "4006381333931"],
        "sold_by": "weight",
        "stock": "4.250",
        "reorder_point": "2",
        "allow_negative_stock": True,
        "is_active": False,
    }
    answer = send(may_api, "POST", URL, asked)
    assert answer.status_code == 201
    assert answer.json() | asked == answer.json()
    assert answer["ETag"] == '"1"'
    assert StockMovement.objects.get().kind == "opening"


@pytest.mark.parametrize(
    "bad",
    [
        {"name": ""},
        {"name": "x" * 201},
        {"name": "x" * 1_000_000},
        {"name": None},
        {"name": 7},
        {"price": 1.5},
        {"price": "NaN"},
        {"price": "Infinity"},
        {"price": "1e400"},
        {"price": "-0"},
        {"price": "-1"},
        {"price": "1.234"},
        {"price": None},
        {"price": True},
        {"price": "1000000000"},
        {"stock": "NaN"},
        {"stock": 2**63},
        {"stock": "0.5"},
        {"stock": "-1"},
        {"reorder_point": "-1"},
        {"barcodes": "4006381333931"},
        {"barcodes": [""]},
        {"barcodes": [1]},
        {"barcodes": ["x" * 65]},
        {"barcodes": [str(n) for n in range(51)]},
        {"sold_by": "litre"},
        {"category": 999_999},
        {"category": 10**30},
        {"category": "x"},
        {"tax_rate": True},
        {"is_active": "yes"},
        {"colour": "red"},
        {"version": 3},
        {"id": 3},
        {"image": "x"},
        {"cost": "1"},
    ],
)
def test_seed_d02_d48_d49_nonsense_is_badly_asked(may_api: Client, tea: Product, bad: dict[str, Any]) -> None:
    assert problem(send(may_api, "POST", URL, {"name": "Jam", "price": "1", **bad})) == (400, "invalid")
    assert problem(send(may_api, "PATCH", f"{URL}/{tea.pk}", bad)) == (400, "invalid")
    assert Product.objects.get().version == 1


def test_taken_codes_are_in_use(may_api: Client, tea: Product, milk: Product) -> None:
    jam = {"name": "Jam", "price": "1"}
    assert problem(send(may_api, "POST", URL, {**jam, "sku": tea.sku.lower()})) == (409, "in_use")
    assert problem(send(may_api, "POST", URL, {**jam, "barcodes": ["4006381333931"]})) == (409, "in_use")
    assert problem(send(may_api, "PATCH", f"{URL}/{milk.pk}", {"barcodes": ["4006381333931"]})) == (409, "in_use")
    assert Product.objects.count() == 2


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Black tea"},
        {"price": "13.00"},
        {"description": "Loose"},
        {"sku": "TEA"},
        {"barcodes": ["96385074"]},
        {"sold_by": "weight"},
        {"reorder_point": "3"},
        {"allow_negative_stock": True},
        {"is_active": False},
        {"category": None},
    ],
)
def test_seed_d50_each_field_is_patched_alone(may_api: Client, tea: Product, change: dict[str, Any]) -> None:
    answer = send(may_api, "PATCH", f"{URL}/{tea.pk}", change)
    assert answer.status_code == 200
    assert answer.json() | change == answer.json()
    assert answer.json()["stock"] == "10"


def test_stock_is_not_written_by_an_edit(may_api: Client, tea: Product) -> None:
    assert problem(send(may_api, "PATCH", f"{URL}/{tea.pk}", {"stock": "99"})) == (400, "invalid")


def test_seed_d05_edit_with_an_old_version_is_stale(may_api: Client, tea: Product) -> None:
    url = f"{URL}/{tea.pk}"
    assert send(may_api, "PATCH", url, {"price": "13.00"}, **{"If-Match": '"1"'}).status_code == 200
    assert problem(send(may_api, "PATCH", url, {"price": "11.00"}, **{"If-Match": '"1"'})) == (409, "stale")
    assert problem(send(may_api, "PATCH", url, {"price": "11.00"}, **{"If-Match": "x"})) == (400, "invalid")
    assert problem(may_api.delete(url, headers={"If-Match": '"1"'})) == (409, "stale")
    assert problem(send(may_api, "PATCH", url, {"price": "11.00"}, **{"If-Match": f'"{10**12}"'})) == (409, "stale")
    assert may_api.get(url).json()["price"] == "13.00"


def test_version_is_read_as_proxies_and_clients_write_it(may_api: Client, tea: Product) -> None:
    url = f"{URL}/{tea.pk}"
    for header in ('W/"1"', "2", "*"):
        assert send(may_api, "PATCH", url, {"price": "13.00"}, **{"If-Match": header}).status_code == 200, header
    assert problem(send(may_api, "PATCH", url, {"price": "11.00"}, **{"If-Match": 'W/"1"'})) == (409, "stale")
    for header in ("", '"', "1.0", '"1", "4"', "*, 1", "9" * 5000):
        assert problem(send(may_api, "PATCH", url, {"price": "11"}, **{"If-Match": header})) == (400, "invalid"), header


def test_ids_may_be_numbers_or_their_digits(may_api: Client) -> None:
    category = send(may_api, "POST", "/api/v1/categories", {"name": "Drinks"}).json()["id"]
    rate = send(may_api, "POST", "/api/v1/tax-rates", {"name": "Reduced", "rate": "0.07"}).json()["id"]
    made = send(may_api, "POST", URL, {"name": "Jam", "price": 1, "category": str(category), "tax_rate": str(rate)})
    assert (made.status_code, made.json()["category"], made.json()["tax_rate"]) == (201, category, rate)
    below = send(may_api, "POST", "/api/v1/categories", {"name": "Tea", "parent": str(category)})
    assert (below.status_code, below.json()["parent"]) == (201, category)
    nonsense: list[Any] = ["", "x", "1.0", "٣", 1.0, True, [], "9" * 30, "0"]
    for wrong in nonsense:
        answer = send(may_api, "POST", URL, {"name": "Jam", "price": 1, "category": wrong})
        assert (problem(answer), answer.json()["errors"][0]["field"]) == ((400, "invalid"), "category"), wrong


def test_seed_d21_deletion_keeps_what_has_a_history(may_api: Client, tea: Product) -> None:
    made = send(may_api, "POST", URL, {"name": "Jam", "price": "1"}).json()
    assert may_api.delete(f"{URL}/{made['id']}").status_code == 204
    assert problem(may_api.get(f"{URL}/{made['id']}")) == (404, "not_found")
    assert may_api.delete(f"{URL}/{tea.pk}").status_code == 204
    assert may_api.get(f"{URL}/{tea.pk}").json()["is_active"] is False


@pytest.mark.parametrize("pk", ["x", "-1", "0", "1e3", "9" * 30, "507f1f77bcf86cd799439011", "%00"])
@pytest.mark.parametrize("rest", ["", "/stock", "/image"])
def test_seed_d46_malformed_id_is_not_found(may_api: Client, pk: str, rest: str) -> None:
    assert problem(may_api.delete(f"{URL}/{pk}{rest}"))[0] in (404, 405)
    assert problem(may_api.get(f"{URL}/{pk}{rest}"))[0] in (404, 405)


def test_cashier_reads_and_does_not_write(ana_api: Client, tea: Product) -> None:
    assert ana_api.get(f"{URL}/{tea.pk}").json()["name"] == "Green tea"
    assert listed(ana_api) == ["Green tea"]
    for method, path in (("POST", ""), ("PATCH", f"/{tea.pk}"), ("DELETE", f"/{tea.pk}"), ("POST", f"/{tea.pk}/stock")):
        assert problem(send(ana_api, method, URL + path, {})) == (403, "permission_denied")


def test_filters_can_be_combined(may_api: Client, tea: Product, milk: Product, cheese: Product) -> None:
    shelf = Category.objects.create(name="Drinks")
    Product.objects.filter(pk__in=[tea.pk, milk.pk]).update(category=shelf)
    Product.objects.filter(pk=milk.pk).update(is_active=False)
    Stock.objects.filter(pk=cheese.pk).update(quantity=0)
    assert listed(may_api, search="gren") == ["Green tea"]
    assert listed(may_api, search="chese", out_of_stock="true") == ["Cheese"]
    assert listed(may_api, search="chese", in_stock="true") == []
    assert listed(may_api, barcode="4006381333931") == ["Green tea"]
    assert listed(may_api, barcode="nothing") == []
    assert listed(may_api, category=shelf.pk, is_active="false") == ["Milk"]
    assert listed(may_api, in_stock="false") == listed(may_api, out_of_stock="true") == ["Cheese"]


@pytest.mark.parametrize(
    "bad",
    [
        {"page_size": 0},
        {"page_size": 101},
        {"page_size": 10**30},
        {"page_size": -1},
        {"cursor": "x"},
        {"category": "x"},
        {"category": 0},
        {"category": 10**30},
        {"in_stock": "perhaps"},
        {"updated_since": "yesterday"},
        {"colour": "red"},
        {"search": "a\0b"},
    ],
)
def test_seed_d47_bad_parameters_are_badly_asked(may_api: Client, bad: dict[str, Any]) -> None:
    assert problem(may_api.get(URL, bad)) == (400, "invalid")


@pytest.mark.parametrize("text", ["(", "%", "_", "\\", "'", '"', "&|!:*", "x" * 10_000])
def test_seed_d45_search_takes_signs_as_they_are(may_api: Client, tea: Product, text: str) -> None:
    assert listed(may_api, search=text) == []


def test_seed_d47_pages_are_stable_and_whole(may_api: Client) -> None:
    for n in range(7):
        cast.product(f"Tea {n}")
    seen, url = [], f"{URL}?page_size=3&search=tea"
    while url:
        page = may_api.get(url).json()
        seen += [product["name"] for product in page["results"]]
        url = page["next"]
    assert seen == [f"Tea {n}" for n in range(7)]


def test_every_change_is_listed_since_then_stock_too(may: User, may_api: Client, tea: Product, milk: Product) -> None:
    after = lambda product: Product.objects.get(pk=product.pk).updated_at + timedelta(microseconds=1)  # noqa: E731
    since = max(after(tea), after(milk), *(s.updated_at + timedelta(microseconds=1) for s in Stock.objects.all()))
    assert listed(may_api, updated_since=since.isoformat()) == []
    stock.receive(tea, Decimal(1), by=may)
    send(may_api, "PATCH", f"{URL}/{milk.pk}", {"price": "2.10"})
    send(may_api, "PATCH", f"{URL}/{tea.pk}", {"price": "13.00"})
    assert listed(may_api, updated_since=since.isoformat()) == ["Milk", "Green tea"]
    seen, url = [], f"{URL}?page_size=1&updated_since={since.isoformat().replace('+', '%2B')}"
    while url:
        page = may_api.get(url).json()
        seen += [product["name"] for product in page["results"]]
        url = page["next"]
    assert seen == ["Milk", "Green tea"]


def test_statements_of_a_list_do_not_grow(may_api: Client) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            listed(may_api)
        return len(asked)

    cast.product("One", barcode="96385074")
    few = statements()
    for n in range(20):
        cast.product(f"Thing {n}", barcode=f"code {n}")
    assert statements() == few


def test_stock_moves_through_its_ledger(may_api: Client, tea: Product) -> None:
    url = f"{URL}/{tea.pk}/stock"
    moved = [
        ({"kind": "delivery", "quantity": "12", "reference": "D7", "cost": "4.00"}, "12"),
        ({"kind": "count", "quantity": 20, "reason": "Monday"}, "-2"),
        ({"kind": "write_off", "quantity": "5", "reason": "broken"}, "-5"),
    ]
    for asked, quantity in moved:
        answer = send(may_api, "POST", url, asked)
        assert (answer.status_code, answer.json()["quantity"], answer.json()["by"]) == (201, quantity, "may")
    ledger = may_api.get(url).json()["results"]
    assert [entry["kind"] for entry in ledger] == ["write_off", "count", "delivery", "opening"]
    assert may_api.get(f"{URL}/{tea.pk}").json()["stock"] == "15"


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"kind": "sale", "quantity": "1"}, (400, "invalid")),
        ({"kind": "delivery"}, (400, "invalid")),
        ({"kind": "delivery", "quantity": "0"}, (400, "invalid")),
        ({"kind": "delivery", "quantity": "NaN"}, (400, "invalid")),
        ({"kind": "delivery", "quantity": "0.5"}, (400, "invalid")),
        ({"kind": "delivery", "quantity": "9999999"}, (400, "invalid")),
        ({"kind": "delivery", "quantity": 1.0}, (400, "invalid")),
        ({"kind": "write_off", "quantity": "1"}, (400, "invalid")),
        ({"kind": "write_off", "quantity": "11", "reason": "flood"}, (409, "out_of_stock")),
        ({"kind": "count", "quantity": "-1"}, (400, "invalid")),
        ({"kind": "count", "quantity": "1", "cost": "1"}, (400, "invalid")),
        ({"kind": "count", "quantity": "1", "reason": "x" * 201}, (400, "invalid")),
    ],
)
def test_bad_movement_moves_nothing(may_api: Client, tea: Product, bad: dict[str, Any], said: tuple[int, str]) -> None:
    assert problem(send(may_api, "POST", f"{URL}/{tea.pk}/stock", bad)) == said
    assert Stock.objects.get().quantity == 10


@pytest.mark.parametrize(
    ("path", "body", "change"),
    [
        ("categories", {"name": "Drinks"}, {"name": "Beverages"}),
        ("tax-rates", {"name": "Reduced", "rate": "0.07"}, {"rate": "0.075"}),
    ],
)
def test_categories_and_tax_rates_are_kept(
    may_api: Client, ana_api: Client, path: str, body: dict[str, Any], change: dict[str, Any]
) -> None:
    url = f"/api/v1/{path}"
    made = send(may_api, "POST", url, body)
    assert made.status_code == 201
    one = f"{url}/{made.json()['id']}"
    assert problem(send(may_api, "POST", url, body)) == (409, "in_use")
    assert send(may_api, "PATCH", one, change).json() | change == may_api.get(one).json()
    assert ana_api.get(url).json()["results"] == [may_api.get(one).json()]
    assert problem(send(ana_api, "POST", url, body)) == (403, "permission_denied")
    assert problem(send(may_api, "PATCH", one, {"name": ""})) == (400, "invalid")
    assert may_api.delete(one).status_code == 204
    assert problem(may_api.get(one)) == (404, "not_found")


def test_what_is_used_is_not_deleted(may_api: Client, tea: Product) -> None:
    shelf, rate = Category.objects.create(name="Drinks"), TaxRate.objects.create(name="Full", rate=Decimal("0.19"))
    Product.objects.update(category=shelf, tax_rate=rate)
    assert problem(may_api.delete(f"/api/v1/categories/{shelf.pk}")) == (409, "in_use")
    assert problem(may_api.delete(f"/api/v1/tax-rates/{rate.pk}")) == (409, "in_use")


def test_category_does_not_stand_below_itself(may_api: Client) -> None:
    top = Category.objects.create(name="Food")
    below = Category.objects.create(name="Drinks", parent=top)
    for parent in (top.pk, below.pk):
        answer = send(may_api, "PATCH", f"/api/v1/categories/{top.pk}", {"parent": parent})
        assert problem(answer) == (400, "invalid")


@pytest.mark.parametrize("rate", ["-0.1", "1.1", "NaN", "0.123456", 0.5, None, "10%"])
def test_seed_d02_rate_is_a_fraction(may_api: Client, rate: Any) -> None:
    assert problem(send(may_api, "POST", "/api/v1/tax-rates", {"name": "X", "rate": rate})) == (400, "invalid")


def test_what_goods_cost_is_told_to_managers_alone(tea: Product, may_api: Client, ana_api: Client) -> None:
    path = f"/api/v1/products/{tea.pk}/stock"
    delivery = {"kind": "delivery", "quantity": "3", "reference": "delivery 7", "cost": "4.20"}
    made = may_api.post(path, delivery, content_type="application/json")
    assert made.json()["unit_cost"] == "4.20"
    assert may_api.get(path).json()["results"][0]["unit_cost"] == "4.20"
    assert ana_api.get(path).json()["results"][0]["unit_cost"] is None
