"""Sells on several connections as fast as the server answers. Requests are prepared beforehand, because the client
shares the cores."""

import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Protocol
from uuid import UUID

from bench.wire import Wire

LINES, MOST_A_SECOND = 5, 400
WITH_MEMBER = 30  # of a hundred sales


class Stocked(Protocol):
    """Ids of goods and members, and codes of the tills that sell them."""

    @property
    def products(self) -> list[int]: ...
    @property
    def members(self) -> list[int]: ...
    @property
    def registers(self) -> list[str]: ...


@dataclass(slots=True)
class Round:
    """The result of one round: the seconds each sale took."""

    seconds: float = 0
    times: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds


def bodies(counter: Stocked, till: int, count: int, with_member: int, chance: Random) -> list[tuple[str, bytes]]:
    """Headers and body of each sale: five different products, cash, some with a member."""
    written = []
    for _ in range(count):
        asked: dict[str, object] = {
            "register": counter.registers[till],
            "lines": [{"product": product, "quantity": "1"} for product in chance.sample(counter.products, LINES)],
            "payments": [{"method": "cash", "amount": "50.00"}],
        }
        if chance.randrange(100) < with_member:
            asked["member"] = chance.choice(counter.members)
        key = UUID(int=chance.getrandbits(128), version=4)
        written.append((f"Idempotency-Key: {key}\r\n", json.dumps(asked).encode()))
    return written


def sell(base: str, counter: Stocked, bearers: Sequence[str], seconds: float, with_member: int, seed: int) -> Round:
    """Sells at all tills in parallel for so many seconds."""
    done = Round()
    tills = len(bearers)
    chance = Random(seed)
    queues = [bodies(counter, n, int(MOST_A_SECOND * seconds), with_member, chance) for n in range(tills)]
    start = threading.Barrier(tills + 1)

    def work(till: int) -> None:
        wire = Wire(base)
        headers = f"Content-Type: application/json\r\nAuthorization: Bearer {bearers[till]}\r\n"
        times = []
        start.wait()
        end = time.perf_counter() + seconds
        for key, body in queues[till]:
            begun = time.perf_counter()
            if begun >= end:
                break
            status, _, told = wire.ask("POST", "/api/v1/bills", headers + key, body)
            if status != 201:
                done.refused.append(f"{status} {told[:200]!r}")
                break
            times.append(time.perf_counter() - begun)
        done.times.extend(times)
        wire.close()

    threads = [threading.Thread(target=work, args=(till,)) for till in range(tills)]
    for thread in threads:
        thread.start()
    start.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    done.seconds = time.perf_counter() - begun
    return done
