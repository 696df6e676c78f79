"""Numbers of purchase orders, goods receipts, supplier returns and transfers: without gaps, each once."""

from django.db import connection

ORDER, RECEIPT, RETURN, TRANSFER = "PO", "GR", "SR", "TR"


def next_number(series: str) -> str:
    """Takes the next number; others wait until this transaction ends, so nothing should be locked after it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO inventory_documentseries AS s (code, last) VALUES (%s, 1)
            ON CONFLICT (code) DO UPDATE SET last = s.last + 1 RETURNING last
            """,
            [series],
        )
        return f"{series}-{cursor.fetchone()[0]:06d}"
