"""Runs the statements of sale and till: Django's layers around a new cursor cost three times what psycopg's kept one
does."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections


def array(numbers: Iterable[int | Decimal]) -> str:
    """Numbers as a parameter that the SQL casts to an array; psycopg itself looks at each number several times."""
    return f"{{{','.join(map(str, numbers))}}}"


def rows(sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[Any]:
    """The rows that a statement returns; it must return some, so a write says RETURNING. Errors are Django's.

    Goes through Django's cursor where statements are counted or recorded, and for a write outside a transaction, whose
    outcome Django's cursor marks as unknown until it is committed.
    """
    database: Any = connections[DEFAULT_DB_ALIAS]
    if database.is_listened_to or not (database.in_atomic_block or sql.lstrip().startswith("SELECT")):
        with database.cursor() as cursor:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall())
    database.validate_no_broken_transaction()
    with database.wrap_database_errors:
        found: list[Any] = database.kept_cursor(sql).execute(sql, parameters).fetchall()
    return found


def later(sql: str, parameters: Sequence[Any]) -> None:
    """Writes within the transaction, sent together with its next statement or its commit: one round trip for several
    writes. What the statement returns is not read. Its error is raised where it is sent."""
    database: Any = connections[DEFAULT_DB_ALIAS]
    if database.is_listened_to or not database.in_atomic_block:
        rows(sql, parameters)
    else:
        database.validate_no_broken_transaction()
        database.wait_with(sql, parameters)
