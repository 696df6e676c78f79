"""The stock movements that people enter by hand, by kind."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventory.models import MovementKind, Product, StockMovement
from inventory.shelf import bound_keys, locations, stock
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
    location: int | None = None,
) -> StockMovement:
    locations.known(location)
    bound_keys.refuse_elsewhere(by, location)
    if kind == MovementKind.DELIVERY:
        return stock.receive(product, quantity, by=by, reason=reason, reference=reference, cost=cost, location=location)
    if reference or cost is not None:
        raise Invalid("reference" if reference else "cost", _("Only a delivery has this."))
    if kind == MovementKind.COUNT:
        return stock.count(product, quantity, by=by, reason=reason, location=location)
    if kind == MovementKind.WRITE_OFF:
        return stock.write_off(product, quantity, by=by, reason=reason, location=location)
    raise Invalid("kind", _("This is not moved by hand."))
