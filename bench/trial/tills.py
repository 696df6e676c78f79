"""Tills that sell until told to stop. Without an answer a till looks the sale up by its key, then repeats it."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

from bench.trial.acknowledged import Acknowledged
from bench.trial.deeds import UNDER_FIRE, Deed, Mix, Writer
from bench.trial.shop import Shop
from bench.wire import Unreachable, Wire

PATIENCE, PAUSE, KEPT = 120.0, 0.03, 200
DONE, REPLAYED, NOT_FOUND, UNAVAILABLE = 201, 200, 404, 503


@dataclass(frozen=True, slots=True)
class Way:
    """How the tills behave. A careless one takes a new key for each attempt and never looks anything up; an eager
    one notes a sale before it is answered. The count must find the damage of both. `pause` is the mean time between
    two deeds in seconds."""

    mix: Mix = UNDER_FIRE
    careless: bool = False
    eager: bool = False
    gives_up: bool = False
    papers: bool = False
    pause: float = 0


@dataclass(slots=True)
class Told:
    """What the tills were told, all together."""

    acknowledged: Acknowledged
    times: list[tuple[float, float]] = field(default_factory=list)
    with_papers: list[tuple[float, float]] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    otherwise: list[str] = field(default_factory=list)
    in_doubt_resolved: int = 0
    asked_again: int = 0
    unresolved: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, what: str) -> None:
        with self.lock:
            setattr(self, what, getattr(self, what) + 1)


class Till(threading.Thread):
    def __init__(self, number: int, base: Callable[[], str], shop: Shop, told: Told, way: Way, seed: int) -> None:
        super().__init__(daemon=True)
        self.base, self.told, self.way = base, told, way
        self.chance = Random(seed * 1000 + number)
        self.writer = Writer(shop, number, way.mix, self.chance)
        self.headers = f"Content-Type: application/json\r\nAuthorization: Bearer {shop.bearer_of(number)}\r\n"
        self.register = shop.register_of(number)
        self.over, self.until = threading.Event(), float("inf")
        self.wire = Wire(base(), timeout=40, repeats=False)

    def run(self) -> None:
        while not self.over.is_set():
            chosen, mix = self.chance.randrange(100), self.way.mix
            if chosen < mix.closes:
                self.change_shift()
            elif chosen < mix.closes + mix.refunds and self.writer.sold:
                self.settled(self.writer.refund())
            else:
                self.sell()
            self.over.wait(self.way.pause * (0.5 + self.chance.random()))
        self.wire.close()

    def stop(self) -> None:
        """Stops the tills after their current request, for which they have some time."""
        self.until = time.monotonic() + PATIENCE
        self.over.set()

    def sell(self) -> None:
        sale, begun = self.writer.sale(), time.perf_counter()
        number = self.settled(sale)
        if not number:
            return
        if self.way.papers:
            self.settled(self.writer.printing(number))
            self.settled(self.writer.letter(number))
            self.told.with_papers.append((time.monotonic(), time.perf_counter() - begun))
        self.writer.sold = [*self.writer.sold[-KEPT:], number]
        if self.chance.randrange(100) < self.way.mix.replays:
            again = self.settled(sale, is_new=False)
            if again not in (number, ""):
                self.told.otherwise.append(f"{number} was {again} when asked again")

    def change_shift(self) -> None:
        status, found = self.ask("GET", f"/api/v1/shifts?register={self.register}&is_open=true")
        if status != REPLAYED:
            return
        for shift in found["results"]:
            self.settled(self.writer.closing(shift["id"]))
        self.settled(self.writer.opening())

    def settled(self, deed: Deed, *, is_new: bool = True) -> str:
        """Repeats the request until the answer is final. Returns the bill's number, or nothing if it was refused."""
        begun = time.perf_counter()
        if is_new and self.way.eager and deed.is_bill:
            self.told.acknowledged.note(deed.key, "?")
        while time.monotonic() < self.until:
            status, said = self.attempt(deed)
            if status in (DONE, REPLAYED):
                return self.noted(deed, said, begun, is_new=is_new and not self.way.eager)
            if 400 <= status < 500:
                self.told.refused[f"{deed.what}: {said.get('code', status)}"] += 1
                return ""
            if status == UNAVAILABLE and said.get("code") == "busy":
                self.told.add("asked_again")
                if self.way.gives_up:
                    self.told.refused[f"{deed.what}: busy"] += 1
                    return ""
            elif (found := self.looked_up(deed)) is not None:
                return self.noted(deed, found, begun, is_new=is_new and not self.way.eager)
            self.wait()
        self.told.add("unresolved")
        return ""

    def attempt(self, deed: Deed) -> tuple[int, Any]:
        """Status and answer; a status of 0 where there was none."""
        key = uuid4() if self.way.careless else deed.key
        status, said = self.ask("POST", deed.path, deed.body, f"Idempotency-Key: {key}\r\n")
        if status >= 500 and (status != UNAVAILABLE or said.get("code") not in ("busy", "outcome_unknown")):
            self.told.errors.append(f"{status} {str(said)[:300]}")
        return status, said

    def looked_up(self, deed: Deed) -> Any:
        """The bill of a deed that may have been done, or None if it was not, or if nobody can say."""
        if self.way.careless or not deed.is_bill:
            return None
        while time.monotonic() < self.until:
            status, said = self.ask("GET", f"/api/v1/bills/by-key/{deed.key}")
            if status in (REPLAYED, NOT_FOUND):
                self.told.add("in_doubt_resolved")
                return said if status == REPLAYED else None
            self.wait()
        return None

    def noted(self, deed: Deed, said: Any, begun: float, *, is_new: bool) -> str:
        if not deed.is_bill:
            return ""
        number = str(said["number"])
        if is_new:
            self.told.acknowledged.note(deed.key, number)
            self.told.times.append((time.monotonic(), time.perf_counter() - begun))
        return number

    def ask(self, method: str, path: str, body: bytes = b"", headers: str = "") -> tuple[int, Any]:
        if (at := self.base()) != f"http://{self.wire.host}:{self.wire.port}":
            self.wire = Wire(at, timeout=40, repeats=False)
        try:
            status, _, told = self.wire.ask(method, path, self.headers + headers, body)
        except Unreachable:
            return 0, {}
        try:
            return status, json.loads(told)
        except ValueError:
            return status, {}

    def wait(self) -> None:
        time.sleep(PAUSE * (0.5 + self.chance.random()))


@contextmanager
def selling(
    base: Callable[[], str], shop: Shop, notes: Path, *, count: int, seed: int, way: Way | None = None
) -> Iterator[Told]:
    """Runs this many tills during the block; each then ends its current request."""
    told = Told(Acknowledged(notes))
    tills = [Till(number, base, shop, told, way or Way(), seed) for number in range(count)]
    for till in tills:
        till.start()
    try:
        yield told
    finally:
        for till in tills:
            till.stop()
        for till in tills:
            till.join(PATIENCE + 60)
