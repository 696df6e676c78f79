"""Checks that the kept sums of closed days are the sums of their bills.

A day that waits to be made anew, because a bill came late, is not compared: no report reads it.
"""

from reports.audit.invariant import Invariant
from reports.rollups.sources import ALL, DAY, MONTH, YEAR, Kept, Source

# As many as what they are made of: bills of a day, kept days of a month, kept months of a year
BILLS = "SELECT count(*) FROM billing_bill WHERE business_date >= k.day AND business_date < k.day + interval '1 day'"
BILLS_OF_KEPT = """
    SELECT coalesce(sum(bills), 0) FROM reports_rolled{part} p
     WHERE p.{part} >= k.{length} AND p.{part} < k.{length} + interval '1 {length}'
"""


def differing(source: Source, kept: Kept, count: str) -> str:
    """The days, months or years of which the table does not hold what it was made of."""
    columns, length = ", ".join(source.columns(kept)), kept.length
    made = source.rolled(kept, "true")
    return f"""
        SELECT DISTINCT '{kept.table} ' || {length}
          FROM ((TABLE made_{kept.table} EXCEPT SELECT {columns} FROM {kept.table})
                UNION ALL
                (SELECT {columns} FROM {kept.table} EXCEPT TABLE made_{kept.table})) apart
         WHERE {length} IN (SELECT {length} FROM reports_rolled{length} k WHERE k.bills = ({count}))
    """.replace(f"TABLE made_{kept.table}", f"SELECT * FROM ({made}) f ({columns})")


def all_differing(length: str, count: str) -> str:
    found = [differing(source, kept, count) for source in ALL if (kept := source.of(length))]
    return " UNION ALL ".join(found)


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
    Invariant(
        "I40.month",
        "the kept sums of a month are those of its days",
        all_differing(MONTH, BILLS_OF_KEPT.format(length=MONTH, part=DAY)),
    ),
    Invariant(
        "I40.year",
        "the kept sums of a year are those of its months",
        all_differing(YEAR, BILLS_OF_KEPT.format(length=YEAR, part=MONTH)),
    ),
    Invariant("I40.shelf", "a kept stand of the shelf is the sum of the movements before it", STANDS),
]
