"""Checks that a booked count equals its movements, and that its figures follow from its entries."""

from reports.audit.invariant import Invariant

INVARIANTS = [
    Invariant(
        "I29",
        "a booked count equals its movements, product by product; an undone one their opposites",
        """
        SELECT coalesce('count ' || wanted.reference, moved.reference)
          FROM (SELECT s.number || suffix AS reference, l.product_id, s.location_id, l.variance * sign AS quantity
                  FROM inventory_countdeed d
                  JOIN (VALUES ('booked', '', 1), ('undone', ' undone', -1)) k (deed, suffix, sign) USING (deed)
                  JOIN inventory_countsheet s ON s.id = d.sheet_id
                  JOIN inventory_countline l ON l.sheet_id = d.sheet_id) wanted
          FULL JOIN (SELECT reference, product_id, sum(quantity) AS quantity, count(*) AS rows,
                            max(location_id) AS location_id
                       FROM inventory_stockmovement
                      WHERE kind = 'count' AND reference LIKE 'count C-%%' GROUP BY 1, 2) moved
                 ON moved.reference = 'count ' || wanted.reference AND moved.product_id = wanted.product_id
         WHERE moved.quantity IS DISTINCT FROM wanted.quantity OR moved.rows > 1
            OR moved.location_id IS DISTINCT FROM wanted.location_id
        """,
    ),
    Invariant(
        "I29.lines",
        "what is booked of a count is what was counted in the last round, against the books at its first entry",
        """
        SELECT 'count ' || s.number
          FROM inventory_countsheet s
          JOIN (SELECT coalesce(l.sheet_id, c.sheet_id) AS sheet_id
                  FROM inventory_countline l
                  FULL JOIN (SELECT e.sheet_id, e.product_id, sum(e.quantity) AS counted,
                                    (array_agg(e.expected ORDER BY e.id))[1] AS expected,
                                    row_number() OVER (PARTITION BY e.sheet_id, e.product_id
                                                       ORDER BY e.round DESC) AS nth
                               FROM inventory_countentry e
                               JOIN inventory_countdeed d ON d.sheet_id = e.sheet_id AND d.deed = 'booked'
                              GROUP BY e.sheet_id, e.product_id, e.round) c
                         ON c.sheet_id = l.sheet_id AND c.product_id = l.product_id AND c.nth = 1
                 WHERE coalesce(c.nth, 1) = 1 AND (l.counted, l.expected) IS DISTINCT FROM (c.counted, c.expected)
               ) wrong ON wrong.sheet_id = s.id
        """,
    ),
    Invariant(
        "I29.books",
        "a count entry expected what the movements before it make",
        """
        SELECT 'count entry ' || e.id
          FROM inventory_countentry e
          JOIN inventory_countsheet s ON s.id = e.sheet_id
         WHERE e.expected <> (SELECT coalesce(sum(m.quantity), 0) FROM inventory_stockmovement m
                               WHERE m.product_id = e.product_id AND m.id <= e.last_movement
                                 AND m.location_id IS NOT DISTINCT FROM s.location_id)
        """,
    ),
]
