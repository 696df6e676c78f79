"""The examples in the documents work as written."""

import re
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from billing.models import Bill
from inventory.models import Product, Stock
from tests.at_once import wait_for_tests_beside
from tests.keys import made

DOCS = Path(__file__).parents[1] / "docs"


@pytest.mark.django_db(transaction=True)
def test_examples_of_the_api_run(live_server: LiveServer, may: User, tea: Product) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (DOCS / "api.md").read_text(), re.DOTALL)
    told: dict[str, Any] = {"SHOP": live_server.url, "KEY": made(may).secret}
    for block in blocks:
        wait_for_tests_beside()
        exec(block, told)
    assert Bill.objects.count() == 2
    assert Stock.objects.get(product=tea).quantity == 5
    assert told["again"] in (200, 201)
    assert told["mirror"]["stock", str(tea.pk)]["quantity"] == "8"
