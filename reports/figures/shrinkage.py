"""What disappeared from the shelf in a period: differences of counts, and write-offs by reason."""

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
BY_CAUSE = """
    SELECT m.kind, CASE WHEN m.kind = 'write_off' THEN m.reason ELSE '' END AS cause,
           coalesce(sum(m.quantity) FILTER (WHERE p.sold_by = 'piece'), 0),
           coalesce(sum(m.quantity) FILTER (WHERE p.sold_by = 'weight'), 0),
           coalesce(sum(round(m.quantity * coalesce(l.cost, m.unit_cost, p.cost), 2)), 0) AS at_cost,
           coalesce(sum(round(m.quantity * coalesce(l.price, p.price), 2)), 0)
      FROM inventory_stockmovement m
      JOIN inventory_product p ON p.id = m.product_id
      LEFT JOIN inventory_countsheet s
             ON m.kind = 'count' AND s.number = substring(m.reference FROM '^count (C-[0-9]+)')
      LEFT JOIN inventory_countline l ON l.sheet_id = s.id AND l.product_id = m.product_id
     WHERE m.kind IN ('count', 'write_off') AND m.quantity <> 0 AND m.at >= %s AND m.at < %s
     GROUP BY 1, 2 ORDER BY at_cost, 2
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


def by_cause(start: datetime, end: datetime) -> list[Cause]:
    """The largest loss first."""
    with connection.cursor() as cursor:
        cursor.execute(BY_CAUSE, [start, end])
        return [Cause(*row) for row in cursor.fetchall()]


def told(period: Period) -> dict[str, Any]:
    """The causes and their sums in these business days."""
    cutoff = StoreSettings.in_force().cutoff_hour
    causes = by_cause(beginning(period.start, cutoff), beginning(period.end, cutoff))
    sums = {name: sum((getattr(cause, name) for cause in causes), ZERO) for name in ("at_cost", "at_price")}
    return {"causes": causes, **sums}
