"""Records ledger rows that were rewritten despite the triggers. PostgreSQL's own counters are lost after a crash or a
restore elsewhere, so they are copied into a ledger that is kept with the books."""

from django.db import connection, transaction

from pos.models import LedgerRewriting

COUNTED = """
    SELECT s.relname, s.n_tup_upd + s.n_tup_del
      FROM pg_stat_user_tables s
     WHERE s.schemaname = current_schema()
       AND EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = s.relid AND t.tgname LIKE 'append_only%')
"""
MIGRATIONS = "migrations"


def counted() -> dict[str, int]:
    """The number of updated or deleted rows of each ledger since the database began to count."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(COUNTED)
        return dict(cursor.fetchall())


@transaction.atomic
def note(seen: dict[str, int], *, why: str = "") -> int:
    """Records what was counted since the last record; returns how many rows. `why` marks them as excused."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('pos.rewritings'))")
    last = dict(LedgerRewriting.objects.order_by("pk").values_list("ledger", "counted"))
    made = [
        LedgerRewriting(
            ledger=ledger,
            counted=now,
            rows=now - last.get(ledger, 0) if now >= last.get(ledger, 0) else now,
            why=why,
        )
        for ledger, now in sorted(seen.items())
        if last.get(ledger) != now
    ]
    LedgerRewriting.objects.bulk_create(made)
    return sum(row.rows for row in made)
