"""Fault trials of the shop, on its own PostgreSQL and on this machine only: python -m bench.trial

Tills sell through the API while something is killed, filled up or slow. They note in files what they were told, and
these are compared with the books. Each trial has a control: the same without one guard, which must find damage. The
last line is one JSON object.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from bench import stage
from bench.trial import cluster, figures

Trial = Callable[[], dict[str, Any]]
NAMES = ("storm", "postgres", "workers", "books full", "log full", "slow", "soak", "failover")


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.trial", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES, metavar="TRIAL", help=", ".join(NAMES))
    parser.add_argument("--tills", type=int, default=16)
    parser.add_argument("--processes", type=int, default=4, help="workers of the web server")
    parser.add_argument("--seconds", type=float, default=20, help="of the storm")
    parser.add_argument("--kills", type=int, default=100, help="of PostgreSQL")
    parser.add_argument("--worker-kills", type=int, default=150)
    parser.add_argument("--every", type=float, default=2, help="seconds between two kills of workers")
    parser.add_argument("--rounds", type=int, default=6, help="beside slow partners")
    parser.add_argument("--round-seconds", type=float, default=20)
    parser.add_argument("--soak-minutes", type=float, default=30)
    parser.add_argument("--control-soak-minutes", type=float, default=1)
    parser.add_argument("--control-kills", type=int, default=5)
    parser.add_argument("--without-controls", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    asked = options(arguments)
    folder = Path(os.environ.get("POS_DATA") or stage.BASE_DIR / "var").resolve() / "bench" / "trial"
    folder.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("It was told to stop."))  # processes it started end with it
    with cluster.own(folder) as books:
        os.environ |= stage.as_in_production(books.url)
        found = tried(asked, books, folder)
    print("\n".join(figures.table(found)))
    print(json.dumps(figures.summed(found) | {"holds": figures.hold(found), "trials": found}))
    return 0 if figures.hold(found) else 1


def tried(asked: argparse.Namespace, books: cluster.Cluster, folder: Path) -> dict[str, dict[str, Any]]:
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=stage.BASE_DIR, check=True)
    import django

    django.setup()
    from django.db import connections

    from bench.trial import ground, shop

    made = shop.set_up(asked.tills)
    for connection in connections.all():
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]
    books.keep()
    on = ground.Ground(books, made, folder, tills=asked.tills, processes=asked.processes, seed=asked.seed)
    found = {}
    for name, (trial, control) in trials(on, asked).items():
        if name in asked.only:
            found[name] = trial()
            found[name]["control"] = None if asked.without_controls else control()
            print(json.dumps({name: found[name]}), file=sys.stderr, flush=True)
    return found


def trials(on: Any, asked: argparse.Namespace) -> dict[str, tuple[Trial, Trial]]:
    """Each trial and its control."""
    from bench.trial import disk, failover, kills, slow, soak, storm

    return {
        "storm": (lambda: storm.storm(on, asked.seconds), lambda: storm.control(on, asked.seconds)),
        "postgres": (
            lambda: kills.postgres(on, asked.kills),
            lambda: kills.postgres_control(on, asked.control_kills),
        ),
        "workers": (
            lambda: kills.workers(on, asked.worker_kills, asked.every),
            lambda: kills.workers_control(on, asked.control_kills, asked.every),
        ),
        **{f"{part} full": (partial(disk.full, on, part), partial(disk.control, on, part)) for part in disk.PARTS},
        "slow": (
            lambda: slow.slow(on, asked.rounds, asked.round_seconds),
            lambda: slow.control(on, asked.round_seconds),
        ),
        "soak": (
            lambda: soak.soak(on, asked.soak_minutes),
            lambda: soak.control(on, asked.control_soak_minutes),
        ),
        "failover": (lambda: failover.failover(on), lambda: failover.control(on)),
    }


if __name__ == "__main__":
    sys.exit(main())
