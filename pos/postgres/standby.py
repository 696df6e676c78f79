"""Reports read from a standby, a streaming copy of the database: what a manager looks up then slows no till.

Only what runs inside `first_on_standby` reads there. Everything else, and every write, goes to the shop's own database.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections

from pos.postgres.plans import for_their_values
from pos.postgres.silence import gives_up_after

ALIAS = "replica"
AWAY = 10.0  # seconds in which one that did not answer is not asked again
CONNECT, SILENCE = 2.0, 15.0
Answer = TypeVar("Answer")
source: ContextVar[str] = ContextVar("source", default=DEFAULT_DB_ALIAS)
WRITTEN = "SELECT pg_current_wal_lsn()::text"
REPLAYED = """
    SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn, extract(epoch FROM now() - pg_last_xact_replay_timestamp())::float8
     WHERE pg_is_in_recovery()
"""


def as_alias(config: dict[str, Any], default: dict[str, Any]) -> dict[str, Any]:
    """The standby's entry in DATABASES. One that is away must not hold up a page for long."""
    pool = {"min_size": 0, "max_size": 4, "timeout": CONNECT, "connection_class": gives_up_after(SILENCE)}
    as_default = {name: default["OPTIONS"][name] for name in ("server_side_binding", "prepare_threshold", "options")}
    options = {**as_default, **config.get("OPTIONS", {}), "pool": pool, "connect_timeout": int(CONNECT)}
    return {**config, "ENGINE": default["ENGINE"], "OPTIONS": options, "TEST": {"MIRROR": DEFAULT_DB_ALIAS}}


class ReportReads:
    """The router of the ORM: reads go where the running report reads, writes to the shop's own database."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return source.get()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == DEFAULT_DB_ALIAS


class Reading:
    """In reports, instead of `django.db.connection`."""

    def cursor(self) -> Any:
        with for_their_values():
            return connections[source.get()].cursor()


connection = Reading()


@dataclass(frozen=True, slots=True)
class Standing:
    """How many seconds the standby is behind; None where it is away or further behind than it may be."""

    behind: float | None

    @property
    def seconds(self) -> int:
        return round(self.behind or 0)


class Absence:
    """Until when this process does not ask the standby again."""

    until = 0.0


def is_set_up() -> bool:
    return ALIAS in connections.databases


def look() -> Standing:
    """An idle shop writes nothing, so the time of the last change alone says nothing: a standby that has replayed all
    that was written until now is not behind."""
    if monotonic() < Absence.until:
        return Standing(None)
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(WRITTEN)
        written = cursor.fetchone()
    try:
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(REPLAYED, written)
            row = cursor.fetchone()
    except (OperationalError, InterfaceError):
        lost()
        return Standing(None)
    has_all, seconds = row or (False, None)
    behind = 0.0 if has_all else seconds
    return Standing(behind if behind is not None and behind <= settings.DATABASE_REPLICA_LAG else None)


def lost() -> None:
    Absence.until = monotonic() + AWAY
    connections[ALIAS].close()


@contextmanager
def reading_from(alias: str) -> Iterator[None]:
    token = source.set(alias)
    try:
        yield
    finally:
        source.reset(token)


def first_on_standby(read: Callable[[Standing | None], Answer]) -> Answer:
    """Reads from the standby where it is fresh, else from the shop's own database; there once more if the standby goes
    away meanwhile. `read` only reads, and is told where it does; None where the shop has no standby."""
    with for_their_values():
        if not is_set_up():
            return read(None)
        standing = look()
        if standing.behind is not None:
            try:
                with reading_from(ALIAS):
                    return read(standing)
            except (OperationalError, InterfaceError):
                lost()
        return read(Standing(None))


def or_own(read: Callable[[], Answer]) -> Answer:
    """A part of a long file: if the standby goes away, it is read from the shop's own database."""
    try:
        return read()
    except (OperationalError, InterfaceError):
        if source.get() != ALIAS:
            raise
        lost()
    with reading_from(DEFAULT_DB_ALIAS):
        return read()
