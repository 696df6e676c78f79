"""What one product sold in the last days, returns subtracted."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from billing.models import BillLine
from pos.postgres.standby import connection
from reports.figures import periods

SPANS = (7, 30, 365)
LATEST = 10
# What a line brought without its tax, and what the goods had cost when they were sold.
NET = "CASE WHEN s.prices_include_tax THEN l.net - l.tax ELSE l.net END"


@dataclass(frozen=True, slots=True)
class Sold:
    """`revenue` is the lines as sold; `earned` what they brought without tax, less what the goods had cost."""

    days: int
    quantity: Decimal
    revenue: Decimal
    earned: Decimal


def spans(product: int, today: date) -> list[Sold]:
    """For each of SPANS, today and the days before it."""
    starts = [periods.days_away(today, 1 - days) or today for days in SPANS]
    asked: dict[str, int | date] = {"product": product, "first": min(starts), "today": today}
    asked |= {f"start{place}": start for place, start in enumerate(starts)}
    columns = ", ".join(
        f"""
        coalesce(sum(l.quantity) FILTER (WHERE b.business_date >= %(start{place})s), 0),
        coalesce(sum(l.net) FILTER (WHERE b.business_date >= %(start{place})s), 0),
        coalesce(sum({NET} - l.unit_cost * l.quantity) FILTER (WHERE b.business_date >= %(start{place})s), 0)
        """
        for place in range(len(SPANS))
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT {columns}
              FROM billing_billline l JOIN billing_bill b ON b.id = l.bill_id
              JOIN pos_storesettings s ON s.id = b.terms_id
             WHERE l.product_id = %(product)s AND b.business_date BETWEEN %(first)s AND %(today)s
            """,
            asked,
        )
        found = cursor.fetchone()
    return [Sold(days, *found[3 * place : 3 * place + 3]) for place, days in enumerate(SPANS)]


def latest(product: int) -> QuerySet[BillLine]:
    return BillLine.objects.filter(product=product).select_related("bill").order_by("-pk")[:LATEST]
