"""Checks one row of a products file, before the database sees it."""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from inventory import barcodes
from inventory.goods import import_files
from inventory.models import OLDEST, SoldBy
from pos.errors import Invalid
from pos.imports import Cells, Note, Report
from pos.money import MOST_MONEY, MOST_QUANTITY

HALF_CHARACTER = re.compile("[\ud800-\udfff]")
PLAIN_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,3})?")
LONGEST = {"sku": 50, "name": 200, "description": 5000, "category": 100, "tax_rate": 50}
MOST = {
    "price": MOST_MONEY,
    "cost": MOST_MONEY,
    "reorder_point": MOST_QUANTITY,
    "stock": MOST_QUANTITY,
    "minimum_age": Decimal(OLDEST),
}
Row = dict[str, str | None]


def checked(number: int, cells: Cells, report: Report) -> Row | None:
    """The row ready to be stored, empty cells as None; None if any cell is refused."""
    row: Row = dict.fromkeys(import_files.COLUMNS)
    wrong: list[Note] = []
    for name, cell in cells.items():
        if cell := cell.strip() if name == "description" else " ".join(cell.split()):
            row[name] = cell
            if reason := CHECKS[name](name, cell):
                wrong.append(Note(number, name, reason))
    if not (row["sku"] or row["barcode"] or row["name"]):
        wrong.append(Note(number, "name", _("The row has no SKU, no barcode and no name.")))
    if wrong:
        report.refuse(*wrong)
        return None
    if row["barcode"]:
        row["barcode"] = _codes(number, row["barcode"], report)
    return row


def _text(name: str, cell: str) -> str:
    if "\0" in cell:
        return _("Holds a NUL character.")
    if HALF_CHARACTER.search(cell):
        return _("Holds half a character.")
    if len(cell) > LONGEST[name]:
        return _("Has more than %(longest)s characters.") % {"longest": LONGEST[name]}
    return ""


def _number(name: str, cell: str) -> str:
    if not PLAIN_NUMBER.fullmatch(cell):
        return _("“%(cell)s” is not a number with at most three decimals.") % {"cell": cell[:30]}
    if 0 <= Decimal(cell) <= MOST[name] and cell[0] != "-":
        return ""
    return _("Must be between 0 and %(most)s.") % {"most": f"{MOST[name]:,}"}


def _age(name: str, cell: str) -> str:
    if not re.fullmatch("[0-9]{1,2}", cell, re.ASCII):
        return _("An age is a whole number of years, at most %(most)s.") % {"most": OLDEST}
    return ""


def _sold_by(name: str, cell: str) -> str:
    return "" if cell in SoldBy.values else _("Must be %(words)s.") % {"words": " / ".join(SoldBy.values)}


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
    "minimum_age": _age,
    "sold_by": _sold_by,
    "barcode": _barcodes,
}


def _codes(number: int, cell: str, report: Report) -> str:
    codes = dict.fromkeys(code.strip() for code in cell.split("|"))
    for code in codes:
        if barcodes.has_wrong_check_digit(code):
            report.warn(Note(number, "barcode", _("%(code)s has a wrong check digit.") % {"code": code}))
    return "|".join(codes)


# What the database finds wrong, by the code of `import_sql.BAD`; its two facts fill the places.
FOUND = {
    "taken": lambda: _("%(one)s belongs to %(two)s."),
    "twice": lambda: _("%(one)s stands in row %(two)s too."),
    "no_rate": lambda: _("There is no tax rate “%(one)s”."),
    "no_price": lambda: _("A new product needs a price."),
    "no_name": lambda: _("A new product needs a name."),
    "whole": lambda: _("Goods sold by the piece come in whole pieces."),
    "unknown": lambda: _("The shop has no such product."),
    "no_count": lambda: _("The row has no count."),
}


def found(row: int, column: str, code: str, one: str, two: str) -> Note:
    return Note(row, column, FOUND[code]() % {"one": one, "two": two})
