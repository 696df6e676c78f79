"""What a member bought, with this card and with those merged into it, and all the shop holds about the member."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Case, Count, F, Max, Min, Q, QuerySet, Sum, When

from accounts import trail
from accounts.models import Permission, User
from billing.models import Bill, BillKind, BillLine, StoredValue
from members import held
from members.models import Member
from pos.errors import ManagersOnly
from pos.money import ZERO

GROSS = Case(When(bill__tax_included=True, then=F("net")), default=F("net") + F("tax"))


@dataclass(frozen=True, slots=True)
class Spend:
    """Purchases less what came back."""

    bills: int
    total: Decimal
    first: datetime | None
    last: datetime | None

    @property
    def mean(self) -> Decimal:
        return self.total / self.bills if self.bills else ZERO


def bills_of(member: Member) -> QuerySet[Bill]:
    cards = [member.pk, *member.doubles.values_list("pk", flat=True)]
    return Bill.objects.filter(member__in=cards)


def spend(member: Member) -> Spend:
    sales = Q(kind=BillKind.SALE)
    found = bills_of(member).aggregate(
        bills=Count("pk", filter=sales),
        total=Sum("total", default=ZERO),
        first=Min("at", filter=sales),
        last=Max("at", filter=sales),
    )
    return Spend(**found)


def articles(member: Member, most: int) -> list[dict[str, Any]]:
    """What was bought, and not brought back, the most often bought first."""
    lines = BillLine.objects.filter(bill__in=bills_of(member)).order_by()
    by_product = lines.values("product", "product__name", "sold_by")
    counted = by_product.annotate(
        quantity=Sum("quantity"), total=Sum(GROSS), times=Count("bill", distinct=True), last=Max("bill__at")
    )
    return [dict(found) for found in counted.filter(quantity__gt=0).order_by("-times", "-total", "product")[:most]]


def held_about(member: Member) -> dict[str, Any]:
    """Everything the shop holds about the member, in plain values."""
    bills = bills_of(member).prefetch_related("lines").order_by("pk")
    credit = StoredValue.objects.filter(member__in=[member.pk, *member.doubles.values_list("pk", flat=True)])
    return {
        **held.about(member),
        "bills": [told(bill) for bill in bills],
        "store_credit": list(credit.order_by("pk").values("kind", "last4", "balance", "created_at")),
    }


@transaction.atomic
def export(member: Member, *, by: User) -> dict[str, Any]:
    """The same, for a manager to hand over; the trail knows who took it."""
    if not by.may(Permission.MEMBERS):
        raise ManagersOnly
    trail.record(by, "member.exported", member.number)
    return held_about(member)


def told(bill: Bill) -> dict[str, Any]:
    lines = [
        {"name": line.name, "quantity": line.quantity, "unit_price": line.unit_price, "net": line.net}
        for line in bill.lines.all()
    ]
    figures = ("number", "kind", "at", "total", "points_spent", "points_earned", "vip_discount")
    return {name: getattr(bill, name) for name in figures} | {"lines": lines}
