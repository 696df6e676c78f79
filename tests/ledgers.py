"""Lifting the append-only triggers, for tests that plant a violation and for emptying the tables between tests."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

ARMED = """
    SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
      JOIN pg_proc p ON p.oid = t.tgfoid
     WHERE p.proname = 'refuse_rewriting' ORDER BY 1, 2
"""


@contextmanager
def ledgers_unlocked() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(ARMED)
        armed = cursor.fetchall()
        for table, trigger in armed:
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER "{trigger}"')
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for table, trigger in armed:
                cursor.execute(f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{trigger}"')


def plant(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with ledgers_unlocked():
            for statement in statements:
                cursor.execute(statement)
