"""Django's PostgreSQL backend, which also marks when a request may already have been written, and keeps a cursor."""

from collections.abc import Callable
from datetime import UTC
from functools import cache
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg.adapt import AdaptersMap
from psycopg.pq import Format

from pos import fate
from pos.postgres.plans import PlannedCursor, each_time

WRITES = ("INSERT", "UPDATE", "DELETE", "WITH")


def noted(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """A statement outside a transaction commits itself, so it is marked like a commit."""
    if context["connection"].in_atomic_block or not str(sql).lstrip().upper().startswith(WRITES):
        return execute(sql, params, many, context)
    with fate.undecided():
        return execute(sql, params, many, context)


@cache
def with_quick_timestamps(template: AdaptersMap) -> AdaptersMap:
    """Django reads timestamps in Python to set their time zone; psycopg reads them in C, in that of the connection."""
    oid = psycopg.adapters.types["timestamptz"].oid
    in_c = psycopg.adapters.get_loader(oid, Format.TEXT)
    assert in_c
    quick = AdaptersMap(template)
    quick.register_loader(oid, in_c)
    return quick


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(noted)
        self._kept: Any = None

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        if self.timezone == UTC:
            params["context"] = with_quick_timestamps(params["context"])
        return params

    def create_cursor(self, name: str | None = None) -> Any:
        """Django's would ask the loader of timestamps for its time zone."""
        if self.timezone != UTC:
            return super().create_cursor(name)
        if name:
            return self.connection.cursor(name, scrollable=False, withhold=self.connection.autocommit)
        return PlannedCursor(self.connection) if each_time.get() else self.connection.cursor()

    def _commit(self) -> None:
        with fate.undecided():
            super()._commit()  # type: ignore[misc]

    @property
    def queries_logged(self) -> bool:
        """Where DEBUG is on, as in the demo, Django would write out every statement with its values."""
        return bool(self.force_debug_cursor)

    @property
    def is_listened_to(self) -> bool:
        """Whether somebody counts or records the statements, besides `noted`."""
        return len(self.execute_wrappers) > 1 or self.queries_logged

    def kept_cursor(self) -> Any:
        """psycopg's own cursor, the same one for as long as the connection lasts. Read its result before it is used
        again."""
        if self.connection is None:
            self.ensure_connection()
        if self._kept is None or self._kept.connection is not self.connection:
            self._kept = self.create_cursor()
        return self._kept
