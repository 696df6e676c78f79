"""Measures what the chain of seals costs a sale: python -m bench.chain

On one database, in alternating rounds: sales through POST /api/v1/bills, and pgbench with the statements of the
purchase as they are and without the seal of the bill. What the seal adds to a transaction is put beside the time of a
whole sale; both use all cores. The aim is at most 3 %.
"""

import argparse
import json
import os
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench import load, stage
from bench.load import WITH_MEMBER
from bench.purchase import TILLS, pgbench

SEAL = re.compile(r"INSERT INTO billing_billseal \(bill_id, digest\) SELECT bill\.id, sha256\(.*? = last\.id")


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.chain", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=5, help="of each of the three in each round")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    asked = options(arguments)
    with stage.database() as socket:
        stage.migrate()
        import django

        django.setup()
        rounds = measured(asked, socket)
    costs = [1 / sealed - 1 / bare for _sale, sealed, bare in rounds]  # seconds of all cores
    shares = [100 * cost * sale for cost, (sale, *_both) in zip(costs, rounds, strict=True)]
    result: dict[str, Any] = {
        "benchmark": "chain",
        "percent_of_a_sale": round(median(shares), 2),
        "percents": [round(share, 2) for share in shares],
        "seal_us": round(median(costs) * 1e6),
        "sales_per_second": [round(sale, 1) for sale, *_both in rounds],
        "pgbench_per_second": [[round(rate) for rate in both] for _sale, *both in rounds],
        "load": round(os.getloadavg()[0], 2),
    }
    print(json.dumps(result))
    return 0


def measured(asked: argparse.Namespace, socket: str) -> list[tuple[float, float, float]]:
    """Sales a second by the API, by pgbench, and by pgbench without the seal."""
    from bench import counter, statements

    shop = counter.set_up(TILLS)
    with tempfile.TemporaryDirectory() as folder, stage.server(workers=2) as base:
        Path(folder).chmod(0o755)
        sealed, bare = Path(folder) / "sealed.sql", Path(folder) / "bare.sql"
        sealed.write_text(statements.script(shop, WITH_MEMBER))
        text, removed = SEAL.subn("SELECT 1", sealed.read_text())
        if removed != 2:
            sys.exit(f"The seal was found {removed} times in the statements of a sale with a member and one without.")
        bare.write_text(text)
        load.sell(base, shop, shop.bearers(), 2, WITH_MEMBER, seed=0)
        counter.analyze()
        rounds = []
        for number in range(asked.rounds):
            sale = load.sell(base, shop, shop.bearers(), asked.seconds, WITH_MEMBER, seed=number + 1).rate
            scripts = (sealed, bare) if number % 2 else (bare, sealed)
            rates = {script: pgbench(socket, script, asked.seconds) for script in scripts}
            rounds.append((sale, rates[sealed], rates[bare]))
    return rounds


if __name__ == "__main__":
    sys.exit(main())
