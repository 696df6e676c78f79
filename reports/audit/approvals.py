"""Checks that every action above its limit was approved by another person."""

from pos.money import MOST_MONEY
from reports.audit.invariant import Invariant

# The person's role at that moment: the first role change after it records the role before.
ROLE = """
    coalesce((SELECT e.facts -> 'role' ->> 0 FROM accounts_auditentry e
               WHERE e.action = 'user.changed' AND e.subject = u.username AND e.facts ? 'role' AND e.at > d.at
               ORDER BY e.id LIMIT 1), u.role)
"""


THE_SAME = "a.action = d.action AND a.size = d.size"
IMPORTED = "SELECT r.kind = 'hist' FROM billing_register r WHERE r.id = b.register_id"
NO_SMALLER = "a.action = d.action AND a.size >= d.size"
ANY = "true"
UNANSWERED = """
    NOT EXISTS (SELECT FROM accounts_approval a WHERE a.deed = 'used' AND a.reference = {reference})
"""


def above(deeds: str, match: str = THE_SAME) -> str:
    """Names of the actions that exceeded the limit without a matching approval. `deeds` selects (action, reference,
    person, size, at, name); `match` is the SQL condition an approval must meet."""
    return f"""
        SELECT d.name
          FROM ({deeds}) d (action, reference, person, size, at, name)
          JOIN accounts_user u ON u.id = d.person
         CROSS JOIN LATERAL (SELECT n.allow_up_to
                               FROM (SELECT DISTINCT ON (r.person_id) r.person_id, r.allow_up_to, r.holds
                                       FROM accounts_approvalrule r
                                      WHERE r.role = {ROLE} AND r.action = d.action AND r.set_at <= d.at
                                        AND (r.person_id IS NULL OR r.person_id = d.person)
                                      ORDER BY r.person_id, r.id DESC) n
                              WHERE n.holds ORDER BY n.person_id LIMIT 1) r
         WHERE d.size > r.allow_up_to
           AND NOT EXISTS (SELECT FROM accounts_approval a
                            WHERE a.reference = d.reference AND a.deed = 'used' AND {match}
                              AND a.asker_id = d.person AND a.approver_id <> d.person)
    """


INVARIANTS = [
    Invariant(
        "I20",
        "every refund above the limit was approved by another person",
        above(
            f"""
            SELECT CASE WHEN original_id IS NULL THEN 'refund_without_receipt' ELSE 'refund' END,
                   'bill ' || number, cashier_id, points_spent - total, at, 'bill ' || number
              FROM billing_bill b WHERE kind = 'refund' AND NOT ({IMPORTED})
            """
        ),
    ),
    Invariant(
        "I20.cash",
        "every pay-out, drop and opening of the drawer above the limit was approved by another person",
        above(
            """
            SELECT kind, 'cash movement ' || id, by_id,
                   CASE kind WHEN 'no_sale' THEN row_number() OVER (PARTITION BY shift_id, kind ORDER BY id)
                             ELSE -amount END,
                   at, 'cash movement ' || id
              FROM billing_cashmovement WHERE kind IN ('pay_out', 'drop', 'no_sale')
            """
        ),
    ),
    Invariant(
        "I20.together",
        "no person, shift or bill passed a limit by many small deeds without an approval",
        above(
            f"""
            SELECT 'cash_out_together', 'cash movement ' || m.id, m.by_id,
                   -least(sum(m.amount) OVER (PARTITION BY m.shift_id ORDER BY m.id),
                          sum(m.amount) OVER (PARTITION BY m.by_id, s.business_date ORDER BY m.id)),
                   m.at, 'cash movement ' || m.id
              FROM billing_cashmovement m JOIN billing_shift s ON s.id = m.shift_id
             WHERE m.kind IN ('pay_out', 'drop') AND {UNANSWERED.format(reference="'cash movement ' || m.id")}
             UNION ALL
            SELECT 'refunds_together', 'bill ' || b.number, b.cashier_id,
                   greatest(sum(b.points_spent - b.total) OVER (PARTITION BY b.shift_id ORDER BY b.id),
                            sum(b.points_spent - b.total)
                                OVER (PARTITION BY b.cashier_id, b.business_date ORDER BY b.id),
                            sum(b.points_spent - b.total)
                                OVER (PARTITION BY coalesce(b.original_id, -b.id) ORDER BY b.id)),
                   b.at, 'bill ' || b.number
              FROM billing_bill b
             WHERE b.kind = 'refund' AND NOT ({IMPORTED})
               AND {UNANSWERED.format(reference="'bill ' || b.number")}
            """,
            ANY,
        ),
    ),
    Invariant(
        "I20.others",
        "nobody took cash out of a shift somebody else opened, or closed it, without an approval",
        above(
            """
            SELECT 'others_drawer', 'cash movement ' || m.id, m.by_id, 1, m.at, 'cash movement ' || m.id
              FROM billing_cashmovement m JOIN billing_shift s ON s.id = m.shift_id
             WHERE m.kind IN ('pay_out', 'drop') AND m.by_id <> s.opened_by_id
             UNION ALL
            SELECT 'others_drawer', 'shift ' || s.id, s.closed_by_id, 1, s.closed_at, 'shift ' || s.id
              FROM billing_shift s JOIN billing_register r ON r.id = s.register_id
             WHERE r.kind = 'till' AND s.closed_by_id <> s.opened_by_id
            """,
            ANY,
        ),
    ),
    Invariant(
        "I20.shifts",
        "every close with a difference above the limit was approved by another person",
        above(
            """
            SELECT 'cash_difference', 'shift ' || id, closed_by_id, abs(counted - expected), closed_at, 'shift ' || id
              FROM billing_shift WHERE closed_at IS NOT NULL
            """,
            NO_SMALLER,
        ),
    ),
    Invariant(
        "I20.stock",
        "every sale of more than the books knew of, worth more than the limit, was approved by another person",
        above(
            f"""
            SELECT 'sell_without_stock', 'bill ' || b.number, b.cashier_id,
                   least(sum(greatest(round(l.oversold * l.list_price, %(decimals)s),
                                      round(l.oversold * l.unit_price, %(decimals)s),
                                      l.label_price)), {MOST_MONEY}),
                   b.at, 'bill ' || b.number
              FROM billing_billline l JOIN billing_bill b ON b.id = l.bill_id
             WHERE l.oversold > 0 GROUP BY b.id
            """
        ),
    ),
    Invariant(
        "I20.own",
        "an approval was given by a manager's row other than the asker's, and used once",
        """
        SELECT 'approval ' || a.id
          FROM accounts_approval a LEFT JOIN accounts_approvalrequest q ON q.id = a.request_id
         WHERE a.approver_id = a.asker_id
            OR a.deed = 'used' AND (q.is_granted IS NOT TRUE OR q.used_at IS NULL OR q.asker_id <> a.asker_id
                                    OR q.approver_id IS DISTINCT FROM a.approver_id OR q.binding IS NULL
                                    OR (SELECT count(*) FROM accounts_approval t
                                         WHERE t.request_id = a.request_id AND t.deed = 'used') > 1)
        """,
    ),
]
