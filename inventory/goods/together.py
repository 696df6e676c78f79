"""One change for several products at once: all of them, or none."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.models import AuditEntry, User
from inventory.goods import products
from inventory.models import Product
from inventory.shelf import stock
from pos.errors import Invalid, Stale, TooLarge
from pos.money import MOST_MONEY, ZERO, quantum, rounded

MOST = 500
HUNDRED, TEN = Decimal(100), 10
Versions = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class PriceStep:
    """How far prices go up, or down below zero: in per cent, or by an amount. `nines` ends each in a nine."""

    figure: Decimal
    is_percent: bool
    nines: bool = False

    def of(self, price: Decimal) -> Decimal:
        stepped = price * (1 + self.figure / HUNDRED) if self.is_percent else price + self.figure
        return ending_in_nine(stepped) if self.nines else rounded(stepped)


def ending_in_nine(price: Decimal) -> Decimal:
    """The nearest price whose last figure is a nine, of two equally near the higher; what is free stays free."""
    if price <= 0:
        return rounded(price)
    ten, nine = TEN * quantum(), 9 * quantum()
    below = (price - nine).quantize(quantum(), ROUND_FLOOR) // ten * ten + nine if price >= nine else nine
    above = below + ten
    return rounded(above if above - price <= price - below else below)


@transaction.atomic
def change(chosen: Versions, *, by: User, step: PriceStep | None = None, **values: Any) -> AuditEntry:
    """Moves the prices by the step, or gives all products these values. Refuses if anybody changed one of them since
    it was chosen; `chosen` are the versions that were seen."""
    rows = hold(chosen)
    for row in rows:
        wanted = {"price": priced(row, step)} if step else values
        products.edit(row, by=by, **wanted)
    facts = {"step": f"{step.figure.normalize():f}", "per_cent": step.is_percent, "nines": step.nines} if step else {}
    facts |= {name: str(value) for name, value in values.items()}
    return trail.record(by, "products.changed_together", f"{len(rows)} products", **facts)


def hold(chosen: Versions) -> list[Product]:
    """The products, locked in the order of a sale: stock, then product."""
    if not chosen:
        raise Invalid("chosen", _("Choose the goods first."))
    if len(chosen) > MOST:
        raise TooLarge(_("At most %(most)s products are changed at once.") % {"most": MOST})
    stock.lock(chosen)
    rows = list(Product.objects.select_for_update(no_key=True).filter(pk__in=chosen).order_by("pk"))
    if len(rows) < len(chosen):
        raise stock.UnknownProduct(products=sorted(set(chosen) - {row.pk for row in rows}))
    if stale := [row.name for row in rows if row.version != chosen[row.pk]]:
        sentence = _("Somebody changed %(names)s meanwhile. Nothing was changed: look again, then repeat it.")
        raise Stale(sentence % {"names": ", ".join(stale[:3])}, products=stale)
    return rows


def priced(row: Product, step: PriceStep) -> Decimal:
    price = step.of(row.price)
    if not ZERO <= price <= MOST_MONEY:
        sentence = _("%(name)s would cost less than nothing, or more than the books hold. Nothing was changed.")
        raise Invalid("figure", sentence % {"name": row.name})
    return price
