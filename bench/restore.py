"""Times the backup, restore and audit of a shop of some gigabytes: python -m bench.restore --gb 0.2

Real sales, copied until the database is large enough, in a PostgreSQL of its own with fsync on; or, with `--history`,
the years of `bench.make_history`, whose books add up, in the database of POS_DATA. It is backed up and restored by the
shop's own commands, in the place of the books, which stay beside them: there must be room for three times the size. The
last line is one JSON object.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import Any

import psycopg

from bench import copies, make_history, stage

TIMES_THE_SIZE = 3.2
TILLS = 2
PASSPHRASE = "a passphrase of the benchmark"
GB = 1e9


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.restore", description=__doc__)
    parser.add_argument("--gb", type=float, default=10, help="how large the database is")
    parser.add_argument("--sales", type=int, default=1000, help="that are copied")
    parser.add_argument("--history", action="store_true", help="of the shop with years of trade in POS_DATA")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    asked = options(arguments)
    place = Path(os.environ.get("POS_DATA") or stage.BASE_DIR / "var").resolve() / "bench" / "restore"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    if (free := shutil.disk_usage(place).free) < asked.gb * GB * TIMES_THE_SIZE:
        sys.exit(f"{free / GB:.1f} GB are free, and {asked.gb * TIMES_THE_SIZE:.1f} are needed.")
    try:
        if asked.history:
            make_history.prepared()
            found = measured(asked, place)
        else:
            with stage.database():
                found = measured(asked, place)
    finally:
        shutil.rmtree(place)
    print(json.dumps({"made": "restore", **found, "load": round(os.getloadavg()[0], 2)}))
    return 0


def measured(asked: argparse.Namespace, place: Path) -> dict[str, Any]:
    backups = place / "backups"
    backups.mkdir()
    os.environ |= {"POS_DATA": str(place), "BACKUP_FOLDER": str(backups), "BACKUP_PASSPHRASE": PASSPHRASE}
    begun = monotonic()
    if not asked.history:
        sold(asked.sales)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as books:
        if not asked.history:
            copies.grow(books, int(asked.gb * GB))
        bytes_there = copies.size(books)
    made_s = round(monotonic() - begun, 1)
    backup_s = seconds("manage.py", "backup")
    archive = sum(path.stat().st_size for path in backups.rglob("*") if path.is_file())
    restore_s = seconds("manage.py", "restore", "--replace", "--despite-audit")
    audit_s = seconds("manage.py", "audit", fails=not asked.history)
    return {
        "gb": round(bytes_there / GB, 2),
        "archive_mb": round(archive / 1e6, 1),
        "made_s": made_s,
        "backup_s": backup_s,
        "restore_s": restore_s,
        "audit_s": audit_s,
        "mb_per_s": round(bytes_there / 1e6 / restore_s, 1),
        "sells_again_s": round(restore_s + audit_s, 1),
    }


def sold(count: int) -> None:
    """Makes sales at two tills, with the verb every till uses."""
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=stage.BASE_DIR, check=True)
    import django

    django.setup()
    from django.db import connections

    from bench import counter

    counter.sell(counter.set_up(TILLS), count, with_member=0)  # points of a bill can be given only once
    for connection in connections.all():
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]


def seconds(*command: str, fails: bool = False) -> float:
    """`fails` is allowed: the sums of copied books are wrong."""
    begun = monotonic()
    done = subprocess.run([sys.executable, *command], cwd=stage.BASE_DIR, stdout=subprocess.DEVNULL)
    if done.returncode and not fails:
        sys.exit(f"{' '.join(command)} failed.")
    return round(monotonic() - begun, 1)


if __name__ == "__main__":
    sys.exit(main())
