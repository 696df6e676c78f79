"""The examples in the documents work as written."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from billing.models import Bill
from inventory.models import Product, Stock
from tests.at_once import wait_for_tests_beside
from tests.keys import made

DOCS = Path(__file__).parents[1] / "docs"


@pytest.mark.django_db(transaction=True)
def test_examples_of_the_api_run(live_server: LiveServer, may: User, tea: Product) -> None:
    text = (DOCS / "api.md").read_text()
    first, money_back, rest = re.split(r"\*\*Money back\.\*\*|^## A web shop", text, flags=re.MULTILINE)
    (scopes,) = re.findall(r'"scopes": (\[.*?\])', first)
    told: dict[str, Any] = {"SHOP": live_server.url}
    for part, key in (
        (first, made(may, *json.loads(scopes))),
        (money_back, made(may, "bills:write", may_refund=True)),
        (rest, made(may)),
    ):
        told["KEY"] = key.secret
        for block in re.findall(r"```python\n(.*?)```", part, re.DOTALL):
            wait_for_tests_beside()
            exec(block, told)
    assert Bill.objects.count() == 3
    assert Stock.objects.get(product=tea).quantity == 6
    assert told["again"] == 200
    assert told["mirror"]["stock", str(tea.pk)]["quantity"] == "9"


def test_every_address_of_a_report_in_the_documents_answers(may_api: Client) -> None:
    found = re.findall(r"GET (/api/v1/reports/\S+\?\S+?)`", (DOCS / "api.md").read_text())
    assert found
    for address in found:
        assert may_api.get(address).status_code == 200, address
