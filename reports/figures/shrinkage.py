"""What disappeared from the shelf in a period: differences of counts, and write-offs by reason, down to movements."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from pos.calendar import beginning
from pos.models import StoreSettings
from pos.money import ZERO
from pos.postgres.standby import connection
from reports.figures.periods import Period

# A booked count keeps what its goods cost and were sold for; other movements are worth what the product is now.
LOST = """
    SELECT m.id, m.at, m.kind, CASE WHEN m.kind = 'write_off' THEN m.reason ELSE '' END AS cause, p.name, p.sold_by,
           m.quantity, round(m.quantity * coalesce(l.cost, m.unit_cost, p.cost), 2) AS at_cost,
           round(m.quantity * coalesce(l.price, p.price), 2) AS at_price
      FROM inventory_stockmovement m
      JOIN inventory_product p ON p.id = m.product_id
      LEFT JOIN inventory_countsheet s
             ON m.kind = 'count' AND s.number = substring(m.reference FROM '^count (C-[0-9]+)')
      LEFT JOIN inventory_countline l ON l.sheet_id = s.id AND l.product_id = m.product_id
     WHERE m.kind IN ('count', 'write_off') AND m.quantity <> 0 AND m.at >= %(start)s AND m.at < %(end)s
"""
BY_CAUSE = f"""
    SELECT kind, cause, coalesce(sum(quantity) FILTER (WHERE sold_by = 'piece'), 0),
           coalesce(sum(quantity) FILTER (WHERE sold_by = 'weight'), 0), sum(at_cost) AS at_cost, sum(at_price)
      FROM ({LOST}) lost GROUP BY 1, 2 ORDER BY at_cost, 2
"""
OF_CAUSE = f"""
    SELECT at, name, sold_by, quantity, at_cost, at_price FROM ({LOST}) lost
     WHERE %(kind)s = '' OR (kind = %(kind)s AND cause = %(cause)s) ORDER BY id DESC
"""


@dataclass(frozen=True, slots=True)
class Cause:
    """Signed: what was lost is negative."""

    kind: str
    reason: str
    pieces: Decimal
    kilograms: Decimal
    at_cost: Decimal
    at_price: Decimal


@dataclass(frozen=True, slots=True)
class Lost:
    """One movement of a cause."""

    at: datetime
    name: str
    sold_by: str
    quantity: Decimal
    at_cost: Decimal
    at_price: Decimal


def by_cause(start: datetime, end: datetime) -> list[Cause]:
    """The largest loss first."""
    with connection.cursor() as cursor:
        cursor.execute(BY_CAUSE, {"start": start, "end": end})
        return [Cause(*row) for row in cursor.fetchall()]


def told(period: Period) -> dict[str, Any]:
    """The causes and their sums in these business days."""
    causes = by_cause(*moments(period))
    sums = {name: sum((getattr(cause, name) for cause in causes), ZERO) for name in ("at_cost", "at_price")}
    return {"causes": causes, **sums}


def movements(period: Period, kind: str, cause: str) -> list[Lost]:
    """Those of one cause, or of all without a kind; the latest first."""
    start, end = moments(period)
    with connection.cursor() as cursor:
        cursor.execute(OF_CAUSE, {"start": start, "end": end, "kind": kind, "cause": cause})
        return [Lost(*row) for row in cursor.fetchall()]


def moments(period: Period) -> tuple[datetime, datetime]:
    cutoff = StoreSettings.in_force().cutoff_hour
    return beginning(period.start, cutoff), beginning(period.end, cutoff)
