"""Reads product files row by row: CSV, gzipped CSV, JSON."""

import csv
import gzip
import json
import zlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from pos.errors import Invalid

COLUMNS = (
    "sku",
    "barcode",
    "name",
    "description",
    "category",
    "tax_rate",
    "price",
    "cost",
    "sold_by",
    "minimum_age",
    "reorder_point",
    "stock",
)
LONGEST_LINE = 1_000_000
LARGEST_JSON = 50_000_000
IGNORED_IN_JSON = {"_id"}
Row = tuple[int, dict[str, str]]


class Unreadable(Invalid):
    code = "unreadable"

    def __init__(self, message: str) -> None:
        super().__init__("file", message)


def rows(path: Path) -> Iterator[Row]:
    """Each row with its number, counted like a spreadsheet. Raises Unreadable if the file is damaged or malformed."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
            file.seek(0)
            if start.startswith(b"\x1f\x8b"):
                with gzip.open(file) as unpacked:
                    yield from _rows(unpacked)  # type: ignore[arg-type]
            else:
                yield from _rows(file)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise Unreadable("The compressed file is damaged or cut short.") from None
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror or error}.") from None


def _rows(file: BinaryIO) -> Iterator[Row]:
    start = file.read(200)
    file.seek(0)
    refuse_other_formats(start)
    bare = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if bare[:1] in (b"[", b"{"):
        yield from _json_rows(file.read(LARGEST_JSON + 1))
    else:
        yield from _csv_rows(file)


def refuse_other_formats(start: bytes) -> None:
    if not start.strip():
        raise Unreadable("The file is empty.")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in start:
        raise Unreadable("The file looks like UTF-16 or like no text at all. Save it as CSV in UTF-8.")
    if start.startswith(b"PK"):
        raise Unreadable("This is a spreadsheet or a zip archive. Save the sheet as CSV in UTF-8.")


def _csv_rows(file: BinaryIO) -> Iterator[Row]:
    reader = csv.reader(_lines(file), strict=True)
    try:
        header = _header(next(reader, []))
        for number, cells in enumerate(reader, start=2):
            if cells and len(cells) != len(header):
                raise Unreadable(f"Row {number} has {len(cells)} cells, the header {len(header)}. Is a quote missing?")
            if any(cells):
                yield number, dict(zip(header, cells, strict=True))
    except csv.Error as error:
        raise Unreadable(f"Near line {reader.line_num} this is not CSV: {error}.") from None


def _header(cells: list[str]) -> list[str]:
    names = ["_".join(cell.lower().split()) for cell in cells]
    if ";" in "".join(cells) or "\t" in "".join(cells):
        raise Unreadable("Cells must be separated by commas.")
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise Unreadable(f"The header names {', '.join(twice)} more than once.")
    if strange := [cell for cell, name in zip(cells, names, strict=True) if name not in COLUMNS]:
        shown = ", ".join(f"“{name[:30]}”" for name in strange[:5])
        raise Unreadable(f"The header has {shown}, which means nothing here. Known: {', '.join(COLUMNS)}.")
    return names


def _lines(file: BinaryIO) -> Iterator[str]:
    """Lines of limited length, so that no file can fill the memory."""
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            raise Unreadable(f"Line {number} is longer than {LONGEST_LINE:,} bytes.")
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise Unreadable(f"Line {number} is not UTF-8. Save the file as CSV in UTF-8.") from None


def _json_rows(content: bytes) -> Iterator[Row]:
    if len(content) > LARGEST_JSON:
        raise Unreadable(f"A JSON file may have {LARGEST_JSON:,} bytes; save a longer list as CSV.")
    try:
        entries = json.loads(content.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"This is not JSON in UTF-8: {str(error)[:200]}.") from None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise Unreadable("The JSON file must hold a list of products.")
    for number, entry in enumerate(entries, start=1):
        known = {name: value for name, value in entry.items() if name not in IGNORED_IN_JSON}
        if strange := sorted(known.keys() - set(COLUMNS)):
            raise Unreadable(f"Product {number} has “{strange[0][:30]}”, which means nothing here.")
        yield number, {name: _text(value) for name, value in known.items()}


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}" if value.adjusted() < 20 else "too large"
    return value if isinstance(value, str) else "" if value is None else json.dumps(value)


def _no_number(name: str) -> Decimal:
    raise ValueError(f"{name} is not a number")
