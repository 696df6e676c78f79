"""Times bills through the API, with and without a web hook whose receiver never answers: python -m bench.api_bills

Blocks of sales with the web hook and without it take turns, so that a busy machine disturbs them alike: with it the
worker waits for the receiver all the while, without it the worker has nothing to send. A look at the key (`GET /me`)
after each sale tells what the machine gave at that moment. The last line is JSON.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from decimal import Decimal
from statistics import median
from threading import Thread
from typing import Any
from uuid import uuid4

from bench import stage
from bench.wire import Wire

BLOCK, WARM, PATIENCE = 25, 10, 60
MOST_P95_MS, MOST_ADDED_MS = 80, 1


class Silence:
    """A receiver that accepts every connection and never answers."""

    def __init__(self) -> None:
        self.door, self.taken = socket.create_server(("127.0.0.1", 0)), list[Any]()
        Thread(target=self.take, daemon=True).start()

    def take(self) -> None:
        with suppress(OSError):
            while True:
                self.taken.append(self.door.accept())


@contextmanager
def worker() -> Iterator[None]:
    running = subprocess.Popen([sys.executable, "manage.py", "work"], cwd=stage.BASE_DIR)
    try:
        yield
    finally:
        running.terminate()
        running.wait(30)


def turn(hook: Any, receiver: Silence, *, is_on: bool) -> None:
    """Switches it on until the worker waits for the receiver, or off once it has given up waiting."""
    asked, ended = len(receiver.taken), hook.deliveries.count()
    switch(hook, is_on=is_on)
    if is_on:
        wait_until(lambda: len(receiver.taken) > asked)
    elif ended < asked:
        wait_until(lambda: hook.deliveries.count() > ended)


def wait_until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not happened():
        if time.monotonic() > end:
            sys.exit("The worker did not do its part.")
        time.sleep(0.05)


def switch(hook: Any, *, is_on: bool) -> None:
    """Turns the hook on or off; one turned on is due at once, whatever failed before."""
    from django.utils import timezone

    from reports.models import OffReason

    now = timezone.now()
    type(hook).objects.filter(pk=hook.pk).update(
        off_at=None if is_on else now,
        next_try_at=now,
        held_until=None,
        failing_since=None,
        tries=0,
        off_reason="" if is_on else OffReason.MANAGER,
    )


class Till:
    """A kept-alive connection with an API key."""

    def __init__(self, base: str, bearer: str, product: int) -> None:
        self.wire = Wire(base)
        self.headers = f"Content-Type: application/json\r\nAuthorization: Bearer {bearer}\r\n"
        lines = [{"product": product, "quantity": "1"}]
        self.body = json.dumps({"lines": lines, "payments": [{"method": "card", "amount": "4.30"}]}).encode()

    def ask(self, method: str, path: str, body: bytes = b"", status: int = 200) -> float:
        key = f"Idempotency-Key: {uuid4()}\r\n" if body else ""
        begun = time.perf_counter()
        got, _, told = self.wire.ask(method, path, self.headers + key, body)
        if got != status:
            sys.exit(f"{got} {told[:300]!r}")
        return (time.perf_counter() - begun) * 1000

    def sell(self) -> float:
        return self.ask("POST", "/api/v1/bills", self.body, 201)

    def look(self) -> float:
        return self.ask("GET", "/api/v1/me")


def measure(till: Till, hook: Any, receiver: Silence, blocks: int) -> dict[str, Any]:
    for _ in range(WARM):
        till.sell()
    sold: dict[bool, list[float]] = {False: [], True: []}
    looked = []
    for number in range(2 * blocks):
        is_on = number % 2 == 1
        turn(hook, receiver, is_on=is_on)
        for _ in range(BLOCK):
            sold[is_on].append(till.sell())
            looked.append(till.look())
    quiet, beside = percentile(sold[False]), percentile(sold[True])
    return {
        "benchmark": "api_bills",
        "bills": sum(map(len, sold.values())),
        "p50_ms": round(median(sold[False]), 2),
        "p95_ms": round(quiet, 2),
        "p95_by_look": round(quiet / percentile(looked), 2),
        "p95_ms_with_hanging_receiver": round(beside, 2),
        "added_p50_ms": round(median(sold[True]) - median(sold[False]), 2),
        "added_p95_ms": round(beside - quiet, 2),
        "p95_ratio": round(beside / quiet, 3),
        "waited_for": len(receiver.taken),
        "within": quiet < MOST_P95_MS,
        "load": round(os.getloadavg()[0], 2),
    }


def percentile(times: Sequence[float], per_cent: int = 95) -> float:
    return sorted(times)[min(len(times) - 1, len(times) * per_cent // 100)]


def set_up(port: int) -> tuple[str, int, Any]:
    from accounts.access import keys
    from accounts.models import Role
    from accounts.people import staff
    from inventory.goods import products
    from pos.money import MOST_QUANTITY
    from reports.webhooks import hooks

    chief = staff.hire(by=None, username="chief", name="Chief", role=Role.MANAGER, password=str(uuid4()))
    made = products.create(by=chief, name="Article", price=Decimal("4.30"), opening_stock=MOST_QUANTITY // 2)
    key = keys.make(by=chief, name="Kiosk", scopes=["bills:write"], per_minute=6000, days=1)
    return key.secret, made.pk, hooks.make(by=chief, url=f"http://127.0.0.1:{port}/").hook


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.api_bills", description=__doc__)
    parser.add_argument("--blocks", type=int, default=8, help=f"of {BLOCK} bills, on each side")
    asked = parser.parse_args(arguments)
    os.environ["WEBHOOK_PRIVATE_RECEIVERS"] = "127.0.0.1"
    with stage.database():
        stage.migrate()
        import django

        django.setup()
        receiver = Silence()
        secret, product, hook = set_up(receiver.door.getsockname()[1])
        with stage.server(2) as base, worker():
            result = measure(Till(base, secret, product), hook, receiver, asked.blocks)
    print(json.dumps(result))
    return 0 if result["within"] else 1


if __name__ == "__main__":
    sys.exit(main())
