"""Measures the offline catalogue with 100,000 products: python -m bench.outage

The catalogue's bytes on the wire, the first time and after one price change; the time to store it, to open the outage
page from it, and to find products by code and by word; and the memory it takes.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

from bench import stage
from bench.till import FIRST_CODE, GOODS, WORDS, browser_page, fill, percentile

RING_UP = """async (words) => {
    const form = document.querySelector("[data-scan]"), start = performance.now();
    const lines = document.querySelector("[data-lines]"), found = document.querySelector("[data-found]");
    const seen = new Promise((done) => {
        const watch = new MutationObserver(() => (watch.disconnect(), done()));
        for (const part of [lines, found]) watch.observe(part, { childList: true, subtree: true });
    });
    form.elements.code.value = words;
    form.requestSubmit();
    await seen;
    return performance.now() - start;
}"""
LOOKED_LONG_AGO = """() => new Promise((done, failed) => {
    const asked = indexedDB.open("outage");
    asked.onerror = failed;
    asked.onsuccess = () => {
        const meta = asked.result.transaction(["meta"], "readwrite").objectStore("meta");
        const terms = meta.get("terms");
        terms.onsuccess = () => {
            meta.put({ ...terms.result, checked: 0 }, "terms").onsuccess = () => (asked.result.close(), done());
        };
    };
})"""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.outage", description=__doc__)
    parser.add_argument("--products", type=int, default=100_000)
    parser.add_argument("--looks", type=int, default=100)
    asked = parser.parse_args(arguments)
    with stage.database():
        os.environ |= {"ALLOWED_HOSTS": "127.0.0.1,localhost", "DJANGO_ALLOW_ASYNC_UNSAFE": "1"}
        for command in (["migrate"], ["collectstatic", "--no-input"]):
            subprocess.run([sys.executable, "manage.py", *command, "-v0"], cwd=stage.BASE_DIR, check=True)
        import django

        django.setup()
        fill(asked.products)
        with stage.server(2) as base, browser_page(base.replace("127.0.0.1", "localhost")) as page:
            result = measure(page, asked)
    print(json.dumps(result))
    return 0


def measure(page: Any, asked: argparse.Namespace) -> dict[str, Any]:
    from billing.models import Register
    from inventory.models import Product

    chance = random.Random(7)
    weights = scale(page)
    Register.objects.update(outage_sales=True)
    stored = made_ready(page)
    first = sum(weights)
    weights.clear()
    Product.objects.filter(sku="N7").update(price="1.23")
    page.evaluate(LOOKED_LONG_AGO)
    made_ready(page)
    changed = sum(weights)
    begun = time.monotonic()
    page.goto("/till/outage")
    page.wait_for_selector("[data-counter]:not([hidden])")
    opened = time.monotonic() - begun
    codes = [str(FIRST_CODE + chance.randrange(asked.products)) for _ in range(asked.looks)]
    words = [f"{chance.choice(WORDS)} {chance.choice(GOODS)}" for _ in range(asked.looks)]
    by_code = [page.evaluate(RING_UP, code) for code in codes]
    by_word = [page.evaluate(RING_UP, said) for said in words]
    return {
        "benchmark": "outage",
        "products": asked.products,
        "catalogue_kb": round(first / 1024),
        "one_price_kb": round(changed / 1024),
        "store_s": round(stored, 2),
        "open_s": round(opened, 2),
        "code_p95_ms": percentile(by_code, 95),
        "word_p95_ms": percentile(by_word, 95),
        "memory_mb": round(page.evaluate("performance.memory.usedJSHeapSize") / 2**20),
        "load": round(os.getloadavg()[0], 2),
    }


def made_ready(page: Any) -> float:
    """Seconds from opening the page until the till is ready for an outage."""
    begun = time.monotonic()
    page.goto("/till")
    page.wait_for_selector("outage-ready[data-state=ready]", state="attached", timeout=120_000)
    return time.monotonic() - begun


def scale(page: Any) -> list[float]:
    """Records the bytes on the wire of each catalogue response from now on."""
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    asked: set[str] = set()
    came: list[float] = []
    wire.on(
        "Network.responseReceived",
        lambda event: asked.add(event["requestId"]) if "/till/catalogue" in event["response"]["url"] else None,
    )
    wire.on(
        "Network.loadingFinished",
        lambda event: came.append(event["encodedDataLength"]) if event["requestId"] in asked else None,
    )
    return came


if __name__ == "__main__":
    sys.exit(main())
