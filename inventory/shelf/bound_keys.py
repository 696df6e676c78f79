"""Where the key of a machine may work: at the locations it is bound to. People, and other keys, work everywhere."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.key_bounds import FIRST
from inventory.models import Location, LocationStock, Product
from pos.errors import OutOfScope
from pos.money import ZERO


def places_of(by: User | None) -> set[int | None] | None:
    """The locations that bind the key, None among them being the shop's first; None where nothing binds."""
    if not (by and by.bounds and by.bounds.locations):
        return None
    bound = by.bounds.locations
    further = Location.objects.alias(plain=Upper("code")).filter(plain__in=bound).values_list("pk", flat=True)
    return {*further, *([None] if FIRST in bound else [])}


def refuse_elsewhere(by: User | None, *places: int | None) -> None:
    """Refuses a key that is not bound to each of these locations."""
    own = places_of(by)
    if own is not None and not own.issuperset(places):
        raise beyond(by)


def refuse_strangers(by: User | None, *places: int | None) -> None:
    """Refuses a key that is bound to none of these locations."""
    own = places_of(by)
    if own is not None and own.isdisjoint(places):
        raise beyond(by)


def beyond(by: User | None) -> OutOfScope:
    bound = by.bounds.locations if by and by.bounds else ()
    return OutOfScope(_("This key may not work at this location."), locations=sorted(bound))


def within(by: User | None, *columns: str) -> Q:
    """The condition that one of these columns names a location that the key is bound to."""
    own, found = places_of(by), Q()
    if own is None:
        return found
    for column in columns:
        found |= Q(**{f"{column}__in": own - {None}}) | (Q(**{f"{column}__isnull": True}) if None in own else Q())
    return found


def show_own(products: Iterable[Product], by: User | None) -> None:
    """Has `product.stock` say what the key's locations have together, for one that is not bound to the first."""
    own = places_of(by)
    if own is None or None in own:
        return
    listed = [product for product in products if hasattr(product, "stock")]
    there: dict[int, Decimal] = {}
    rows = LocationStock.objects.filter(location__in=own, product__in=[product.pk for product in listed])
    for product_id, quantity in rows.values_list("product", "quantity"):
        there[product_id] = there.get(product_id, ZERO) + quantity
    for product in listed:
        product.stock.quantity = there.get(product.pk, ZERO)
