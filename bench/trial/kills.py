"""T02 and T03: PostgreSQL and the workers of the web server killed by SIGKILL while the tills sell."""

import time
from collections.abc import Mapping
from random import Random
from typing import Any

from bench.trial.cluster import CARELESS, wait_until_it_sells
from bench.trial.ground import Ground, result
from bench.trial.tills import Way, selling
from bench.trial.web import serving
from pos.embedded import server

FIRST_SALE_WITHIN, WARM_UP = 30.0, 1.0
BETWEEN = (0.4, 1.6)  # seconds of selling before the next kill of PostgreSQL


def postgres(ground: Ground, kills: int, options: Mapping[str, str] = server.DURABLE) -> dict[str, Any]:
    """Kills the postmaster so many times; `first_sale_s` is the longest from a kill to the next sale."""
    cluster, chance = ground.ready(options), Random(ground.seed)
    away = []
    with (
        serving(cluster.url, ground.processes) as web,
        selling(lambda: web.base, ground.shop, ground.notes(), count=ground.tills, seed=ground.seed) as told,
    ):
        time.sleep(WARM_UP)
        for _ in range(kills):
            time.sleep(chance.uniform(*BETWEEN))
            cluster.kill()
            killed = time.monotonic()
            cluster.start(options)
            wait_until_it_sells(lambda: told.acknowledged.count, FIRST_SALE_WITHIN)
            away.append(time.monotonic() - killed)
    longest = round(max(away, default=0.0), 1)
    found = result(cluster, told, f"{kills} kills, next sale in {longest} s at most", first_sale_s=longest)
    return found | {"kills": kills, "holds": found["holds"] and longest < FIRST_SALE_WITHIN}


def postgres_control(ground: Ground, kills: int) -> dict[str, Any]:
    """The control: commits are answered before they are on the disk, so a kill loses acknowledged sales."""
    found = postgres(ground, kills, CARELESS)
    return {"control": "synchronous_commit off", "found": found["lost"], "seen": found["lost"] > 0}


def workers(ground: Ground, kills: int, every: float, *, careless: bool = False) -> dict[str, Any]:
    cluster, chance, killed = ground.ready(), Random(ground.seed), 0
    way = Way(careless=careless)
    with (
        serving(cluster.url, ground.processes) as web,
        selling(lambda: web.base, ground.shop, ground.notes(), count=ground.tills, seed=ground.seed, way=way) as told,
    ):
        time.sleep(WARM_UP)
        for _ in range(kills):
            time.sleep(every)
            killed += web.kill_a_worker(chance)
    return result(cluster, told, f"{killed} kills, one every {every:g} s", kills=killed)


def workers_control(ground: Ground, kills: int, every: float) -> dict[str, Any]:
    """The control: tills take a new key for each attempt, so sales stored without an answer are sold twice."""
    found = workers(ground, kills, every, careless=True)
    return {"control": "a new key for each attempt", "found": found["doubled"], "seen": found["doubled"] > 0}
