"""Rows of ledgers that were rewritten all the same: PostgreSQL counts them until it crashes or the books are restored
elsewhere. What it has counted is noted down in a ledger of its own, which goes with the books."""

from django.db import connection, transaction

from pos.models import LedgerRewriting

COUNTED = """
    SELECT s.relname, s.n_tup_upd + s.n_tup_del
      FROM pg_stat_user_tables s
     WHERE s.schemaname = current_schema()
       AND EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = s.relid AND t.tgname LIKE 'append_only%')
"""
MIGRATIONS = "migrations"
# billing 0005_layout filled a new column of the lines of bills, before anything was noted
BEFORE_NOTES = {"billing_billline": MIGRATIONS}


def counted() -> dict[str, int]:
    """How many rows of each ledger were updated or deleted since the database began to count."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(COUNTED)
        return dict(cursor.fetchall())


@transaction.atomic
def note(seen: dict[str, int], *, why: str = "") -> int:
    """Write down what was counted beyond the last note; answers how many rows. `why` excuses them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('pos.rewritings'))")
    last = dict(LedgerRewriting.objects.order_by("pk").values_list("ledger", "counted"))
    made = [
        LedgerRewriting(
            ledger=ledger,
            counted=now,
            rows=now - last.get(ledger, 0) if now >= last.get(ledger, 0) else now,
            why=why if ledger in last else why or BEFORE_NOTES.get(ledger, ""),
        )
        for ledger, now in sorted(seen.items())
        if last.get(ledger) != now
    ]
    LedgerRewriting.objects.bulk_create(made)
    return sum(row.rows for row in made)
