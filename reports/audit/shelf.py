"""Stock against its movements, and the movements against the bills."""

from reports.audit.invariant import Invariant

INVARIANTS = [
    Invariant(
        "I01",
        "every product has a stock, the sum of its movements",
        """
        SELECT 'product ' || p.id
          FROM inventory_product p
          LEFT JOIN inventory_stock s ON s.product_id = p.id
          LEFT JOIN (SELECT product_id, sum(quantity) AS moved FROM inventory_stockmovement GROUP BY 1) m
                 ON m.product_id = p.id
         WHERE s.quantity IS DISTINCT FROM coalesce(m.moved, 0)
        """,
    ),
    Invariant(
        "I02",
        "stock is below zero only where the product allows it",
        "SELECT 'product ' || product_id FROM inventory_stock WHERE quantity < 0 AND NOT allow_negative",
    ),
    Invariant(
        "I01.bills",
        "what left the shelf is what the bills say, product by product; a refund puts back at most what it took",
        """
        SELECT coalesce('bill ' || sold.number, moved.reference)
          FROM (SELECT b.number, b.kind, l.product_id, sum(l.quantity) AS quantity
                  FROM billing_bill b JOIN billing_billline l ON l.bill_id = b.id GROUP BY 1, 2, 3) sold
          FULL JOIN (SELECT reference, product_id, sum(quantity) AS quantity
                       FROM inventory_stockmovement WHERE kind IN ('sale', 'refund') GROUP BY 1, 2) moved
                 ON moved.reference = 'bill ' || sold.number AND moved.product_id = sold.product_id
         WHERE CASE sold.kind
                 WHEN 'sale' THEN moved.quantity IS DISTINCT FROM -sold.quantity
                 WHEN 'refund' THEN coalesce(moved.quantity, 0) NOT BETWEEN 0 AND -sold.quantity
                 ELSE true
               END
        """,
    ),
]
