"""Every Z report, newest first, and what those of some days come to."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, DecimalField, F, QuerySet, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from billing.models import ZReport
from pos.money import ZERO
from reports.figures.periods import Period

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Total:
    reports: int
    revenue: Decimal
    difference: Decimal


def of(period: Period, register: int | None = None) -> QuerySet[ZReport]:
    """Of the shifts that began on these days."""
    found = ZReport.objects.filter(
        shift__business_date__gte=period.start, shift__business_date__lt=period.end
    ).select_related("register", "shift__closed_by")
    return (found.filter(register=register) if register else found).order_by("-pk")


def page(period: Period, register: int | None, most: int, after: int | None) -> list[ZReport]:
    found = of(period, register)
    return list((found.filter(pk__lt=after) if after else found)[:most])


def total(period: Period, register: int | None) -> Total:
    revenue = Cast(KeyTextTransform("total", "document"), DecimalField(max_digits=20, decimal_places=4))
    sums = (
        of(period, register)
        .order_by()
        .aggregate(
            reports=Count("pk"), revenue=Sum(revenue), difference=Sum(F("shift__counted") - F("shift__expected"))
        )
    )
    return Total(sums["reports"], sums["revenue"] or ZERO, sums["difference"] or ZERO)


def every(period: Period, register: int | None) -> Iterator[ZReport]:
    return of(period, register).iterator(AT_ONCE)
