"""Django's PostgreSQL backend, which also marks when a request may already have been written, and keeps a cursor."""

from collections.abc import Callable
from typing import Any

from django.db.backends.postgresql import base

from pos import fate

WRITES = ("INSERT", "UPDATE", "DELETE", "WITH")


def noted(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """A statement outside a transaction commits itself, so it is marked like a commit."""
    if context["connection"].in_atomic_block or not str(sql).lstrip().upper().startswith(WRITES):
        return execute(sql, params, many, context)
    with fate.undecided():
        return execute(sql, params, many, context)


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(noted)
        self._kept: Any = None

    def _commit(self) -> None:
        with fate.undecided():
            super()._commit()  # type: ignore[misc]

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
