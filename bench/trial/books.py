"""Compares the books with what the tills were told."""

from typing import Any
from uuid import UUID

from bench.trial.cluster import Cluster
from bench.trial.tills import Told

BILLS = "SELECT key, number FROM billing_bill"
# A sale's mark is the reference of its card, a refund's its reason.
DOUBLED = """
    SELECT count(*) FROM (
        SELECT mark FROM (
            SELECT reference AS mark FROM billing_payment WHERE reference LIKE 'till %'
             UNION ALL SELECT reason FROM billing_bill WHERE reason LIKE 'till %') marks
         GROUP BY mark HAVING count(*) > 1) doubled
"""
OVERSOLD = "SELECT count(*) FROM inventory_stock WHERE quantity < 0"
# Refusals that are expected when tills share a register or compete for the last pieces.
EXPLAINED = {
    *("sale: out_of_stock", "sale: no_open_shift", "refund: no_open_shift", "refund: not_enough_cash"),
    *("close: no_open_shift", "open: shift_is_open", "open: in_use"),
}
DEADLOCKS = "SELECT coalesce(sum(deadlocks), 0)::int FROM pg_stat_database WHERE datname = 'pos'"


def compared(cluster: Cluster, told: Told) -> dict[str, Any]:
    return counted(cluster, told) | {"audit": cluster.audit() or "clean"}


def counted(cluster: Cluster, told: Told) -> dict[str, Any]:
    """`lost`: acknowledged and not in the books, or there under another number. `doubled`: sold more than once."""
    noted = told.acknowledged.read()
    books: dict[UUID, str] = dict(cluster.ask(BILLS))  # type: ignore[arg-type]
    lost = [key for key, number in noted.items() if key not in books or number not in ("?", books[key])]
    return {
        "acknowledged": len(noted),
        "lost": len(lost),
        "doubled": cluster.ask(DOUBLED)[0][0],
        "in_doubt_resolved": told.in_doubt_resolved,
        "unresolved": told.unresolved,
        "asked_again": told.asked_again,
        "errors_5xx": len(told.errors),
        "errors": told.errors[:3],
        "told_otherwise": len(told.otherwise),
        "refused": dict(told.refused),
        "unexplained": sum(count for what, count in told.refused.items() if what not in EXPLAINED),
        "oversold": cluster.ask(OVERSOLD)[0][0],
        "deadlocks": cluster.ask(DEADLOCKS)[0][0],
        "p99_ms": percentile([seconds for _, seconds in told.times], 99),
    }


def percentile(seconds: list[float], per_cent: float) -> float:
    found = sorted(seconds)
    return round(found[min(len(found) - 1, int(len(found) * per_cent / 100))] * 1000, 1) if found else 0.0


MUST_BE_NONE = ("lost", "doubled", "unresolved", "unexplained", "errors_5xx", "told_otherwise", "oversold", "deadlocks")


def holds(figures: dict[str, Any]) -> bool:
    return figures["acknowledged"] > 0 and not any(figures[n] for n in MUST_BE_NONE) and figures["audit"] == "clean"
