"""Makes lists as other programs write them."""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

GOODS = "Artikelnummer;EAN;Bezeichnung;VK-Preis;Bestand;MwSt\nTEE;4006381333931;Grüner Tee;1.234,50;10;\n"


def workbook(**sheets: Sequence[Sequence[Any]]) -> bytes:
    """A spreadsheet with these sheets; a cell that is None stays empty."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(number, place, cell)
                    elif cell is not None:
                        sheet.write(number, place, cell)
    return held.getvalue()
