"""What all days before the first day of a month, or before the latest Monday, add up to.

Each is made of the last month's beginning before and of the kept days and months between. Points change their age with
the day: those that are older on this day than on the one before move from one age to the next.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models

from reports.models import Cohort, MemberUntil, ProductUntil
from reports.rollups.sources import MEMBERS, PRODUCTS, UNTIL

YOUNG, MIDDLE, OLD = 30, 90, 365  # days
# What the points of a day's bills change where they are so many days younger than the day it is asked for; where they
# change nothing there is NULL, which is added up faster than 0
AGING = (
    (0, "points_in AS to_30, NULL::numeric AS to_90, NULL::numeric AS to_365, -points_out AS older"),
    (YOUNG + 1, "-points_in, points_in, NULL, NULL"),
    (MIDDLE + 1, "NULL, -points_in, points_in, NULL"),
    (OLD + 1, "NULL, NULL, -points_in, points_in"),
)
AGES = ("to_30", "to_90", "to_365", "older")
FIRST = ("first_sales", "first_refunds", "first_revenue")
IS_MONTHLY = "extract(day FROM {until}) = 1"
# The first day of a month after each that has kept days, the latest Monday if it is after those, and how many bills are
# before each
DUE = """
    SELECT d.until
      FROM (SELECT (date_trunc('month', day) + interval '1 month')::date AS until,
                   sum(sum(bills)) OVER (ORDER BY date_trunc('month', day)) AS bills
              FROM reports_rolledday WHERE day < date_trunc('month', %(today)s::date) GROUP BY date_trunc('month', day)
             UNION ALL
            SELECT date_trunc('week', %(today)s::date)::date, sum(bills)
              FROM reports_rolledday WHERE day < date_trunc('week', %(today)s::date)
            HAVING date_trunc('week', %(today)s::date) > date_trunc('month', %(today)s::date) AND sum(bills) > 0) d
      LEFT JOIN reports_rolleduntil k ON k.until = d.until
     WHERE k.bills IS DISTINCT FROM d.bills
     ORDER BY 1 LIMIT 1
"""
# Its months are those from `before` until `month`, its days those from `month` on
STEP = f"""
    (SELECT until, date_trunc('month', until)::date AS month, coalesce(
            (SELECT max(b.until) FROM reports_rolleduntil b
              WHERE b.until < m.until AND {IS_MONTHLY.format(until="b.until")}), '-infinity') AS before
       FROM reports_rolleduntil m) k
"""
MONTHS, DAYS = "m.month >= k.before AND m.month < k.month", "d.day >= k.month AND d.day < k.until"
# Of `k`
BILLS = f"""
    SELECT coalesce((SELECT bills FROM reports_rolleduntil b WHERE b.until = k.before), 0)
         + coalesce((SELECT sum(bills) FROM reports_rolledmonth m WHERE {MONTHS}), 0)
         + coalesce((SELECT sum(bills) FROM reports_rolledday d WHERE {DAYS}), 0)
"""
# A Monday's sums go when the one after the next is made: whoever reads them still has a week to do so
PASSED = f"""
    SELECT until FROM reports_rolleduntil
     WHERE NOT {IS_MONTHLY.format(until="until")}
       AND until < (SELECT max(until) FROM reports_rolleduntil
                     WHERE NOT {IS_MONTHLY.format(until="until")} AND until < %(start)s)
"""


def products() -> str:
    sums = ", ".join(PRODUCTS.sums)
    return f"""
        SELECT k.until, product, sold_by, sum(months), {added(PRODUCTS.sums)}
          FROM {STEP} JOIN LATERAL (
               SELECT product, sold_by, months, {sums} FROM reports_productuntil p WHERE p.until = k.before
                UNION ALL
               SELECT product, sold_by, 1, {sums} FROM reports_monthproduct m WHERE {MONTHS}
                UNION ALL
               SELECT product, sold_by, 1, {added(PRODUCTS.sums)} FROM reports_dayproduct d WHERE {DAYS}
                GROUP BY 1, 2) f ON true
         WHERE {{those}} GROUP BY 1, 2, 3 ORDER BY 1, 2
    """


def members() -> str:
    """The days and months of a step are of one month: to whom nothing came before, it is the first."""
    sums = ", ".join(MEMBERS.sums)
    begun = ", ".join(f"NULL AS {name}" for name in (*FIRST, *AGES))
    moved = " UNION ALL ".join(
        f"""
            SELECT member, NULL, NULL, {", ".join("NULL" for _sum in (*MEMBERS.sums, *FIRST))}, {moves}
              FROM reports_daymember
             WHERE member IS NOT NULL AND day >= k.before - {days} AND day < k.until - {days}
        """
        for days, moves in AGING
    )
    return f"""
        SELECT k.until, member, sum(months), {added(MEMBERS.sums)}, min(first),
               {", ".join(f"coalesce(sum({name}), sum({name.removeprefix('first_')}))" for name in FIRST)},
               {", ".join(f"coalesce(sum({age}), 0)" for age in AGES)}
          FROM {STEP} JOIN LATERAL (
               SELECT member, months, first, {sums}, {", ".join((*FIRST, *AGES))} FROM reports_memberuntil p
                WHERE p.until = k.before
                UNION ALL
               SELECT coalesce(member, 0), 1, month, {sums}, {begun} FROM reports_monthmember m WHERE {MONTHS}
                UNION ALL
               SELECT coalesce(member, 0), 1, k.month, {added(MEMBERS.sums)}, {begun} FROM reports_daymember d
                WHERE {DAYS} GROUP BY 1
                UNION ALL {moved}) f ON true
         WHERE {{those}} GROUP BY 1, 2 ORDER BY 1, 2
    """


def added(names: Iterable[str]) -> str:
    return ", ".join(f"sum({name})" for name in names)


COHORTS = f"""
    SELECT k.until, s.first, count(*) FILTER (WHERE m.sales > 0), sum(m.revenue)
      FROM {STEP}
      JOIN reports_monthmember m ON {MONTHS}
      JOIN reports_memberuntil s ON s.until = k.until AND s.member = m.member
     WHERE {{those}} GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Until:
    """A table of what the days before a day add up to, and the statement whose rows it holds; which of those days,
    `{those}` says of `k.until`."""

    table: str
    columns: tuple[str, ...]
    made: str


def kept(model: type[models.Model], columns: Iterable[str], made: str) -> Until:
    return Until(model._meta.db_table, (UNTIL, *columns), made)


# In the order they are made: the cohorts are read from the members
ALL = (
    kept(ProductUntil, ("product", "sold_by", "months", *PRODUCTS.sums), products()),
    kept(MemberUntil, ("member", "months", *MEMBERS.sums, "first", *FIRST, *AGES), members()),
    kept(Cohort, ("first", "members", "spent"), COHORTS),
)
