"""Where goods run low: at or below the reorder point, at each location that keeps them."""

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from inventory.models import LocationStock, Stock

AT_FIRST = Q(product__reorder_point__gt=0, quantity__lte=F("product__reorder_point"))
FURTHER = AT_FIRST & Q(location__is_active=True)


def places() -> QuerySet[Any]:
    """A row for each product on sale and each location where it runs low."""
    first = Stock.objects.filter(AT_FIRST, product__is_active=True).values("pk")
    further = LocationStock.objects.filter(FURTHER, product__is_active=True).values("pk")
    return first.union(further, all=True)


def somewhere() -> Q:
    """The condition that a product runs low at a location."""
    first = Q(reorder_point__gt=0, stock__quantity__lte=F("reorder_point"))
    return first | Q(Exists(LocationStock.objects.filter(FURTHER, product=OuterRef("pk"))))
