"""The size of incoming data is checked before its content."""

import json
from typing import Any

import pytest
from django.test import Client
from rest_framework import serializers

from billing.api.serializers import TenderedSerializer, WantedSerializer
from inventory.models import Product
from pos.api import docs
from pos.api.items import MOST_FAULTS, Items, ItemsField, ObjectField
from pos.bounds import DEEPEST, MOST_VALUES, TooDeep, refuse_unwieldy, storable
from pos.errors import Invalid, TooLarge
from tests.pos.test_api_floor import shapes

pytestmark = pytest.mark.django_db


def nested(depth: int) -> Any:
    inner: Any = 0
    for _ in range(depth - 1):
        inner = [inner]
    return inner


def test_json_over_the_depth_or_size_limit_is_refused() -> None:
    refuse_unwieldy(nested(DEEPEST))
    refuse_unwieldy([0] * (MOST_VALUES - 1))
    with pytest.raises(TooDeep):
        refuse_unwieldy(nested(DEEPEST + 1))
    with pytest.raises(TooLarge):
        refuse_unwieldy([0] * MOST_VALUES)


@pytest.mark.parametrize("facts", [nested(7), {"a": "x" * 8000}, {"a": "\0"}, list(range(9000)), nested(900)])
def test_json_too_large_for_a_page_is_not_stored(facts: Any) -> None:
    with pytest.raises(Invalid):
        storable("facts", facts)


def count(monkeypatch: pytest.MonkeyPatch, shape: type[Any]) -> list[Any]:
    seen: list[Any] = []
    look = shape.run_validation

    def looked(self: Any, data: Any) -> Any:
        seen.append(data)
        return look(self, data)

    monkeypatch.setattr(shape, "run_validation", looked)
    return seen


def post(client: Client, address: str, body: Any) -> Any:
    return client.post(f"/api/v1/{address}", json.dumps(body), content_type="application/json")


def test_number_of_lines_is_checked_before_their_content(ana_api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = count(monkeypatch, WantedSerializer)
    said = post(ana_api, "quotes", {"lines": [{}] * 1001})
    assert (said.status_code, said.json()["errors"][0]["field"]) == (400, "lines")
    assert seen == []


def test_checking_stops_after_the_first_faults(ana_api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = count(monkeypatch, WantedSerializer)
    said = post(ana_api, "quotes", {"lines": [{"quantity": "1"}] * 999})
    assert len(seen) == MOST_FAULTS
    assert [error["field"] for error in said.json()["errors"]][:2] == ["lines[0].product", "lines[1].product"]


def test_bill_takes_at_most_fifty_payments(ana_api: Client, tea: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = count(monkeypatch, TenderedSerializer)
    lines, paid = [{"product": tea.pk, "quantity": "1"}], {"method": "cash", "amount": "0.25"}
    assert post(ana_api, "bills", {"lines": lines, "payments": [paid] * 51}).status_code == 400
    assert seen == []
    assert post(ana_api, "bills", {"lines": lines, "payments": [paid] * 50}).status_code == 201


def test_every_list_in_a_body_has_a_documented_limit() -> None:
    written = [name for name in docs.document()["components"]["schemas"] if name.endswith("Request")]
    names = {name.removesuffix("Request").removeprefix("Patched") for name in written}
    lists = [
        (shape.__name__, name, field)
        for shape in shapes()
        if shape.__name__.removesuffix("Serializer") in names
        for name, field in shape._declared_fields.items()
        if isinstance(field, serializers.ListSerializer | serializers.ListField | serializers.DictField)
    ]
    assert ("OrderSerializer", "payments") in [(shape, name) for shape, name, _ in lists]
    assert [name for name in lists if not isinstance(name[2], Items | ItemsField | ObjectField)] == []
    unbounded = [name for name in lists if isinstance(name[2], Items) and not name[2].max_length]
    assert unbounded == []
