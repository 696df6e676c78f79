"""Checks transfers between locations against the stock movements: what left, arrived, came back or went missing."""

from reports.audit.invariant import Invariant

ARRIVED = """
    FROM inventory_transfer t
    JOIN inventory_transferarrival a ON a.transfer_id = t.id
    JOIN inventory_transferarrivalline g ON g.arrival_id = a.id
    JOIN inventory_transferline l ON l.id = g.line_id
"""

INVARIANTS = [
    Invariant(
        "I23",
        "a transfer is what its movements took and brought, location by location; the rest is on its way",
        f"""
        SELECT coalesce(booked.reference, moved.reference)
          FROM (SELECT 'transfer ' || t.number AS reference, l.product_id, coalesce(t.origin_id, 0) AS location,
                       'transfer_out' AS kind, -l.quantity AS quantity
                  FROM inventory_transfer t JOIN inventory_transferline l ON l.transfer_id = t.id
                 UNION ALL
                SELECT 'transfer ' || t.number, l.product_id,
                       coalesce(CASE a.kind WHEN 'back' THEN t.origin_id ELSE t.target_id END, 0),
                       'transfer_in', sum(g.quantity) {ARRIVED} GROUP BY 1, 2, 3
                 UNION ALL
                SELECT 'transfer ' || t.number, l.product_id, coalesce(t.target_id, 0), 'write_off', -sum(g.quantity)
                       {ARRIVED} WHERE a.kind = 'missing' GROUP BY 1, 2, 3) booked
          FULL JOIN (SELECT reference, product_id, coalesce(location_id, 0) AS location, kind,
                            sum(quantity) AS quantity
                       FROM inventory_stockmovement
                      WHERE reference LIKE 'transfer TR-%%' OR kind IN ('transfer_out', 'transfer_in')
                      GROUP BY 1, 2, 3, 4) moved USING (reference, product_id, location, kind)
         WHERE booked.quantity IS DISTINCT FROM moved.quantity
        """,
    ),
    Invariant(
        "I23.transit",
        "no more of a transfer arrives, comes back or goes missing than was sent with it",
        """
        SELECT 'transfer line ' || l.id
          FROM inventory_transferline l
          LEFT JOIN (SELECT g.line_id, sum(g.quantity) AS arrived, bool_or(a.transfer_id <> o.transfer_id) AS strange
                       FROM inventory_transferarrivalline g
                       JOIN inventory_transferarrival a ON a.id = g.arrival_id
                       JOIN inventory_transferline o ON o.id = g.line_id
                      GROUP BY 1) a ON a.line_id = l.id
         WHERE a.arrived > l.quantity OR a.strange
        """,
    ),
    Invariant(
        "I23.undone",
        "a counter-transfer takes back exactly what arrived, the other way",
        f"""
        SELECT c.number
          FROM inventory_transfer c
          JOIN inventory_transfer o ON o.id = c.reverses_id
         WHERE c.origin_id IS DISTINCT FROM o.target_id OR c.target_id IS DISTINCT FROM o.origin_id
            OR EXISTS (SELECT FROM (SELECT product_id, quantity FROM inventory_transferline WHERE transfer_id = c.id) x
                         FULL JOIN (SELECT l.product_id, sum(g.quantity) AS quantity {ARRIVED}
                                     WHERE t.id = o.id AND a.kind = 'received' GROUP BY 1) y USING (product_id)
                        WHERE x.quantity IS DISTINCT FROM y.quantity)
        """,
    ),
]
