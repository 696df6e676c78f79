"""A finished bill, found again and shown as it was."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from billing.models import Bill
from pos.errors import Refused


class NoSuchBill(Refused):
    code = "not_found"
    status = 404
    message = "There is no such bill."


def whole() -> QuerySet[Bill]:
    """Bills with everything a receipt prints, read at once."""
    return Bill.objects.select_related("register", "cashier", "member", "terms", "original").prefetch_related(
        "lines", "taxes", "payments__method", "refunds"
    )


def find(number: str) -> Bill:
    bill = whole().filter(number__iexact=number.replace("\0", "")).first()
    if bill is None:
        raise NoSuchBill()
    return bill


def by_key(key: str) -> Bill:
    """The bill sold under this idempotency key."""
    try:
        return whole().get(key=UUID(key))
    except (ValueError, Bill.DoesNotExist):
        raise NoSuchBill("Nothing was sold under this key.") from None


def matching(text: str, *, first: date | None = None, last: date | None = None) -> QuerySet[Bill]:
    """Newest first; by part of the number, the member's number or the cashier's name; business dates included."""
    bills = Bill.objects.select_related("register", "cashier", "member")
    if first:
        bills = bills.filter(business_date__gte=first)
    if last:
        bills = bills.filter(business_date__lte=last)
    text = text.replace("\0", "")[:50]
    if text:
        bills = bills.filter(
            Q(number__istartswith=text) | Q(member__number__iexact=text) | Q(cashier__username__iexact=text)
        )
    return bills.order_by("-pk")


def facts(bill: Bill) -> dict[str, Any]:
    return {
        "bill": bill,
        "terms": bill.terms,
        "cashier": bill.cashier,
        "member": bill.member,
        "change": bill.change,
        "balance": bill.member.points if bill.member else None,
    }
