"""Sells in one call."""

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from accounts.models import User
from billing.models import Bill
from billing.order import Order, Tendered, Wanted
from billing.sale import sales
from inventory.models import Product

Asked = tuple[Product, str]


def order(
    *asked: Asked, register: str = "R1", key: UUID | None = None, cash: str = "", card: str = "", **more: Any
) -> Order:
    """An order of these products and quantities; `cash` and `card` are the amounts tendered."""
    lines = [Wanted(Decimal(quantity), product.pk) for product, quantity in asked]
    paid = [Tendered(method, Decimal(amount)) for method, amount in (("card", card), ("cash", cash)) if amount]
    return Order(key=key or uuid4(), lines=lines, payments=paid, register=register, **more)


def sell(*asked: Asked, by: User, **more: Any) -> Bill:
    return sales.sell(order(*asked, **more), cashier=by).bill
