"""Reading cells as people and spreadsheets write them."""

import pytest

from files import cells
from files.cells import Wrong
from files.readers.sheet import Cell


def quiet(_reason: str) -> None:
    return None


@pytest.mark.parametrize(
    ("cell", "mark", "read"),
    [
        ("12.50", "", "12.5"),
        ("12,50", "", "12.5"),
        ("1.234,50 €", ",", "1234.50"),
        ("1,234.50", ".", "1234.50"),
        ("1.234", ",", "1234"),
        ("1,234", ",", "1.234"),
        ("€ 6,90", "", "6.9"),
        ("CHF 1'250.00", ".", "1250.00"),
        ("", "", ""),
        ("12 apples", "", "12 apples"),
        ("12 apples", ",", "12 apples"),
        ("NaN", ".", "NaN"),
        ("1e3", ".", "1e3"),
        (12.5, ",", "12.5"),
        (0.1 + 0.2, "", "0.3"),
        (1.234, "", "1.234"),
        (float("inf"), "", "inf"),
        (1e300, "", None),
    ],
)
def test_number_is_read_in_every_usual_notation(cell: Cell, mark: str, read: str | None) -> None:
    found = cells.number(cell, mark, quiet)
    assert len(found) > 100 if read is None else found == read


def test_ambiguous_number_is_asked_about() -> None:
    with pytest.raises(Wrong, match=r"1\.234.*may mean two things"):
        cells.number("1.234", "", quiet)


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        (4006381333931.0, "4006381333931"),
        ("4.006381333931E+12", "4006381333931"),
        ("4,006381333931E+12", "4006381333931"),
        (" 4006381333931 ", "4006381333931"),
        ("4006381333931.0", "4006381333931"),
        ("4006381333931; 96385074", "4006381333931|96385074"),
        ("ABC-1", "ABC-1"),
        ("0036000291452", "0036000291452"),
    ],
)
def test_a_barcode_keeps_all_its_digits(cell: Cell, read: str) -> None:
    heard: list[str] = []
    assert cells.codes(cell, "", heard.append) == read
    assert heard == []


def test_a_barcode_that_lost_its_last_digits_is_refused() -> None:
    with pytest.raises(Wrong, match="has lost its last digits"):
        cells.codes("4,00638E+12", "", quiet)


@pytest.mark.parametrize("cell", [36000291452.0, "36000291452"])
def test_lost_leading_zeros_are_restored_and_reported(cell: Cell) -> None:
    heard: list[str] = []
    assert cells.codes(cell, "", heard.append) == "036000291452"
    assert heard == ["36000291452 had lost its leading zeros: read as 036000291452."]


def test_a_short_code_of_the_shop_stays_short() -> None:
    assert cells.codes("123456", "", quiet) == "123456"


@pytest.mark.parametrize(
    ("column", "mark"),
    [
        (["1,50", "12,00"], ","),
        (["1.50", "3"], "."),
        (["1.234,5"], ","),
        (["1.234", "2.345"], ""),
        (["1,50", "1.50"], ""),
        ([1.5, "Tea", ""], ""),
        (["1,50 €", "words, here"], ","),
    ],
)
def test_decimal_mark_is_found_from_the_whole_column(column: list[Cell], mark: str) -> None:
    assert cells.decimal_mark(column) == mark
