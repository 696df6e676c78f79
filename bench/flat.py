"""Compares sales per second in an empty shop and in one with years of trade: python -m bench.flat

The trade is that of `bench.make_history`, in the embedded database of POS_DATA; the empty shop has a database of its
own. Both have a gunicorn as in production. In alternating rounds each sells through POST /api/v1/bills as fast as it
answers, to the same goods and members. The result is the ratio of the time a sale takes in the one with years of trade
to that in the empty one; the aim is at most 1.1. The sales stay in the shop with years of trade, at tills of their own.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import randbits
from statistics import median
from typing import Any

from bench import load, stage
from bench.load import WITH_MEMBER
from bench.purchase import TILLS, percentile
from pos.embedded import server

SET_UP = """
import json, django
django.setup()
from bench import counter
from billing.models import Bill
bills = Bill.objects.count()
shop = counter.standing() or counter.set_up({tills})
sells = {{name: getattr(shop, name) for name in ("products", "members", "registers")}}
print(json.dumps(sells | {{"bills": bills, "bearers": shop.bearers()}}))
"""


@dataclass(frozen=True, slots=True)
class Shop:
    """Where it sells, and what: what `bench.load` asks of a counter."""

    base: str
    bills: int
    products: list[int]
    members: list[int]
    registers: list[str]
    bearers: list[str]

    def sell(self, seconds: float, number: int) -> load.Round:
        return load.sell(self.base, self, self.bearers, seconds, WITH_MEMBER, seed=number)


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.flat", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=5, help="of each shop in each round")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    asked = options(arguments)
    years = server.start(Path(os.environ.get("POS_DATA") or stage.BASE_DIR / "var").resolve() / "postgres")
    with ExitStack() as stack:
        stack.enter_context(stage.database())
        empty = stack.enter_context(shop(os.environ["DATABASE_URL"]))
        full = stack.enter_context(shop(years))
        if not full.bills:
            sys.exit("The shop of POS_DATA has no years of trade: python -m bench.make_history makes them.")
        first = randbits(32)  # the sales of an earlier run are there already: with their keys none would be new
        seeds = range(first, first + asked.rounds + 1)
        rounds = [(empty.sell(asked.seconds, n), full.sell(asked.seconds, n)) for n in seeds][1:]
    result = figures(rounds, full.bills)
    print(json.dumps(result))
    return 0 if not result["refused"] else 1


@contextmanager
def shop(url: str) -> Iterator[Shop]:
    os.environ["DATABASE_URL"] = url
    stage.migrate()
    command = [sys.executable, "-c", SET_UP.format(tills=TILLS)]
    told = json.loads(subprocess.run(command, cwd=stage.BASE_DIR, check=True, stdout=subprocess.PIPE).stdout)
    with stage.server(workers=2) as base:
        yield Shop(base, **told)


def figures(rounds: list[tuple[load.Round, load.Round]], bills: int) -> dict[str, Any]:
    ratios = [empty.rate / full.rate for empty, full in rounds]
    p50 = [percentile([time for each in side for time in each.times], 50) for side in zip(*rounds, strict=True)]
    return {
        "benchmark": "flat",
        "ratio_median": round(median(ratios), 3),
        "ratios": [round(ratio, 3) for ratio in ratios],
        "bills": bills,
        "sales_per_second": [[round(each.rate, 1) for each in both] for both in rounds],
        "p50_ms": [round(each, 1) for each in p50],
        "refused": [reason for both in rounds for each in both for reason in each.refused][:5],
        "load": round(os.getloadavg()[0], 2),
    }


if __name__ == "__main__":
    sys.exit(main())
