"""Pages of 100 bills through the API, with many bills in the table: python -m bench.bills

A thousand bills are sold through the verb; the rest are copies of them, at later times, made by the database.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from time import perf_counter
from typing import Any

from bench import stage

SOLD, WARM = 1_000, 20
COPY = """
    WITH spread AS (SELECT generate_series(1, %(times)s) AS n),
    bills AS (
        INSERT INTO billing_bill ({bill_columns})
        SELECT {bill_values} FROM billing_bill b, spread RETURNING id, number
    ), of AS (
        SELECT bills.id, b.id AS template FROM bills
          JOIN billing_bill b ON b.number = split_part(bills.number, '*', 1)
    ), lines AS (
        INSERT INTO billing_billline (bill_id, {line_columns})
        SELECT of.id, {line_columns} FROM of JOIN billing_billline l ON l.bill_id = of.template
    ), taxes AS (
        INSERT INTO billing_billtax (bill_id, {tax_columns})
        SELECT of.id, {tax_columns} FROM of JOIN billing_billtax t ON t.bill_id = of.template
    )
    INSERT INTO billing_payment (bill_id, {payment_columns})
    SELECT of.id, {payment_columns} FROM of JOIN billing_payment p ON p.bill_id = of.template
"""
OTHERWISE = {
    "number": "b.number || '*' || n",
    "sequence": "b.sequence + n * %(sold)s",
    "key": "gen_random_uuid()",
    "at": "b.at + n * interval '1 minute'",
}


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.bills", description=__doc__)
    parser.add_argument("--bills", type=int, default=100_000)
    parser.add_argument("--pages", type=int, default=100)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    asked = options(arguments)
    with stage.database():
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=stage.BASE_DIR, check=True)
        import django

        django.setup()
        bearer = fill(asked.bills)
        with stage.server(2) as base:
            result = measure(base, bearer, asked.pages)
    print(json.dumps({"benchmark": "bills", "bills": asked.bills, **result, "load": round(os.getloadavg()[0], 2)}))
    return 0


def fill(bills: int) -> str:
    """The access token of a cashier, who may read them."""
    from django.db import connection, transaction

    from bench import counter
    from billing.models import Bill, BillLine, BillTax, Payment
    from pos.postgres.silence import unlimited

    shop = counter.set_up(1)
    counter.sell(shop, SOLD)
    copy = COPY.format(
        bill_columns=", ".join(columns(Bill)),
        bill_values=", ".join(OTHERWISE.get(name, f"b.{name}") for name in columns(Bill)),
        line_columns=", ".join(columns(BillLine)),
        tax_columns=", ".join(columns(BillTax)),
        payment_columns=", ".join(columns(Payment)),
    )
    with transaction.atomic(), unlimited(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE billing_bill ALTER COLUMN number TYPE varchar(40)")
        cursor.execute(copy, {"times": max(1, bills // SOLD - 1), "sold": SOLD})
    counter.analyze()
    return shop.bearers()[0]


def columns(model: type[Any]) -> list[str]:
    """The columns to copy: all but the id and the bill the row belongs to."""
    return [str(field.column) for field in model._meta.concrete_fields if field.column not in ("id", "bill_id")]


def measure(base: str, bearer: str, pages: int) -> dict[str, Any]:
    """Reads page after page, from the newest backwards, then from the oldest forwards. The first pages are not timed:
    each thread of the server opens a connection at its first one."""
    from bench.purchase import percentile
    from bench.wire import Wire

    wire = Wire(base)
    headers = f"Authorization: Bearer {bearer}\r\n"
    times: list[float] = []
    for first in ("/api/v1/bills?page_size=100", "/api/v1/bills?page_size=100&updated_since=2020-01-01T00:00:00Z"):
        path = first
        for number in range(-WARM, pages // 2):
            begun = perf_counter()
            status, _, body = wire.ask("GET", path, headers)
            if number >= 0:
                times.append(perf_counter() - begun)
            assert status == 200, body[:300]
            path = json.loads(body)["next"].partition("/api/")[2].join(("/api/", ""))
    print(f"{len(times)} pages of 100: p50 {percentile(times, 50):.1f} ms, p95 {percentile(times, 95):.1f} ms")
    return {"pages": len(times), "p50_ms": round(percentile(times, 50), 1), "p95_ms": round(percentile(times, 95), 1)}


if __name__ == "__main__":
    sys.exit(main())
