"""What the journal of a day is made of. A bill belongs to its business date, the drawer to the day its shift began.

What was sold away from the server, and posted after its day was over, belongs to the day it was booked on.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection

from billing.models import CashKind, CashMovement, RegisterKind, Shift, StoredValueEntry, Tender
from pos.calendar import beginning
from pos.money import ZERO
from reports.figures.owing import DAY_OF
from reports.journal.accounts import rate_detail
from reports.journal.postings import ByHand, Facts

BY_HAND = (CashKind.PAY_IN, CashKind.PAY_OUT, CashKind.DROP)
# Imported bills were booked by the system they came from
HISTORY = RegisterKind.HISTORY.value
SOLD_HERE = f"""
    (b.business_date = %(day)s
     AND NOT EXISTS (SELECT FROM billing_outagesale o WHERE o.bill_id = b.id AND o.booked_on IS NOT NULL)
     OR b.id = ANY (ARRAY(SELECT bill_id FROM billing_outagesale WHERE booked_on = %(day)s)))
    AND b.register_id NOT IN (SELECT id FROM billing_register WHERE kind = '{HISTORY}')
"""
ON_BILLS = f"""
    SELECT shift_id, sum(change), sum(cash_rounding), sum(cards_sold), sum(points_spent), sum(points_earned)
      FROM billing_bill b WHERE {SOLD_HERE} GROUP BY 1
"""
TAXES = f"""
    SELECT b.shift_id, x.rate, sum(x.base), sum(x.tax)
      FROM billing_bill b JOIN billing_billtax x ON x.bill_id = b.id WHERE {SOLD_HERE} GROUP BY 1, 2 ORDER BY 2
"""
PAYMENTS = f"""
    SELECT b.shift_id, p.method, sum(p.amount)
      FROM billing_bill b JOIN billing_payment p ON p.bill_id = b.id
      JOIN billing_tender t ON t.code = p.method
     WHERE {SOLD_HERE} GROUP BY 1, 2, t.position ORDER BY t.position, 2
"""
COSTS = f"""
    SELECT b.shift_id, sum(l.unit_cost * l.quantity), -sum(l.unit_cost * l.quantity) FILTER (WHERE l.to_shelf = false)
      FROM billing_bill b JOIN billing_billline l ON l.bill_id = b.id WHERE {SOLD_HERE} GROUP BY 1
"""
NEAR = "e.at >= %(near)s AND e.at < %(far)s"
CARDS_CORRECTED = f"""
    SELECT v.kind, sum(e.amount) FROM billing_storedvalueentry e JOIN billing_storedvalue v ON v.id = e.card_id
     WHERE e.kind = 'adjust' AND {NEAR} AND {DAY_OF} = %(day)s GROUP BY 1 ORDER BY 1
"""
POINTS_CORRECTED = f"""
    SELECT coalesce(sum(e.amount), 0) FROM members_pointsentry e
     WHERE e.kind = 'adjusted' AND {NEAR} AND {DAY_OF} = %(day)s
"""


@dataclass(frozen=True, slots=True)
class Corrections:
    cards: dict[str, Decimal]
    points: Decimal


def of_day(day: date) -> dict[Shift, Facts]:
    """The facts of each shift that had bills on this business date or began on it, in the order of registers."""
    kinds, of_it = dict(Tender.objects.values_list("pk", "kind")), {"day": day}
    found: dict[int, Facts] = defaultdict(lambda: Facts(kinds=kinds))
    for shift, change, rounding, cards, spent, earned in asked(ON_BILLS, of_it):
        facts = found[shift]
        facts.change, facts.rounding, facts.cards_sold = change, rounding, cards
        facts.points_spent, facts.points_earned = spent, earned
    for shift, rate, base, tax in asked(TAXES, of_it):
        found[shift].bases[rate_detail(rate)] = base
        found[shift].taxes[rate_detail(rate)] = tax
    for shift, tender, amount in asked(PAYMENTS, of_it):
        found[shift].tenders[tender] = amount
    for shift, cost, damaged in asked(COSTS, of_it):
        found[shift].cost, found[shift].damaged = cost, damaged or ZERO
    began_on(day, found)
    shifts = Shift.objects.filter(pk__in=found).select_related("register", "z").order_by("register__code", "pk")
    return {shift: found[shift.pk] for shift in shifts}


def began_on(day: date, found: dict[int, Facts]) -> None:
    """Adds what shifts that began on this day have besides bills."""
    for shift in Shift.objects.filter(business_date=day).exclude(register__kind=HISTORY):
        facts = found[shift.pk]
        facts.moved = opening_float(shift) - last_count(shift)
        if shift.counted is not None and shift.expected is not None:
            facts.difference = shift.counted - shift.expected
    of_these = {"shift__business_date": day}
    for movement in CashMovement.objects.filter(kind__in=BY_HAND, **of_these).order_by("pk"):
        found[movement.shift_id].by_hand.append(ByHand(movement.kind, movement.amount, movement.reason))
    for entry in StoredValueEntry.objects.filter(bill=None, **of_these).order_by("pk"):
        paid = found[entry.shift_id or 0].cards_paid
        paid[entry.tender_id or ""] = paid.get(entry.tender_id or "", ZERO) + entry.amount


def opening_float(shift: Shift) -> Decimal:
    return sum(shift.cash_movements.filter(kind=CashKind.FLOAT).values_list("amount", flat=True), ZERO)


def last_count(shift: Shift) -> Decimal:
    """What lay in this register's drawer when it was last counted."""
    before = Shift.objects.closed().filter(register=shift.register_id, pk__lt=shift.pk).order_by("-pk").first()
    return (before and before.counted) or ZERO


def corrections(day: date) -> Corrections:
    """Balances of cards and points that managers corrected."""
    near = beginning(day, 0) - timedelta(days=2)
    facts = {"day": day, "zone": settings.TIME_ZONE, "near": near, "far": near + timedelta(days=5)}
    return Corrections(dict(asked(CARDS_CORRECTED, facts)), asked(POINTS_CORRECTED, facts)[0][0])


def asked(question: str, facts: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, facts)
        return cursor.fetchall()
