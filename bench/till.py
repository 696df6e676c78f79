"""Measures the checkout in real Chromium with 100,000 products: python -m bench.till

From scan to painted line, keystroke to painted results, and Pay to painted receipt; the bytes of the checkout page; and
whether scans typed while the page changes are lost.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from bench import stage
from tests import chromium

PASSWORD = "bench-till-2026"
FIRST_CODE = 20_000_000
WORDS = ["green", "black", "organic", "mountain", "sea", "old", "fresh", "smoked", "wild", "sweet"]
GOODS = ["tea", "coffee", "bread", "cheese", "honey", "soap", "candle", "juice", "pepper", "salt"]
PAINTED = """
    const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const until = (ready) => new Promise((done) => {
        const watch = new MutationObserver(() => ready() && (watch.disconnect(), done()));
        watch.observe(document.body, { childList: true, subtree: true });
    });
"""
SCAN = f"""async (code) => {{ {PAINTED}
    const version = () => document.querySelector("#basket [name=version]").value;
    const field = document.getElementById("code"), before = version(), start = performance.now();
    field.value = code;
    field.form.requestSubmit();
    await until(() => version() !== before);
    await painted();
    return performance.now() - start;
}}"""
SEARCH = f"""async (words) => {{ {PAINTED}
    const field = document.getElementById("code"), start = performance.now();
    field.value = words;
    field.dispatchEvent(new Event("input", {{ bubbles: true }}));
    await until(() => document.querySelector(".results__head")?.textContent.includes(`“${{words}}”`));
    await painted();
    return performance.now() - start;
}}"""
PAY = f"""async () => {{ {PAINTED}
    const start = performance.now();
    document.querySelector(".payment__quick button").click();
    await until(() => document.querySelector(".after-sale"));
    await painted();
    return performance.now() - start;
}}"""
ALL_LINES = "count => document.querySelectorAll('.basket__line').length === count"


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.till", description=__doc__)
    parser.add_argument("--products", type=int, default=100_000)
    parser.add_argument("--sales", type=int, default=20)
    parser.add_argument("--scans", type=int, default=10, help="in each sale")
    parser.add_argument("--searches", type=int, default=100)
    parser.add_argument("--changes", type=int, default=200, help="page changes to scan across")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    asked = options(arguments)
    with stage.database():
        os.environ["ALLOWED_HOSTS"] = "127.0.0.1,localhost"
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright runs an event loop in Django's thread
        for command in (["migrate"], ["collectstatic", "--no-input"]):
            subprocess.run([sys.executable, "manage.py", *command, "-v0"], cwd=stage.BASE_DIR, check=True)
        import django

        django.setup()
        fill(asked.products)
        with stage.server(2) as base, browser_page(base.replace("127.0.0.1", "localhost")) as page:
            result = measure(page, asked)
    print(json.dumps(result))
    return 0


def fill(products: int) -> None:
    from accounts.models import Role
    from accounts.people import staff
    from billing.drawer import registers
    from billing.models import RegisterKind
    from inventory.goods import importing

    may = staff.hire(by=None, username="may", name="May", role=Role.MANAGER, password=PASSWORD)
    registers.add(code="R1", name="Till R1", kind=RegisterKind.TILL, by=may)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "products.csv"
        rows = (product(n, GOODS[n // 10 % 10]) for n in range(products))
        path.write_text("\n".join(["sku,barcode,name,category,price,stock", *rows]))
        report = importing.run(path, by=may)
    print(f"{report.created:,} products")


def product(number: int, good: str) -> str:
    name = f"{WORDS[number % 10]} {good} no {number}"
    return f"N{number},{FIRST_CODE + number},{name},{good},{number % 90 + 1}.49,1000"


@contextmanager
def browser_page(base: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium.find(), args=chromium.ARGUMENTS)
        page = browser.new_context(base_url=base, locale="en-GB").new_page()
        page.goto("/sign-in?next=/shift/open")
        page.get_by_label("Username").fill("may")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_label("Float in the drawer").fill("100")
        page.get_by_role("button", name="Open Till R1").click()
        page.wait_for_selector("#code")
        yield page
        browser.close()


def measure(page: Any, asked: argparse.Namespace) -> dict[str, Any]:
    chance = random.Random(7)
    cold, warm = weigh(page)
    scans: list[float] = []
    pays: list[float] = []
    for _ in range(asked.sales):
        codes = [str(FIRST_CODE + chance.randrange(asked.products)) for _ in range(asked.scans)]
        scans += [page.evaluate(SCAN, code) for code in codes]
        pays.append(page.evaluate(PAY))
        page.get_by_role("link", name="Next sale").click()
        page.wait_for_selector("#code")
    searches = [
        page.evaluate(SEARCH, f"{chance.choice(WORDS)} {chance.choice(GOODS)[:3]} {chance.randrange(asked.products)}")
        for _ in range(asked.searches)
    ]
    for what, times in (("scan", scans), ("search", searches), ("pay", pays)):
        print(f"{what:7}p50 {percentile(times, 50):6.1f} ms  p95 {percentile(times, 95):6.1f} ms  of {len(times)}")
    kept = across_pages(page, asked, chance)
    print("{scans} scans across {page_changes} page changes: {lost} lost, {doubled} twice".format(**kept))
    print(f"checkout page {cold / 1024:.1f} KB cold, {warm / 1024:.1f} KB warm; load {os.getloadavg()[0]:.1f}")
    return {
        "benchmark": "till",
        "scan_p50_ms": percentile(scans, 50),
        "scan_p95_ms": percentile(scans, 95),
        "search_p95_ms": percentile(searches, 95),
        "pay_p95_ms": percentile(pays, 95),
        "cold_kb": round(cold / 1024, 1),
        "warm_kb": round(warm / 1024, 1),
        **kept,
        "products": asked.products,
        "load": round(os.getloadavg()[0], 2),
    }


def across_pages(page: Any, asked: argparse.Namespace, chance: random.Random) -> dict[str, int]:
    """Scans by keyboard at random moments after leaving a receipt; compares the scans with the bills in the
    database."""
    from playwright import sync_api

    scanned: Counter[int] = Counter()
    before = rung_up()
    for _ in range(asked.changes):
        goods = chance.sample(range(asked.products), asked.scans)
        page.wait_for_timeout(chance.choice((0, 0, 20, 50, 100, 200, 400)))
        for number in goods:
            page.keyboard.type(f"{FIRST_CODE + number}\n", delay=chance.choice((5, 20)))
        scanned.update(goods)
        with suppress(sync_api.TimeoutError):
            page.wait_for_function(ALL_LINES, arg=asked.scans, timeout=10_000)
        page.evaluate(PAY)
        page.keyboard.press("Enter")
    sold = rung_up() - before
    return {
        "scans": scanned.total(),
        "page_changes": asked.changes,
        "lost": (scanned - sold).total(),
        "doubled": (sold - scanned).total(),
    }


def rung_up() -> Counter[int]:
    """How often each product was sold, by the number in its SKU."""
    from django.db.models import Sum

    from billing.models import BillLine

    return Counter({int(sku[1:]): int(of) for sku, of in BillLine.objects.values_list("sku").annotate(Sum("quantity"))})


def weigh(page: Any) -> tuple[float, float]:
    """Bytes on the wire of HTML, CSS and scripts: with an empty cache, and the second time."""
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    kinds: dict[str, str] = {}
    came: list[float] = []
    wire.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    wire.on(
        "Network.loadingFinished",
        lambda event: (
            came.append(event["encodedDataLength"])
            if kinds.get(event["requestId"]) in ("Document", "Stylesheet", "Script")
            else None
        ),
    )
    wire.send("Network.clearBrowserCache")
    weights = []
    for _ in range(2):
        came.clear()
        page.goto(page.url)
        page.wait_for_load_state("networkidle")
        weights.append(sum(came))
    wire.detach()
    return weights[0], weights[1]


def percentile(times: Sequence[float], per_cent: int) -> float:
    return round(sorted(times)[min(len(times) - 1, len(times) * per_cent // 100)], 1)


if __name__ == "__main__":
    sys.exit(main())
