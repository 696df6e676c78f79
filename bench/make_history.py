"""Fills an empty shop with years of trade in the shape of the real invoices: python -m bench.make_history --bills N

Bills, lines, taxes, payments, seals, cash, stock and points are written by COPY under every trigger and constraint of
the shop, a month in each transaction; the shop itself closes the shifts and makes the kept sums at the end.
The database is that of DATABASE_URL, or the embedded one of POS_DATA.
"""

import argparse
import json
import os
import random
import secrets
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from time import monotonic
from typing import Any

BASE_DIR = Path(__file__).resolve().parent.parent
SEED = 20101209
ANALYZED_AFTER = (1, 3, 12)  # months
AS_IN_SERVICE = {
    "DJANGO_SETTINGS_MODULE": "pos.settings",
    "DEBUG": "0",
    "SECRET_KEY": secrets.token_urlsafe(64),
    "ALLOWED_HOSTS": "127.0.0.1",
}


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.make_history", description=__doc__)
    parser.add_argument("--bills", type=int, default=2_000_000, help="sales; about one in fifty is brought back")
    parser.add_argument("--years", type=int, default=3, help="up to yesterday")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    asked = options(arguments)
    prepared()
    from bench import invoices
    from billing.models import Bill
    from pos import calendar

    if Bill.objects.exists():
        sys.exit("There are bills in this shop already: a history is made in an empty one.")
    begun = monotonic()
    last = calendar.today() - timedelta(1)
    first = last - timedelta(days=365 * asked.years)
    result = filled(invoices.read(), first, last, asked.bills)
    result["written_s"] = round(monotonic() - begun, 1)
    result["rebuild_s"] = rebuilt()
    print(json.dumps({"made": "history", **result, "load": round(os.getloadavg()[0], 2)}))
    return 0


def prepared() -> None:
    """Makes the shop's tables, in the database the environment names."""
    from pos.embedded.server import start

    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = start(Path(os.environ.get("POS_DATA") or BASE_DIR / "var") / "postgres")
    for name, value in AS_IN_SERVICE.items():
        os.environ.setdefault(name, value)
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=BASE_DIR, check=True)
    import django

    django.setup()


def filled(book: Any, first: date, last: date, bills: int) -> dict[str, float]:
    """Writes the days in order, each month in a transaction of its own; the same every time, but for keys."""
    from django.db import transaction

    from bench.history import shape, shop
    from bench.history.days import OPENED, Past, moment
    from bench.progress import Progress
    from pos.postgres.silence import unlimited

    chance = random.Random(SEED)
    with transaction.atomic():
        past = Past(shop.opened(book, bills, moment(first, OPENED), chance), chance)
    trades = list(shape.trades(book, first, last, bills, chance))
    progress = Progress("days", len(trades))
    months = groupby(trades, key=lambda trade: (trade.day.year, trade.day.month))
    for number, (_, days) in enumerate(months, 1):
        with transaction.atomic(), unlimited():
            for trade in days:
                past.write(trade)
                progress.step()
            past.settle()
        if number in ANALYZED_AFTER:
            analyzed()
    analyzed()
    return {"bills": past.bills, "lines": past.lines}


def analyzed() -> None:
    """Refreshes statistics: plans made on small tables would scan large ones."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def rebuilt() -> float:
    from reports.rollups import keeping

    begun = monotonic()
    for _made in keeping.rebuild():
        pass
    return round(monotonic() - begun, 1)


if __name__ == "__main__":
    sys.exit(main())
