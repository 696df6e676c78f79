"""How the database plans what it is asked often."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import psycopg

each_time: ContextVar[bool] = ContextVar("each_time", default=False)


@contextmanager
def for_their_values() -> Iterator[None]:
    """Statements are planned for the values they ask for, each time. Of one that is prepared and asked often the
    database may take one plan for all values, and that can use no index of some rows: it read ten million movements to
    find a hundred of a rare kind, and 4 s for the goods of a month that took 25 ms before."""
    token = each_time.set(True)
    try:
        yield
    finally:
        each_time.reset(token)


class PlannedCursor(psycopg.Cursor[Any]):
    """Prepares nothing."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> "PlannedCursor":
        return super().execute(query, params, **{**options, "prepare": False})
