"""The ledgers and their seals as files that anybody can read and prove without this shop; all other tables too, if
wished."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.db import connection, transaction

from pos.postgres.silence import unlimited
from reports.models import DaySeal
from reports.sealing import everything, rows

VERIFIER = Path(__file__).with_name("verify.py")
HASHES = "SHA256SUMS"
LOT = 5000


def write(folder: Path, tables: dict[str, list[str]] | None = None) -> Iterator[tuple[str, int]]:
    """One file for each table, a line for each row; `schema.json` names the columns, `tables.json` says what they are,
    and `SHA256SUMS` has the hash of each file. Tells each table's rows; ledgers alone, if no others are named."""
    shutil.copyfile(VERIFIER, folder / VERIFIER.name)
    tables = tables or rows.ledgers()
    (folder / "schema.json").write_text(json.dumps(tables, indent=1))
    (folder / "tables.json").write_text(json.dumps(everything.described(tables), indent=1))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        with rows.plain_texts(), unlimited():
            with (folder / "seals.jsonl").open("w") as out:
                for made in DaySeal.objects.order_by("number"):
                    line = {"document": made.document, "signature": bytes(made.signature).hex()}
                    out.write(json.dumps(line) + "\n")
            for table, names in tables.items():
                yield table, write_table(folder / f"{table}.jsonl", table, names)
    write_hashes(folder)


def write_table(path: Path, table: str, names: list[str]) -> int:
    """The rows by their key, read in lots: a table of any size needs no more memory than one lot."""
    count = 0
    with path.open("w", newline="\n") as out, connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {rows.line(names)} FROM {table} ORDER BY {names[0]}")
        while lot := cursor.fetchmany(LOT):
            out.writelines(f"{text}\n" for (text,) in lot)
            count += len(lot)
    return count


def write_hashes(folder: Path) -> None:
    """As `sha256sum -c SHA256SUMS` reads them."""
    lines = []
    for path in sorted(folder.iterdir()):
        with path.open("rb") as file:
            lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.name}\n")
    (folder / HASHES).write_text("".join(lines))
