"""Imports many products: each row is checked, then all are written by COPY and a few statements, or none at all.

A row belongs to the product with its SKU, else with its barcode, else (if it has neither) with its name. Empty cells
change nothing. Stock is only used for new products, as their opening stock.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from zlib import crc32

from django.db import connection, transaction

from accounts import trail
from accounts.models import User
from inventory import barcodes
from inventory.goods import import_files, import_sql
from inventory.models import SoldBy
from pos.errors import Invalid
from pos.money import MOST_MONEY, MOST_QUANTITY
from pos.postgres.silence import unlimited

PLAIN_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,3})?")
LONGEST = {"sku": 50, "name": 200, "description": 5000, "category": 100, "tax_rate": 50}
MOST = {"price": MOST_MONEY, "cost": MOST_MONEY, "reorder_point": MOST_QUANTITY, "stock": MOST_QUANTITY}
NOTES_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Note:
    """An error or a warning about a row."""

    row: int
    field: str
    reason: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.field}: {self.reason}"


@dataclass(slots=True)
class Report:
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    warnings: int = 0
    is_written: bool = False
    errors: list[Note] = field(default_factory=list)
    oddities: list[Note] = field(default_factory=list)

    def refuse(self, *notes: Note) -> None:
        self.refused += len({note.row for note in notes})
        self.errors += notes[: max(0, NOTES_KEPT - len(self.errors))]

    def warn(self, note: Note) -> None:
        self.warnings += 1
        if len(self.oddities) < NOTES_KEPT:
            self.oddities.append(note)


def run(
    path: Path, *, by: User, is_dry: bool = False, skip_bad_rows: bool = False, random_prices: str | None = None
) -> Report:
    """Imports the file and reports what was done. With `is_dry`, or after a bad row unless `skip_bad_rows`, nothing is
    written and the report says what would have been done."""
    report = Report()
    with transaction.atomic(), unlimited():
        import_sql.prepare()
        _copy(import_files.rows(path), report, random_prices)
        _refuse_rows(report)
        report.created, report.changed, repriced = import_sql.write(by.pk)
        report.unchanged = import_sql.count_rows() - report.created - report.changed
        import_sql.clear_away()
        report.is_written = not is_dry and (skip_bad_rows or not report.refused)
        if not report.is_written:
            transaction.set_rollback(True)
        elif report.created or report.changed:
            facts = {"created": report.created, "changed": report.changed, "prices_changed": repriced}
            trail.record(by, "products.imported", path.name, **facts)
    if report.is_written:
        import_sql.analyze()
    return report


def _copy(rows: Iterable[import_files.Row], report: Report, random_prices: str | None) -> None:
    with connection.cursor() as cursor, cursor.copy(import_sql.COPY) as copy:
        for number, cells in rows:
            checked = _checked(number, cells, report)
            if checked is None:
                continue
            if random_prices is not None and checked["price"] is None:
                checked["price"] = made_up_price(random_prices, checked)
            copy.write_row((number, *(checked[name] for name in import_files.COLUMNS)))


def made_up_price(seed: str, row: dict[str, str | None]) -> str:
    """A price between 0.49 and 20.48, always the same for the same product and seed."""
    cents = 49 + crc32(f"{seed} {row['sku'] or row['barcode'] or row['name']}".encode()) % 2000
    return f"{cents // 100}.{cents % 100:02}"


def _checked(number: int, cells: dict[str, str], report: Report) -> dict[str, str | None] | None:
    """The row ready to be stored, empty cells as None; None if any cell is refused."""
    row: dict[str, str | None] = dict.fromkeys(import_files.COLUMNS)
    wrong: list[Note] = []
    for name, cell in cells.items():
        if cell := cell.strip() if name == "description" else " ".join(cell.split()):
            row[name] = cell
            if reason := CHECKS[name](name, cell):
                wrong.append(Note(number, name, reason))
    if not (row["sku"] or row["barcode"] or row["name"]):
        wrong.append(Note(number, "name", "The row has no SKU, no barcode and no name."))
    if wrong:
        report.refuse(*wrong)
        return None
    if row["barcode"]:
        row["barcode"] = _codes(number, row["barcode"], report)
    return row


def _text(name: str, cell: str) -> str:
    if "\0" in cell:
        return "Holds a NUL character."
    return f"Has more than {LONGEST[name]} characters." if len(cell) > LONGEST[name] else ""


def _number(name: str, cell: str) -> str:
    if not PLAIN_NUMBER.fullmatch(cell):
        return f"“{cell[:30]}” is not a number with a point and at most three decimals."
    return "" if 0 <= Decimal(cell) <= MOST[name] and cell[0] != "-" else f"Must be between 0 and {MOST[name]:,}."


def _sold_by(name: str, cell: str) -> str:
    return "" if cell in SoldBy.values else f"Must be {' or '.join(SoldBy.values)}."


def _barcodes(name: str, cell: str) -> str:
    try:
        for code in cell.split("|"):
            barcodes.tidy(code)
    except Invalid as refused:
        return refused.message
    return ""


CHECKS = {
    **dict.fromkeys(LONGEST, _text),
    **dict.fromkeys(MOST, _number),
    "sold_by": _sold_by,
    "barcode": _barcodes,
}


def _codes(number: int, cell: str, report: Report) -> str:
    codes = dict.fromkeys(code.strip() for code in cell.split("|"))
    for code in codes:
        if barcodes.has_wrong_check_digit(code):
            report.warn(Note(number, "barcode", f"{code} has a wrong check digit."))
    return "|".join(codes)


def _refuse_rows(report: Report) -> None:
    for row, first in import_sql.leave_out_repeated():
        report.warn(Note(row, "", f"The same product stands in row {first}; this row is left out."))
    if found := import_sql.take_out_bad():
        report.refuse(*(Note(*note) for note in found))
