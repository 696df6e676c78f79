"""Compares what each cashier did besides selling with the other cashiers, so that a manager can look into outliers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from accounts.models import Approval, Deed, User
from billing.models import BasketLine, Bill, BillKind, CashKind, CashMovement, Shift
from pos.calendar import beginning
from pos.models import StoreSettings
from pos.money import ZERO, rounded
from pos.postgres.standby import connection
from reports.figures.periods import Period
from reports.figures.question import union
from reports.rollups import freshness
from reports.rollups.sources import CASHIERS, DAY, SOON_MINUTES

SOON = timedelta(minutes=SOON_MINUTES)
TIMES_THE_MEDIAN = 3
FEW = 5
SOLD, RETURNED = Q(kind=BillKind.SALE), Q(kind=BillKind.REFUND)


@dataclass(slots=True)
class Conduct:
    """What a cashier did in a period; `share` is how often an action occurred per hundred bills."""

    bills: int = 0
    revenue: Decimal = ZERO
    given_off: Decimal = ZERO
    overrides: int = 0
    removed: int = 0
    no_sales: int = 0
    returns: int = 0
    refunded: Decimal = ZERO
    soon_refunded: int = 0
    same_card: int = 0
    denied: int = 0
    difference: Decimal = ZERO

    def share(self, deed: str) -> Decimal:
        return Decimal(100) * getattr(self, deed) / max(self.bills, 1)


COUNTED = ("overrides", "removed", "no_sales", "returns", "denied")
ALWAYS_STRIKING = ("soon_refunded", "same_card")


@dataclass(frozen=True, slots=True)
class Row:
    """One cashier; `striking` names the actions a manager should look at."""

    cashier: User
    conduct: Conduct
    striking: frozenset[str]


def compared(period: Period) -> list[Row]:
    """Every cashier who did anything, those with the most striking actions first."""
    conducts = gathered(period)
    people = User.objects.in_bulk(conducts)
    rows = []
    for pk, conduct in conducts.items():
        others = [other for whose, other in conducts.items() if whose != pk]
        rows.append(Row(people[pk], conduct, striking(conduct, others)))
    return sorted(rows, key=lambda row: (-len(row.striking), row.cashier.name))


def striking(conduct: Conduct, others: Sequence[Conduct]) -> frozenset[str]:
    """Actions done at least FEW times and, per bill, more than three times as often as the median of the other
    cashiers; and actions that should not happen at all."""
    found = {deed for deed in ALWAYS_STRIKING if getattr(conduct, deed)}
    for deed in COUNTED if others else ():
        usual = median(other.share(deed) for other in others)
        if getattr(conduct, deed) >= FEW and conduct.share(deed) > TIMES_THE_MEDIAN * usual:
            found.add(deed)
    return frozenset(found)


def gathered(period: Period) -> dict[int, Conduct]:
    found: dict[int, Conduct] = {}
    for question in (of_bills, of_removed, of_no_sales, of_denied, of_shifts):
        for row in question(period):
            conduct = found.setdefault(row.pop("who"), Conduct())
            for name, value in row.items():
                setattr(conduct, name, getattr(conduct, name) + (value or 0))
    return found


Answers = Iterable[Any]


def bills_of(period: Period) -> QuerySet[Bill]:
    return Bill.objects.filter(business_date__gte=period.start, business_date__lt=period.end)


def moments(period: Period) -> tuple[Any, Any]:
    hour = StoreSettings.in_force().cutoff_hour
    return beginning(period.start, hour), beginning(period.end, hour)


def of_bills(period: Period) -> Answers:
    """From the kept sums of closed days."""
    asked: dict[str, Any] = {}
    read = union(CASHIERS, {"cashier"}, freshness.cover(period.start, period.end, [DAY]), asked)
    names = ("who", *CASHIERS.sums)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT cashier, {', '.join(f'sum({name})' for name in CASHIERS.sums)} FROM ({read}) u GROUP BY 1", asked
        )
        for row in cursor.fetchall():
            yield dict(zip(names, (whole(amount) for amount in row), strict=True))


def whole(amount: Any) -> Any:
    """Counts come as numbers of the database, money with six decimals."""
    return amount if isinstance(amount, int) else rounded(amount)


def of_removed(period: Period) -> Answers:
    since, until = moments(period)
    removed = BasketLine.objects.filter(
        basket__is_practice=False, removed_at__gte=since, removed_at__lt=until, removed_by__isnull=False
    )
    return removed.values(who=F("removed_by")).annotate(removed=Count("pk"))


def of_no_sales(period: Period) -> Answers:
    opened = CashMovement.objects.filter(
        kind=CashKind.NO_SALE, shift__business_date__gte=period.start, shift__business_date__lt=period.end
    )
    return opened.values(who=F("by")).annotate(no_sales=Count("pk"))


def of_denied(period: Period) -> Answers:
    since, until = moments(period)
    denied = Approval.objects.filter(deed=Deed.DENIED, at__gte=since, at__lt=until)
    return denied.values(who=F("asker")).annotate(denied=Count("pk"))


def of_shifts(period: Period) -> Answers:
    closed = Shift.objects.filter(
        business_date__gte=period.start, business_date__lt=period.end, closed_by__isnull=False
    )
    return closed.values(who=F("closed_by")).annotate(difference=Sum(F("counted") - F("expected")))
