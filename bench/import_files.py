"""Times the import of a long list of products from CSV and XLSX, and undoing it; also CPU and peak memory.

Each step is a process of its own, as in `manage.py work`; its peak is that of the process and of the one that reads the
spreadsheet for it, together. The last line is JSON.
"""

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from bench import stage

HEADING = ["SKU", "EAN", "Name", "Category", "Price", "Cost", "Stock", "Reorder point"]
FIRST_CODE = 4_000_000_000_000
KIB = 1024


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.import_files", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--step", choices=["hire", "upload", "work", "undo"], help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    asked = options(arguments)
    if asked.step:
        return step(asked.step, asked.file)
    with stage.database(), tempfile.TemporaryDirectory() as folder:
        stage.migrate()
        found = {}
        run("hire", Path())
        for path in (write_csv(Path(folder), asked.rows), write_xlsx(Path(folder), asked.rows)):
            for name in ("upload", "work", "undo"):
                found[f"{path.suffix[1:]} {name}"] = outcome = run(name, path)
                print(f"{path.suffix[1:]:5} {name:7} {outcome['seconds']:6.1f} s {outcome['peak_mb']:5} MB")
    print(json.dumps({"rows": asked.rows, **found}))
    return 0


def products(rows: int) -> Iterator[list[Any]]:
    for n in range(rows):
        code = FIRST_CODE + n
        yield [f"N{n:06}", code, f"Article number {n}", f"Group {n % 40}", 1 + n % 90 / 4, 0.75, n % 50, 3]


def write_csv(folder: Path, rows: int) -> Path:
    path = folder / "products.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADING)
        writer.writerows([str(cell).replace(".", ",") for cell in row] for row in products(rows))
    return path


def write_xlsx(folder: Path, rows: int) -> Path:
    path = folder / "products.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Products")
        for number, row in enumerate([HEADING, *products(rows)]):
            sheet.write_row(number, 0, row)
    return path


def run(name: str, path: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.import_files", "--step", name, "--file", str(path)]
    done = subprocess.run(command, cwd=stage.BASE_DIR, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def step(name: str, path: Path) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pos.settings")
    import django

    django.setup()
    from accounts.models import Role, User
    from accounts.people import staff
    from files import imports, jobs
    from files.models import FileImport, State

    if name == "hire":  # hashing a password takes more memory than an import
        staff.hire(by=None, username="may", name="May", role=Role.MANAGER, password="long and odd 7")
    may = User.objects.get(username="may")
    begun, worked, memory = time.monotonic(), cpu_seconds(), Memory()
    memory.start()
    if name == "upload":
        row = imports.upload(path.read_bytes(), path.name, "products", by=may)
        imports.start(row.pk, by=may)
    elif name == "work":
        assert jobs.work_one()
        assert FileImport.objects.latest("pk").state == State.DONE, FileImport.objects.latest("pk").report
    elif name == "undo":
        imports.undo(FileImport.objects.latest("pk").pk, by=may)
    found = {"seconds": round(time.monotonic() - begun, 1), "cpu_seconds": round(cpu_seconds() - worked, 1)}
    print(json.dumps({**found, "peak_mb": memory.peak() // KIB}))
    return 0


def cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


class Memory(Thread):
    """The peak memory of this process and of those it started. `ru_maxrss` of those would not do: it begins with what
    this process held when it started them."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.over, self.together = Event(), 0

    def run(self) -> None:
        while not self.over.wait(0.02):
            self.look()

    def look(self) -> None:
        own = Path("/proc/self/cmdline").read_bytes()
        total = high_water("self")
        for listed in Path("/proc/self/task").glob("*/children"):
            with suppress(OSError):
                for pid in listed.read_text().split():
                    is_another = Path(f"/proc/{pid}/cmdline").read_bytes() not in (own, b"")
                    total += high_water(pid) if is_another else 0
        self.together = max(self.together, total)

    def peak(self) -> int:
        self.over.set()
        self.join()
        self.look()
        return self.together


def high_water(pid: str) -> int:
    """In KiB; 0 for a process that is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return 0


if __name__ == "__main__":
    sys.exit(main())
