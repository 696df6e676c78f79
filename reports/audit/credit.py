"""Checks gift cards and store credit: the balances owed against the bills and the drawer."""

from reports.audit.invariant import Invariant

INVARIANTS = [
    Invariant(
        "I24",
        "a card's balance is the sum of its entries, never below zero, and it is blocked as its last word says",
        """
        SELECT 'card ' || v.id || ' …' || v.last4
          FROM billing_storedvalue v
          LEFT JOIN (SELECT card_id, sum(amount) AS balance,
                            (array_agg(kind ORDER BY id DESC) FILTER (WHERE kind IN ('block', 'unblock')))[1] AS word
                       FROM billing_storedvalueentry GROUP BY 1) e ON e.card_id = v.id
         WHERE v.balance <> coalesce(e.balance, 0) OR v.balance < 0
            OR v.is_blocked <> (coalesce(e.word, '') = 'block')
        """,
    ),
    Invariant(
        "I24.bills",
        "what bills took from cards and gave back to them is what the cards' entries say",
        """
        WITH paid AS (
            SELECT p.bill_id, t.kind, sum(p.amount) AS amount
              FROM billing_payment p JOIN billing_tender t ON t.code = p.method
             WHERE t.kind IN ('gift_card', 'store_credit') GROUP BY 1, 2
        ), moved AS (
            SELECT e.bill_id, v.kind, sum(e.amount) AS amount
              FROM billing_storedvalueentry e JOIN billing_storedvalue v ON v.id = e.card_id
             WHERE e.bill_id IS NOT NULL AND e.kind <> 'issue' GROUP BY 1, 2
        )
        SELECT 'bill ' || b.number
          FROM paid p FULL JOIN moved m ON m.bill_id = p.bill_id AND m.kind = p.kind
          JOIN billing_bill b ON b.id = coalesce(p.bill_id, m.bill_id)
         WHERE p.amount IS DISTINCT FROM -m.amount
        """,
    ),
    Invariant(
        "I24.issued",
        "gift cards sold on a bill are its sum of them, in its shift, and no card or store credit paid for them",
        """
        WITH issued AS (
            SELECT bill_id, sum(amount) AS amount, min(shift_id) AS first_shift, max(shift_id) AS last_shift
              FROM billing_storedvalueentry WHERE kind = 'issue' AND bill_id IS NOT NULL GROUP BY 1
        ), by_card AS (
            SELECT p.bill_id, sum(p.amount) AS amount
              FROM billing_payment p JOIN billing_tender t ON t.code = p.method
             WHERE t.kind IN ('gift_card', 'store_credit') GROUP BY 1
        )
        SELECT 'bill ' || b.number
          FROM billing_bill b
          LEFT JOIN issued i ON i.bill_id = b.id
          LEFT JOIN by_card c ON c.bill_id = b.id
         WHERE b.cards_sold <> coalesce(i.amount, 0)
            OR i.first_shift <> b.shift_id OR i.last_shift <> b.shift_id
            OR b.cards_sold > 0 AND c.amount > b.total - b.points_spent
        """,
    ),
    Invariant(
        "I24.sold",
        "cards sold for cash are the cash of cards in their shift, and none was sold for another card",
        """
        WITH sold AS (
            SELECT e.shift_id, sum(e.amount) FILTER (WHERE t.kind = 'cash') AS cash,
                   bool_or(t.kind IN ('gift_card', 'store_credit')) AS for_a_card
              FROM billing_storedvalueentry e JOIN billing_tender t ON t.code = e.tender_id
             GROUP BY 1
        ), drawer AS (
            SELECT shift_id, sum(amount) AS cash FROM billing_cashmovement WHERE kind = 'voucher' GROUP BY 1
        )
        SELECT 'shift ' || coalesce(s.shift_id, d.shift_id)
          FROM sold s FULL JOIN drawer d ON d.shift_id = s.shift_id
         WHERE coalesce(s.cash, 0) <> coalesce(d.cash, 0) OR s.for_a_card
        """,
    ),
    Invariant(
        "I12.cards",
        "a Z report has the cards sold in its shift, and those of them on bills",
        """
        SELECT 'shift ' || z.shift_id
          FROM billing_zreport z
          LEFT JOIN (SELECT shift_id, sum(amount) AS sold, sum(amount) FILTER (WHERE bill_id IS NOT NULL) AS on_bills
                       FROM billing_storedvalueentry GROUP BY 1) e
                 ON e.shift_id = z.shift_id
         WHERE (z.document->'stored_value'->>'sold')::numeric <> coalesce(e.sold, 0)
            OR coalesce((z.document->'stored_value'->>'on_bills')::numeric, 0) <> coalesce(e.on_bills, 0)
        """,
    ),
]
