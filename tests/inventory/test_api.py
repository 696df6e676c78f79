import json
from typing import Any

import pytest
from django.test import Client

from inventory.models import Product, StockMovement

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
    "content",
    "content_unit",
    "unit_price",
    "unit_price_per",
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
    assert may_api.get(f"{URL}/{made['id']}").json() == {**made, "stock_by_location": [], "reorder_points": []}


def test_every_field_sent_is_returned(may_api: Client) -> None:
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
    assert answer["ETag"].startswith('"1-')
    assert StockMovement.objects.get().kind == "opening"


@pytest.mark.parametrize(
    "bad",
    [
        {"name": ""},
        {"name": "x" * 201},
        {"name": "x" * 100_000},
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
def test_seed_d02_d48_d49_invalid_values_are_400(may_api: Client, tea: Product, bad: dict[str, Any]) -> None:
    assert problem(send(may_api, "POST", URL, {"name": "Jam", "price": "1", **bad})) == (400, "invalid")
    assert problem(send(may_api, "PATCH", f"{URL}/{tea.pk}", bad)) == (400, "invalid")
    assert Product.objects.get().version == 1


def test_taken_codes_are_refused_as_in_use(may_api: Client, tea: Product, milk: Product) -> None:
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


def test_seed_d05_edit_with_an_old_version_is_refused_as_stale(may_api: Client, tea: Product) -> None:
    url = f"{URL}/{tea.pk}"
    assert send(may_api, "PATCH", url, {"price": "13.00"}, **{"If-Match": '"1"'}).status_code == 200
    assert problem(send(may_api, "PATCH", url, {"price": "11.00"}, **{"If-Match": '"1"'})) == (409, "stale")
    assert problem(send(may_api, "PATCH", url, {"price": "11.00"}, **{"If-Match": "x"})) == (400, "invalid")
    assert problem(may_api.delete(url, headers={"If-Match": '"1"'})) == (409, "stale")
    assert problem(send(may_api, "PATCH", url, {"price": "11.00"}, **{"If-Match": f'"{10**12}"'})) == (409, "stale")
    assert may_api.get(url).json()["price"] == "13.00"


def test_version_is_read_in_every_notation_of_an_etag(may_api: Client, tea: Product) -> None:
    url = f"{URL}/{tea.pk}"
    for header in ('W/"1"', "2", "*"):
        assert send(may_api, "PATCH", url, {"price": "13.00"}, **{"If-Match": header}).status_code == 200, header
    assert problem(send(may_api, "PATCH", url, {"price": "11.00"}, **{"If-Match": 'W/"1"'})) == (409, "stale")
    for header in ("", '"', "1.0", '"1", "4"', "*, 1", "9" * 5000):
        assert problem(send(may_api, "PATCH", url, {"price": "11"}, **{"If-Match": header})) == (400, "invalid"), header


def test_ids_may_be_numbers_or_text(may_api: Client) -> None:
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


def test_seed_d21_deletion_keeps_a_product_with_history(may_api: Client, tea: Product) -> None:
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


def test_cashier_may_read_but_not_write(ana_api: Client, tea: Product) -> None:
    assert ana_api.get(f"{URL}/{tea.pk}").json()["name"] == "Green tea"
    assert listed(ana_api) == ["Green tea"]
    for method, path in (("POST", ""), ("PATCH", f"/{tea.pk}"), ("DELETE", f"/{tea.pk}"), ("POST", f"/{tea.pk}/stock")):
        assert problem(send(ana_api, method, URL + path, {})) == (403, "permission_denied")
