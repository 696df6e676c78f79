"""Checks stock against its movements, and the movements against the bills."""

from reports.audit.invariant import Invariant

# Exempt from marks: sales before the shop recorded them, and products that are or were allowed below zero.
NEEDS_NO_MARK = """
    s.allow_negative
    OR m.at < (SELECT min(r.set_at) FROM accounts_approvalrule r WHERE r.action = 'sell_without_stock')
    OR EXISTS (SELECT FROM accounts_auditentry e
                WHERE e.facts ? 'allow_negative_stock' AND e.facts->>'product' = s.product_id::text)
"""

INVARIANTS = [
    Invariant(
        "I01",
        "every product has a stock, the sum of its movements",
        """
        SELECT 'product ' || p.id
          FROM inventory_product p
          LEFT JOIN inventory_stock s ON s.product_id = p.id
          LEFT JOIN (SELECT product_id, sum(quantity) AS moved FROM inventory_stockmovement
                      WHERE location_id IS NULL GROUP BY 1) m
                 ON m.product_id = p.id
         WHERE s.quantity IS DISTINCT FROM coalesce(m.moved, 0)
        """,
    ),
    Invariant(
        "I01.there",
        "the stock of a further location is the sum of its movements there",
        """
        SELECT 'product ' || coalesce(s.product_id, m.product_id) || ' location '
               || coalesce(s.location_id, m.location_id)
          FROM inventory_locationstock s
          FULL JOIN (SELECT product_id, location_id, sum(quantity) AS moved FROM inventory_stockmovement
                      WHERE location_id IS NOT NULL GROUP BY 1, 2) m
                 ON m.product_id = s.product_id AND m.location_id = s.location_id
         WHERE coalesce(s.quantity, 0) <> coalesce(m.moved, 0)
        """,
    ),
    Invariant(
        "I02",
        "stock is below zero only where the product allows it, or by what was sold without stock since its last count",
        """
        SELECT 'product ' || product_id FROM inventory_stock WHERE quantity < -oversold AND NOT allow_negative
         UNION ALL
        SELECT 'product ' || a.product_id || ' location ' || a.location_id
          FROM inventory_locationstock a JOIN inventory_stock s ON s.product_id = a.product_id
         WHERE a.quantity < -a.oversold AND NOT s.allow_negative
        """,
    ),
    Invariant(
        "I02.marks",
        "a sale is marked by exactly what the books lacked, unless the product is allowed below zero",
        f"""
        SELECT 'stock movement ' || m.id
          FROM (SELECT *, coalesce(sum(quantity) OVER (PARTITION BY product_id, location_id ORDER BY id
                                                       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
                  FROM inventory_stockmovement) m
          JOIN inventory_stock s ON s.product_id = m.product_id
         WHERE m.kind = 'sale' AND m.oversold <> greatest(-m.quantity - greatest(m.before, 0), 0)
           AND NOT (m.oversold = 0 AND ({NEEDS_NO_MARK}))
        """,
    ),
    Invariant(
        "I02.count",
        "a stock remembers all that was sold without stock since its last count",
        """
        SELECT 'product ' || s.product_id
          FROM (SELECT product_id, NULL::bigint AS location_id, oversold FROM inventory_stock
                 UNION ALL
                SELECT product_id, location_id, oversold FROM inventory_locationstock) s
          LEFT JOIN (SELECT m.product_id, m.location_id, sum(m.oversold) AS oversold
                       FROM inventory_stockmovement m
                      WHERE m.oversold > 0
                        AND NOT EXISTS (SELECT FROM inventory_stockmovement c
                                         WHERE c.product_id = m.product_id AND c.kind = 'count' AND c.id > m.id
                                           AND c.location_id IS NOT DISTINCT FROM m.location_id)
                      GROUP BY 1, 2) o
                 ON o.product_id = s.product_id AND o.location_id IS NOT DISTINCT FROM s.location_id
         WHERE s.oversold <> coalesce(o.oversold, 0)
        """,
    ),
    Invariant(
        "I02.lines",
        "the lines of a bill are marked as the movements of its goods are",
        """
        SELECT coalesce('bill ' || sold.number, moved.reference)
          FROM (SELECT b.number, l.product_id, sum(l.oversold) AS oversold
                  FROM billing_billline l JOIN billing_bill b ON b.id = l.bill_id
                 WHERE l.oversold > 0 GROUP BY 1, 2) sold
          FULL JOIN (SELECT reference, product_id, sum(oversold) AS oversold
                       FROM inventory_stockmovement WHERE oversold > 0 GROUP BY 1, 2) moved
                 ON moved.reference = 'bill ' || sold.number AND moved.product_id = sold.product_id
         WHERE sold.oversold IS DISTINCT FROM moved.oversold
        """,
    ),
    Invariant(
        "I01.bills",
        "what left the shelf is what the bills say, product by product; a refund puts back at most what it took",
        """
        SELECT coalesce('bill ' || sold.number, moved.reference)
          FROM (SELECT b.number, b.kind, l.product_id, sum(l.quantity) AS quantity
                  FROM billing_bill b JOIN billing_billline l ON l.bill_id = b.id
                  JOIN billing_register r ON r.id = b.register_id AND r.kind <> 'hist' GROUP BY 1, 2, 3) sold
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
    Invariant(
        "I34",
        "the last change of a product's price ends at the price it has",
        """
        SELECT 'product ' || p.id
          FROM (SELECT DISTINCT ON (product) product, after FROM inventory_pricechange ORDER BY product, id DESC) c
          JOIN inventory_product p ON p.id = c.product
         WHERE p.price <> c.after
        """,
    ),
]
