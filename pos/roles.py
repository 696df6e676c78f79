"""Two database roles: the owner of the tables runs migrations; the shop runs as a role that owns nothing.

The shop's role reads and writes rows. It cannot truncate tables, disable triggers, or create rules and tables.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

IDENTITY = ("USER", "PASSWORD", "HOST", "PORT")
LEDGERS = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only'"
RIGHTS = (
    "REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {role}",
    "GRANT CONNECT ON DATABASE {database} TO {role}",
    "GRANT USAGE ON SCHEMA {schema} TO {role}",
    "REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
    "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
)
ANALYZES = "GRANT MAINTAIN ON ALL TABLES IN SCHEMA {schema} TO {role}"  # after an import, from PostgreSQL 17 on
CANNOT_MAKE = (
    "The owner of the database cannot make the shop's role {role}. Make it as a superuser, "
    "CREATE ROLE {role} LOGIN PASSWORD '...', and migrate again."
)


class RoleMissing(Exception):
    """Says which role must be created, and how."""


@contextmanager
def as_owner() -> Iterator[None]:
    """Runs statements as the owner of the tables, if DATABASE_OWNER_URL names one."""
    if not settings.DATABASE_OWNER_URL:
        yield
        return
    ours = connection.settings_dict
    options = {name: value for name, value in ours["OPTIONS"].items() if name != "pool"}
    identity = {name: settings.DATABASE_OWNER.get(name, "") for name in IDENTITY}
    connection.close()
    connection.settings_dict = {**ours, **identity, "OPTIONS": options}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = ours


def give_rights(role: str, password: str) -> None:
    """Creates the shop's role if missing and gives it exactly the rights it needs. Must run as the owner."""
    with transaction.atomic(), connection.cursor() as cursor:
        make(role, password)
        cursor.execute("SELECT current_schema(), current_database()")
        schema, database = cursor.fetchone()
        names = {"role": role, "schema": schema, "database": database}
        cursor.execute(LEDGERS)
        kept = [f"REVOKE DELETE ON {ledger} FROM {{role}}" for (ledger,) in cursor.fetchall()]
        analyzes = [ANALYZES] if connection.pg_version >= 170_000 else []  # type: ignore[attr-defined]
        for right in (*RIGHTS, *kept, *analyzes):
            cursor.execute(sql.SQL(right).format(**{name: sql.Identifier(value) for name, value in names.items()}))


def make(role: str, password: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = %s", [role])
        is_there = cursor.fetchone() is not None
        cursor.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
        may_make = cursor.fetchone()[0]
        if not may_make and is_there:
            return
        if not may_make:
            raise RoleMissing(CANNOT_MAKE.format(role=role))
        named = sql.Identifier(role)
        cursor.execute(sql.SQL("{} ROLE {} LOGIN").format(sql.SQL("ALTER" if is_there else "CREATE"), named))
        if password:
            cursor.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(named, sql.Literal(password)))


def is_owner(role: str) -> bool:
    """Whether the shop runs as the owner itself, so that there is no second role to give rights to."""
    return role == settings.DATABASE_OWNER.get("USER")
