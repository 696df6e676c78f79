"""Sales at four tills beside 64 slow connections, in alternating rounds: python -m bench.attack.slow

Starts its own shop and server, on the loopback. The result is the ratio of the sales' p95 in each pair of rounds.
"""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from bench import stage
from bench.purchase import percentile

TILLS, SLOW, ROUNDS, SECONDS, WORKERS = 4, 64, 3, 4.0, 2
MOST_SLOWER = 2.0
HEAD = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n"
BEGUN = (HEAD + b"X-Slow: ", HEAD + b"Content-Length: 100000\r\n\r\n")


@contextmanager
def slow_connections(base: str, count: int = SLOW) -> Iterator[None]:
    """Half of them never finish the head, half never finish the body; a closed connection is opened again."""
    at, over = urlsplit(base), threading.Event()
    if at.hostname != "127.0.0.1":
        sys.exit("Only a server on this machine is attacked.")
    lines: list[socket.socket | None] = [None] * count

    def trickle() -> None:
        while not over.wait(0.25):
            for n in range(count):
                try:
                    line = lines[n]
                    if line is None:
                        line = lines[n] = socket.create_connection(("127.0.0.1", at.port or 80), 5)
                        line.sendall(BEGUN[n % len(BEGUN)])
                    line.sendall(b"x")
                except OSError:
                    lines[n] = None

    thread = threading.Thread(target=trickle)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        for line in lines:
            with suppress(OSError):
                if line:
                    line.close()


def attack(base: str, shop: Any, rounds: int = ROUNDS, seconds: float = SECONDS) -> dict[str, Any]:
    """The p95 of a sale in each round, alone and beside the slow connections."""
    from bench import load

    bearers = shop.bearers()
    load.sell(base, shop, bearers, 2, 30, seed=0)
    alone, beside = [], []
    for number in range(1, rounds + 1):
        alone.append(load.sell(base, shop, bearers, seconds, 30, seed=2 * number))
        with slow_connections(base):
            beside.append(load.sell(base, shop, bearers, seconds, 30, seed=2 * number + 1))
    p95 = [[round(percentile(each.times, 95), 1) for each in side] for side in (alone, beside)]
    ratios = [round(slow / quick, 2) for quick, slow in zip(*p95, strict=True)]
    refused = [reason for each in (*alone, *beside) for reason in each.refused]
    return {
        "attack": "slow",
        "slow": SLOW,
        "tills": TILLS,
        "p95_ms_alone": p95[0],
        "p95_ms_beside": p95[1],
        "ratios": ratios,
        "ratio_median": median(ratios),
        "refused": refused[:5],
        "holds": not refused and median(ratios) <= MOST_SLOWER,
    }


def main() -> int:
    with stage.database():
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=stage.BASE_DIR, check=True)
        import django

        django.setup()
        from bench import counter

        shop = counter.set_up(TILLS)
        with stage.server(WORKERS) as base:
            figures = attack(base, shop)
    print(json.dumps(figures))
    return 0 if figures["holds"] else 1


if __name__ == "__main__":
    sys.exit(main())
