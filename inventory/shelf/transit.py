"""What is on its way between locations: sent, and neither received, called back nor given up as missing."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from inventory.models import Transfer, TransferArrivalLine, TransferLine
from pos.money import ZERO, QuantityField


def lines(transfers: QuerySet[Transfer] | Iterable[Transfer]) -> QuerySet[Any]:
    """The lines of these transfers, each with what is still on its way (`left`)."""
    arrived = TransferArrivalLine.objects.filter(line=OuterRef("pk")).order_by().values("line")
    so_far = Subquery(arrived.annotate(sum=Sum("quantity")).values("sum"))
    gone = Coalesce(so_far, Value(ZERO), output_field=QuantityField())
    return TransferLine.objects.filter(transfer__in=transfers).annotate(left=F("quantity") - gone)


def on_the_way(transfers: QuerySet[Transfer]) -> list[Any]:
    return list(lines(transfers).filter(left__gt=0))


def unfinished() -> QuerySet[Transfer]:
    """The transfers of which something is still on its way."""
    return Transfer.objects.filter(pk__in=lines(Transfer.objects.all()).filter(left__gt=0).values("transfer"))


def coming_to(location: int | None, products: Iterable[int]) -> dict[int, Decimal]:
    """What is on its way to the location, by product."""
    there = Transfer.objects.filter(target=location) if location else Transfer.objects.filter(target=None)
    found: dict[int, Decimal] = {}
    for line in lines(there).filter(product__in=list(products), left__gt=0):
        found[line.product_id] = found.get(line.product_id, ZERO) + line.left
    return found


def left_of(transfer: Transfer) -> dict[int, Decimal]:
    """What is still on its way, by product."""
    return {line.product_id: line.left for line in lines([transfer]).order_by("product_id") if line.left}
