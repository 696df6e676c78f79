"""T21: sales whose receipts go to a printer, a mail server and a receiver of web hooks that never answer.

In alternating rounds these answer at once and not at all; the ratio is that of the sales' p95.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any
from uuid import uuid4

from bench import stage
from bench.trial import books, silent
from bench.trial.deeds import STEADY
from bench.trial.ground import Ground, result
from bench.trial.tills import Told, Way, selling
from bench.trial.web import GUARDED, Web, serving
from bench.wire import Wire

MOST_SLOWER, OF_THE_SALES, SETTLE = 1.1, 95, 2.0
BETWEEN_SALES = 0.8  # seconds: tills that sell without a pause share the cores with the worker, and measure that
IN_THE_REQUEST = "bench.trial.careless:with_papers_in_the_request()"
PRINTER = "UPDATE billing_register SET printer_host = %s, printer_port = %s WHERE code = ANY(%s)"
CREATED = 201


def slow(ground: Ground, rounds: int, seconds: float, app: str = GUARDED) -> dict[str, Any]:
    cluster = ground.ready()
    with silent.partners() as partners:
        cluster.ask(PRINTER, [silent.HERE, partners.printer, ground.shop.registers])
        environment = partners.environment()
        with serving(cluster.url, ground.processes, app, **environment) as web, worker(web):
            send_all_changes(web, ground, partners.receiver)
            sent = selling(
                lambda: web.base,
                ground.shop,
                ground.notes(),
                count=ground.tills // 2,
                seed=ground.seed,
                way=Way(STEADY, papers=True, pause=BETWEEN_SALES),
            )
            with sent as told:
                time.sleep(SETTLE)
                pairs = [
                    (timed(told, partners, seconds, answer=True), timed(told, partners, seconds, answer=False))
                    for _ in range(rounds)
                ]
    ratio = round(median(silent_ones / prompt for prompt, silent_ones in pairs), 2)
    found = result(cluster, told, f"{rounds} x {seconds:g} s, p95 {pairs} ms, ratio {ratio}", ratio=ratio, p95_ms=pairs)
    return found | {"holds": found["holds"] and ratio <= MOST_SLOWER}


def timed(told: Told, partners: silent.Partners, seconds: float, *, answer: bool) -> float:
    """The p95 of the sales of the next seconds, while the partners answer or not; their length if none was done."""
    if answer:
        partners.answers.set()
    else:
        partners.answers.clear()
    time.sleep(SETTLE)
    begun = time.monotonic()
    time.sleep(seconds)
    took = [each for at, each in list(told.with_papers) if at > begun]
    return books.percentile(took or [seconds], OF_THE_SALES)


@contextmanager
def worker(web: Web) -> Iterator[None]:
    """`manage.py work`, as the shop runs it beside the server."""
    command = [sys.executable, "manage.py", "work"]
    running = subprocess.Popen(command, cwd=stage.BASE_DIR, env=os.environ | web.environment, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        running.kill()
        running.wait(15)


def send_all_changes(web: Web, ground: Ground, port: int) -> None:
    content = json.dumps({"url": f"http://{silent.HERE}:{port}/"}).encode()
    headers = f"Content-Type: application/json\r\nAuthorization: Bearer {ground.shop.bearer_of(0)}\r\n"
    status, _, told = Wire(web.base).ask(
        "POST", "/api/v1/webhooks", f"{headers}Idempotency-Key: {uuid4()}\r\n", content
    )
    if status != CREATED:
        sys.exit(f"The web hook was refused: {status} {told[:300]!r}")


def control(ground: Ground, seconds: float) -> dict[str, Any]:
    """The control: receipts are printed within the request, so a sale takes the printer's whole time-out."""
    from billing.receipts import printer

    longest = max(seconds, printer.PATIENCE + 2 * SETTLE)
    found = slow(ground, 1, longest, IN_THE_REQUEST)
    slowest = max(found["p95_ms"][0])
    is_seen = found["acknowledged"] > 0 and slowest >= printer.PATIENCE * 1000
    return {"control": "printed in the request, p95 in ms", "found": slowest, "seen": is_seen}
