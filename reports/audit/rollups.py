"""Checks that the kept sums of closed days are the sums of their bills.

A day that waits to be made anew, because a bill came late, is not compared: no report reads it.
"""

from reports.audit.invariant import Invariant
from reports.rollups.sources import OF_DAYS, OF_MONTHS, Source


def differing(source: Source, kept: str, key: str) -> str:
    """The days or months of which the table does not hold what the bills add up to."""
    columns = ", ".join(source.columns)
    bills = source.rolled("true")
    return f"""
        SELECT DISTINCT '{source.table} ' || {key}
          FROM ((TABLE facts_{source.table} EXCEPT SELECT {columns} FROM {source.table})
                UNION ALL
                (SELECT {columns} FROM {source.table} EXCEPT TABLE facts_{source.table})) apart
         WHERE {key} IN (SELECT {key} FROM {kept} k WHERE k.bills = (
               SELECT count(*) FROM billing_bill b
                WHERE b.business_date >= k.{key} AND b.business_date < k.{key} + interval '1 {key}'))
    """.replace(f"TABLE facts_{source.table}", f"SELECT * FROM ({bills}) f ({columns})")


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
    Invariant(
        "I40",
        "the kept sums of a closed day are those of its bills",
        " UNION ALL ".join(differing(source, "reports_rolledday", "day") for source in OF_DAYS),
    ),
    Invariant(
        "I40.month",
        "the kept sums of a month's products are those of its bills",
        " UNION ALL ".join(differing(source, "reports_rolledmonth", "month") for source in OF_MONTHS),
    ),
    Invariant("I40.shelf", "a kept stand of the shelf is the sum of the movements before it", STANDS),
]
