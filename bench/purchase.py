"""Compares sales per second through POST /api/v1/bills with pgbench running the same statements: python -m
bench.purchase

Uses its own database with fsync on, in alternating rounds. The result is the ratio of the two, since client, server and
database share this machine's cores.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench import stage
from bench.load import WITH_MEMBER
from pos.embedded import server

TILLS = 8


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.purchase", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5, help="of each side in each round")
    parser.add_argument("--workers", type=int, default=2)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    asked = options(arguments)
    with stage.database() as socket:
        stage.migrate()
        import django

        django.setup()
        result = measure(asked, socket)
        result["audit"] = books_are_right()
    print(json.dumps(result))
    return 0 if result["audit"] and not result["refused"] else 1


def books_are_right() -> bool:
    done = subprocess.run([sys.executable, "manage.py", "audit"], cwd=stage.BASE_DIR, capture_output=True, text=True)
    print("audit:", (done.stdout + done.stderr).strip().splitlines()[-1])
    return done.returncode == 0


def measure(asked: argparse.Namespace, socket: str) -> dict[str, Any]:
    from bench import counter, load, statements

    shop = counter.set_up(TILLS)
    with tempfile.TemporaryDirectory() as folder, stage.server(asked.workers) as base:
        script = Path(folder) / "purchase.sql"
        script.write_text(statements.script(shop, WITH_MEMBER))
        Path(folder).chmod(0o755)
        sell = [load.sell(base, shop, shop.bearers(), 2, WITH_MEMBER, seed=0)]
        pgbench(socket, script, 2)
        counter.analyze()
        bench = []
        for number in range(1, asked.rounds + 1):
            sell.append(load.sell(base, shop, shop.bearers(), asked.seconds, WITH_MEMBER, seed=number))
            bench.append(pgbench(socket, script, asked.seconds))
            tell(number, sell[-1], bench[-1])
    return figures(asked, sell[1:], bench, [reason for each in sell for reason in each.refused])


def pgbench(socket: str, script: Path, seconds: float) -> float:
    """Transactions per second with the same number of connections, using prepared statements."""

    command = [
        *(str(server.binaries() / "pgbench"), "-h", socket, "-U", "pos", "-n", "-M", "prepared"),
        *("-c", str(TILLS), "-j", "2", "-T", str(max(1, round(seconds))), "-f", str(script), "pos"),
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    found = re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
    if done.returncode or not found:
        sys.exit(f"pgbench failed: {done.stderr[-2000:]}")
    return float(found[1])


def tell(number: int, sold: Any, bench: float) -> None:
    if number == 1:
        print(f"{'round':>5}{'API/s':>10}{'pgbench/s':>12}{'ratio':>8}{'p50 ms':>9}{'p99 ms':>9}")
    p50, p99 = percentile(sold.times, 50), percentile(sold.times, 99)
    print(f"{number:>5}{sold.rate:>10.0f}{bench:>12.0f}{sold.rate / bench:>8.2f}{p50:>9.1f}{p99:>9.1f}", flush=True)


def percentile(seconds: Sequence[float], per_cent: int) -> float:
    return sorted(seconds)[min(len(seconds) - 1, len(seconds) * per_cent // 100)] * 1000


def figures(asked: argparse.Namespace, sell: list[Any], bench: list[float], refused: list[str]) -> dict[str, Any]:
    times = [time for each in sell for time in each.times]
    ratios = [each.rate / rate for each, rate in zip(sell, bench, strict=True)]
    result = {
        "benchmark": "purchase",
        "ratio_median": round(median(ratios), 3),
        "ratios": [round(ratio, 3) for ratio in ratios],
        "api_per_second": [round(each.rate, 1) for each in sell],
        "pgbench_per_second": [round(rate, 1) for rate in bench],
        "p50_ms": round(percentile(times, 50), 2),
        "p99_ms": round(percentile(times, 99), 2),
        "sales": len(times),
        "connections": TILLS,
        "workers": asked.workers,
        "refused": refused[:5],
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
    }
    print(
        f"median {result['ratio_median']} of pgbench, {median(result['api_per_second']):.0f} sales/s beside "
        f"{median(bench):.0f}; p50 {result['p50_ms']} ms, p99 {result['p99_ms']} ms; load {result['load']}"
    )
    return result


if __name__ == "__main__":
    sys.exit(main())
