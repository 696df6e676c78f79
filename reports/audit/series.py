"""Checks bill numbers, times and keys: no gaps, in order, each used once."""

from billing.sale import chain
from reports.audit.invariant import Invariant

INVARIANTS = [
    Invariant(
        "I13",
        "bills are numbered 1..n per register and kind, and n is the register's counter",
        """
        SELECT r.code || ' ' || s.kind || 's'
          FROM billing_register r
         CROSS JOIN LATERAL (VALUES ('sale', r.last_sale), ('refund', r.last_refund)) s (kind, counter)
          LEFT JOIN (SELECT register_id, kind, min(sequence) AS first, max(sequence) AS last,
                            count(DISTINCT sequence) AS numbers, count(*) AS bills
                       FROM billing_bill GROUP BY 1, 2) b ON b.register_id = r.id AND b.kind = s.kind
         WHERE s.counter <> coalesce(b.last, 0) OR b.first <> 1 OR b.numbers <> b.last OR b.bills <> b.last
        """,
    ),
    Invariant(
        "I13.z",
        "Z reports are numbered 1..n per register, and n is the register's counter",
        """
        SELECT r.code || ' Z reports'
          FROM billing_register r
          LEFT JOIN (SELECT register_id, min(number) AS first, max(number) AS last, count(DISTINCT number) AS numbers,
                            count(*) AS reports FROM billing_zreport GROUP BY 1) z ON z.register_id = r.id
         WHERE r.last_z <> coalesce(z.last, 0) OR z.first <> 1 OR z.numbers <> z.last OR z.reports <> z.last
        """,
    ),
    Invariant(
        "I14",
        "time never runs backwards in a series",
        """
        SELECT 'bill ' || number
          FROM (SELECT number, at, lag(at) OVER (PARTITION BY register_id, kind ORDER BY sequence) AS before
                  FROM billing_bill) b
         WHERE at < before
        """,
    ),
    Invariant(
        "I15",
        "the business date is the shop's own day at that time, or when it was rung up away from the server, by the "
        "cut-off hour of the bill's settings",
        """
        SELECT 'bill ' || b.number
          FROM billing_bill b JOIN pos_storesettings t ON t.id = b.terms_id
          LEFT JOIN billing_outagesale o ON o.bill_id = b.id
         WHERE b.business_date <> ((b.at AT TIME ZONE %(zone)s) - make_interval(hours => t.cutoff_hour))::date
           AND (o.id IS NULL OR b.at < o.rung_up_at OR b.business_date <>
                ((o.rung_up_at AT TIME ZONE %(zone)s) - make_interval(hours => t.cutoff_hour))::date)
        """,
    ),
    Invariant(
        "I16.bills",
        "every bill has its seal, over itself and the seal before it in its series",
        f"""
        SELECT 'bill ' || bill.number
          FROM billing_bill bill LEFT JOIN billing_billseal s ON s.bill_id = bill.id {chain.BEFORE}
         WHERE s.digest IS DISTINCT FROM {chain.STORED}
        """,
    ),
    Invariant(
        "I18",
        "a key belongs to one bill",
        "SELECT 'key ' || key FROM billing_bill GROUP BY key HAVING count(*) > 1",
    ),
    Invariant(
        "I17",
        "a paid basket has the bill of its key, and the bill of a basket's key has closed it",
        """
        SELECT 'basket ' || k.id
          FROM billing_basket k LEFT JOIN billing_bill b ON b.key = k.key
         WHERE (k.state = 'paid' OR k.bill_id IS NOT NULL OR b.id IS NOT NULL)
           AND (k.state <> 'paid' OR b.id IS DISTINCT FROM k.bill_id OR b.id IS NULL)
        """,
    ),
]
