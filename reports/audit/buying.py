"""Checks receipts and supplier returns against the stock movements, and orders against their receipts."""

from reports.audit.invariant import Invariant

MOVED = """
    SELECT reference, product_id, sum(quantity) FILTER (WHERE kind = 'delivery') AS came,
           coalesce(-sum(quantity) FILTER (WHERE kind = 'write_off'), 0) AS damaged,
           min(unit_cost) FILTER (WHERE kind = 'delivery') AS cost
      FROM inventory_stockmovement WHERE reference LIKE '{} {}-%%' GROUP BY 1, 2
"""

INVARIANTS = [
    Invariant(
        "I30",
        "every goods receipt is what its movements brought, product by product and at the same cost",
        f"""
        SELECT coalesce(booked.reference, moved.reference)
          FROM (SELECT 'receipt ' || r.number AS reference, l.product_id, l.quantity, l.damaged, l.cost
                  FROM inventory_goodsreceipt r JOIN inventory_goodsreceiptline l ON l.receipt_id = r.id) booked
          FULL JOIN ({MOVED.format("receipt", "GR")}) moved USING (reference, product_id)
         WHERE booked.quantity IS DISTINCT FROM moved.came OR booked.damaged IS DISTINCT FROM moved.damaged
            OR booked.cost IS DISTINCT FROM moved.cost
        """,
    ),
    Invariant(
        "I30.returns",
        "every supplier return is what left the shelf by it",
        f"""
        SELECT coalesce(booked.reference, moved.reference)
          FROM (SELECT 'return ' || r.number AS reference, l.product_id, l.quantity
                  FROM inventory_supplierreturn r JOIN inventory_supplierreturnline l ON l.returned_id = r.id) booked
          FULL JOIN ({MOVED.format("return", "SR")}) moved USING (reference, product_id)
         WHERE booked.quantity IS DISTINCT FROM -moved.came
        """,
    ),
    Invariant(
        "I31",
        "an order counts as received what its receipts brought",
        """
        SELECT o.number || ' line ' || l.id
          FROM inventory_purchaseorderline l
          JOIN inventory_purchaseorder o ON o.id = l.order_id
          LEFT JOIN (SELECT order_line_id, sum(quantity) AS came FROM inventory_goodsreceiptline GROUP BY 1) r
                 ON r.order_line_id = l.id
         WHERE l.received <> coalesce(r.came, 0)
        """,
    ),
    Invariant(
        "I31.state",
        "an order is received when all of its goods came, partly when some did",
        """
        SELECT o.number
          FROM inventory_purchaseorder o
          JOIN (SELECT order_id, bool_and(received >= quantity) AS all_came, bool_or(received > 0) AS some_came
                  FROM inventory_purchaseorderline GROUP BY 1) l ON l.order_id = o.id
         WHERE o.state <> 'closed'
           AND CASE WHEN all_came THEN o.state <> 'received'
                    WHEN some_came THEN o.state <> 'partly'
                    ELSE o.state NOT IN ('draft', 'sent') END
        """,
    ),
    Invariant(
        "I32",
        "a reversal takes back exactly what its receipt brought",
        """
        SELECT c.number
          FROM inventory_goodsreceipt c
          JOIN inventory_goodsreceiptline l ON l.receipt_id IN (c.id, c.reverses_id)
         WHERE c.reverses_id IS NOT NULL
         GROUP BY c.number, l.product_id
        HAVING sum(l.quantity) <> 0 OR sum(l.damaged) <> 0 OR count(DISTINCT coalesce(l.cost, -1)) > 1
        """,
    ),
    Invariant(
        "I33",
        "orders, receipts, supplier returns and transfers are numbered without gaps",
        """
        SELECT d.code FROM (
            SELECT 'PO' AS code, count(*) AS documents, max(number) AS latest FROM inventory_purchaseorder
             UNION ALL SELECT 'GR', count(*), max(number) FROM inventory_goodsreceipt
             UNION ALL SELECT 'SR', count(*), max(number) FROM inventory_supplierreturn
             UNION ALL SELECT 'TR', count(*), max(number) FROM inventory_transfer
        ) d
          LEFT JOIN inventory_documentseries s USING (code)
         WHERE d.documents <> coalesce(s.last, 0)
            OR d.latest IS DISTINCT FROM d.code || '-' || lpad(s.last::text, 6, '0')
        """,
    ),
]
