"""Writes a list as CSV, streamed row by row, or as XLSX, built in a file: neither holds the list in memory."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from tempfile import TemporaryFile
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from pos.errors import Invalid

FORMATS = ("csv", "xlsx")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
ROWS_AT_ONCE = 200
MOST_ROWS, LONGEST_CELL = 1_048_575, 32_000  # a spreadsheet holds no more
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
Getter = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Table:
    """`name` becomes the name of the file: it says which list this is and how it was filtered."""

    name: str
    columns: Sequence[tuple[str, Getter]]
    rows: Iterable[Any]

    def cells(self) -> Iterator[list[Any]]:
        for row in self.rows:
            yield [plain(read(row)) for _title, read in self.columns]

    def titles(self) -> list[str]:
        return [str(title) for title, _read in self.columns]

    def file_name(self, ending: str) -> str:
        return f"{slugify(self.name)[:120] or 'list'}.{ending}"


class Echo:
    """A file that hands back what the CSV writer writes."""

    def write(self, text: str) -> str:
        return text


def answer(table: Table, wanted: str) -> HttpResponseBase:
    if wanted not in FORMATS:
        raise Invalid("format", _("Must be one of %(choices)s.") % {"choices": ", ".join(FORMATS)}, "invalid_choice")
    return as_csv(table) if wanted == "csv" else as_xlsx(table)


def plain(value: Any) -> str | int | Decimal:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | Decimal):
        return value
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else UNWRITABLE.sub("", str(value))


def quoted(cell: str | int | Decimal) -> str:
    """As CSV has it. Words that a spreadsheet would run as a formula get an apostrophe."""
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}"  # 12.500 would be read as thousands somewhere
    text = str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(FORMULA_STARTS) else text


def as_csv(table: Table) -> HttpResponseBase:
    writer = csv.writer(Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow([quoted(title) for title in table.titles()])
        lot: list[str] = []
        for cells in table.cells():
            lot.append(writer.writerow([quoted(cell) for cell in cells]))
            if len(lot) == ROWS_AT_ONCE:
                yield "".join(lot)
                lot = []
        yield "".join(lot)

    headers = {"Content-Disposition": f'attachment; filename="{table.file_name("csv")}"'}
    return StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8", headers=headers)


def as_xlsx(table: Table) -> HttpResponseBase:
    file = TemporaryFile()  # noqa: SIM115  the answer closes it when it is sent
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        for place, title in enumerate(table.titles()):
            sheet.write_string(0, place, title, bold)
        for number, cells in enumerate(table.cells(), start=1):
            if number > MOST_ROWS:
                break
            for place, cell in enumerate(cells):
                if isinstance(cell, str):
                    sheet.write_string(number, place, cell[:LONGEST_CELL])
                else:
                    sheet.write_number(number, place, float(cell))
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=table.file_name("xlsx"), content_type=SPREADSHEET)
