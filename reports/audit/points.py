"""Checks points against their entries, and the entries against the bills."""

from reports.audit.invariant import Invariant

INVARIANTS = [
    Invariant(
        "I03",
        "a member's points are the sum of the entries, below zero only by what refunds took back",
        """
        SELECT 'member ' || m.number
          FROM members_member m
          LEFT JOIN (SELECT member_id, sum(amount) AS points,
                            sum(amount) FILTER (WHERE kind = 'taken_back' OR kind = 'moved' AND amount < 0)
                                AS taken_back
                       FROM members_pointsentry GROUP BY 1) e
                 ON e.member_id = m.id
         WHERE m.points <> coalesce(e.points, 0) OR m.points < least(0, e.taken_back)
        """,
    ),
    Invariant(
        "I04",
        "points spent and earned on a bill are the entries of its member, and no more was spent than the bill cost",
        """
        SELECT coalesce('bill ' || b.number, e.reference)
          FROM (SELECT * FROM billing_bill WHERE points_spent <> 0 OR points_earned <> 0) b
          FULL JOIN (SELECT reference, member_id,
                            sum(amount) FILTER (WHERE kind IN ('spent', 'returned')) AS spent,
                            sum(amount) FILTER (WHERE kind IN ('earned', 'taken_back')) AS earned
                       FROM members_pointsentry WHERE kind NOT IN ('adjusted', 'moved') GROUP BY 1, 2) e
                 ON e.reference = 'bill ' || b.number AND e.member_id = b.member_id
         WHERE b.points_spent IS DISTINCT FROM -coalesce(e.spent, 0)
            OR b.points_earned IS DISTINCT FROM coalesce(e.earned, 0)
            OR abs(b.points_spent) > abs(b.total)
        """,
    ),
    Invariant(
        "I03.moved",
        "points that left a double arrived at the card it was merged into",
        """
        SELECT e.reference
          FROM members_pointsentry e JOIN members_member m ON m.id = e.member_id
         WHERE e.kind = 'moved'
         GROUP BY 1
        HAVING sum(e.amount) <> 0 OR count(*) <> 2 OR count(m.merged_into_id) = 0
        """,
    ),
    Invariant(
        "I04.rule",
        "a sale earns the multiplier of its settings on what was not paid in points, rounded down",
        """
        SELECT 'bill ' || b.number
          FROM billing_bill b JOIN pos_storesettings t ON t.id = b.terms_id
         WHERE b.kind = 'sale' AND b.points_earned <> CASE
               WHEN b.member_id IS NULL THEN 0
               ELSE trunc(t.point_multiplier * (b.total - b.points_spent), %(decimals)s) END
        """,
    ),
    Invariant(
        "I09",
        "refunds return and take back at most the points of their sale",
        """
        SELECT 'bill ' || o.number
          FROM billing_bill o JOIN billing_bill r ON r.original_id = o.id
         GROUP BY o.id
        HAVING o.points_spent + sum(r.points_spent) < 0 OR o.points_earned + sum(r.points_earned) < 0
        """,
    ),
]
