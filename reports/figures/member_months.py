"""What members bought, and the points it moved: of closed days by the sums that are kept, else by bill."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from reports.figures.question import within
from reports.rollups import freshness
from reports.rollups.freshness import Cover
from reports.rollups.sources import DAY, MEMBERS, MONTH, POINTS_IN, POINTS_OUT

SUMS = ("sales", "revenue", "points_in", "points_out")
# What a longer sum holds counts at its first day
KEPT = f"""
    SELECT member, {{length}} AS day, date_trunc('month', {{length}})::date AS month, {", ".join(SUMS)}
      FROM {{table}} WHERE member IS NOT NULL AND {{within}}
"""
BILLS = f"""
    SELECT b.member_id AS member, b.business_date AS day, date_trunc('month', b.business_date)::date AS month,
           (b.kind = 'sale')::int AS sales, b.total AS revenue, {POINTS_IN} AS points_in, {POINTS_OUT} AS points_out
      FROM billing_bill b WHERE b.member_id IS NOT NULL AND {{within}}
"""
WHOLE_MONTHS = "SELECT member, month, sales, revenue AS spent FROM ({parts}) m"
ADDED_UP = "SELECT member, month, sum(sales), sum(revenue) FROM ({parts}) p GROUP BY 1, 2"


def until(end: date, asked: dict[str, Any], cuts: Iterable[date] = ()) -> str:
    """From the first bill on; adds what it asks with to `asked`. What is cut within is read by its parts."""
    cover = freshness.cover(date.min, end, MEMBERS.lengths, cuts)
    return " UNION ALL ".join([*kept(cover, MEMBERS.lengths, asked), *bills(cover, asked)])


def by_month(start: date, end: date, asked: dict[str, Any], name: str = "") -> str:
    """One row for each member and month: kept months are such rows already."""
    cover = freshness.cover(start, end, [DAY, MONTH])
    months, parts = kept(cover, [MONTH], asked, name), [*kept(cover, [DAY], asked, name), *bills(cover, asked, name)]
    read = [(WHOLE_MONTHS, months), (ADDED_UP, parts)]
    return " UNION ALL ".join(rows.format(parts=" UNION ALL ".join(found)) for rows, found in read if found)


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
