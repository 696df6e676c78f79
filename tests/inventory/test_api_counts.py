"""Stocktaking by a program."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from billing.models import Shift
from inventory.models import CountEntry, Product, Stock, StockMovement
from tests.counter import sell
from tests.proof import assert_books_are_right

pytestmark = pytest.mark.django_db
PATH = "/api/v1/counts"


def post(client: Client, path: str, body: Any = None) -> Any:
    return client.post(path, body or {}, content_type="application/json")


@pytest.fixture
def sheet(may_api: Client) -> str:
    """The address of an open sheet."""
    made = post(may_api, PATH, {"title": "Autumn"})
    assert made.status_code == 201, made.content
    return f"{PATH}/{made.json()['number']}"


def test_count_from_the_first_entry_to_undoing_it(
    sheet: str, shift: Shift, ana: User, ana_api: Client, may_api: Client, tea: Product
) -> None:
    assert post(ana_api, f"{sheet}/entries", {"barcode": "4006381333931", "quantity": "8"}).status_code == 201
    sell((tea, "1"), by=ana, cash="12.50")
    booked = post(may_api, f"{sheet}/book").json()
    assert booked["state"] == "booked"
    row = booked["products"][0]
    assert (row["counted"], row["expected"], row["variance"], row["variance_at_price"]) == ("8", "10", "-2", "-25.00")
    assert Stock.objects.get(product=tea).quantity == 7
    assert post(may_api, f"{sheet}/undo", {"reason": "the wrong shelf"}).json()["state"] == "undone"
    assert Stock.objects.get(product=tea).quantity == 9
    assert_books_are_right()


def test_recorded_stock_is_hidden_from_counters_unless_the_sheet_shows_it(
    sheet: str, may_api: Client, ana_api: Client, tea: Product
) -> None:
    post(ana_api, f"{sheet}/entries", {"product": tea.pk})
    row = ana_api.get(sheet).json()["products"][0]
    assert (row["counted"], row["expected"], row["variance"], row["variance_at_cost"]) == ("1", None, None, None)
    assert set(ana_api.get(f"{sheet}/entries").json()["results"][0]) == {
        *("id", "product", "quantity", "round", "by", "at")
    }
    shown = post(may_api, PATH, {"shows_expected": True}).json()["number"]
    post(ana_api, f"{PATH}/{shown}/entries", {"product": tea.pk})
    row = ana_api.get(f"{PATH}/{shown}").json()["products"][0]
    assert (row["expected"], row["variance"]) == ("10", None)


def test_recount_by_a_program(may_api: Client, ana_api: Client, tea: Product) -> None:
    sheet = f"{PATH}/{post(may_api, PATH, {'outlier_pieces': '1'}).json()['number']}"
    post(ana_api, f"{sheet}/entries", {"product": tea.pk, "quantity": "3"})
    refused = post(may_api, f"{sheet}/book")
    assert (refused.status_code, refused.json()["code"]) == (409, "needs_recount")
    assert post(may_api, f"{sheet}/recounts", {"products": []}).json()["products"][0]["count_again"] is True
    assert post(may_api, f"{sheet}/recounts", {"products": [999]}).json()["code"] == "not_on_sheet"
    post(ana_api, f"{sheet}/entries", {"product": tea.pk, "quantity": "9"})
    assert post(may_api, f"{sheet}/book").status_code == 201
    assert StockMovement.objects.get(kind="count").quantity == -1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"product": 1, "barcode": "1"},
        {"product": "x"},
        {"barcode": "a\0b"},
        {"barcode": 4},
        {"product": 1, "quantity": "NaN"},
        {"product": 1, "quantity": "1e99"},
        {"product": 1, "quantity": []},
        {"product": 1, "quantity": "1", "by": "may"},
    ],
)
def test_bad_entry_is_refused_in_words(body: dict[str, Any], sheet: str, ana_api: Client, tea: Product) -> None:
    if body.get("product") == 1:
        body = {**body, "product": tea.pk}
    answer = post(ana_api, f"{sheet}/entries", body)
    assert (answer.status_code, answer.json()["code"]) in [(400, "invalid"), (400, "parse_error")]
    assert not CountEntry.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {"scope": "planet"},
        {"scope": "category"},
        {"category": 1},
        {"search": "tea"},
        {"title": "x" * 101},
        {"title": 4},
        {"outlier_money": "-1"},
        {"shows_expected": "perhaps"},
        {"number": "C-000009"},
    ],
)
def test_bad_sheet_is_refused_in_words(body: dict[str, Any], may_api: Client) -> None:
    assert post(may_api, PATH, body).status_code == 400


def test_unknown_sheet_code_and_wrong_role(sheet: str, ana_api: Client, may_api: Client, tea: Product) -> None:
    assert post(may_api, f"{PATH}/C-999999/book").status_code == 404
    assert may_api.get(f"{PATH}/x%00").status_code == 404
    assert post(ana_api, f"{sheet}/entries", {"barcode": "nothing"}).json()["code"] == "unknown_code"
    for deed in ("book", "drop", "undo", "recounts"):
        assert post(ana_api, f"{sheet}/{deed}").status_code == 403
    assert post(ana_api, PATH).status_code == 403


def test_reasons_of_a_new_shop_are_listed(ana_api: Client) -> None:
    found = ana_api.get("/api/v1/reasons?page_size=100").json()["results"]
    assert {"damaged", "expired", "theft", "own-use", "sample"} <= {row["code"] for row in found}
    assert {row["deed"] for row in found} == {"write_off", "refund", "pay_in", "pay_out", "price"}


def test_counts_are_listed_newest_first(sheet: str, may_api: Client, ana_api: Client) -> None:
    post(may_api, PATH, {"title": "Winter"})
    assert [row["title"] for row in ana_api.get(PATH).json()["results"]] == ["Winter", "Autumn"]
