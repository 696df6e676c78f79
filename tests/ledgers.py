"""Lifting the append-only triggers, for tests that plant a violation and for emptying the tables between tests."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from pos.db_retry import patiently

ARMED = """
    SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
      JOIN pg_proc p ON p.oid = t.tgfoid
     WHERE p.proname = 'refuse_rewriting' AND (%s::text[] IS NULL OR c.relname = ANY(%s)) ORDER BY 1, 2
"""


# Rows made by migrations, which no test changes.
STAY = {"auth_permission", "django_content_type", "django_migrations"}


@contextmanager
def ledgers_unlocked(tables: list[str] | None = None) -> Iterator[None]:
    """Disables the triggers of all ledgers, or of the ones given."""
    with connection.cursor() as cursor:
        cursor.execute(ARMED, [tables, tables])
        armed = cursor.fetchall()
        for_each(cursor, 'ALTER TABLE "{0}" DISABLE TRIGGER "{1}"', armed)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for_each(cursor, 'ALTER TABLE "{0}" ENABLE ALWAYS TRIGGER "{1}"', armed)


def for_each(cursor: CursorWrapper, statement: str, rows: list[tuple[str, ...]]) -> None:
    """Sends all statements in one message."""
    if rows:
        cursor.execute("; ".join(statement.format(*row) for row in rows))


def plant(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with ledgers_unlocked():
            for statement in statements:
                cursor.execute(statement)


@patiently
def empty_tables() -> None:
    """Like TRUNCATE of all tables, waiting for open writes too, but much faster as few tables hold rows. A page that is
    still read, and the locks taken here, may wait for each other."""
    tables = sorted(set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - STAY)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables))
        filled = [table for (table,) in cursor.fetchall()]
        cursor.execute("SET LOCAL session_replication_role = replica")  # rows may be deleted in any order
        with ledgers_unlocked(filled):
            for_each(cursor, "DELETE FROM {0}", [(table,) for table in filled])
