"""Checks the journals handed over against the bills and drawers of their days."""

from reports.audit.invariant import Invariant

# Imported bills were booked by the system they came from
LINES = """
    SELECT j.day, e.entry->>'number' AS number, l.line->>'role' AS role, l.line->>'detail' AS detail,
           (l.line->>'debit')::numeric AS debit, (l.line->>'credit')::numeric AS credit
      FROM reports_journalday j,
           jsonb_array_elements(j.document->'entries') e (entry),
           jsonb_array_elements(e.entry->'lines') l (line)
"""
INVARIANTS = [
    Invariant(
        "I38",
        "an entry of a journal handed over has as much debit as credit",
        f"""
        SELECT 'journal ' || day || ' ' || number FROM ({LINES}) l GROUP BY day, number HAVING sum(debit) <> sum(credit)
        """,
    ),
    Invariant(
        "I38.revenue",
        "a journal handed over has the revenue and tax of the bills booked on its day at each rate",
        f"""
        WITH booked AS (
            SELECT day, detail::numeric AS rate, sum(credit - debit) FILTER (WHERE role = 'revenue') AS base,
                   sum(credit - debit) FILTER (WHERE role = 'tax') AS tax
              FROM ({LINES}) l WHERE role IN ('revenue', 'tax') GROUP BY 1, 2
        ), sold AS (
            SELECT coalesce(o.booked_on, b.business_date) AS day, x.rate, sum(x.base) AS base, sum(x.tax) AS tax
              FROM billing_bill b
              JOIN billing_register r ON r.id = b.register_id AND r.kind <> 'hist'
              JOIN billing_billtax x ON x.bill_id = b.id
              LEFT JOIN billing_outagesale o ON o.bill_id = b.id
             WHERE coalesce(o.booked_on, b.business_date) IN (SELECT day FROM reports_journalday) GROUP BY 1, 2
        )
        SELECT 'journal ' || coalesce(b.day, s.day)
          FROM booked b FULL JOIN sold s ON s.day = b.day AND s.rate = b.rate
         WHERE (coalesce(b.base, 0), coalesce(b.tax, 0)) <> (coalesce(s.base, 0), coalesce(s.tax, 0))
        """,
    ),
]
