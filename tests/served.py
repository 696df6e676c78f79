"""The shop's own server on the tests' database, and sockets that send slowly."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from tests import moved_clock

PATIENCE = 90


@dataclass(frozen=True)
class Served:
    port: int
    process: subprocess.Popen[bytes]

    def call(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), PATIENCE)

    def ask(self, request: bytes) -> bytes:
        """Sends the whole request and returns everything until the server closes."""
        with self.call() as line:
            line.sendall(request)
            return to_end(line)

    def get(self, path: str) -> bytes:
        return self.ask(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())

    def post(self, path: str, body: Any, **headers: str) -> bytes:
        content = json.dumps(body).encode()
        said = {"Host": "127.0.0.1", "Connection": "close", "Content-Type": "application/json"} | headers
        head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in said.items())
        return self.ask(f"POST {path} HTTP/1.1\r\n{head}Content-Length: {len(content)}\r\n\r\n".encode() + content)


def to_end(line: socket.socket) -> bytes:
    parts = []
    with suppress(ConnectionResetError):
        while part := line.recv(65536):
            parts.append(part)
    return b"".join(parts)


@contextmanager
def served(workers: int = 2, **environment: str) -> Iterator[Served]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    shop = {
        "DATABASE_URL": database,
        "DATABASE_POOL": "4",
        "DEBUG": "1",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WEB_CONCURRENCY": str(workers),
    }
    command = [sys.executable, *moved_clock.program("gunicorn"), "pos.wsgi", "--log-level", "warning"]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=os.environ | shop | environment)
    try:
        running = Served(port, process)
        until(lambda: answers(running))
        yield running
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()


def answers(running: Served) -> bool:
    with suppress(OSError):
        return running.get("/healthz").startswith(b"HTTP/1.1 200")
    return False


def until(holds: Any) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)


@contextmanager
def trickling(running: Served, begun: bytes, count: int) -> Iterator[None]:
    """Opens `count` connections that send `begun` and then a byte now and then; dropped ones reconnect."""
    over = threading.Event()

    def trickle() -> None:
        while not over.is_set():
            with suppress(OSError), running.call() as line:
                line.sendall(begun)
                while not over.wait(0.3):
                    line.sendall(b"x")

    threads = [threading.Thread(target=trickle, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        time.sleep(1)  # until all have connected
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join(PATIENCE)
