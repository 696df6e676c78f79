"""Django's PostgreSQL backend, which also marks when a request may already have been written, keeps cursors, and sends
writes together with the commit."""

from collections.abc import Callable, Sequence
from datetime import UTC
from functools import cache
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg.adapt import AdaptersMap
from psycopg.pq import Format

from pos import fate
from pos.postgres.plans import PlannedCursor, each_time

MOST_KEPT = 100  # cursors, more than there are statements
COMMIT = "COMMIT"
WRITES = ("INSERT", "UPDATE", "DELETE", "WITH")


def noted(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """A statement outside a transaction commits itself, so it is marked like a commit. Writes that wait go first."""
    context["connection"].send_waiting()
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
    threads = 0  # of the web server, which says so when it begins

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(noted)
        self._waiting: list[tuple[str, Sequence[Any]]] = []

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        if self.timezone == UTC:
            params["context"] = with_quick_timestamps(params["context"])
        return params

    @property
    def one_for_each_thread(self) -> bool:
        """Whether a thread keeps its connection for its next request. Elsewhere it gives it back to the pool, as Django
        does: a thread without work would keep it from the others."""
        return self.threads > 0 and self.pool is not None and self.pool.max_size >= self.threads

    def connect(self) -> None:
        super().connect()
        if self.one_for_each_thread:
            self.close_at = None

    def close_if_unusable_or_obsolete(self) -> None:
        """Before and after each request. What did not answer for a moment goes back to the pool, which asks it."""
        super().close_if_unusable_or_obsolete()
        if self.one_for_each_thread and self.connection is not None and not self.connection.works:
            self.close()

    def create_cursor(self, name: str | None = None) -> Any:
        """Django's would ask the loader of timestamps for its time zone."""
        if self.timezone != UTC:
            return super().create_cursor(name)
        if name:
            return self.connection.cursor(name, scrollable=False, withhold=self.connection.autocommit)
        return PlannedCursor(self.connection) if each_time.get() else self.connection.cursor()

    def wait_with(self, sql: str, parameters: Sequence[Any]) -> None:
        """Keeps a write until the next statement or the commit; see `pos.postgres.rows.later`."""
        self._waiting.append((sql, parameters))

    def send_waiting(self) -> None:
        if self._waiting:
            with self.wrap_database_errors, self.connection.pipeline():
                self._send()

    def _send(self) -> None:
        waiting, self._waiting = self._waiting, []
        for sql, parameters in waiting:
            self.cursor_for(sql).execute(sql, parameters)

    def _commit(self) -> None:
        with fate.undecided():
            if not self._waiting:
                super()._commit()  # type: ignore[misc]
                return
            with self.wrap_database_errors, self.connection.pipeline():
                self._send()
                self.cursor_for(COMMIT).execute(COMMIT)

    def _rollback(self) -> None:
        self._waiting.clear()
        super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        self._waiting.clear()  # to make the savepoint, all that waited before was sent
        super()._savepoint_rollback(sid)  # type: ignore[misc]

    def _close(self) -> None:
        self._waiting.clear()
        super()._close()  # type: ignore[misc]

    @property
    def queries_logged(self) -> bool:
        """Where DEBUG is on, as in the demo, Django would write out every statement with its values."""
        return bool(self.force_debug_cursor)

    @property
    def is_listened_to(self) -> bool:
        """Whether somebody counts or records the statements, besides `noted`."""
        return len(self.execute_wrappers) > 1 or self.queries_logged

    def kept_cursor(self, sql: str) -> Any:
        """psycopg's own cursor for this statement, after all that waits was sent. Read its result before the statement
        is asked again."""
        if self.connection is None:
            self.ensure_connection()
        self.send_waiting()
        return self.cursor_for(sql)

    def cursor_for(self, sql: str) -> Any:
        """The same cursor for as long as psycopg's connection lasts, which outlives a request in the pool: it remembers
        how the statement's values are written and read."""
        if each_time.get():
            return self.create_cursor()
        kept = vars(self.connection).setdefault("kept_cursors", {})
        if sql not in kept:
            if len(kept) >= MOST_KEPT:
                kept.clear()
            kept[sql] = self.create_cursor()
        return kept[sql]
