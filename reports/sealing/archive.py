"""The ledgers and their seals as files that anybody can read and prove without this shop."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.db import connection

from pos.postgres.silence import unlimited
from reports.models import DaySeal
from reports.sealing import rows

VERIFIER = Path(__file__).with_name("verify.py")
LOT = 5000


def write(folder: Path) -> Iterator[tuple[str, int]]:
    """One file for each ledger, a line for each row; `schema.json` names the columns. Tells each ledger's rows."""
    shutil.copyfile(VERIFIER, folder / VERIFIER.name)
    ledgers = rows.ledgers()
    (folder / "schema.json").write_text(json.dumps(ledgers, indent=1))
    with rows.plain_texts(), unlimited():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        with (folder / "seals.jsonl").open("w") as out:
            for made in DaySeal.objects.order_by("number"):
                line = {"document": made.document, "signature": bytes(made.signature).hex()}
                out.write(json.dumps(line) + "\n")
        for table, names in ledgers.items():
            yield table, write_ledger(folder / f"{table}.jsonl", table, names)


def write_ledger(path: Path, table: str, names: list[str]) -> int:
    count, after = 0, -1
    with path.open("w", newline="\n") as out:
        while lot := read(table, names, after):
            out.writelines(f"{text}\n" for _key, text in lot)
            count, after = count + len(lot), lot[-1][0]
    return count


def read(table: str, names: list[str], after: int) -> list[tuple[int, str]]:
    key = names[0]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, {rows.line(names)} FROM {table} WHERE {key} > %s ORDER BY {key} LIMIT {LOT}", [after]
        )
        return cursor.fetchall()
