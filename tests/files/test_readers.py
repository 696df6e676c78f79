"""Reading whole and broken files."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from files.readers import csv_rows
from files.readers.reading import below, opened
from files.readers.sheet import MOST_ROWS, Unreadable
from tests.files.lists import GOODS, workbook

TABLE = [["name", "price"], ["Tee", "1,50"], ["Müsli", "2,00"]]


def cells(content: bytes, sheet: str = "") -> list[list[Any]]:
    return [row for _number, row in opened(content, sheet).rows()]


def written(delimiter: str = ";", quote: str = "", end: str = "\n") -> str:
    return "".join(delimiter.join(f"{quote}{cell}{quote}" for cell in row) + end for row in TABLE)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_every_encoding_and_delimiter_reads_the_same(encoding: str, delimiter: str) -> None:
    assert cells(written(delimiter).encode(encoding)) == TABLE


@pytest.mark.parametrize(
    "text",
    [
        written(",", quote='"'),
        written(end="\r\n"),
        written(end="\r"),
        "sep=;\n" + written(),
        "\n\n" + written() + ";\n;\n\n",
    ],
    ids=["quotes", "Windows", "old Mac", "hint of Excel", "empty rows"],
)
def test_quotes_line_ends_and_empty_rows_do_not_matter(text: str) -> None:
    assert cells(text.encode()) == TABLE


def test_a_quoted_cell_may_hold_delimiters_quotes_and_lines() -> None:
    text = 'name,price\n"Tea, ""green""\nloose",1\n'
    assert cells(text.encode())[1] == ['Tea, "green"\nloose', "1"]


def _with_cell(row: int, column: int) -> bytes:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as book:
        sheet = book.add_worksheet("A")
        sheet.write_string(0, 0, "name")
        sheet.write_string(row, column, "far")
    return held.getvalue()


def bomb() -> bytes:
    """A spreadsheet of half a megabyte that unpacks to more than half a gigabyte."""
    held = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(A=[["name"], ["Tea"]]))) as good,
        zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for name in good.namelist():
            if name != "xl/sharedStrings.xml":
                bad.writestr(name, good.read(name))
        with bad.open("xl/sharedStrings.xml", "w", force_zip64=True) as strings:
            strings.write(b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>')
            for _megabyte in range(600):
                strings.write(b"x" * 1024 * 1024)
            strings.write(b"</t></si></sst>")
    return held.getvalue()


def with_entities() -> bytes:
    held = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(A=[["name"], ["Tea"]]))) as good,
        zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for name in good.namelist():
            text = good.read(name)
            if name == "xl/sharedStrings.xml":
                entity = b'<!DOCTYPE sst [<!ENTITY file SYSTEM "file:///etc/passwd">]>'
                text = text.replace(b"<sst", entity + b"<sst", 1).replace(b"Tea", b"&file;")
            bad.writestr(name, text)
    return held.getvalue()


UNREADABLE: dict[str, tuple[bytes | Callable[[], bytes], str]] = {
    "empty": (b"", "empty"),
    "blank": (b" \r\n \n", "empty"),
    "only a mark": (b"\xef\xbb\xbf", "empty"),
    "PDF": (b"%PDF-1.7\n", "This is PDF"),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This is XLS"),
    "JSON": (b'[{"name": "Tea"}]', "This is JSON"),
    "HTML called xls": (b"<html><table>", "This is HTML"),
    "gzip": (b"\x1f\x8b\x08\x00", "This is gzip"),
    "a zip of something": (b"PK\x03\x04rubbish", "damaged"),
    "spreadsheet cut short": (workbook(A=TABLE)[:900], "damaged"),
    "a million columns": (b"name;" * 90_000 + b"\n", "columns"),
    "a line without an end": (b"name,price\n" + b"x" * 600_000, "longer than"),
    "a cell too long": (b'name,price\n"' + b"xy\n" * 60_000 + b'",1\n', "not CSV"),
    "an open quote": (b'name,price\n"Tea,1\n', "not CSV"),
    "half a letter of UTF-16": (b"\xff\xfe" + "name".encode("utf-16-le") + b"\x00", "says it is UTF-16"),
    "wrongly marked UTF-8": (b"\xef\xbb\xbfname\nM\xfcsli\n", "says it is UTF-8"),
    "lone surrogate": (b"\xef\xbb\xbfname\n\xed\xa0\x80\n", "says it is UTF-8"),
    "no letters at all": (bytes([0x81, 0x8D, 0x8F]) * 50, "Nobody can read"),
    "too many rows": (b"name,price\n" + b"a,1\n" * (MOST_ROWS + 20), "more than 200,000 rows"),
    "a cell far away": (lambda: _with_cell(1048575, 16383), "damaged, or unpacks"),
    "a cell far down": (lambda: _with_cell(1048575, 2), "rows"),
    "a zip bomb": (bomb, "damaged, or unpacks"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_a_file_that_holds_no_list_is_refused_in_words(kind: str) -> None:
    content, said = UNREADABLE[kind]
    with pytest.raises(Unreadable, match=said):
        cells(content if isinstance(content, bytes) else content())


def test_xml_entity_reads_no_file_of_the_server() -> None:
    try:
        found = cells(with_entities())
    except Unreadable:
        return
    assert "root:" not in str(found)


def test_a_spreadsheet_keeps_numbers_dates_text_and_what_formulas_said() -> None:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as book:
        sheet = book.add_worksheet("A")
        sheet.write_row(0, 0, ["name", "ean", "price", "day"])
        sheet.write_row(2, 0, ["Tea", 4006381333931, 12.5])
        sheet.write_string(3, 1, "0012345")
        sheet.write_formula(3, 2, "=C3*2", None, 25)
        sheet.write_boolean(3, 3, True)
        sheet.write_number(4, 1, 0.1 + 0.2)
    rows = list(opened(held.getvalue()).rows())
    assert rows == [
        (1, ["name", "ean", "price", "day"]),
        (3, ["Tea", 4006381333931.0, 12.5, ""]),
        (4, ["", "0012345", 25.0, "1"]),
        (5, ["", 0.3, "", ""]),
    ] or rows[3][1][1] == pytest.approx(0.3)


def test_merged_cell_has_its_value_in_each_row() -> None:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as book:
        sheet = book.add_worksheet("A")
        sheet.write_row(0, 0, ["group", "name"])
        sheet.merge_range("A2:A3", "Drinks")
        sheet.write_column(1, 1, ["Tea", "Coffee"])
        sheet.write_row(3, 0, ["Food", "Rusk"])
    assert cells(held.getvalue())[1:] == [["Drinks", "Tea"], ["Drinks", "Coffee"], ["Food", "Rusk"]]


def test_the_sheet_is_chosen_by_its_name() -> None:
    content = workbook(First=[["a"], ["1"]], Second=[["b"], ["2"]])
    assert opened(content).sheets == ("First", "Second")
    assert cells(content, "Second") == [["b"], ["2"]]
    with pytest.raises(Unreadable, match="no sheet “Third”"):
        cells(content, "Third")


def test_rows_keep_the_numbers_a_spreadsheet_shows() -> None:
    content = workbook(A=[["name"], [None], ["Tea"], [None], [None], ["Jam"]])
    assert [number for number, _cells in opened(content).rows()] == [1, 3, 6]
    assert [number for number, _cells in opened(b"name\n\nTea\n\n\nJam\n").rows()] == [1, 3, 6]


def test_row_longer_than_the_heading_is_reported_and_a_shorter_one_filled() -> None:
    rows = list(below(opened(b"a,b\n1\n1,2,3\n1,2,\n").rows(), 1, 2))
    assert rows[0] == (2, ["1", ""])
    assert str(rows[1][1]) == "row 3, : The row has 3 cells, the heading 2. Is a quote missing?"
    assert rows[2] == (4, ["1", "2"])


def test_delimiter_is_the_one_that_gives_most_rows_the_same_number_of_cells() -> None:
    assert csv_rows.delimiter_of(GOODS.encode(), "utf-8") == (";", 0)
    assert csv_rows.delimiter_of(b"a\tb, c\n1\t2, 3, 4\n", "utf-8") == ("\t", 0)
    assert csv_rows.delimiter_of(b"name\nTea\n", "utf-8")[1] == 0
