"""A PostgreSQL of the trial's own, killed by the id of its postmaster and started again."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from bench import stage
from pos.embedded import server
from pos.embedded.process import is_server, running_pid

# Commits are answered before they are on the disk: the control, in which a kill loses sales.
CARELESS = server.DURABLE | {"synchronous_commit": "off", "wal_writer_delay": "10s", "wal_writer_flush_after": "0"}
READY = "ready"


class Cluster:
    """The books of one shop. `refresh` brings them back to what they were when `keep` was called."""

    def __init__(self, data: Path) -> None:
        self.data = data.resolve()
        self.url = server.url(self.data)
        self.kills = 0

    def start(self, options: Mapping[str, str] = server.DURABLE) -> None:
        server.start(self.data, options)

    def kill(self) -> None:
        """SIGKILL for the postmaster. Its children see that it is gone, and end."""
        pid = running_pid(self.data)
        if not pid:
            sys.exit(f"No PostgreSQL runs in {self.data}.")
        os.kill(pid, signal.SIGKILL)
        server.wait_until(lambda: not is_server(pid, self.data), "The killed PostgreSQL still runs.")
        self.kills += 1

    def restart(self, options: Mapping[str, str] = server.DURABLE) -> None:
        server.stop(self.data)
        self.start(options)

    def ask(self, sql: str, parameters: Any = None, database: str = "pos") -> list[tuple[Any, ...]]:
        with psycopg.connect(
            host=str(server.socket_directory(self.data)), user=server.OWNER, dbname=database, autocommit=True
        ) as connection:
            told = connection.execute(sql, parameters)
            return list(told.fetchall()) if told.description else []

    def keep(self) -> None:
        self.ask(f"ALTER DATABASE pos RENAME TO {READY}", database="postgres")

    def refresh(self) -> None:
        self.ask("DROP DATABASE IF EXISTS pos WITH (FORCE)", database="postgres")
        self.ask(f"CREATE DATABASE pos TEMPLATE {READY}", database="postgres")
        # A copied sequence treats its next values as logged already, and repeats them after a kill.
        self.ask("CHECKPOINT")

    def audit(self) -> str:
        """What `manage.py audit` finds wrong, or nothing."""
        return audited(self.url)


def audited(url: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", "audit"],
        cwd=stage.BASE_DIR,
        env=os.environ | {"DATABASE_URL": url},
        capture_output=True,
        text=True,
    )
    said = (done.stdout + done.stderr).strip().splitlines()
    wrong = [line for line in said if not line.endswith(": ok")]
    return "; ".join(wrong[-5:]) or "it failed" if done.returncode else ""


def wait_until_it_sells(sold: Any, patience: float) -> float:
    """Seconds until `sold()` is more than it is now."""
    before, begun = sold(), time.monotonic()
    while sold() <= before:
        if time.monotonic() - begun > patience:
            return patience
        time.sleep(0.01)
    return time.monotonic() - begun


@contextmanager
def own(folder: Path) -> Iterator[Cluster]:
    """A cluster in this folder, stopped and deleted afterwards."""
    cluster = Cluster(folder / "postgres")
    server.stop(cluster.data)
    shutil.rmtree(cluster.data, ignore_errors=True)
    cluster.start()
    try:
        yield cluster
    finally:
        server.stop(cluster.data)
        shutil.rmtree(cluster.data, ignore_errors=True)
