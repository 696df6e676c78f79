"""Deeds above the limit of their day were approved, by somebody else."""

from pos.money import MOST_MONEY
from reports.audit.invariant import Invariant

# Who did it, in which role at that moment: the first change of role since then tells what it was before.
ROLE = """
    coalesce((SELECT e.facts -> 'role' ->> 0 FROM accounts_auditentry e
               WHERE e.action = 'user.changed' AND e.subject = u.username AND e.facts ? 'role' AND e.at > d.at
               ORDER BY e.id LIMIT 1), u.role)
"""


def above(deeds: str) -> str:
    """Those of the deeds (action, reference, person, size, at, name) that passed without the word they needed."""
    return f"""
        SELECT d.name
          FROM ({deeds}) d (action, reference, person, size, at, name)
          JOIN accounts_user u ON u.id = d.person
         CROSS JOIN LATERAL (SELECT r.allow_up_to FROM accounts_approvalrule r
                              WHERE r.role = {ROLE} AND r.action = d.action AND r.set_at <= d.at
                              ORDER BY r.id DESC LIMIT 1) r
         WHERE d.size > r.allow_up_to
           AND NOT EXISTS (SELECT FROM accounts_approval a
                            WHERE a.reference = d.reference AND a.action = d.action AND a.deed = 'used'
                              AND a.asker_id = d.person AND a.approver_id <> d.person AND a.size = d.size)
    """


INVARIANTS = [
    Invariant(
        "I20",
        "every refund above the limit was approved by another person",
        above(
            """
            SELECT CASE WHEN original_id IS NULL THEN 'refund_without_receipt' ELSE 'refund' END,
                   'bill ' || number, cashier_id, points_spent - total, at, 'bill ' || number
              FROM billing_bill WHERE kind = 'refund'
            """
        ),
    ),
    Invariant(
        "I20.cash",
        "every pay-out and opening of the drawer above the limit was approved by another person",
        above(
            """
            SELECT kind, 'cash movement ' || id, by_id,
                   CASE kind WHEN 'pay_out' THEN -amount
                             ELSE row_number() OVER (PARTITION BY shift_id, kind ORDER BY id) END,
                   at, 'cash movement ' || id
              FROM billing_cashmovement WHERE kind IN ('pay_out', 'no_sale')
            """
        ),
    ),
    Invariant(
        "I20.shifts",
        "every close with a difference above the limit was approved by another person",
        above(
            """
            SELECT 'cash_difference', 'shift ' || id, closed_by_id, abs(counted - expected), closed_at, 'shift ' || id
              FROM billing_shift WHERE closed_at IS NOT NULL
            """
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
