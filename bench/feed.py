"""Tests the feed of changes under everything that could make it miss or repeat an entry: python -m bench.feed

A reader in a process of its own follows `GET /changes`. One transaction commits 3 s, another 40 s after one that began
later; eight writers change products and categories and take a third of it back while the reader is killed 50 times; a
list of 100,000 products is imported. At the end its mirror must equal the shop, by hash, and no entry may have been
read twice. The last line is JSON.
"""

import argparse
import hashlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from bench import import_files, stage

WRITERS, GOODS, TAKEN_BACK, LONGEST_PAUSE, PATIENCE, A_WHILE = 8, 40, 0.3, 0.03, 900, 20


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.feed", description=__doc__)
    parser.add_argument("--late", type=float, nargs="*", default=[3, 40], help="seconds a transaction commits late")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--rows", type=int, default=100_000)
    return parser.parse_args(arguments)


class Reader:
    """The process that follows the feed, and its mirror."""

    def __init__(self, base: str, key: str, file: Path) -> None:
        self.command = [sys.executable, "-m", "bench.feed_reader", base, str(file)]
        self.environment, self.file = os.environ | {"SHOP_KEY": key}, file
        self.running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.running = subprocess.Popen(self.command, cwd=stage.BASE_DIR, env=self.environment)

    def kill(self) -> None:
        assert self.running
        self.running.send_signal(signal.SIGKILL)
        self.running.wait(15)

    def finish(self) -> None:
        """Waits until the reader has read to the end."""
        assert self.running
        self.file.with_suffix(".over").touch()
        if self.running.wait(PATIENCE):
            sys.exit("The reader failed.")
        self.file.with_suffix(".over").unlink()

    def ask(self, sql: str) -> list[Any]:
        try:
            return sqlite3.connect(self.file, timeout=30).execute(sql).fetchall()
        except sqlite3.OperationalError:  # it has not started yet
            return []

    def told(self) -> dict[str, int]:
        """How many entries it received, and how many of them more than once."""
        ((entries, twice),) = self.ask("SELECT count(*), coalesce(sum(times > 1), 0) FROM read")
        return {"entries": entries, "read_twice": twice}

    def wait_for(self, sql: str, most: float = PATIENCE) -> float:
        begun = time.monotonic()
        while not self.ask(sql):
            if time.monotonic() - begun > most:
                sys.exit(f"The reader never saw: {sql}")
            time.sleep(0.05)
        return time.monotonic() - begun


def late(url: str, reader: Reader, goods: Sequence[int], seconds: float) -> dict[str, Any]:
    """Ends one transaction `seconds` after a later one; the feed must hold back the entries of both until then."""
    first, second = goods[:2]
    names = [f"late {seconds}", f"early {seconds}"]
    seen = "SELECT 1 FROM mirror WHERE object LIKE '%{}%'"
    with psycopg.connect(url) as slow:
        slow.execute("UPDATE inventory_product SET name = %s WHERE id = %s", [names[0], first])
        with psycopg.connect(url) as quick:
            quick.execute("UPDATE inventory_product SET name = %s WHERE id = %s", [names[1], second])
        time.sleep(seconds)
        held_back = not any(reader.ask(seen.format(f'"{name}"')) for name in names)
    waited = max(reader.wait_for(seen.format(f'"{name}"'), A_WHILE) for name in names)
    return {"seconds": seconds, "held_back": held_back, "told_after_s": round(waited, 2)}


def write(url: str, goods: Sequence[int], seed: int, over: threading.Event) -> None:
    luck = random.Random(seed)
    with psycopg.connect(url) as shop:
        turn = 0
        while not over.is_set():
            turn += 1
            for product in sorted(luck.sample(goods, 3)):
                shop.execute("UPDATE inventory_product SET name = %s WHERE id = %s", [f"Jam {seed}-{turn}", product])
            shop.execute("INSERT INTO inventory_category (name, position) VALUES (%s, 0)", [f"Shelf {seed}-{turn}"])
            if luck.random() < TAKEN_BACK:
                shop.execute("DELETE FROM inventory_category WHERE name LIKE %s", [f"Shelf {seed}-%"])
            time.sleep(luck.uniform(0, LONGEST_PAUSE))
            (shop.rollback if luck.random() < TAKEN_BACK else shop.commit)()


