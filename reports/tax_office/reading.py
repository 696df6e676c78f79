"""The shifts of a period and their Bons, read in lots: a shift of any size needs no more memory than one lot."""

from collections.abc import Iterator

from django.db.models import QuerySet

from billing.models import Bill, RegisterKind, Shift
from reports.figures.periods import Period
from reports.tax_office import from_bills, from_drawers
from reports.tax_office.bons import Bon

LOT = 500


def shifts(period: Period) -> QuerySet[Shift]:
    """Closed shifts that began on these business dates. Imported history was never sold at a till of this shop."""
    return (
        Shift.objects.closed()
        .filter(business_date__gte=period.start, business_date__lt=period.end)
        .exclude(register__kind=RegisterKind.HISTORY)
        .filter(z__isnull=False)
        .select_related("register__location", "z", "closed_by")
        .order_by("register__code", "z__number")
    )


def how_many(period: Period) -> int:
    return Bill.objects.filter(shift__in=shifts(period)).count()


def bons(shift: Shift) -> Iterator[Bon]:
    cash = from_drawers.cash_name()
    yield from from_drawers.opening(shift, cash)
    yield from map(from_bills.bon_of, bills(shift))
    yield from from_drawers.cards(shift)
    yield from from_drawers.by_hand(shift, cash)
    yield from from_drawers.difference(shift, cash)


def bills(shift: Shift) -> Iterator[Bill]:
    whole = Bill.objects.select_related(
        "cashier", "member", "basket", *of("original"), *of("exchange")
    ).prefetch_related("lines__product__category", "lines__product__barcodes", "payments__method", "signatures")
    wanted = list(shift.bills.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(wanted), LOT):
        yield from whole.filter(pk__in=wanted[start : start + LOT]).order_by("pk")


def of(other: str) -> tuple[str, str]:
    """What is told of another bill that this one refers to."""
    return f"{other}__register", f"{other}__shift__z"
