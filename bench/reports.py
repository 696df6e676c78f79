"""Opens the reports and long lists of a shop with years of history: python -m bench.reports

The shop is that of `bench.make_history`, in the database of DATABASE_URL or the embedded one of POS_DATA; where that is
empty a history is made first. Each page is asked for in process, through all middleware, and each with what a manager
would look at. Nothing is written but the kept sums, which are made anew to be timed, and the sales of `--today`.
"""

import argparse
import gc
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from statistics import quantiles
from time import monotonic, perf_counter
from typing import Any

from bench import make_history

AIM = 300.0  # ms
WARM = 2


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.reports", description=__doc__)
    parser.add_argument("--bills", type=int, default=2_000_000, help="of the history, if it has to be made")
    parser.add_argument("--calls", type=int, default=20, help="of each page")
    parser.add_argument("--only", default="", help="pages whose address has these words")
    parser.add_argument("--today", type=int, default=0, metavar="SALES", help="to make first: they are not kept yet")
    parser.add_argument("--keep-sums", action="store_true", help="do not make the kept sums anew")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    asked = options(arguments)
    make_history.prepared()
    subprocess.run([sys.executable, "manage.py", "collectstatic", "--no-input", "-v0"], check=True)
    from billing.models import Bill

    if not Bill.objects.exists():
        subprocess.run([sys.executable, "-m", "bench.make_history", "--bills", str(asked.bills)], check=True)
    if asked.today:
        from bench import counter
        from bench.purchase import TILLS

        counter.sell(counter.standing() or counter.set_up(TILLS), asked.today)
    rebuild = None if asked.keep_sums else make_history.rebuilt()
    found = sorted(measured(asked), key=lambda one: -one["p95_ms"])
    for one in found:
        print(f"{one['p95_ms']:9.1f} {one['p50_ms']:9.1f} ms  {one['page']}")
    worst = found[0]
    result = {
        "benchmark": "reports",
        "worst_p95_ms": worst["p95_ms"],
        "worst_page": worst["page"],
        "over_aim": sum(one["p95_ms"] > AIM for one in found),
        "pages": len(found),
        "rollup_cost_percent": rollup_cost(),
        "rebuild_s": rebuild,
        "bills": Bill.objects.count(),
    }
    print(json.dumps(result | {"load": round(os.getloadavg()[0], 2)}))
    return 0


def measured(asked: argparse.Namespace) -> Iterator[dict[str, Any]]:
    from django.test import Client

    logging.getLogger("pos.requests").setLevel(logging.WARNING)
    web = Client(raise_request_exception=False, HTTP_HOST="127.0.0.1", headers={"X-Forwarded-Proto": "https"})
    web.force_login(manager())
    addresses = pages()
    as_a_worker()
    for page in addresses:
        if asked.only not in page:
            continue
        begun = perf_counter()
        status = web.get(page, secure=True).status_code
        if status != 200:
            print(f"{page} answers {status} after {perf_counter() - begun:.1f} s and is not timed.", file=sys.stderr)
            continue
        times = []
        for call in range(asked.calls + WARM):
            begun = perf_counter()
            b"".join(web.get(page, secure=True))
            if call >= WARM:
                times.append((perf_counter() - begun) * 1000)
        cut = quantiles(times, n=20)
        yield {"page": page, "p50_ms": round(cut[9], 1), "p95_ms": round(cut[18], 1)}


def as_a_worker() -> None:
    """What is loaded is exempt from garbage collection, as in production (gunicorn.conf.py)."""
    from django.urls import reverse

    reverse("till")
    gc.collect()
    gc.freeze()


def manager() -> Any:
    from accounts.models import Role, User
    from accounts.people import staff

    return User.objects.filter(role=Role.MANAGER).first() or staff.hire(
        by=None, username="reader", name="Reader", role=Role.MANAGER, password="bench-reports-reader"
    )


