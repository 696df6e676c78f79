"""A real standby of the tests' PostgreSQL: a copy by pg_basebackup that follows it."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection, connections

from billing.models import Bill
from pos.embedded import server
from pos.embedded.owner import identity, owner_of, private_folder
from pos.postgres import standby

PATIENCE = 60  # seconds for a connection to the standby, on a machine however busy


@contextmanager
def following() -> Iterator[subprocess.Popen[bytes]]:
    """Starts a standby, registers it as the reports' database, and stops it afterwards."""
    default = connections.databases["default"]
    primary = connection.get_connection_params()["host"]
    data = Path(primary).with_name(f"standby-{os.getpid()}")
    owner = owner_of(data)
    private_folder(data, owner)
    options: Any = {"cwd": "/", **identity(owner)}
    copy = [server.binaries() / "pg_basebackup", "-D", data, "-h", primary, "-U", server.OWNER]
    subprocess.run([*copy, "-R", "--checkpoint=fast", "--no-sync", "--no-manifest"], check=True, **options)
    for left in (f"{server.SOCKET}.lock", ".handle_pids.json", "postmaster.pid"):
        (data / left).unlink(missing_ok=True)
    settings = [part for name, value in server.FORGETFUL.items() for part in ("-c", f"{name}={value}")]
    command = [server.binaries() / "postgres", "-D", data, "-k", data, *settings]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    try:
        wait_until_it_answers(data)
        config = {**default, "OPTIONS": {"host": str(data)}}
        alias = standby.as_alias(config, default)
        alias["OPTIONS"]["pool"]["timeout"] = alias["OPTIONS"]["connect_timeout"] = PATIENCE
        connections.databases[standby.ALIAS] = {**default, **alias}
        connections[standby.ALIAS].ensure_connection = connected  # type: ignore[method-assign]
        yield running
    finally:
        if connections.databases.pop(standby.ALIAS, None):
            connections[standby.ALIAS].close()
            connections[standby.ALIAS].close_pool()  # type: ignore[attr-defined]
            del connections[standby.ALIAS]
        standby.Absence.until = 0.0
        running.kill()
        running.wait()
        shutil.rmtree(data)


def connected() -> None:
    """Connects without Django's test guard, which allows only databases known at the start."""
    there = connections[standby.ALIAS]
    if there.connection is None:
        with there.wrap_database_errors:
            there.connect()


def wait_until_it_answers(data: Path) -> None:
    while True:
        try:
            server.connect(data, "postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return


def wait_until_it_has(bill: Bill) -> None:
    """From then on it knows how far behind it is: it has replayed a transaction."""
    while not Bill.objects.using(standby.ALIAS).filter(pk=bill.pk).exists():
        time.sleep(0.02)
