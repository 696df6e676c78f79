"""How full the pools of database connections are. A thread of each server process tells it every second, so that no
request pays for it."""

import time
from threading import Thread

from django.db import connections

from pos.metrics.figures import MOST, POOL

EVERY = 1.0


def publish() -> None:
    for database in connections.all():
        if pool := database.pool:  # type: ignore[attr-defined]
            told = pool.get_stats()
            MOST.labels(database.alias).set(told["pool_max"])
            size, idle = told.get("pool_size", 0), told.get("pool_available", 0)
            for state, number in {"in_use": size - idle, "idle": idle, "waiting": told["requests_waiting"]}.items():
                POOL.labels(database.alias, state).set(number)


def publish_forever() -> None:
    while True:
        publish()
        time.sleep(EVERY)


def begin() -> None:
    Thread(target=publish_forever, name="metrics of pools", daemon=True).start()
