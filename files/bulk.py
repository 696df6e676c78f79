"""Rows a program sends: taken in as the rows of a file are, and each told what became of it.

A row that is refused keeps no other from being taken in. What was taken in is an import like that of a file: it stands
in the list of imports, and a manager may take it back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from files import imports
from files.kinds.table import named
from files.models import FileImport, State
from inventory.shelf import bound_keys
from pos.clock import Now
from pos.exactly_once import Anew
from pos.imports import Cells, Note, Report, Task

MOST = 1000
SOURCE = "API"
REFUSED = "refused"  # the code of what is well asked, but cannot be
NEW, KNOWN, BAD, AGAINST = 201, 200, 400, 409
ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('file import', 0))"
Fault = tuple[str, str, str]  # field, code, sentence


@dataclass(frozen=True, slots=True)
class Asked:
    """Rows by their place, those badly asked left out; `faults` says of each of these why."""

    kind: str
    rows: Mapping[int, Cells]
    faults: Mapping[int, list[Fault]]
    may_be_steep: bool = False


def take_in(asked: Asked, *, by: User, once: Anew) -> FileImport:
    """Writes the rows. Raises SteepPrices, and writes nothing, where prices move far and nobody confirmed that."""
    return once.make(FileImport.objects.defer("content"), partial(_take_in, asked, by))


@transaction.atomic
def _take_in(asked: Asked, by: User) -> FileImport:
    row = FileImport.objects.create(
        kind=asked.kind, file_name=SOURCE, content=b"", digest="", rows=count(asked), state=State.WAITING, by=by
    )
    row.report = taken_in(asked, Task(by, SOURCE, skip_bad_rows=True, tells_rows=True, run=row.pk))
    row.state, row.done_at = State.DONE, Now()
    row.save(update_fields=["report", "state", "done_at"])
    return row


def tried(asked: Asked, *, by: User) -> dict[str, Any]:
    """The report that taking them in would give. Writes nothing."""
    return taken_in(asked, Task(by, SOURCE, is_dry=True, skip_bad_rows=True, tells_rows=True))


def taken_in(asked: Asked, task: Task) -> dict[str, Any]:
    if asked.kind == "counts" or any(cells.get("stock") for cells in asked.rows.values()):
        bound_keys.refuse_elsewhere(task.by, None)  # rows have no location: they are of the first
    with transaction.atomic():
        with connection.cursor() as cursor:  # two imports at once would each make what the other makes
            cursor.execute(ALONE)
        report = named(asked.kind).take_in(asked.rows.items(), task, asked.may_be_steep)
    results = [result(place, asked, report, is_dry=task.is_dry) for place in range(count(asked))]
    refused = sum(status >= BAD for status, _id, _faults in results)
    return imports.told(report) | {"refused": refused, "results": results}


def count(asked: Asked) -> int:
    return len(asked.rows) + len(asked.faults)


def result(place: int, asked: Asked, report: Report, *, is_dry: bool) -> list[Any]:
    """Status, id and faults of a row."""
    if faults := asked.faults.get(place):
        return [BAD, None, faults]
    if done := report.rows.get(place):
        found, is_new = done
        return [NEW if is_new else KNOWN, None if is_new and is_dry else found, []]
    return [AGAINST, None, faults_of(place, [*report.errors, *report.oddities])]


def faults_of(place: int, notes: Iterable[Note]) -> list[Fault]:
    return [(note.field, REFUSED, note.reason) for note in notes if note.row == place]
