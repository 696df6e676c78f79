"""A database and a server for a benchmark: an embedded PostgreSQL with fsync on, and gunicorn as in production."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pos.embedded.server import socket_directory, start, stop

BASE_DIR = Path(__file__).resolve().parent.parent


@contextmanager
def database() -> Iterator[str]:
    """A new cluster, deleted afterwards; sets DATABASE_URL before Django reads its settings."""

    data = Path(os.environ.get("POS_DATA") or BASE_DIR / "var").resolve() / "bench" / "postgres"
    stop(data)
    shutil.rmtree(data, ignore_errors=True)
    url = start(data)
    os.environ |= as_in_production(url)
    try:
        yield str(socket_directory(data))
    finally:
        stop(data)
        shutil.rmtree(data, ignore_errors=True)


def migrate() -> None:
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=BASE_DIR, check=True)


def as_in_production(url: str) -> dict[str, str]:
    return {
        "DATABASE_URL": url,
        "DEBUG": "0",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "127.0.0.1",
        "SECURE_SSL_REDIRECT": "0",
        "DJANGO_SETTINGS_MODULE": "pos.settings",
    }


@contextmanager
def server(workers: int) -> Iterator[str]:
    """gunicorn as the shop runs it; stopped by its own process handle."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"HOST": "127.0.0.1", "PORT": str(port), "WEB_CONCURRENCY": str(workers)}
    command = [sys.executable, "-m", "gunicorn", "pos.wsgi", "--log-level", "warning"]
    running = subprocess.Popen(command, cwd=BASE_DIR, env=environment)
    try:
        wait_for(port, running)
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait(15)


def wait_for(port: int, running: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if running.poll() is not None:
            sys.exit("gunicorn did not start.")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit("gunicorn does not answer.")
