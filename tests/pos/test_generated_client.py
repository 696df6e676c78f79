"""A client that a program made from the OpenAPI document, as it is: it signs in, sells, refunds and reads a report."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from billing.models import Bill
from inventory.models import Product, Stock
from pos.api import docs
from tests.cast import PASSWORD

NAME = "shop_client"


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The client, made of the document. A warning of its maker fails the test."""
    (tmp_path / "shop.json").write_text(json.dumps(docs.document()))
    files = ", ".join(f"{kind}: application/octet-stream" for kind in ("application/zip", "application/pdf"))
    (tmp_path / "config.yaml").write_text(f"post_hooks: []\ncontent_type_overrides: {{{files}}}\n")
    ask = ["generate", "--path", "shop.json", "--output-path", NAME, "--meta", "none", "--config", "config.yaml"]
    said = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", *ask, "--fail-on-warning"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stdout + said.stderr
    monkeypatch.syspath_prepend(str(tmp_path))
    return NAME


@pytest.mark.django_db(transaction=True)
def test_a_generated_client_sells_once_refunds_and_reads_a_report(
    made: str, live_server: LiveServer, may: User, tea: Product
) -> None:
    def operation(of: str, name: str) -> Any:
        return import_module(f"{made}.api.{of}.{name}")

    models, client = import_module(f"{made}.models"), import_module(f"{made}.client")
    signed_in = operation("auth", "token").sync(
        client=client.Client(live_server.url), body=models.CredentialsRequest(username="may", password=PASSWORD)
    )
    shop = client.AuthenticatedClient(live_server.url, signed_in.access)

    found = operation("products", "products").sync(client=shop, search="tea")
    order = models.OrderRequest(
        lines=[models.WantedRequest(product=found.results[0].id, quantity="2")],
        payments=[models.TenderedRequest(method="card", amount="25.00")],
    )
    key = str(uuid4())
    sell = operation("bills", "sell")
    first, again = (sell.sync_detailed(client=shop, body=order, idempotency_key=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert first.parsed.number == again.parsed.number and first.parsed.total == "25.00"

    refund = operation("bills", "refund").sync(
        first.parsed.number,
        client=shop,
        idempotency_key=str(uuid4()),
        body=models.WishRequest(
            lines=[models.ReturnedRequest(line=1, quantity="1")],
            payments=[models.TenderedRequest(method="card", amount="12.50")],
            reason="the box was dented",
        ),
    )
    assert refund.lines[0].refund_of.number == first.parsed.number
    refused = sell.sync(client=shop, body=models.OrderRequest(lines=order.lines, payments=[]), idempotency_key=key)
    assert refused.code.value == "key_reused"

    today = first.parsed.business_date
    revenue = operation("reports", "report_revenue").sync(client=shop, from_=today, to=today)
    assert revenue.revenue == "12.50"
    assert (Bill.objects.count(), Stock.objects.get(product=tea).quantity) == (2, 9)
