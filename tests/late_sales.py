"""Sales that a machine posts after it was cut off from the server."""

import json
from typing import Any
from uuid import uuid4

from django.test import Client

from inventory.models import Product
from tests.outage import sold_at

URL = "/api/v1/late-sales"
PROBLEMS = "/api/v1/outage-problems"


def asked(product: Product, quantity: str = "2", *, price: str = "12.50", paid: str = "25.00", **more: Any) -> Any:
    return {
        "sold_at": sold_at(),
        "lines": [{"product": product.pk, "quantity": quantity, "unit_price": price}],
        "payments": [{"method": "card", "amount": paid, "reference": "T1"}],
        **more,
    }


def send(client: Client, content: Any, key: str | None = None, to: str = URL) -> Any:
    headers = {"Idempotency-Key": key or str(uuid4())}
    body = content if isinstance(content, bytes) else json.dumps(content)
    return client.post(to, body, content_type="application/json", headers=headers)
