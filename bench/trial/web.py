"""The shop's own server, whose workers can be killed one by one."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from bench.late_sales import Gunicorn
from bench.wire import Unreachable, Wire

GUARDED = "pos.wsgi"
PATIENCE, OK, AT_ONCE = 60.0, 200, 8


class Web(Gunicorn):
    def workers_alive(self) -> list[int]:
        """The children of the master that was started here."""
        assert self.running
        master = self.running.pid
        return [int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()]

    def kill_a_worker(self, chance: Any) -> bool:
        """SIGKILL for one of them; the master starts another."""
        if not (alive := self.workers_alive()):
            return False
        os.kill(chance.choice(alive), signal.SIGKILL)
        return True

    def wait_until_it_answers(self) -> None:
        """gunicorn listens before its workers have read the shop's code."""
        wire, end = Wire(self.base, timeout=PATIENCE), time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with suppress(Unreachable):
                if wire.ask("GET", "/readyz")[0] == OK:
                    wire.close()
                    return self.warm_up()
            time.sleep(0.1)
        sys.exit("The shop's server is not ready.")

    def warm_up(self) -> None:
        """Sends enough requests at once that each worker gets one: the first request loads the code of the pages."""

        def ask(_: int) -> None:
            with suppress(Unreachable):
                Wire(self.base, timeout=PATIENCE).ask("GET", "/api/v1/quotes", "Connection: close\r\n")

        with ThreadPoolExecutor(self.workers * AT_ONCE) as several:
            list(several.map(ask, range(self.workers * AT_ONCE)))

    def memory_mb(self) -> float:
        """What all workers hold, shared pages counted once (PSS)."""
        return sum(pss_kb(pid) for pid in self.workers_alive()) / 1024


def pss_kb(pid: int) -> int:
    try:
        rolled_up = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in rolled_up.splitlines() if line.startswith("Pss:")), 0)


@contextmanager
def serving(url: str, processes: int, app: str = GUARDED, **environment: str) -> Iterator[Web]:
    shop = {"DATABASE_URL": url, "DEBUG": "0", "ALLOWED_HOSTS": "127.0.0.1", "SECURE_SSL_REDIRECT": "0"}
    web = Web(processes, app, **(shop | environment))
    try:
        web.start()
        web.wait_until_it_answers()
        yield web
    finally:
        if web.running:
            web.kill()
