"""Checks the arithmetic of each bill: lines, discounts, taxes, payments, refunds."""

from reports.audit.invariant import Invariant

INVARIANTS = [
    Invariant(
        "I05.lines",
        "a line's net is its gross less its discounts",
        """
        SELECT 'bill ' || b.number || ' line ' || l.position
          FROM billing_billline l JOIN billing_bill b ON b.id = l.bill_id
         WHERE b.kind = 'sale'
           AND (l.net <> coalesce(l.label_price, round(l.quantity * l.unit_price, %(decimals)s))
                         - l.line_discount - l.bill_discount
                OR l.quantity <= 0 OR l.net < 0 OR l.line_discount < 0
                OR l.manual_discount NOT BETWEEN 0 AND l.bill_discount)
            OR b.kind = 'refund' AND (l.quantity >= 0 OR l.net > 0)
        """,
    ),
    Invariant(
        "I05",
        "a bill has lines 1..n unless it sold gift cards alone, and its subtotal, discounts and total are theirs",
        """
        SELECT 'bill ' || b.number
          FROM billing_bill b
          LEFT JOIN (SELECT bill_id, sum(net) AS net, sum(line_discount + bill_discount) AS off,
                            sum(bill_discount) AS shared, sum(manual_discount) AS given, count(*) AS lines,
                            max(position) AS last, min(position) AS first
                       FROM billing_billline GROUP BY 1) l ON l.bill_id = b.id
         WHERE l.bill_id IS NULL AND b.cards_sold = 0 OR l.first <> 1 OR l.last <> l.lines
            OR b.subtotal - b.discount <> coalesce(l.net, 0) OR b.discount <> coalesce(l.off, 0)
            OR b.vip_discount + b.manual_discount <> coalesce(l.shared, 0) OR b.manual_discount <> coalesce(l.given, 0)
            OR b.total <> coalesce(l.net, 0) + CASE WHEN b.tax_included THEN 0 ELSE b.tax END
        """,
    ),
    Invariant(
        "I05.vip",
        "a VIP's discount is the rate of the bill's settings, rounded once; nobody else has one",
        """
        SELECT 'bill ' || b.number
          FROM billing_bill b
          JOIN pos_storesettings t ON t.id = b.terms_id
         WHERE b.kind = 'sale' AND b.vip_discount <> 0
           AND (b.member_id IS NULL OR b.vip_discount <>
                round((b.subtotal - b.discount + b.vip_discount + b.manual_discount) * t.vip_discount_rate,
                      %(decimals)s))
        """,
    ),
    Invariant(
        "I05.price",
        "another price than the list's has its person, and a line discount is at least its percentage",
        """
        SELECT 'bill ' || b.number || ' line ' || l.position
          FROM billing_billline l JOIN billing_bill b ON b.id = l.bill_id
         WHERE b.kind = 'sale'
           AND (l.unit_price <> l.list_price AND l.priced_by_id IS NULL
                OR l.line_discount < round((l.net + l.line_discount + l.bill_discount) * l.discount_percent / 100,
                                           %(decimals)s))
        """,
    ),
    Invariant(
        "I05.terms",
        "a bill holds its tax as its settings say: inside the prices or on top",
        """
        SELECT 'bill ' || b.number
          FROM billing_bill b JOIN pos_storesettings t ON t.id = b.terms_id
         WHERE b.kind = 'sale' AND b.tax_included <> t.prices_include_tax
        """,
    ),
    Invariant(
        "I06",
        "tax per rate is that of the lines, rounded once, and adds up to the bill's",
        """
        WITH lines AS (
            SELECT bill_id, tax_rate AS rate, sum(net) AS net, sum(tax) AS tax FROM billing_billline GROUP BY 1, 2
        ), compared AS (
            SELECT coalesce(l.bill_id, x.bill_id) AS bill_id, l.net, l.tax AS of_lines, x.base, x.tax,
                   coalesce(l.rate, x.rate) AS rate
              FROM lines l FULL JOIN billing_billtax x ON x.bill_id = l.bill_id AND x.rate = l.rate
        )
        SELECT 'bill ' || b.number
          FROM billing_bill b LEFT JOIN compared c ON c.bill_id = b.id
         GROUP BY b.id
        HAVING b.tax <> coalesce(sum(c.tax), 0)
            OR bool_or(c.tax IS DISTINCT FROM c.of_lines)
            OR bool_or(c.base IS DISTINCT FROM c.net - CASE WHEN b.tax_included THEN c.tax ELSE 0 END)
            OR b.kind = 'sale' AND bool_or(c.tax <> round(
                   c.net * c.rate / CASE WHEN b.tax_included THEN 1 + c.rate ELSE 1 END, %(decimals)s))
        """,
    ),
    Invariant(
        "I07",
        "payments less change cover the total less points and the gift cards sold; change comes from cash, "
        "and rounding from cash or from a sum too small for a coin",
        """
        SELECT 'bill ' || b.number
          FROM billing_bill b
          LEFT JOIN (SELECT p.bill_id, sum(p.amount) AS paid, sum(p.amount) FILTER (WHERE t.kind = 'cash') AS cash,
                            count(*) FILTER (WHERE p.method <> 'exchange') AS entered,
                            min(p.amount) AS least, max(p.amount) AS most
                       FROM billing_payment p JOIN billing_tender t ON t.code = p.method GROUP BY 1) p
                 ON p.bill_id = b.id
         WHERE coalesce(p.paid, 0) - b.change <> b.total + b.cards_sold - b.points_spent + b.cash_rounding
            OR b.change > greatest(p.cash, 0)
            OR b.kind = 'sale' AND p.least <= 0 OR b.kind = 'refund' AND p.most >= 0
            OR b.kind = 'sale' AND b.cash_rounding <> 0
               AND (p.cash IS NULL AND (p.entered > 0 OR b.cash_rounding > 0)
                    OR 2 * abs(b.cash_rounding) > %(cash_step)s)
            OR b.kind = 'refund' AND abs(b.cash_rounding) >= %(cash_step)s
        """,
    ),
    Invariant(
        "I08",
        "refunds give back at most what their sale took, in money, tax and each tender, and refund no refund",
        """
        SELECT 'bill ' || o.number
          FROM billing_bill o JOIN billing_bill r ON r.original_id = o.id
         GROUP BY o.id
        HAVING o.kind <> 'sale' OR o.total + sum(r.total) < 0 OR o.tax + sum(r.tax) < 0
            OR o.subtotal + sum(r.subtotal) < 0
        UNION
        SELECT 'bill ' || o.number
          FROM (SELECT coalesce(b.original_id, b.id) AS sale, t.kind, t.code, sum(p.amount) AS kept
                  FROM billing_payment p
                  JOIN billing_bill b ON b.id = p.bill_id
                  JOIN billing_tender t ON t.code = coalesce(p.carried_from, p.method)
                 WHERE b.original_id IS NOT NULL OR EXISTS (SELECT FROM billing_bill r WHERE r.original_id = b.id)
                 GROUP BY 1, 2, 3) g
          JOIN billing_bill o ON o.id = g.sale
         WHERE CASE g.kind WHEN 'store_credit' THEN false
                           WHEN 'cash' THEN g.kept - o.change <= -%(cash_step)s
                           ELSE g.kept < 0 END
        """,
    ),
    Invariant(
        "I08.receipt",
        "goods without a receipt go to store credit at no more than the list price, and with one to lines of its bill",
        """
        SELECT 'bill ' || b.number
          FROM billing_bill b
          JOIN billing_billline l ON l.bill_id = b.id
          LEFT JOIN billing_billline o ON o.id = l.original_id
         WHERE b.kind = 'refund'
           AND (o.bill_id IS DISTINCT FROM b.original_id OR b.original_id IS NULL AND l.unit_price > l.list_price)
        UNION
        SELECT 'bill ' || b.number
          FROM billing_bill b
          JOIN billing_payment p ON p.bill_id = b.id
          JOIN billing_tender t ON t.code = p.method
          JOIN billing_register r ON r.id = b.register_id
         WHERE b.kind = 'refund' AND b.original_id IS NULL AND t.kind <> 'store_credit' AND r.kind <> 'hist'
        """,
    ),
    Invariant(
        "I28",
        "an exchange's refund and sale are one deed, and what the one carries to the other is the same in each tender",
        """
        SELECT 'bill ' || s.number
          FROM billing_bill s JOIN billing_bill r ON r.id = s.exchange_id
         WHERE r.kind <> 'refund' OR r.shift_id <> s.shift_id OR r.cashier_id <> s.cashier_id OR r.at <> s.at
        UNION
        SELECT 'bill ' || b.number
          FROM (SELECT coalesce(b.exchange_id, b.id) AS deed, p.carried_from, sum(p.amount) AS left_over
                  FROM billing_payment p JOIN billing_bill b ON b.id = p.bill_id
                 WHERE p.method = 'exchange' GROUP BY 1, 2) c
          JOIN billing_bill b ON b.id = c.deed
         WHERE c.left_over <> 0
        """,
    ),
    Invariant(
        "I08.weights",
        "nothing was sold in parts of a piece, and what came back counts as what was sold: pieces, or kilograms",
        """
        SELECT 'bill ' || b.number
          FROM billing_billline l
          JOIN billing_bill b ON b.id = l.bill_id
          LEFT JOIN billing_billline o ON o.id = l.original_id
         WHERE o.sold_by <> l.sold_by OR l.sold_by = 'piece' AND l.quantity <> trunc(l.quantity)
        """,
    ),
    Invariant(
        "I08.lines",
        "refunds take back at most the goods their sale gave",
        """
        SELECT 'bill ' || o.number || ' product ' || g.product_id
          FROM (SELECT coalesce(b.original_id, b.id) AS sale, l.product_id, sum(l.quantity) AS kept
                  FROM billing_billline l JOIN billing_bill b ON b.id = l.bill_id
                 WHERE b.original_id IS NOT NULL OR EXISTS (SELECT FROM billing_bill r WHERE r.original_id = b.id)
                 GROUP BY 1, 2) g
          JOIN billing_bill o ON o.id = g.sale
         WHERE g.kept < 0
        """,
    ),
]
