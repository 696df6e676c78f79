"""A shop's server in a process of its own, killed by SIGKILL and started again within the time of a fork.

    python -m tests.journeys.mortal PORT PAGE_FILES

It reads commands from its input, one a line: `serve`, or where the server dies while it answers a request: `before`
the sale is processed, `after` it is stored and before the answer, or at the `receipt`. It prints each server's pid.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from types import FrameType
from typing import Any
from wsgiref.simple_server import WSGIServer

from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

ROOT = Path(__file__).resolve().parent.parent.parent
App = Callable[..., Any]
WAIT = 30


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Silences the log."""


def dying(app: App, where: str) -> App:
    def answered(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        pays = environ["PATH_INFO"].endswith(("/pay", "/late-sales"))
        reads = environ["PATH_INFO"].endswith("/receipt")
        if (pays and where == "before") or (reads and where == "receipt"):
            os.kill(os.getpid(), signal.SIGKILL)
        answer = app(environ, start_response)
        if pays and where == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    return answered


def serve(app: App, port: int) -> None:
    server: WSGIServer = ThreadedWSGIServer(("localhost", port), Quiet)
    server.set_app(app)
    sys.stdout.write(f"{os.getpid()}\n")
    sys.stdout.flush()
    server.serve_forever()


def main(port: int, page_files: str) -> None:
    import django
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler

    from tests.journeys.page_files import Keepable

    def reap(signum: int, frame: FrameType | None) -> None:
        os.waitpid(-1, os.WNOHANG)

    django.setup()
    settings.STATICFILES_DIRS = [page_files]
    app = Keepable(WSGIHandler())
    warm_up()
    signal.signal(signal.SIGCHLD, reap)
    for word in sys.stdin:
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            serve(dying(app, word.strip()), port)


def warm_up() -> None:
    """Imports the views and reads the templates once, not in each fork."""
    from django.template.loader import get_template
    from django.urls import get_resolver

    assert get_resolver().url_patterns
    for page in ("basket/checkout", "receipts/receipt", "outage/outage"):
        get_template(f"billing/{page}.html")


class Mortal:
    """The test's handle on the server."""

    def __init__(self, port: int, mother: subprocess.Popen[str]) -> None:
        self.base, self.mother, self.pid, self.deaths = f"http://localhost:{port}", mother, 0, 0

    def start(self, life: str = "serve") -> None:
        assert self.mother.stdin and self.mother.stdout
        if self.pid and alive(self.pid):
            self.kill()
        self.mother.stdin.write(f"{life}\n")
        self.mother.stdin.flush()
        self.pid = int(self.mother.stdout.readline())

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        self.bury()

    def bury(self) -> None:
        """Waits until it has died, and counts it."""
        end = monotonic() + WAIT
        while alive(self.pid):
            assert monotonic() < end, "it lives on"
            sleep(0.005)
        self.deaths += 1


def alive(pid: int) -> bool:
    """Waits until its parent has reaped it: before that, one of its threads may still hold the port."""
    return Path(f"/proc/{pid}").exists()


@contextmanager
def mortal(port: int, database: str, page_files: Path) -> Iterator[Mortal]:
    shop = {"DATABASE_URL": database, "DATABASE_POOL": "4", "DJANGO_SETTINGS_MODULE": "pos.settings"}
    command = [sys.executable, "-m", "tests.journeys.mortal", str(port), str(page_files)]
    pipe = subprocess.PIPE
    mother = subprocess.Popen(command, cwd=ROOT, env=os.environ | shop, stdin=pipe, stdout=pipe, text=True)
    server = Mortal(port, mother)
    try:
        yield server
    finally:
        if server.pid and alive(server.pid):
            os.kill(server.pid, signal.SIGKILL)
        mother.kill()
        mother.wait()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
