"""What members bought, and the points it moved, from the first bill on: by month where sums are kept, else by bill."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from reports.figures.question import within
from reports.rollups import freshness
from reports.rollups.sources import MEMBERS, POINTS_IN, POINTS_OUT

# A kept month counts at its first day
KEPT = f"""
    SELECT member, month AS day, month, sales, revenue, points_in, points_out
      FROM {MEMBERS.table} WHERE member IS NOT NULL AND {{within}}
"""
BILLS = f"""
    SELECT b.member_id AS member, b.business_date AS day, date_trunc('month', b.business_date)::date AS month,
           (b.kind = 'sale')::int AS sales, b.total AS revenue, {POINTS_IN} AS points_in, {POINTS_OUT} AS points_out
      FROM billing_bill b WHERE b.member_id IS NOT NULL AND {{within}}
"""


def until(end: date, asked: dict[str, Any], cuts: Iterable[date] = ()) -> str:
    """The statement; adds what it asks with to `asked`. A month that is cut within is read by bill."""
    cover = freshness.of_months(date.min, end, cuts)
    parts = [(KEPT, "month", cover.kept, "kept"), (BILLS, "b.business_date", cover.live, "live")]
    return " UNION ALL ".join(
        part.format(within=within(column, spans, asked, name)) for part, column, spans, name in parts if spans
    )
