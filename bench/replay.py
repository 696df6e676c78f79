"""Sells a year of a real shop's invoices through POST /api/v1/bills of a running server: python -m bench.replay --help

Each invoice has a fixed key, so the replay can be stopped and run again without selling anything twice.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import threading
import time
import zlib
from calendar import monthrange
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pos.settings")
os.environ.setdefault("DEBUG", "1")

from django.conf import settings

from bench import invoices, shopfit
from bench.invoices import Article, Invoice
from bench.progress import Progress
from bench.wire import Api, Unreachable, sentence


@dataclass(slots=True)
class Takings:
    """What the server says it sold: bills, lines and totals come from its answers, never from the file."""

    bills: int = 0
    lines: int = 0
    revenue: Decimal = Decimal(0)
    replayed: int = 0


@dataclass(slots=True)
class Run:
    """One run of all tills. `seconds` holds the times of new sales only."""

    progress: Progress
    months: dict[str, Takings] = field(default_factory=lambda: defaultdict(Takings))
    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    stop: threading.Event = field(default_factory=threading.Event)

    def enter(self, invoice: Invoice, bill: dict[str, Any], again: bool, seconds: float) -> None:
        with self.lock:
            taken = self.months[invoice.month]
            taken.bills += 1
            taken.lines += len(bill["lines"])
            taken.revenue += Decimal(bill["total"])
            taken.replayed += again
            if not again:
                self.seconds.append(seconds)
            self.progress.step()

    def fail(self, sentence: str) -> None:
        with self.lock:
            self.failures.append(sentence)
        self.stop.set()


def serve(run: Run, cashier: Api, register: str, queue: Sequence[Invoice], products: dict[Article, int]) -> None:
    """One till: sells its invoices one after the other, until the queue is empty or the run is stopped."""
    try:
        for invoice in queue:
            if run.stop.is_set():
                return
            sell(run, cashier, register, invoice, products)
    except Unreachable as trouble:
        run.fail(str(trouble))


def sell(run: Run, cashier: Api, register: str, invoice: Invoice, products: dict[Article, int]) -> None:
    total = f"{invoice.total}"
    body = {
        "register": register,
        "lines": [{"product": products[article], "quantity": str(count)} for article, count, _ in invoice.lines],
        "payments": [{"method": "card", "amount": total, "reference": f"invoice {invoice.number}"}]
        if invoice.total
        else [],
        "shown_total": total,
    }
    begun = time.perf_counter()
    status, told = cashier.call("POST", "/bills", body, f"Idempotency-Key: {invoice.key}\r\n")
    spent = time.perf_counter() - begun
    if status == 422 and told.get("code") == "key_reused":  # sold before, by a run with more or fewer tills
        status, told = cashier.call("GET", f"/bills/by-key/{invoice.key}")
    if status in (200, 201) and Decimal(told["total"]) == invoice.total:
        run.enter(invoice, told, status == 200, spent)
    else:
        run.fail(f"Invoice {invoice.number} ({len(invoice.lines)} lines, {total}): {status} {sentence(told)}")


def replay(asked: argparse.Namespace) -> dict[str, Any]:
    book = invoices.read()
    chosen = invoices.between(book, asked.first, asked.last, asked.at_most)
    manager = Api(asked.base, asked.user, asked.password)
    manager.sign_in()
    begun = time.monotonic()
    wanted = list(invoices.articles(chosen))
    products, made = shopfit.put_up(manager, asked.base, book, wanted, asked.tills)
    tills = [shopfit.till(manager, asked.base, number) for number in range(1, asked.tills + 1)]
    fitted = time.monotonic() - begun
    run = Run(Progress("bills", len(chosen)))
    begun = time.monotonic()
    sell_all(run, tills, chosen, products)
    spent = time.monotonic() - begun
    return report(
        book, chosen, run, asked, {"products_made": made, "fitting_s": round(fitted, 1), "selling_s": round(spent, 1)}
    )


def sell_all(run: Run, tills: list[tuple[str, Api]], chosen: list[Invoice], products: dict[Article, int]) -> None:
    """With the same number of tills an invoice always goes to the same till, so a second run repeats the same
    requests."""
    queues: list[list[Invoice]] = [[] for _ in tills]
    for invoice in chosen:
        queues[zlib.crc32(invoice.number.encode()) % len(tills)].append(invoice)
    threads = [
        threading.Thread(target=serve, args=(run, cashier, register, queue, products))
        for (register, cashier), queue in zip(tills, queues, strict=True)
    ]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            thread.join()
    except KeyboardInterrupt:
        run.fail("Stopped by hand; run it again to go on.")
        for thread in threads:
            thread.join()


def report(
    book: invoices.Book, chosen: list[Invoice], run: Run, asked: argparse.Namespace, facts: dict[str, Any]
) -> dict[str, Any]:
    whole = {month: figure for month, figure in invoices.figures().items() if is_whole(month, asked)}
    below: defaultdict[str, Decimal] = defaultdict(Decimal)
    for invoice in chosen:
        below[invoice.month] += invoice.below_a_cent
    agree = True
    print(f"\n{'month':9}{'bills':>8}{'lines':>10}{'revenue':>16}{'README bills':>14}{'README revenue':>16}")
    for month, taken in sorted(run.months.items()):
        count, revenue = whole.get(month, (None, None))
        same = count is None or (count, revenue) == (taken.bills, invoices.in_cents(taken.revenue + below[month]))
        agree &= same
        beside = f"{count:>14,}{revenue:>16,}{'' if same else '  DIFFERS'}" if count else f"{'part':>14}"
        rounding = f"  and {below[month]} in prices below a cent" if below[month] else ""
        print(f"{month:9}{taken.bills:>8,}{taken.lines:>10,}{taken.revenue:>16,}{beside}{rounding}")
    for reason, count in sorted(book.left_out.items()):
        print(f"left out of the file: {count:,} {reason}")
    for failure in run.failures[:10]:
        print(failure)
    bills, again = sum(t.bills for t in run.months.values()), sum(t.replayed for t in run.months.values())
    result = {
        "benchmark": "replay",
        "tills": asked.tills,
        "invoices": len(chosen),
        "bills": bills,
        "sold_now": bills - again,
        "replayed": again,
        "lines": sum(t.lines for t in run.months.values()),
        "revenue": str(sum((t.revenue for t in run.months.values()), Decimal(0))),
        "below_a_cent": str(sum(below.values(), Decimal(0))),
        "agrees": agree and not run.failures and bills == len(chosen),
        "left_out": dict(book.left_out),
        "p50_ms": percentile(run.seconds, 50),
        "p95_ms": percentile(run.seconds, 95),
        "failures": len(run.failures),
        "load": os.getloadavg()[0],
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        **facts,
    }
    print(f"{bills - again:,} sold now, {again:,} before; p50 {result['p50_ms']} ms, p95 {result['p95_ms']} ms a sale")
    return result


def is_whole(month: str, asked: argparse.Namespace) -> bool:
    year, number = map(int, month.split("-"))
    last = date(year, number, monthrange(year, number)[1])
    return asked.first <= last.replace(day=1) and last <= asked.last and asked.at_most is None


def percentile(seconds: Sequence[float], per_cent: int) -> float | None:
    """In milliseconds; None if nothing was sold."""
    if not seconds:
        return None
    return round(sorted(seconds)[min(len(seconds) - 1, len(seconds) * per_cent // 100)] * 1000, 1)


def audit() -> bool:
    """Audits the database named by this environment, which must be the server's."""
    done = subprocess.run([sys.executable, "manage.py", "audit"], cwd=settings.BASE_DIR, text=True, capture_output=True)
    told = [line for line in (done.stdout + done.stderr).splitlines() if ": ok" not in line]
    print("audit:", *told, sep="\n  " if done.returncode else " ")
    return done.returncode == 0


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.replay", description=__doc__)
    parser.add_argument(
        "--base", default=f"http://{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or 8000}"
    )
    parser.add_argument("--user", default="may", help="a manager")
    parser.add_argument(
        "--password", default=os.environ.get("POS_PASSWORD") or "demo-shop-2026", help="or POS_PASSWORD"
    )
    parser.add_argument("--month", help="2009-12; the whole file when no date is given")
    parser.add_argument("--from", dest="first", type=date.fromisoformat, default=date(2009, 12, 1))
    parser.add_argument("--to", dest="last", type=date.fromisoformat, default=date(2010, 12, 31))
    parser.add_argument("--at-most", type=int, metavar="INVOICES", help="only the first of them")
    parser.add_argument(
        "--tills", type=int, default=4, choices=range(1, 17), metavar="1-16", help="how many sell at once"
    )
    parser.add_argument("--no-audit", action="store_true", help="for a server whose database is out of reach")
    asked = parser.parse_args(arguments)
    if asked.month:
        try:
            asked.first = date.fromisoformat(f"{asked.month}-01")
        except ValueError:
            parser.error("--month is written 2009-12")
        asked.last = asked.first.replace(day=monthrange(asked.first.year, asked.first.month)[1])
    return asked


def main(arguments: Sequence[str] | None = None) -> int:
    asked = options(arguments)
    try:
        result = replay(asked)
    except (Unreachable, shopfit.NotFitted) as trouble:
        sys.exit(f"The replay ends: {trouble}")
    result["audit"] = None if asked.no_audit else audit()
    print(json.dumps(result))
    return 0 if result["agrees"] and result["audit"] is not False else 1


if __name__ == "__main__":
    sys.exit(main())
