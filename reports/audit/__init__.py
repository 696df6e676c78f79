"""The audit of the books: each invariant is a query that must return no rows, all run on one snapshot."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

from django.conf import settings
from django.db import connection, transaction

from pos.money import cash_step, decimals
from pos.postgres.silence import unlimited
from reports.audit import (
    approvals,
    bills,
    buying,
    counts,
    credit,
    drawer,
    history,
    journal,
    ledgers,
    outage,
    points,
    rollups,
    series,
    shelf,
    transfers,
)
from reports.audit.invariant import Invariant

INVARIANTS = [
    *shelf.INVARIANTS,
    *counts.INVARIANTS,
    *buying.INVARIANTS,
    *transfers.INVARIANTS,
    *points.INVARIANTS,
    *bills.INVARIANTS,
    *series.INVARIANTS,
    *drawer.INVARIANTS,
    *approvals.INVARIANTS,
    *credit.INVARIANTS,
    *outage.INVARIANTS,
    *rollups.INVARIANTS,
    *history.INVARIANTS,
    *journal.INVARIANTS,
    *ledgers.INVARIANTS,
]
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """How many rows break an invariant, and the names of the first ones."""

    invariant: Invariant
    count: int
    offenders: list[str]
    seconds: float

    @property
    def is_broken(self) -> bool:
        return self.count > 0 and not self.invariant.hint


@contextmanager
def one_moment() -> Iterator[None]:
    """A read-only transaction on one snapshot of the books, without a time limit."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL work_mem = '128MB'")
        with unlimited():
            yield


def findings() -> Iterator[Finding]:
    """Checks every invariant in turn, within the caller's transaction."""
    shop = {
        "zone": settings.TIME_ZONE,
        "decimals": decimals(settings.CURRENCY),
        "cash_step": cash_step(),
        "has_owner": bool(settings.DATABASE_OWNER_URL),
    }
    for invariant in INVARIANTS:
        begun = perf_counter()
        with connection.cursor() as cursor:
            sql = f"SELECT name, count(*) OVER () FROM ({invariant.sql}) AS found (name) ORDER BY name LIMIT {SHOWN}"
            cursor.execute(sql, shop)
            rows = cursor.fetchall()
        yield Finding(invariant, rows[0][1] if rows else 0, [row[0] for row in rows], perf_counter() - begun)
