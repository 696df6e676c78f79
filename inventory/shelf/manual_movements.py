"""The stock movements that people enter by hand, by kind."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventory.models import MovementKind, Product, StockMovement
from inventory.shelf import stock
from pos.errors import Invalid


def move(
    product: Product,
    kind: str,
    quantity: Decimal,
    *,
    by: User,
    reason: str = "",
    reference: str = "",
    cost: Decimal | None = None,
) -> StockMovement:
    if kind == MovementKind.DELIVERY:
        return stock.receive(product, quantity, by=by, reason=reason, reference=reference, cost=cost)
    if reference or cost is not None:
        raise Invalid("reference" if reference else "cost", _("Only a delivery has this."))
    if kind == MovementKind.COUNT:
        return stock.count(product, quantity, by=by, reason=reason)
    if kind == MovementKind.WRITE_OFF:
        return stock.write_off(product, quantity, by=by, reason=reason)
    raise Invalid("kind", _("This is not moved by hand."))
