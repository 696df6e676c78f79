"""What each server process counts for /metrics. Under gunicorn each keeps its figures in files of one folder, which
gunicorn.conf.py makes: so any of them can add up all."""

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
OWN = CollectorRegistry()

SECONDS = Histogram(
    "pos_request_seconds",
    "From a request that has fully arrived to its answer.",
    ["method", "route", "status"],
    buckets=BUCKETS,
    registry=OWN,
)
REFUSALS = Counter("pos_refusals", "Refused requests by the code of the refusal.", ["code"], registry=OWN)
POOL = Gauge(
    "pos_database_pool",
    "Connections of all server processes in use and idle, and requests waiting for one.",
    ["database", "state"],
    multiprocess_mode="livesum",
    registry=OWN,
)
MOST = Gauge(
    "pos_database_pool_most",
    "Connections these pools may hold.",
    ["database"],
    multiprocess_mode="livesum",
    registry=OWN,
)


def are_shared() -> bool:
    return bool(os.environ.get("PROMETHEUS_MULTIPROC_DIR"))


def of_all_processes() -> CollectorRegistry:
    if not are_shared():
        return OWN
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together