@contextmanager
def writing(url: str, goods: Sequence[int]) -> Iterator[None]:
    over = threading.Event()
    writers = [threading.Thread(target=write, args=[url, goods, seed, over]) for seed in range(WRITERS)]
    for writer in writers:
        writer.start()
    try:
        yield
    finally:
        over.set()
        for writer in writers:
            writer.join()


def killed(url: str, reader: Reader, goods: Sequence[int], kills: int) -> None:
    luck = random.Random(kills)
    with writing(url, goods):
        for _ in range(kills):
            time.sleep(luck.uniform(0.2, 0.7))
            reader.kill()
            reader.start()


def imported(rows: int) -> float:
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        path = import_files.write_csv(Path(folder), rows)
        import_files.run("upload", path)
        import_files.run("work", path)
    return round(time.monotonic() - begun, 1)


def digest(rows: Sequence[Sequence[Any]]) -> str:
    return hashlib.sha256(json.dumps(sorted(map(list, rows))).encode()).hexdigest()


def compared(url: str, base: str, reader: Reader, folder: Path, key: str) -> dict[str, Any]:
    """Compares the mirror with a snapshot taken now, and its products with the table."""
    fresh = Reader(base, key, folder / "fresh.sqlite")
    fresh.start()
    fresh.finish()
    everything = "SELECT type, id, object FROM mirror"
    mirror, shop = digest(reader.ask(everything)), digest(fresh.ask(everything))
    with psycopg.connect(url) as database:
        table = database.execute("SELECT id::text, name, price::numeric(15, 2)::text FROM inventory_product").fetchall()
    told = [json.loads(one) for (one,) in reader.ask("SELECT object FROM mirror WHERE type = 'product'")]
    products = [(str(one["id"]), one["name"], one["price"]) for one in told]
    is_same = mirror == shop and digest(products) == digest(table)
    return {"mirror": mirror[:16], "same": is_same, "products": len(products)}


def shop() -> tuple[str, list[int]]:
    """The secret of a key that reads everything, and goods to change."""
    from accounts.access import keys
    from accounts.models import User
    from inventory.models import Product, Stock
    from pos.api.scopes import SCOPES

    import_files.run("hire", Path())
    goods = Product.objects.bulk_create(Product(sku=f"F-{n}", name=f"Jam {n}", price=n + 1) for n in range(GOODS))
    Stock.objects.bulk_create(Stock(product=good, quantity=0) for good in goods)
    reading = [scope for scope in SCOPES if scope.endswith(":read")]
    key = keys.make(by=User.objects.get(role="manager"), name="Web shop", scopes=reading, per_minute=6000, days=1)
    return key.secret, [good.pk for good in goods]


def measure(url: str, asked: argparse.Namespace, folder: Path) -> dict[str, Any]:
    key, goods = shop()
    with stage.server(2) as base:
        reader = Reader(base, key, folder / "mirror.sqlite")
        reader.start()
        reader.wait_for("SELECT 1 FROM place")
        result: dict[str, Any] = {"benchmark": "feed", "late": [late(url, reader, goods, s) for s in asked.late]}
        killed(url, reader, goods, asked.kills)
        result["import_s"] = imported(asked.rows) if asked.rows else 0
        begun = time.monotonic()
        reader.finish()
        result["caught_up_s"] = round(time.monotonic() - begun, 1)
        result |= {"kills": asked.kills, "rows": asked.rows, **reader.told()}
        result |= compared(url, base, reader, folder, key)
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    asked = options(arguments)
    with stage.database(), tempfile.TemporaryDirectory() as folder:
        stage.migrate()
        import django

        django.setup()
        result = measure(os.environ["DATABASE_URL"], asked, Path(folder))
    print(json.dumps(result))
    is_right = result["same"] and not result["read_twice"] and all(one["held_back"] for one in result["late"])
    return 0 if is_right else 1


if __name__ == "__main__":
    sys.exit(main())
