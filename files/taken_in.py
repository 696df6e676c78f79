"""The rows of an upload as its kind wants them: each column from its place in the file, read as it means it."""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice

from django.utils.translation import gettext as _

from files.cells import Wrong, decimal_mark, plain
from files.kinds.kind import Column, Kind
from files.kinds.table import named
from files.models import FileImport
from files.readers.reading import Sheet, below
from files.readers.sheet import Cell
from pos.imports import Cells, Note, Report

SAMPLED = 500  # rows that show which decimal mark a file uses


def rows(upload: FileImport, report: Report, *, most: int | None = None) -> Iterator[tuple[int, Cells | Note]]:
    """At most `most` rows below the heading. Warnings about cells go to the report."""
    kind = named(upload.kind)
    sheet = Sheet(bytes(upload.content), tuple(upload.sheets), upload.sheet)
    columns = [(column, upload.matched[column.name]) for column in kind.columns if column.name in upload.matched]
    for number, cells in islice(below(sheet.rows(), upload.heading_row, len(upload.heading)), most):
        yield number, cells if isinstance(cells, Note) else _read(number, cells, columns, upload, report)


def _read(
    number: int, cells: list[Cell], columns: list[tuple[Column, int]], upload: FileImport, report: Report
) -> Cells | Note:
    if len(columns) > 1 and _repeats(cells, upload.heading):
        return Note(number, "", _("The row repeats the heading."))
    read: Cells = {}
    for column, place in columns:
        try:
            read[column.name] = column.reads(cells[place], upload.decimal_mark, partial(_warn, report, number, column))
        except Wrong as wrong:
            return Note(number, column.name, str(wrong))
    return read


def _repeats(cells: list[Cell], heading: list[str]) -> bool:
    """By the first cell alone for nearly every row."""
    return str(cells[0]).strip() == heading[0] and [str(cell).strip() for cell in cells] == heading


def _warn(report: Report, number: int, column: Column, reason: str) -> None:
    report.warn(Note(number, column.name, reason))


def mark_of(upload: FileImport, kind: Kind, first: Iterable[list[Cell]]) -> str:
    """The decimal mark that its number columns show in the first rows."""
    places = [
        upload.matched[column.name] for column in kind.columns if column.is_number and column.name in upload.matched
    ]
    return decimal_mark(cells[place] for cells in first for place in places)


def shown(cell: Cell) -> str:
    """A cell as the preview shows it."""
    text = plain(cell) if isinstance(cell, float) else cell
    return text.replace("\0", "␀").encode(errors="replace").decode()[:80]
