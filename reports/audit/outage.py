"""Checks offline sales: each posted once, under its own number, with its differences recorded."""

from reports.audit.invariant import Invariant

INVARIANTS = [
    Invariant(
        "I27",
        "a sale of an outage is one bill: a sale for cash, or by a machine for cash or card, at the register its "
        "provisional number begins with",
        """
        SELECT 'outage sale ' || o.provisional_number
          FROM billing_outagesale o
          LEFT JOIN billing_bill b ON b.id = o.bill_id
          LEFT JOIN billing_register r ON r.id = b.register_id
         CROSS JOIN LATERAL (SELECT starts_with(o.provisional_number, r.code || '-L') AS late) m
         WHERE b.id IS NULL OR b.kind <> 'sale' OR NOT (m.late OR starts_with(o.provisional_number, r.code || '-P'))
            OR EXISTS (SELECT FROM billing_payment p JOIN billing_tender t ON t.code = p.method
                        WHERE p.bill_id = b.id AND t.kind <> 'cash' AND NOT (m.late AND t.kind = 'card'))
            OR EXISTS (SELECT FROM billing_outagesale other WHERE other.bill_id = o.bill_id AND other.id <> o.id)
        """,
    ),
    Invariant(
        "I27.numbers",
        "a provisional number belongs to one sale",
        """
        SELECT 'outage sale ' || provisional_number
          FROM billing_outagesale GROUP BY provisional_number HAVING count(*) > 1
        """,
    ),
    Invariant(
        "I27.differences",
        "what differed from the customer's paper is written down, and what a manager accepted with it",
        """
        SELECT 'bill ' || b.number
          FROM billing_outagesale o
          JOIN billing_bill b ON b.id = o.bill_id
          JOIN billing_shift s ON s.id = b.shift_id
          LEFT JOIN billing_outageproblem p ON p.bill_id = b.id
         WHERE NOT o.differences @> p.differences
            OR jsonb_array_length(o.differences) = 0
               AND (b.total <> o.shown_total OR o.rung_up_at < s.opened_at
                    OR EXISTS (SELECT FROM billing_billline l
                                WHERE l.bill_id = b.id AND l.unit_price <> l.list_price AND l.price_reason <> ''))
        """,
    ),
    Invariant(
        "I27.booked",
        "what is not in the journal of the day it was sold is in that of the day it was written",
        """
        SELECT 'outage sale ' || o.provisional_number
          FROM billing_outagesale o
          JOIN billing_bill b ON b.id = o.bill_id
          JOIN pos_storesettings t ON t.id = b.terms_id
         WHERE o.booked_on <= b.business_date
            OR o.booked_on <> ((b.at AT TIME ZONE %(zone)s) - make_interval(hours => t.cutoff_hour))::date
        """,
    ),
    Invariant(
        "I27.problems",
        "a problem of an outage is settled by the bill of its key, and one that waits or was closed has none",
        """
        SELECT 'outage problem ' || p.id
          FROM billing_outageproblem p
          LEFT JOIN billing_bill b ON b.key = p.key
          LEFT JOIN billing_outagesale o ON o.bill_id = b.id
         WHERE p.bill_id IS DISTINCT FROM b.id OR b.id IS NOT NULL AND o.digest IS DISTINCT FROM p.digest
        """,
    ),
    Invariant(
        "I27.settled",
        "who settled a problem of an outage stands in the trail, with the bill or the reason",
        """
        SELECT 'outage problem ' || p.id
          FROM billing_outageproblem p
          LEFT JOIN billing_bill b ON b.id = p.bill_id
         WHERE p.settled_at IS NOT NULL
           AND NOT EXISTS (
               SELECT FROM accounts_auditentry e
                WHERE e.actor_id = p.settled_by_id
                  AND (e.action = 'outage.accepted' AND e.facts->>'bill' = b.number
                       OR e.action = 'outage.closed' AND e.facts->>'problem' = p.id::text
                          AND e.facts->>'reason' = p.reason))
        """,
    ),
]
