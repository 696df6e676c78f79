"""What a till posts after an outage."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from billing.outage.forms import rung_up
from billing.outage.rung_up import RungUp
from inventory.models import Product, Stock

URL = "/till/outage-sales"


def sold_at() -> str:
    """A few days ago: the shop refuses times more than a year off."""
    return f"{timezone.now() - timedelta(days=8):%Y-%m-%d}T10:00:00Z"


def asked(*lines: tuple[Product, str], cash: str = "50.00", **more: Any) -> dict[str, Any]:
    """The sale the till stored: products and quantities at the prices it knew."""
    kept = [
        {"product": product.pk, "name": product.name, "quantity": quantity, "price": f"{product.price:.2f}"}
        for product, quantity in lines
    ]
    total = sum(Decimal(line["quantity"]) * Decimal(line["price"]) for line in kept)
    figures = {"total": f"{total:.2f}", "cash": cash, "at": sold_at()}
    return {
        "key": str(uuid4()),
        "number": "R1-P1-0001",
        "register": "R1",
        "by": "Ana",
        "lines": kept,
        **figures,
        **more,
    }


def sale(*lines: tuple[Product, str], **more: Any) -> RungUp:
    return rung_up(asked(*lines, **more))


def send(client: Client, content: Any) -> Any:
    body = content if isinstance(content, str | bytes) else json.dumps(content)
    return client.post(URL, body, content_type="application/json")


def left(product: Product) -> Decimal:
    return Stock.objects.get(product=product).quantity
