"""Checks the bills of an earlier system that were imported."""

from reports.audit.invariant import Invariant

INVARIANTS = [
    Invariant(
        "I37",
        "imported bills stand in series of their own, as many as their import says, without cash, points or members",
        """
        SELECT 'bill ' || b.number
          FROM billing_bill b
          JOIN billing_register r ON r.id = b.register_id
          LEFT JOIN billing_importedbill i ON i.bill_id = b.id
          LEFT JOIN billing_historyimport h ON h.id = i.history_id
         WHERE (r.kind = 'hist') <> (i.bill_id IS NOT NULL)
            OR i.bill_id IS NOT NULL AND (h.register_id <> b.register_id OR b.member_id IS NOT NULL
               OR b.points_spent <> 0 OR b.points_earned <> 0 OR b.cards_sold <> 0 OR b.change <> 0
               OR b.original_id IS NOT NULL OR b.exchange_id IS NOT NULL)
        UNION
        SELECT 'import ' || h.id
          FROM billing_historyimport h
          LEFT JOIN (SELECT history_id, count(*) AS bills FROM billing_importedbill GROUP BY 1) i ON i.history_id = h.id
         WHERE h.bills IS DISTINCT FROM i.bills
        """,
    ),
    Invariant(
        "I37.shelf",
        "imported bills moved no stock",
        """
        SELECT 'stock movement ' || m.id
          FROM inventory_stockmovement m
          JOIN billing_bill b ON m.reference = 'bill ' || b.number
          JOIN billing_register r ON r.id = b.register_id
         WHERE r.kind = 'hist'
        """,
    ),
]
