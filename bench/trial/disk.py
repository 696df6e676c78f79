"""T20: the disk of the books, or that of the write-ahead log, is full to the last byte while the tills sell.

The shop refuses, says that it is not ready, and sells again once there is room.
"""

import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

from bench.trial import figures, small_disk
from bench.trial.cluster import Cluster, wait_until_it_sells
from bench.trial.ground import Ground, result
from bench.trial.tills import Way, selling
from bench.trial.web import serving
from bench.wire import Unreachable, Wire
from pos.embedded import server
from pos.embedded.process import running_pid

ROOM_MB, LOG_MB, LEFT_MB, FULL, SELLS_AGAIN_WITHIN = 24, 96, 64, 8.0, 60.0
SMALL_LOG = server.DURABLE | {"max_wal_size": "48MB", "min_wal_size": "32MB", "wal_keep_size": "0"}
READY = 200
PARTS = ("books", "log")


def full(ground: Ground, part: str, way: Way | None = None) -> dict[str, Any]:
    cluster = ground.ready(SMALL_LOG)
    few_segments(cluster)
    server.stop(cluster.data)
    place = ground.folder / "small-disk"
    size = LOG_MB if part == "log" else small_disk.megabytes(cluster.data) + ROOM_MB
    try:
        with small_disk.mounted(place, size):
            small = on_small_disk(cluster, place, ground.folder / "elsewhere", part)
            try:
                return tried(ground, small, place, part, way or Way())
            finally:
                server.stop(small.data)
    except small_disk.CannotMount as reason:
        return figures.not_run(str(reason))
    finally:
        shutil.rmtree(ground.folder / "elsewhere", ignore_errors=True)


def few_segments(cluster: Cluster) -> None:
    """Trials before this one may have left more write-ahead log than fits on the small disk: a checkpoint removes what
    was written before it, beyond the size that was set."""
    end = time.monotonic() + SELLS_AGAIN_WITHIN
    cluster.ask("CHECKPOINT")
    while small_disk.megabytes(cluster.data / "pg_wal") > LEFT_MB and time.monotonic() < end:
        cluster.ask("SELECT pg_switch_wal()")
        cluster.ask("CHECKPOINT")


def on_small_disk(cluster: Cluster, place: Path, elsewhere: Path, part: str) -> Cluster:
    """A copy of the cluster of which one part lies on the small disk, and the other elsewhere."""
    shutil.rmtree(elsewhere, ignore_errors=True)
    elsewhere.mkdir()
    data = (elsewhere if part == "log" else place) / "postgres"
    small_disk.copied(cluster.data, data)
    small_disk.moved(data / "pg_wal", (place if part == "log" else elsewhere) / "pg_wal")
    small = Cluster(data)
    small.start(SMALL_LOG)
    return small


def tried(ground: Ground, small: Cluster, place: Path, part: str, way: Way) -> dict[str, Any]:
    with (
        serving(small.url, ground.processes) as web,
        selling(lambda: web.base, ground.shop, ground.notes(), count=ground.tills, seed=ground.seed, way=way) as told,
    ):
        wait_until_it_sells(lambda: told.acknowledged.count, SELLS_AGAIN_WITHIN)
        ballast = small_disk.fill(place)
        if part == "log":
            use_up_the_segments(small)
        refused = wait_until_it_sells(lambda: told.asked_again + told.in_doubt_resolved, SELLS_AGAIN_WITHIN)
        time.sleep(FULL)
        ready, runs = answers_ready(web.base), bool(running_pid(small.data))
        ballast.unlink()
        begun = time.monotonic()
        small.start(SMALL_LOG)
        again = wait_until_it_sells(lambda: told.acknowledged.count, SELLS_AGAIN_WITHIN) + time.monotonic() - begun
    did = f"{part} full, first refused after {refused:.1f} s, PostgreSQL {'ran on' if runs else 'stopped'}"
    found = result(small, told, f"{did}, sold {again:.0f} s after there was room", readyz_while_full=ready)
    said_so = ready != READY
    return found | {"holds": found["holds"] and said_so and again < SELLS_AGAIN_WITHIN and refused < SELLS_AGAIN_WITHIN}


def use_up_the_segments(small: Cluster) -> None:
    """Uses up the spare WAL segments, so that PostgreSQL needs a new one, for which the disk has no room."""
    end = time.monotonic() + SELLS_AGAIN_WITHIN
    with suppress(psycopg.Error):
        while time.monotonic() < end:
            small.ask("SELECT pg_switch_wal()")
            time.sleep(0.2)


def answers_ready(base: str) -> int:
    try:
        return Wire(base, timeout=10).ask("GET", "/readyz")[0]
    except Unreachable:
        return 0


def control(ground: Ground, part: str) -> dict[str, Any]:
    """Tills that take a sale for sold before they are answered, and give up when told that the shop is busy."""
    found = full(ground, part, Way(eager=True, gives_up=True))
    if found["holds"] is None:
        return {}
    return {"control": "a refusal taken for a sale", "found": found["lost"], "seen": found["lost"] > 0}
