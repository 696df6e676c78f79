"""What every import of a file has in common: its rows, what it is asked to do, what it reports, what it changed."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

NOTES_KEPT = 12_000  # a thousand rows of a program, each cell of them wrong
AT_ONCE = 5000  # rows between two words of progress
MOST_STEEP = 0.2  # a price that moves by more than this share is shown before it holds


@dataclass(frozen=True, slots=True)
class Note:
    """An error or a warning about a row."""

    row: int
    field: str
    reason: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.field}: {self.reason}"


Cells = dict[str, str]
Rows = Iterable[tuple[int, Cells | Note]]  # the number of each row, with its cells or with why it cannot be read


def nobody(_done: int) -> None:
    """Told of the progress where nobody watches."""


@dataclass(frozen=True, slots=True)
class Task:
    """How a file is taken in. `run` is the import whose changes are noted for its undoing, 0 for none;
    `tells_rows` asks for the id of each row."""

    by: Any
    source: str
    is_dry: bool = False
    skip_bad_rows: bool = False
    run: int = 0
    tells_rows: bool = False
    tell: Callable[[int], None] = nobody


def batches(rows: Rows, task: Task) -> Iterator[list[tuple[int, Cells | Note]]]:
    """The rows by thousands, with a word of progress after each lot."""
    source, done = iter(rows), 0
    while lot := list(islice(source, AT_ONCE)):
        yield lot
        done += len(lot)
        task.tell(done)


@dataclass(slots=True)
class Report:
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    warnings: int = 0
    steep: int = 0
    is_written: bool = False
    errors: list[Note] = field(default_factory=list)
    oddities: list[Note] = field(default_factory=list)
    rows: dict[int, tuple[int, bool]] = field(default_factory=dict)  # the id each row has, and whether it is new

    def refuse(self, *notes: Note) -> None:
        self.refused += len({note.row for note in notes})
        self.errors += notes[: max(0, NOTES_KEPT - len(self.errors))]

    def warn(self, note: Note) -> None:
        self.warnings += 1
        if len(self.oddities) < NOTES_KEPT:
            self.oddities.append(note)

    def may_be_written(self, task: Task) -> bool:
        return not task.is_dry and (task.skip_bad_rows or not self.refused)
