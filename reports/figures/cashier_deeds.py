"""What a figure of a cashier's conduct is made of, one by one: what `cashier_activity` counts and adds up."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Max, Sum

from accounts.approvals import sentences
from accounts.models import Approval, Deed, User
from billing.models import BasketLine, BillLine, CashKind, CashMovement, Shift
from pos.money import ZERO
from reports.figures.cashier_activity import RETURNED, SOLD, SOON, bills_of, moments
from reports.figures.periods import Period
from reports.rollups.sources import CARD_A_DAY


@dataclass(frozen=True, slots=True)
class Done:
    """`bill` is its number, `shift` the id of a counted shift."""

    at: datetime
    what: str
    amount: Decimal | None = None
    bill: str = ""
    shift: int | None = None


Found = Iterator[Done]


def sales(who: User, period: Period) -> Found:
    for bill in bills_of(period).filter(SOLD, cashier=who):
        yield Done(bill.at, bill.get_kind_display(), bill.total, bill.number)


def revenue(who: User, period: Period) -> Found:
    for bill in bills_of(period).filter(cashier=who):
        yield Done(bill.at, bill.get_kind_display(), bill.total, bill.number)


def given_off(who: User, period: Period) -> Found:
    taken = bills_of(period).filter(SOLD, cashier=who).annotate(off=F("discount") - F("vip_discount")).exclude(off=0)
    for bill in taken:
        yield Done(bill.at, bill.get_kind_display(), bill.off, bill.number)


def overrides(who: User, period: Period) -> Found:
    sold = bills_of(period).filter(SOLD, cashier=who)
    lines = BillLine.objects.filter(bill__in=sold, unit_price__lt=F("list_price")).select_related("bill")
    for line in lines:
        yield Done(line.bill.at, line.name, line.unit_price - (line.list_price or ZERO), line.bill.number)


def removed(who: User, period: Period) -> Found:
    since, until = moments(period)
    lines = BasketLine.objects.filter(
        basket__is_practice=False, removed_by=who, removed_at__gte=since, removed_at__lt=until
    )
    for line in lines.select_related("product"):
        assert line.removed_at
        yield Done(line.removed_at, line.product.name, -(line.quantity or ZERO) * line.product.price)


def no_sales(who: User, period: Period) -> Found:
    opened = CashMovement.objects.filter(
        kind=CashKind.NO_SALE, by=who, shift__business_date__gte=period.start, shift__business_date__lt=period.end
    )
    for movement in opened:
        yield Done(movement.at, movement.reason)


def returns(who: User, period: Period) -> Found:
    for bill in bills_of(period).filter(RETURNED, cashier=who):
        yield Done(bill.at, bill.reason, -bill.total, bill.number)


def soon_refunded(who: User, period: Period) -> Found:
    own = bills_of(period).filter(
        RETURNED, cashier=who, original__cashier=F("cashier"), at__lte=F("original__at") + SOON
    )
    for bill in own:
        yield Done(bill.at, bill.reason, -bill.total, bill.number)


def same_card(who: User, period: Period) -> Found:
    days = bills_of(period).filter(SOLD, cashier=who, member__isnull=False).values("member__number", "business_date")
    often: Any = days.annotate(times=Count("pk"), last=Max("at"), sum=Sum("total")).filter(times__gt=CARD_A_DAY)
    for day in often:
        yield Done(day["last"], f"{day['member__number']} × {day['times']}", day["sum"])


def denied(who: User, period: Period) -> Found:
    since, until = moments(period)
    for row in Approval.objects.filter(deed=Deed.DENIED, asker=who, at__gte=since, at__lt=until):
        yield Done(row.at, str(sentences.of(row.action, row.size, row.facts)))


def difference(who: User, period: Period) -> Found:
    closed = Shift.objects.filter(
        closed_by=who, business_date__gte=period.start, business_date__lt=period.end
    ).select_related("register")
    for shift in closed:
        if shift.closed_at and shift.counted is not None and shift.expected is not None:
            yield Done(shift.closed_at, str(shift.register), shift.counted - shift.expected, shift=shift.pk)


DEEDS: dict[str, Callable[[User, Period], Found]] = {
    "bills": sales,
    "revenue": revenue,
    "given_off": given_off,
    "overrides": overrides,
    "removed": removed,
    "no_sales": no_sales,
    "returns": returns,
    "refunded": returns,
    "soon_refunded": soon_refunded,
    "same_card": same_card,
    "denied": denied,
    "difference": difference,
}


def of(deed: str, who: User, period: Period) -> list[Done]:
    """The latest first."""
    return sorted(DEEDS[deed](who, period), key=lambda done: done.at, reverse=True)
