"""A web shop that follows the feed and may be killed at any moment: python -m bench.feed_reader BASE FILE

Reads `SHOP_KEY` from the environment. Each page and the cursor behind it are written to FILE, an SQLite database, in
one transaction, as every reader should. It ends once FILE with the suffix `.over` exists and the feed has nothing new.
"""

import json
import os
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

A_MOMENT = 0.02
TABLES = """
    CREATE TABLE IF NOT EXISTS place (id INTEGER PRIMARY KEY CHECK (id = 1), cursor TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS mirror (type TEXT, id TEXT, object TEXT, PRIMARY KEY (type, id));
    CREATE TABLE IF NOT EXISTS read (cursor TEXT PRIMARY KEY, times INTEGER NOT NULL);
"""


def asked(base: str, path: str) -> dict[str, Any]:
    request = Request(base + path, headers={"Authorization": f"Bearer {os.environ['SHOP_KEY']}"})
    with urlopen(request, timeout=60) as answer:
        return dict(json.load(answer))


def write(book: sqlite3.Connection, page: dict[str, Any], cursor: str) -> None:
    with book:
        for entry in page["results"]:
            if entry.get("change") == "gone":
                book.execute("DELETE FROM mirror WHERE type = ? AND id = ?", (entry["type"], entry["id"]))
            else:
                told = (entry["type"], entry["id"], json.dumps(entry["object"], sort_keys=True))
                book.execute("INSERT OR REPLACE INTO mirror VALUES (?, ?, ?)", told)
            if "cursor" in entry:
                book.execute(
                    "INSERT INTO read VALUES (?, 1) ON CONFLICT (cursor) DO UPDATE SET times = times + 1",
                    (entry["cursor"],),
                )
        book.execute("INSERT OR REPLACE INTO place VALUES (1, ?)", (cursor,))


def begin(base: str, book: sqlite3.Connection) -> str:
    """Continues where it stopped, or reads the whole shop."""
    if kept := book.execute("SELECT cursor FROM place").fetchone():
        return str(kept[0])
    page = asked(base, "/api/v1/snapshot?page_size=1000")
    whole = {"results": list(page["results"])}
    while page["next"]:
        page = asked(base, page["next"].removeprefix(base))
        whole["results"] += page["results"]
    write(book, whole, page["cursor"])
    return str(page["cursor"])


def follow(base: str, file: Path) -> None:
    book = sqlite3.connect(file)
    book.executescript(TABLES)
    after, over = begin(base, book), file.with_suffix(".over")
    while True:
        is_over = over.exists()
        page = asked(base, f"/api/v1/changes?after={after}&page_size=500")
        if page["results"]:
            after = page["next"]
            write(book, page, after)
        elif is_over:
            return
        else:
            time.sleep(A_MOMENT)


if __name__ == "__main__":
    follow(sys.argv[1], Path(sys.argv[2]))
