"""Checks shifts, their cash movements, and the Z reports that closed them."""

from billing.drawer.zreport import FIGURES, LINK
from reports.audit.invariant import Invariant

INVARIANTS = [
    Invariant(
        "I10",
        "a closed shift expects the sum of its cash movements, and every shift began with one float",
        """
        SELECT 'shift ' || s.id
          FROM billing_shift s
          LEFT JOIN (SELECT shift_id, sum(amount) AS cash, count(*) FILTER (WHERE kind = 'float') AS floats
                       FROM billing_cashmovement GROUP BY 1) c ON c.shift_id = s.id
         WHERE s.closed_at IS NOT NULL AND s.expected IS DISTINCT FROM c.cash OR coalesce(c.floats, 0) <> 1
        """,
    ),
    Invariant(
        "I10.bills",
        "a bill moved its cash, less the change, in its own shift",
        """
        SELECT 'bill ' || b.number
          FROM billing_bill b
          LEFT JOIN (SELECT p.bill_id, sum(p.amount) AS cash
                       FROM billing_payment p JOIN billing_tender t ON t.code = p.method
                      WHERE t.kind = 'cash' GROUP BY 1) p ON p.bill_id = b.id
          LEFT JOIN (SELECT bill_id, sum(amount) AS amount, min(shift_id) AS first_shift, max(shift_id) AS last_shift,
                            min(kind) AS kind
                       FROM billing_cashmovement WHERE bill_id IS NOT NULL GROUP BY 1) c ON c.bill_id = b.id
         WHERE c.amount IS DISTINCT FROM p.cash - b.change
            OR c.first_shift <> b.shift_id OR c.last_shift <> b.shift_id OR c.kind <> b.kind
        """,
    ),
    Invariant(
        "I11",
        "every bill was written in a shift of its register, while that was open",
        """
        SELECT 'bill ' || b.number
          FROM billing_bill b LEFT JOIN billing_shift s ON s.id = b.shift_id
         WHERE s.id IS NULL OR s.register_id <> b.register_id OR b.at < s.opened_at OR b.at > s.closed_at
        """,
    ),
    Invariant(
        "I11.cash",
        "cash moved only in an open shift",
        """
        SELECT 'cash movement ' || c.id
          FROM billing_cashmovement c LEFT JOIN billing_shift s ON s.id = c.shift_id
         WHERE s.id IS NULL OR c.at < s.opened_at OR c.at > s.closed_at
        """,
    ),
    Invariant(
        "I11.shifts",
        "a register has at most one open shift, and its shifts do not overlap",
        """
        SELECT 'shift ' || id
          FROM (SELECT id, opened_at,
                       lag(coalesce(closed_at, 'infinity')) OVER (PARTITION BY register_id ORDER BY id) AS before
                  FROM billing_shift) s
         WHERE opened_at < before
        """,
    ),
    Invariant(
        "I12",
        "a closed shift has a Z report with the sums of its bills, and an open one has none",
        f"""
        SELECT 'shift ' || s.id
          FROM billing_shift s
          LEFT JOIN billing_zreport z ON z.shift_id = s.id
          LEFT JOIN (SELECT shift_id, count(*) FILTER (WHERE kind = 'sale') AS sales,
                            count(*) FILTER (WHERE kind = 'refund') AS refunds,
                            {", ".join(f"sum({name}) AS {name}" for name in FIGURES)}
                       FROM billing_bill GROUP BY 1) b ON b.shift_id = s.id
         WHERE (s.closed_at IS NULL) <> (z.id IS NULL)
            OR z.register_id <> s.register_id
            OR (z.document->>'sales')::int IS DISTINCT FROM CASE WHEN z.id IS NOT NULL THEN coalesce(b.sales, 0) END
            OR (z.document->>'refunds')::int IS DISTINCT FROM CASE WHEN z.id IS NOT NULL THEN coalesce(b.refunds, 0) END
            OR (z.document->'cash'->>'expected')::numeric IS DISTINCT FROM s.expected
            OR (z.document->'cash'->>'counted')::numeric IS DISTINCT FROM s.counted
            OR (z.document->'cash'->>'difference')::numeric IS DISTINCT FROM s.counted - s.expected
            OR z.document->'cash'->>'reason' <> s.difference_reason
            OR z.id IS NOT NULL AND ({
            " OR ".join(f"(z.document->>'{name}')::numeric IS DISTINCT FROM coalesce(b.{name}, 0)" for name in FIGURES)
        })
        """,
    ),
    Invariant(
        "I12.counts",
        "a Z report counts discounts, refunds, changed prices, no-sales and copies, and names the numbers",
        """
        SELECT 'shift ' || z.shift_id
          FROM billing_zreport z
         CROSS JOIN LATERAL (
               SELECT count(*) FILTER (WHERE kind = 'sale' AND discount <> 0) AS discounts,
                      -coalesce(sum(total) FILTER (WHERE kind = 'refund'), 0) AS refunded,
                      coalesce(sum(subtotal) FILTER (WHERE kind = 'sale'), 0) AS gross,
                      (array_agg(number ORDER BY sequence) FILTER (WHERE kind = 'sale'))[1] AS first,
                      (array_agg(number ORDER BY sequence DESC) FILTER (WHERE kind = 'sale'))[1] AS last,
                      (array_agg(number ORDER BY sequence) FILTER (WHERE kind = 'refund'))[1] AS first_refund,
                      (array_agg(number ORDER BY sequence DESC) FILTER (WHERE kind = 'refund'))[1] AS last_refund
                 FROM billing_bill WHERE shift_id = z.shift_id) b
         CROSS JOIN LATERAL (
               SELECT count(*) AS n FROM billing_cashmovement WHERE shift_id = z.shift_id AND kind = 'no_sale') c
         CROSS JOIN LATERAL (
               SELECT count(*) AS n FROM billing_billline l JOIN billing_bill o ON o.id = l.bill_id
                WHERE o.shift_id = z.shift_id AND o.kind = 'sale' AND l.priced_by_id IS NOT NULL) h
         CROSS JOIN LATERAL (
               SELECT count(*) AS n FROM billing_receiptprint WHERE shift_id = z.shift_id AND copy > 0) p
         WHERE (z.document->>'discounts')::int IS DISTINCT FROM b.discounts
            OR (z.document->>'refunded')::numeric IS DISTINCT FROM b.refunded
            OR (z.document->>'gross')::numeric <> b.gross
            OR (z.document->>'no_sales')::int IS DISTINCT FROM c.n
            OR (z.document->>'price_overrides')::int IS DISTINCT FROM h.n
            OR (z.document->>'reprints')::int IS DISTINCT FROM p.n
            OR z.document->>'first_bill' IS DISTINCT FROM b.first
            OR z.document->>'last_bill' IS DISTINCT FROM b.last
            OR z.document->>'first_refund' IS DISTINCT FROM b.first_refund
            OR z.document->>'last_refund' IS DISTINCT FROM b.last_refund
        """,
    ),
    Invariant(
        "I12.cashiers",
        "a Z report has what each cashier sold and gave back",
        """
        WITH written AS (
            SELECT z.shift_id, x.cashier, x.sales, x.refunds, x.total
              FROM billing_zreport z, jsonb_to_recordset(z.document->'cashiers')
                   AS x (cashier text, sales bigint, refunds bigint, total numeric)
        ), summed AS (
            SELECT b.shift_id, u.username AS cashier, count(*) FILTER (WHERE kind = 'sale') AS sales,
                   count(*) FILTER (WHERE kind = 'refund') AS refunds, sum(b.total) AS total
              FROM billing_bill b JOIN accounts_user u ON u.id = b.cashier_id
             WHERE EXISTS (SELECT FROM billing_zreport z WHERE z.shift_id = b.shift_id) GROUP BY 1, 2
        )
        SELECT 'shift ' || coalesce(w.shift_id, s.shift_id)
          FROM written w FULL JOIN summed s ON s.shift_id = w.shift_id AND s.cashier = w.cashier
         WHERE (w.sales, w.refunds, w.total) IS DISTINCT FROM (s.sales, s.refunds, s.total)
        """,
    ),
    Invariant(
        "I12.pieces",
        "the pieces of a count add up to it, on the shift and on its Z report",
        """
        SELECT 'shift ' || s.id
          FROM billing_shift s
          LEFT JOIN billing_zreport z ON z.shift_id = s.id
         CROSS JOIN LATERAL (
               SELECT sum((piece->>0)::numeric * (piece->>1)::int) AS sum,
                      jsonb_agg(jsonb_build_object('face', piece->0, 'count', piece->1) ORDER BY n) AS told
                 FROM jsonb_array_elements(s.pieces) WITH ORDINALITY AS p (piece, n)) p
         WHERE p.sum <> s.counted OR p.sum IS NOT NULL AND s.counted IS NULL
            OR z.document->'cash'->'pieces' IS DISTINCT FROM CASE WHEN z.id IS NOT NULL THEN coalesce(p.told, '[]') END
        """,
    ),
    Invariant(
        "I12.taxes",
        "a Z report has the taxes of its bills",
        """
        WITH written AS (
            SELECT z.shift_id, x.rate, x.base, x.tax
              FROM billing_zreport z,
                   jsonb_to_recordset(z.document->'taxes') AS x (rate numeric, base numeric, tax numeric)
        ), summed AS (
            SELECT b.shift_id, x.rate, sum(x.base) AS base, sum(x.tax) AS tax
              FROM billing_bill b JOIN billing_billtax x ON x.bill_id = b.id
             WHERE EXISTS (SELECT FROM billing_zreport z WHERE z.shift_id = b.shift_id) GROUP BY 1, 2
        )
        SELECT 'shift ' || coalesce(w.shift_id, s.shift_id)
          FROM written w FULL JOIN summed s ON s.shift_id = w.shift_id AND s.rate = w.rate
         WHERE (w.base, w.tax) IS DISTINCT FROM (s.base, s.tax)
        """,
    ),
    Invariant(
        "I12.tenders",
        "a Z report has the payments of its bills",
        """
        WITH written AS (
            SELECT z.shift_id, x.method, x.amount, x.count
              FROM billing_zreport z,
                   jsonb_to_recordset(z.document->'tenders') AS x (method text, amount numeric, count bigint)
        ), summed AS (
            SELECT b.shift_id, p.method, sum(p.amount) AS amount, count(*) AS count
              FROM billing_bill b JOIN billing_payment p ON p.bill_id = b.id
             WHERE EXISTS (SELECT FROM billing_zreport z WHERE z.shift_id = b.shift_id) GROUP BY 1, 2
        )
        SELECT 'shift ' || coalesce(w.shift_id, s.shift_id)
          FROM written w FULL JOIN summed s ON s.shift_id = w.shift_id AND s.method = w.method
         WHERE (w.amount, w.count) IS DISTINCT FROM (s.amount, s.count)
        """,
    ),
    Invariant(
        "I12.grand",
        "a Z report's grand total is the one before and its own total",
        """
        SELECT code || ' Z ' || number
          FROM (SELECT r.code, z.number, (z.document->>'grand_total')::numeric AS grand,
                       (z.document->>'total')::numeric AS total,
                       lag((z.document->>'grand_total')::numeric, 1, 0)
                           OVER (PARTITION BY z.register_id ORDER BY z.number) AS before
                  FROM billing_zreport z JOIN billing_register r ON r.id = z.register_id) z
         WHERE grand IS DISTINCT FROM before + total
        """,
    ),
    Invariant(
        "I16",
        "a Z report carries the digest of the one before it in its register, its number and its document",
        f"""
        SELECT code || ' Z ' || number
          FROM (SELECT r.code, z.number, z.digest, z.document,
                       lag(z.digest, 1, '') OVER (PARTITION BY z.register_id ORDER BY z.number) AS before
                  FROM billing_zreport z JOIN billing_register r ON r.id = z.register_id) z
         WHERE digest IS DISTINCT FROM {LINK.format(before="before", number="number", document="document")}
        """,
    ),
]
