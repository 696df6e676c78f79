"""Makes a large database from a small one by copying the rows of its sales under new ids.

Sizes, indexes and constraints are those of a shop; sums are not, so an audit of these books finds faults.
"""

from typing import Any

import psycopg
from psycopg import sql

TABLES = (
    *("billing_bill", "billing_billline", "billing_billtax", "billing_payment", "billing_billseal"),
    *("billing_cashmovement", "inventory_stockmovement", "members_pointsentry"),
)
KEYS = {"billing_billseal": "bill_id"}  # all others: id
MOVED = {"id", "bill_id", "original_id", "exchange_id"}
ANEW = {"key": "gen_random_uuid()", "number": "(id + %(moved)s)::text", "sequence": "sequence + %(sequences)s"}
COLUMNS = "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
SHARE = 16  # the largest part copied at once; below it each copy doubles the rows


def grow(books: psycopg.Connection[Any], wanted: int) -> None:
    """Copies until the database has this many bytes. `books` is a superuser's connection, in autocommit."""
    books.execute("SET session_replication_role = replica")  # foreign keys stay valid, because bills are copied whole
    until, before = 0, size(books)
    while (now := size(books)) < wanted:
        moved = 1 + max(number(books, f"SELECT coalesce(max({key_of(table)}), 0) FROM {table}") for table in TABLES)
        if now - before < wanted / SHARE:
            until = moved
        before = now
        sequences = 1 + number(books, "SELECT max(sequence) FROM billing_bill")
        for table in TABLES:
            books.execute(copied(books, table), {"moved": moved, "sequences": sequences, "until": until})
        print(f"{now / 1e9:.2f} GB", flush=True)
    books.execute("VACUUM ANALYZE")


def size(books: psycopg.Connection[Any]) -> int:
    return number(books, "SELECT pg_database_size(current_database())")


def number(books: psycopg.Connection[Any], question: str) -> int:
    ((told,),) = books.execute(question).fetchall()
    return int(told)


def key_of(table: str) -> str:
    return KEYS.get(table, "id")


def copied(books: psycopg.Connection[Any], table: str) -> sql.Composed:
    names = [name for (name,) in books.execute(COLUMNS, [table])]
    copy = "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {} WHERE {} < %(until)s"
    return sql.SQL(copy).format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.SQL(", ").join(map(value, names)),
        sql.Identifier(table),
        sql.Identifier(key_of(table)),
    )


def value(name: str) -> sql.Composable:
    if name in MOVED:
        return sql.SQL("{} + %(moved)s").format(sql.Identifier(name))
    return sql.SQL(ANEW[name]) if name in ANEW else sql.Identifier(name)
