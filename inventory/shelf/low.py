"""Where goods are out of stock or run low: at each location that keeps them, by the reorder point there.

A further location has the product's own reorder point unless it was given another; given 0, it keeps none.
"""

from collections.abc import Iterable, Mapping, Set
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from inventory.models import LocationStock, Product, Stock
from inventory.shelf import locations
from inventory.shelf.locations import Held, Where
from pos.clock import Now
from pos.errors import Invalid
from pos.models import StoreSettings
from pos.money import ZERO

# Conditions on the rows of `first` and `further`.
OUT = Q(quantity__lte=0)
LOW = Q(point__gt=0, quantity__lte=F("point"))
FEW = LOW & ~OUT
ON_SALE = Q(product__is_active=True)
POINT = Coalesce("reorder_point", "product__reorder_point")  # of a LocationStock


def first() -> QuerySet[Any]:
    """The stock of each product at the first location, with the reorder point there."""
    return Stock.objects.annotate(point=F("product__reorder_point"))


def further() -> QuerySet[Any]:
    """The same at each further location in use that keeps the product."""
    kept = LocationStock.objects.filter(location__is_active=True).exclude(reorder_point=0)
    return kept.annotate(point=POINT)


def places(lack: Q) -> QuerySet[Any]:
    """The product of each row that lacks: once for each such location."""
    return first().filter(lack).values("product").union(further().filter(lack).values("product"), all=True)


def somewhere(lack: Q) -> Q:
    """The condition that a product lacks at a location."""
    return Q(pk__in=places(lack))


def left_somewhere(places: Set[int | None] | None = None) -> Q:
    """The condition that some of a product is left at a location, of these or of all."""
    there = LocationStock.objects.filter(quantity__gt=0, location__is_active=True, product=OuterRef("pk"))
    if places is not None:
        there = there.filter(location__in=places - {None})
    found = Q(Exists(there))
    return found | Q(stock__quantity__gt=0) if places is None or None in places else found


def lacking(lack: Q) -> QuerySet[Any]:
    """The products on sale that lack at a location, by name; `lacking_at` tells where."""
    return (
        Product.objects.filter(somewhere(lack), is_active=True)
        .select_related("stock")
        .annotate(
            lacks_at_first=Exists(first().filter(lack, product=OuterRef("pk"))),
            are_several=Exists(locations.active()),
            first_name=StoreSettings.objects.order_by("-pk").values("shop_name")[:1],
        )
        .prefetch_related(
            Prefetch("elsewhere", further().filter(lack).select_related("location"), to_attr="lacking_further")
        )
        .order_by("name", "pk")
    )


def lacking_at(product: Any) -> list[Held]:
    """Where a product of `lacking` lacks; empty in a shop with a single location."""
    if not product.are_several:
        return []
    here = [Held(None, None, product.first_name, product.stock.quantity, product.reorder_point)]
    return [
        *(here if product.lacks_at_first else []),
        *(
            Held(row.location_id, row.location.code, row.location.name, row.quantity, row.point)
            for row in product.lacking_further
        ),
    ]


def points(products: Iterable[int], where: Where) -> dict[int, Decimal]:
    """The reorder point of each product there. Everywhere: the product's own and those given to further locations."""
    own: dict[int, Decimal] = dict(Product.objects.filter(pk__in=list(products)).values_list("pk", "reorder_point"))
    given = LocationStock.objects.filter(product__in=own, location__is_active=True, reorder_point__isnull=False)
    if where.is_everywhere:
        more = dict(given.values_list("product").annotate(Sum("reorder_point")).order_by())
        return {product: point + more.get(product, ZERO) for product, point in own.items()}
    there: Any = given.filter(location=where.location).values_list("product", "reorder_point")
    return own | dict(there)


def set_points(product: Product, wanted: Mapping[int, Decimal | None]) -> dict[str, list[Decimal | None]]:
    """Gives further locations a reorder point of their own, None taking it away. The product's stock must be locked.
    Returns what changed: before and after, by the location's code."""
    places = locations.active().in_bulk(list(wanted))
    if len(places) < len(wanted):
        raise Invalid("reorder_points", locations.UNKNOWN, "unknown_location")
    rows = LocationStock.objects.filter(product=product, location__in=places)
    before = dict(rows.values_list("location", "reorder_point"))
    changed = {pk: point for pk, point in wanted.items() if before.get(pk) != point}
    given = [LocationStock(location=places[pk], product=product, reorder_point=point) for pk, point in changed.items()]
    for row in given:
        row.clean_fields()
    if given:
        LocationStock.objects.bulk_create(
            given, update_conflicts=True, unique_fields=["location", "product"], update_fields=["reorder_point"]
        )
        Stock.objects.filter(product=product).update(updated_at=Now())  # tells the feed
    return {places[pk].code: [before.get(pk), point] for pk, point in changed.items()}
