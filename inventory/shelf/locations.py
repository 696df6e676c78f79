"""Locations: entered, switched off, found, and what each has of a product. None is the shop's first location."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.models import User
from inventory.models import (
    OPEN_ORDERS,
    Location,
    LocationStock,
    LocationTax,
    Product,
    PurchaseOrder,
    TaxRate,
    Transfer,
)
from inventory.shelf import transit
from pos.checks import refuse_nul
from pos.errors import InUse, Invalid
from pos.models import StoreSettings
from pos.money import ZERO
from pos.unique import unique_or

UNKNOWN = _("There is no such location.")


@dataclass(frozen=True, slots=True)
class Held:
    """What a location has of a product, and its reorder point there. The first location has neither an id nor a
    code."""

    id: int | None
    code: str | None
    name: str
    quantity: Decimal
    reorder_point: Decimal


@dataclass(frozen=True, slots=True)
class Where:
    """One location, or all together."""

    location: int | None = None
    is_everywhere: bool = False

    def of(self, column: str) -> Q:
        """The condition that a row belongs there."""
        if self.is_everywhere:
            return Q()
        return Q(**{f"{column}__isnull": True} if self.location is None else {column: self.location})


EVERYWHERE = Where(is_everywhere=True)


def active() -> QuerySet[Location]:
    return Location.objects.filter(is_active=True)


def are_several() -> bool:
    """Whether the shop has more than its first location; screens of a shop with one say nothing of locations."""
    return active().exists()


def first_name() -> str:
    """The first location is called as the shop is."""
    return StoreSettings.in_force().shop_name


def name_of(location: Location | None) -> str:
    return location.name if location else first_name()


def choices() -> list[tuple[int | None, str]]:
    """All locations in use, the first one first; empty in a shop with a single one."""
    others = [(place.pk, place.name) for place in active()]
    return [(None, first_name()), *others] if others else []


def known(location: int | None) -> Location | None:
    """The location in use with this id, or None for the first."""
    if location is None:
        return None
    found = active().filter(pk=location).first()
    if found is None:
        raise Invalid("location", UNKNOWN, "unknown_location")
    return found


def held(location: int) -> Location:
    """The same, kept in use until the transaction ends."""
    if not active().select_for_update(no_key=True).filter(pk=location).exists():
        raise Invalid("location", UNKNOWN, "unknown_location")
    return Location.objects.get(pk=location)


def with_code(code: str | None) -> Location | None:
    """The location in use with this code, or None for the first."""
    if not code:
        return None
    refuse_nul("location", code)
    found = active().filter(code__iexact=code).first()
    if found is None:
        raise Invalid("location", UNKNOWN, "unknown_location")
    return found


@transaction.atomic
def enter(location: Location, *, by: User, taxes: Mapping[int, int | None] = {}, **values: str | bool) -> Location:
    """Saves a new or changed location. One in use cannot be switched off, nor can one that still has goods. `taxes`
    as in `set_taxes`."""
    is_new = location.pk is None
    if not is_new:
        location = Location.objects.select_for_update().get(pk=location.pk)
    goes = location.is_active and not values.get("is_active", True)
    for name, value in values.items():
        setattr(location, name, " ".join(value.split()) if isinstance(value, str) else value)
    refuse_nul("code", location.code)
    refuse_nul("name", location.name)
    location.clean_fields()
    if goes and not is_new:
        refuse_in_use(location)
    with unique_or(InUse(_("There is already a location of this code or name."), field="name")):
        location.save()
    deed = "created" if is_new else "changed"
    if values:
        trail.record(by, f"location.{deed}", location.code, **{name: str(value) for name, value in values.items()})
    if taxes:
        set_taxes(location, taxes, by=by)
    return location


def refuse_in_use(location: Location) -> None:
    if LocationStock.objects.filter(location=location).exclude(quantity=0).exists():
        raise InUse(_("%(name)s still has goods: move or count them first.") % {"name": location.name})
    if transit.on_the_way(Transfer.objects.filter(target=location) | Transfer.objects.filter(origin=location)):
        raise InUse(_("Goods are on their way from or to %(name)s.") % {"name": location.name})
    if PurchaseOrder.objects.filter(location=location, state__in=OPEN_ORDERS).exists():
        raise InUse(_("Goods are ordered for %(name)s.") % {"name": location.name})
    for relation in Location._meta.related_objects:  # whatever an upper room hangs here, such as a register
        rows = relation.related_model._default_manager
        if any(field.name == "is_active" for field in relation.related_model._meta.fields):
            user = rows.filter(is_active=True, **{relation.field.name: location}).first()
            if user:
                raise InUse(_("%(name)s is still used by %(user)s.") % {"name": location.name, "user": user})


@transaction.atomic
def set_taxes(location: Location, instead: Mapping[int, int | None], *, by: User) -> None:
    """Which tax rate takes the place of another where goods are sold there; None: none does."""
    rates = TaxRate.objects.in_bulk()
    Location.objects.select_for_update().get(pk=location.pk)
    for rate, other in instead.items():
        if rate not in rates or (other is not None and other not in rates):
            raise Invalid("tax_rate", _("There is no such tax rate."), "unknown_tax_rate")
        LocationTax.objects.filter(location=location, tax_rate=rate).delete()
        if other is not None and other != rate:
            LocationTax.objects.create(location=location, tax_rate_id=rate, instead_id=other)
    told = {rates[rate].name: rates[other].name if other else "" for rate, other in instead.items()}
    trail.record(by, "location.taxes_set", location.code, **told)


def taxes_of(location: int | None) -> dict[int, int]:
    """The tax rates that others take the place of at a location."""
    rows = LocationTax.objects.filter(location=location) if location else LocationTax.objects.none()
    return dict(rows.values_list("tax_rate", "instead"))


def held_of(product: Product) -> list[Held]:
    """What each location has of the product; empty in a shop with a single location."""
    further = {row.location_id: row for row in product.elsewhere.all()}
    places = list(Location.objects.filter(is_active=True) | Location.objects.filter(pk__in=further))
    if not places:
        return []
    first = Held(None, None, first_name(), product.stock.quantity, product.reorder_point)
    return [first, *(held_at(place, product, further.get(place.pk)) for place in places)]


def held_at(place: Location, product: Product, row: LocationStock | None) -> Held:
    given = row.reorder_point if row else None
    point = product.reorder_point if given is None else given
    return Held(place.pk, place.code, place.name, row.quantity if row else ZERO, point)


def show_there(products: Iterable[Product], location: int | None) -> None:
    """Has `product.stock` say what is left at this location, for screens that show it."""
    if location is None:
        return
    listed = list(products)
    there = left_there([product.pk for product in listed], location)
    for product in listed:
        product.stock.quantity = there.get(product.pk, ZERO)


def left_there(products: Iterable[int], location: int) -> dict[int, Decimal]:
    rows = LocationStock.objects.filter(location=location, product__in=list(products))
    return dict(rows.values_list("product", "quantity"))


def elsewhere(products: Iterable[int]) -> dict[int, Decimal]:
    """What further locations have of each product, together."""
    rows = LocationStock.objects.filter(product__in=list(products))
    return dict(rows.values_list("product").annotate(Sum("quantity")).order_by())
