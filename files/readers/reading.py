"""Opens an uploaded file as a sheet: its heading and its rows, whatever wrote it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from files.readers import csv_rows, xlsx_rows
from files.readers.sheet import MOST_COLUMNS, MOST_ROWS, Cell, Row, Unreadable
from pos.imports import Note

ABOVE = 10  # a title or the name of the shop may stand above the heading
OTHER_FORMATS = {
    b"%PDF": "PDF",
    b"\xd0\xcf\x11\xe0": "XLS",
    b"\x1f\x8b": "gzip",
    b"{": "JSON",
    b"[": "JSON",
    b"<": "HTML / XML",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    content: bytes
    sheets: tuple[str, ...] = ()
    sheet: str = ""

    def rows(self) -> Iterator[Row]:
        """The rows that hold something, each with its number as a spreadsheet counts. At most MOST_ROWS."""
        source = xlsx_rows.rows(self.content, self.sheet) if self.sheets else csv_rows.rows(self.content)
        count = 0
        for number, cells in source:
            if not any(cell != "" for cell in cells):
                continue
            if (count := count + 1) > MOST_ROWS + ABOVE:
                raise Unreadable(_("The file has more than %(most)s rows. Split it.") % {"most": f"{MOST_ROWS:,}"})
            yield number, cells


def opened(content: bytes, sheet: str = "") -> Sheet:
    """The file with the sheet asked for, else its first. Raises Unreadable."""
    if not content.removeprefix(b"\xef\xbb\xbf").strip():
        raise Unreadable(_("The file is empty."))
    if xlsx_rows.is_spreadsheet(content):
        names = xlsx_rows.names(content)
        if sheet and sheet not in names:
            raise Unreadable(_("The file has no sheet “%(sheet)s”.") % {"sheet": sheet[:50]})
        return Sheet(content, names, sheet or names[0])
    if sheet:
        raise Unreadable(_("The file has no sheet “%(sheet)s”.") % {"sheet": sheet[:50]})
    for start, called in OTHER_FORMATS.items():
        if content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(start):
            raise Unreadable(_("This is %(format)s. Save the list as CSV or XLSX.") % {"format": called})
    return Sheet(content)


def below(rows: Iterable[Row], heading: int, width: int) -> Iterator[tuple[int, list[Cell] | Note]]:
    """The rows below the heading, each as wide as it. A longer one is reported: a quote or a delimiter is missing."""
    for number, cells in rows:
        if number <= heading:
            continue
        if any(cell != "" for cell in cells[width:]):
            words = _("The row has %(cells)s cells, the heading %(width)s. Is a quote missing?")
            yield number, Note(number, "", words % {"cells": len(cells), "width": width})
        else:
            yield number, (cells + [""] * width)[:width]


__all__ = ["MOST_COLUMNS", "Sheet", "Unreadable", "below", "opened"]
