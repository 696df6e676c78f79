"""Checks that the kept sums of closed days are the sums of their bills.

A day that waits to be made anew, because a bill came late, is not compared: no report reads it.
"""

from collections.abc import Iterable

from reports.audit.invariant import Invariant
from reports.rollups import keeping, until
from reports.rollups.sources import ALL, DAY, MONTH, UNTIL

# As many as what they are made of: bills of a day, kept days of a month
BILLS = "SELECT count(*) FROM billing_bill WHERE business_date >= k.day AND business_date < k.day + interval '1 day'"
BILLS_OF_DAYS = """
    SELECT coalesce(sum(bills), 0) FROM reports_rolledday d
     WHERE d.day >= k.month AND d.day < k.month + interval '1 month'
"""


def differing(table: str, columns: Iterable[str], length: str, made: str, kept: str) -> str:
    """The days, months or first days after of which the table does not hold what it was made of, if it is `kept`."""
    names = ", ".join(columns)
    return f"""
        SELECT DISTINCT '{table} ' || {length}
          FROM ((SELECT * FROM made_{table} EXCEPT SELECT {names} FROM {table})
                UNION ALL
                (SELECT {names} FROM {table} EXCEPT SELECT * FROM made_{table})) apart
         WHERE {length} IN ({kept})
    """.replace(f"made_{table}", f"({made}) f ({names})")


def all_differing(length: str, count: str) -> str:
    kept = f"SELECT {length} FROM {keeping.rolled(length)} k WHERE k.bills = ({count})"
    found = [
        differing(table.table, source.columns(table), length, source.rolled(table, "true"), kept)
        for source in ALL
        for table in source.tables
        if table.length == length
    ]
    return " UNION ALL ".join(found)


def differing_until() -> str:
    kept = f"SELECT until FROM {until.STEP} JOIN reports_rolleduntil r USING (until) WHERE r.bills = ({until.BILLS})"
    return " UNION ALL ".join(
        differing(table.table, table.columns, UNTIL, table.made.format(those="true"), kept) for table in until.ALL
    )


# What moved up to each stand since the one before, less what the stand has more than the one before
STANDS = """
    SELECT DISTINCT moment::text || ' product ' || product
      FROM (SELECT (SELECT min(moment) FROM reports_keptstand k WHERE k.moment > m.at) AS moment,
                   product_id AS product, location_id AS location, quantity
              FROM inventory_stockmovement m
             UNION ALL
            SELECT moment, product, location, -quantity FROM reports_shelfstand
             UNION ALL
            SELECT (SELECT min(moment) FROM reports_keptstand k WHERE k.moment > s.moment), product, location, quantity
              FROM reports_shelfstand s) apart
     WHERE moment IS NOT NULL
     GROUP BY moment, product, location HAVING sum(quantity) <> 0
"""
INVARIANTS = [
    Invariant("I40", "the kept sums of a closed day are those of its bills", all_differing(DAY, BILLS)),
    Invariant("I40.month", "the kept sums of a month are those of its days", all_differing(MONTH, BILLS_OF_DAYS)),
    Invariant("I40.until", "the kept sums until a day are those before and the month's between", differing_until()),
    Invariant("I40.shelf", "a kept stand of the shelf is the sum of the movements before it", STANDS),
]