def pages() -> list[str]:
    """Pages of the newest closed day, its month and year, and of the oldest; searches find existing rows."""
    from billing.models import Bill, BillLine
    from members.models import PointsEntry
    from pos import calendar
    from reports.figures.dimensions import DIMENSIONS

    closed = Bill.objects.filter(business_date__lt=calendar.today())
    last, first = closed.latest("business_date", "pk"), closed.earliest("business_date", "pk")
    day, old = last.business_date, first.business_date
    line = BillLine.objects.filter(bill=last).select_related("product").earliest("position")
    member = PointsEntry.objects.select_related("member").latest("pk").member
    month, all_days = f"from={day - timedelta(30)}&to={day}", f"from={old}&to={day}"
    quarter_end = old + timedelta(90)
    quarter = f"from={old}&to={quarter_end}"
    word = line.name.split()[0]
    lists = ["", f"q={last.number}", f"q={word}", f"q={line.sku}", f"q={last.total}", f"q={member.number}", f"q={day}"]
    lists += ["q=past1", "q=P1-", month, quarter, f"{quarter}&q={word}", f"{all_days}&q={line.sku}"]
    admin = {
        "billing/bill": ["", "kind=refund", f"q={last.number}", f"q={word}", f"register__id__exact={last.register_id}"],
        "billing/shift": [""],
        "billing/zreport": [""],
        "inventory/product": ["", f"q={word}"],
        "inventory/stockmovement": ["", "kind=opening", f"q={last.number}", f"q={line.sku}"],
        "members/member": ["", f"q={member.number}"],
        "members/pointsentry": ["", f"q={member.number}", f"q={last.number}"],
        "accounts/auditentry": [""],
        "accounts/approval": [""],
    }
    return [
        "/desk", "/reports", f"/reports?day={day}", f"/reports/month?year={day.year}&month={day.month}",
        f"/reports/month?year={old.year}&month={old.month}",
        f"/reports/year?year={day:%Y}", f"/reports/year?year={old:%Y}", f"/reports/range?{month}",
        f"/reports/range?{all_days}", f"/reports/cashiers?{month}", f"/reports/cashiers?{all_days}",
        f"/reports/products?{month}", f"/reports/products?{all_days}", f"/reports/shrinkage?{all_days}",
        *(f"/reports/products?{all_days}&kind={kind}" for kind in ("slow", "dead")),
        f"/reports/payments?{month}", f"/reports/payments?{all_days}", "/reports/taxes", f"/reports/taxes?{all_days}",
        "/reports/members", f"/reports/members?{all_days}", f"/reports/members?{month}&month={day}",
        *(f"/reports/members?{all_days}&who={who}" for who in ("all", "new", "back", old.replace(day=1))),
        f"/reports/owed?day={day}", f"/reports/owed?day={quarter_end}", f"/reports/owed?day={day}&kind=points",
        "/reports/stock", f"/reports/stock?day={day}", f"/reports/stock?day={quarter_end}",
        f"/reports/stock?day={day}&product={line.product_id}&location=0", "/reports/z", f"/reports/z?{all_days}",
        f"/reports/journal?{month}", "/reports/oversold", "/reports/outage", "/reports/tax-office",
        *(f"/reports/sales?{span}&by={by}" for by in DIMENSIONS for span in (month, all_days)),
        *(
            f"/reports/sales?from={day - timedelta(back)}&to={day}&by={by}&compare={compare}"
            for by in ("category", "member", "product") for back, compare in ((30, "before"), (364, "year"))
        ),
        f"/reports/sales?from={day - timedelta(364)}&to={day}&by=member",
        f"/reports/sales/bills?{month}", f"/reports/sales/bills?{all_days}",
        f"/reports/sales/bills?{all_days}&product={line.product_id}",
        *(f"/bills?{asked}" for asked in lists), f"/bills/{last.number}", f"/bills/{first.number}",
        "/shifts", "/trail", "/approvals/report", "/members", f"/members/{member.number}",
        f"/members/{member.number}/purchases", "/goods", f"/goods?q={word}", "/goods?lacks=low",
        "/goods?lacks=barcode", f"/goods/{line.product_id}", f"/goods/{line.product_id}/sales",
        f"/admin/inventory/product/{line.product_id}/change/", f"/admin/members/member/{member.pk}/change/",
        *(f"/admin/{name}/?{asked}" for name, several in admin.items() for asked in several),
    ]  # fmt: skip


def rollup_cost() -> float | None:
    """The time to make the kept sums of the newest day, in per cent of the time its sales took; a sale of the API is
    timed here by its share: `SALE_MS` of CPU in the web process and the database."""
    from django.db.models import Max

    from billing.models import Bill
    from reports.models import RolledDay
    from reports.rollups import keeping
    from reports.rollups.sources import DAY

    day = RolledDay.objects.aggregate(day=Max("day"))["day"]
    if day is None:
        return None
    begun = monotonic()
    keeping.roll(DAY, day)
    spent = (monotonic() - begun) * 1000
    bills = Bill.objects.filter(business_date=day).count()
    return round(100 * spent / (bills * SALE_MS), 2)


SALE_MS = 12.3  # CPU of a sale of five lines by the API, the database's included (bench/README.md)


if __name__ == "__main__":
    sys.exit(main())
