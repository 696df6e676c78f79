"""Tills that sell for long, with changes of shift: does the server grow, keep connections, or slow down?"""

import time
from statistics import mean
from typing import Any

from bench.trial import books
from bench.trial.cluster import Cluster
from bench.trial.deeds import ALL_DAY
from bench.trial.ground import Ground, result
from bench.trial.tills import Way, selling
from bench.trial.web import GUARDED, serving

SAMPLES, THIRD = 30, 10  # the first third warms up; the last is compared with the second
MOST_GROWTH, MOST_DRIFT = 5.0, 20.0  # per cent
CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'pos' AND pid <> pg_backend_pid()"
POOL = 8  # connections a worker may keep
LEAKING = "bench.trial.careless:with_a_leak()"


def soak(ground: Ground, minutes: float, app: str = GUARDED) -> dict[str, Any]:
    cluster = ground.ready()
    with serving(cluster.url, ground.processes, app, DATABASE_POOL=str(POOL)) as web:
        notes, tills = ground.notes(), max(1, ground.tills // 2)
        way = Way(ALL_DAY)
        with selling(lambda: web.base, ground.shop, notes, count=tills, seed=ground.seed, way=way) as told:
            begun = time.monotonic()
            memory, connections = [], []
            for _ in range(SAMPLES):
                time.sleep(minutes * 60 / SAMPLES)
                memory.append(web.memory_mb())
                connections.append(connected(cluster))
            ended = time.monotonic()
    growth = percent(mean(memory[-THIRD:]), mean(memory[THIRD : 2 * THIRD]))
    second, last = (p99(told.times, begun + (ended - begun) * part / 3, (ended - begun) / 3) for part in (1, 2))
    drift = percent(last, second)
    did = f"{minutes:g} min, memory {growth:+.1f} %, p99 {drift:+.1f} %, {max(connections)} connections at most"
    found = result(cluster, told, did, growth_percent=growth, drift_percent=drift, connections=max(connections))
    steady = growth < MOST_GROWTH and drift < MOST_DRIFT and max(connections) <= ground.processes * POOL
    return found | {"holds": found["holds"] and steady}


def connected(cluster: Cluster) -> int:
    return int(cluster.ask(CONNECTIONS)[0][0])


def percent(now: float, before: float) -> float:
    return round((now / before - 1) * 100, 1) if before else 0.0


def p99(times: list[tuple[float, float]], begun: float, seconds: float) -> float:
    return books.percentile([took for at, took in times if begun <= at < begun + seconds], 99)


def control(ground: Ground, minutes: float) -> dict[str, Any]:
    """The control: a server that leaks memory at each request."""
    growth = soak(ground, minutes, LEAKING)["growth_percent"]
    return {"control": "a leak, growth in per cent", "found": growth, "seen": growth > MOST_GROWTH}
