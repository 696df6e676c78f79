"""The rows of a ledger as lines of text, the same on any machine: JSON lists of columns as PostgreSQL writes them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.apps import apps
from django.db import connection, models, transaction

from reports.audit.ledgers import TABLES

# One remembers keys of requests; the seals are a chain of their own.
NO_BOOKS = {"pos_donedeed", "reports_dayseal"}


def ledgers() -> dict[str, list[str]]:
    """The columns of each ledger, its key first."""
    by_table = {model._meta.db_table: model for model in apps.get_models()}
    return {table: columns(by_table[table]) for table in TABLES if table not in NO_BOOKS}


def columns(model: type[models.Model]) -> list[str]:
    key = str(model._meta.pk.column)
    return [key, *(name for field in model._meta.concrete_fields if (name := str(field.column)) != key)]


def line(names: Sequence[str]) -> str:
    return f"jsonb_build_array({', '.join(f'{name}::text' for name in names)})::text"


@contextmanager
def plain_texts() -> Iterator[None]:
    """A transaction in which times and bytes are written in one way, whatever the server's own settings."""
    with transaction.atomic(), connection.cursor() as cursor:
        for setting in ("timezone = 'UTC'", "datestyle = 'ISO, YMD'", "bytea_output = 'hex'", "extra_float_digits = 1"):
            cursor.execute(f"SET LOCAL {setting}")
        yield


def newest() -> dict[str, int]:
    """The highest id of each ledger."""
    read = " UNION ALL ".join(
        f"SELECT '{table}', coalesce(max({names[0]}), 0) FROM {table}" for table, names in ledgers().items()
    )
    with connection.cursor() as cursor:
        cursor.execute(read)
        return dict(cursor.fetchall())


def reach(table: str, key: str, after: int, until: int, most: int) -> int:
    """The id of the last of the next `most` rows, or `until` where fewer are left."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key} FROM {table} WHERE {key} > %s AND {key} <= %s ORDER BY {key} OFFSET %s LIMIT 1",
            [after, until, most - 1],
        )
        found = cursor.fetchone()
    return int(found[0]) if found else until


def digest(table: str, names: Sequence[str], after: int, until: int) -> tuple[int, str]:
    """How many rows there are in a range of ids, and the SHA-256 of their lines."""
    text = f"convert_to({line(names)} || E'\\n', 'UTF8')"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT count(*), encode(sha256(coalesce(string_agg({text}, '' ORDER BY {names[0]}), '')), 'hex')
              FROM {table} WHERE {names[0]} > %s AND {names[0]} <= %s
            """,
            [after, until],
        )
        count, found = cursor.fetchone()
    return int(count), str(found)
