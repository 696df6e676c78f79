"""Posts late sales while the server is killed: python -m bench.late_sales [--sales 500] [--kills 2]

A machine's queue of sales is posted by several senders at once, each sale with its own key, until it is answered. The
server is killed meanwhile, workers and all, and started again. Then the books are counted: each sale has one outcome, a
bill or a line in the manager's list, as it was told. With `--careless` the senders wrongly make a new key for each
attempt: sales stored without an answer are then sold twice, which shows that the count finds them.
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from queue import Empty, SimpleQueue
from typing import Any, Protocol
from uuid import UUID, uuid4

from bench import stage
from bench.wire import Unreachable, Wire

PRICE, PATIENCE, A_MOMENT = Decimal("4.30"), 180.0, 0.02
BOOKED, WAITS = {200, 201}, {202}


class Server(Protocol):
    base: str

    def start(self) -> None: ...
    def kill(self) -> None: ...


class Gunicorn:
    """The server as the shop runs it, in a group of processes of its own, which are killed together."""

    def __init__(self, workers: int, app: str = "pos.wsgi", **environment: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.base, self.workers, self.app = f"http://127.0.0.1:{self.port}", workers, app
        self.environment = environment
        self.running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        shop = {"HOST": "127.0.0.1", "PORT": str(self.port), "WEB_CONCURRENCY": str(self.workers)}
        command = [sys.executable, "-m", "gunicorn", self.app, "--log-level", "warning"]
        environment = os.environ | shop | self.environment
        self.running = subprocess.Popen(
            command, cwd=stage.BASE_DIR, env=environment, start_new_session=True, stderr=subprocess.DEVNULL
        )
        stage.wait_for(self.port, self.running)

    def kill(self) -> None:
        assert self.running
        os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait(15)


@dataclass(slots=True)
class Sale:
    """One sale of the queue, and what its machine was told in the end."""

    key: UUID
    body: dict[str, Any]
    waits: bool
    status: int = 0
    attempts: int = 0


@dataclass(slots=True)
class Posting:
    """The running senders. `answered` is how many sales have their answer."""

    server: Server
    headers: str
    careless: bool = False
    end: float = field(default_factory=lambda: time.monotonic() + PATIENCE)
    answered: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, queue: SimpleQueue[Sale]) -> None:
        wire = Wire(self.server.base, timeout=20)
        while True:
            try:
                sale = queue.get_nowait()
            except Empty:
                return
            self.until_answered(wire, sale)

    def until_answered(self, wire: Wire, sale: Sale) -> None:
        while sale.status not in BOOKED | WAITS:
            if time.monotonic() > self.end:
                sys.exit("The shop did not answer in time.")
            sale.attempts += 1
            key = uuid4() if self.careless else sale.key
            try:
                headers = f"{self.headers}Idempotency-Key: {key}\r\n"
                sale.status, _, told = wire.ask("POST", "/api/v1/late-sales", headers, json.dumps(sale.body).encode())
            except Unreachable:
                time.sleep(A_MOMENT)
                continue
            if sale.status not in BOOKED | WAITS | {503}:
                sys.exit(f"{sale.status} {told[:300]!r}")
        with self.lock:
            self.answered += 1


def sales_of(count: int, goods: dict[str, int]) -> list[Sale]:
    """Most sell as they are, of three days; every fifth has another price or is of goods that have run out."""
    begun, made = datetime.now(UTC) - timedelta(days=3), []
    for number in range(count):
        way = {3: "dear", 8: "gone"}.get(number % 10, "plain")
        price = PRICE - 1 if way == "dear" else PRICE
        line = {"product": goods["gone" if way == "gone" else "plain"], "quantity": "1", "unit_price": str(price)}
        body = {
            "sold_at": (begun + timedelta(minutes=number * 4 % 4000)).isoformat(),
            "lines": [line],
            "payments": [{"method": "cash" if number % 2 else "card", "amount": str(price)}],
            "sold_by": f"sale {number}",
        }
        made.append(Sale(uuid4(), body, waits=way != "plain"))
    return made


def post(server: Server, bearer: str, queued: Sequence[Sale], *, senders: int, kills: int, careless: bool) -> Posting:
    """Posts all sales. The server is killed whenever another part of them is answered, while others are in flight."""
    queue: SimpleQueue[Sale] = SimpleQueue()
    for sale in queued:
        queue.put(sale)
    posting = Posting(server, f"Content-Type: application/json\r\nAuthorization: Bearer {bearer}\r\n", careless)
    threads = [threading.Thread(target=posting.run, args=[queue], daemon=True) for _ in range(senders)]
    for thread in threads:
        thread.start()
    for kill in range(1, kills + 1):
        while posting.answered < len(queued) * kill // (kills + 1) and time.monotonic() < posting.end:
            time.sleep(A_MOMENT / 10)
        server.kill()
        server.start()
    for thread in threads:
        thread.join(PATIENCE)
    return posting


def counted(queued: Sequence[Sale]) -> dict[str, int]:
    """Whether the books agree with what the machine was told of each sale."""
    from billing.models import OutageProblem, OutageSale

    booked = Counter(OutageSale.objects.values_list("rung_up_by", flat=True))
    waiting = Counter(OutageProblem.objects.filter(settled_at=None).values_list("content__by", flat=True))
    outcomes = booked + waiting
    names = [sale.body["sold_by"] for sale in queued]
    told = [(sale.status in WAITS, waiting[name] > 0) for sale, name in zip(queued, names, strict=True)]
    return {
        "sales": len(queued),
        "outcomes": sum(outcomes.values()),
        "bills": sum(booked.values()),
        "waiting": sum(waiting.values()),
        "lost": sum(not outcomes[name] for name in names),
        "doubled": sum(outcomes[name] > 1 for name in names),
        "told_otherwise": sum(said != kept for said, kept in told),
        "asked_again": sum(sale.attempts > 1 for sale in queued),
        "stored_unanswered": sum(sale.status == 200 for sale in queued),
    }


def machine() -> tuple[str, dict[str, int]]:
    """A key that may post late sales, and the goods it sells."""
    from accounts.access import keys
    from accounts.models import Role
    from accounts.people import staff
    from inventory.models import Product, Stock
    from inventory.shelf import stock

    chief = staff.hire(by=None, username="chief", name="Chief", role=Role.MANAGER, password=str(uuid4()))
    plain, gone = (Product.objects.create(sku=name, name=name, price=PRICE) for name in ("plain", "gone"))
    Stock.objects.bulk_create([Stock(product=plain), Stock(product=gone)])
    stock.open(plain, Decimal(1_000_000), by=chief)
    key = keys.make(by=chief, name="Kiosk", scopes=["late-sales:write"], per_minute=6000, days=1)
    return key.secret, {"plain": plain.pk, "gone": gone.pk}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.late_sales", description=__doc__)
    parser.add_argument("--sales", type=int, default=500)
    parser.add_argument("--kills", type=int, default=2)
    parser.add_argument("--senders", type=int, default=8)
    parser.add_argument("--careless", action="store_true")
    asked = parser.parse_args(arguments)
    with stage.database():
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=stage.BASE_DIR, check=True)
        import django

        django.setup()
        bearer, goods = machine()
        server, queued = Gunicorn(2), sales_of(asked.sales, goods)
        server.start()
        begun = time.monotonic()
        try:
            post(server, bearer, queued, senders=asked.senders, kills=asked.kills, careless=asked.careless)
        finally:
            server.kill()
        seconds = time.monotonic() - begun
        told = counted(queued) | {"kills": asked.kills, "seconds": round(seconds, 1)}
        audit = subprocess.run([sys.executable, "manage.py", "audit"], cwd=stage.BASE_DIR, capture_output=True)
    print(json.dumps({"benchmark": "late_sales", **told, "audit": audit.returncode}))
    return int(bool(told["lost"] or told["doubled"] or told["told_otherwise"] or audit.returncode))


if __name__ == "__main__":
    sys.exit(main())
