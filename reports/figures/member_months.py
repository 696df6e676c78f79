"""What members bought, and the points it moved: of closed days by the sums that are kept, else by bill."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from reports.figures.question import within
from reports.rollups import freshness
from reports.rollups.freshness import Cover
from reports.rollups.sources import DAY, MEMBERS, MONTH, POINTS_IN, POINTS_OUT

SUMS = ("sales", "refunds", "revenue", "points_in", "points_out")
KEPT = f"""
    SELECT member, date_trunc('month', {{length}})::date AS month, {", ".join(SUMS)}
      FROM {{table}} WHERE member IS NOT NULL AND {{within}}
"""
BILLS = f"""
    SELECT b.member_id AS member, date_trunc('month', b.business_date)::date AS month,
           (b.kind = 'sale')::int AS sales, (b.kind = 'refund')::int AS refunds, b.total AS revenue,
           {POINTS_IN} AS points_in, {POINTS_OUT} AS points_out
      FROM billing_bill b WHERE b.member_id IS NOT NULL AND {{within}}
"""
NOTHING = f"SELECT 0::bigint AS member, NULL::date AS month, {', '.join(f'0 AS {name}' for name in SUMS)} WHERE false"
WHOLE_MONTHS = "SELECT member, month, sales, revenue AS spent FROM ({parts}) m"
ADDED_UP = "SELECT member, month, sum(sales), sum(revenue) FROM ({parts}) p GROUP BY 1, 2"


def between(start: date, end: date, asked: dict[str, Any], name: str) -> str:
    """What the bills of these days came to; adds what it asks with to `asked`, by names that begin with `name`."""
    cover = freshness.cover(start, end, [DAY, MONTH])
    return union([*kept(cover, [MONTH, DAY], asked, name), *bills(cover, asked, name)])


def by_month(start: date, end: date, asked: dict[str, Any]) -> str:
    """One row for each member and month: kept months are such rows already."""
    cover = freshness.cover(start, end, [DAY, MONTH])
    months, parts = kept(cover, [MONTH], asked), [*kept(cover, [DAY], asked), *bills(cover, asked)]
    return " UNION ALL ".join([WHOLE_MONTHS.format(parts=union(months)), ADDED_UP.format(parts=union(parts))])


def union(parts: list[str]) -> str:
    return " UNION ALL ".join(parts or [NOTHING])


def kept(cover: Cover, lengths: Iterable[str], asked: dict[str, Any], name: str = "") -> list[str]:
    return [
        KEPT.format(length=length, table=table.table, within=within(length, spans, asked, f"{name}{length}"))
        for length in lengths
        if (spans := cover.kept.get(length)) and (table := MEMBERS.of(length))
    ]


def bills(cover: Cover, asked: dict[str, Any], name: str = "") -> list[str]:
    if not cover.live:
        return []
    return [BILLS.format(within=within("b.business_date", cover.live, asked, f"{name}live"))]
