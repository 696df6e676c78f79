"""Reads a cell as its column means it, and writes it as the imports want it: a point for the decimals, whole codes.

What cannot be read is handed on as it stands, for the row to be refused with it.
"""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal

from django.utils.translation import gettext as _
from stdnum import ean

from files.readers.sheet import Cell
from pos import amounts

Mark = str  # the decimal mark of a file: "," or "." or "" where each cell decides
Told = Callable[[str], None]  # hears a warning about the cell
SHORTENED = re.compile(r"([0-9]+)[.,]?([0-9]*)E\+?([0-9]{1,2})", re.IGNORECASE)
MONEY_SIGNS = re.compile(r"[\s€$£%']|EUR|USD|CHF|GBP|kg\b|Stk\.?|pcs\.?", re.IGNORECASE)
YES = {"1", "yes", "y", "true", "ja", "j", "wahr", "x"}
NO = {"0", "no", "n", "false", "nein", "falsch", "-"}
DIGITS = 15  # a spreadsheet keeps no more
LENGTHS = (8, 12, 13)
MOST_LOST = 6
LARGEST = 1e15


class Wrong(ValueError):
    """Why a cell cannot be read."""


def plain(number: float) -> str:
    """As a spreadsheet shows it: 0.30000000000000004 is 0.3, 4.006381333931e12 all its digits."""
    if number != number or number in (float("inf"), float("-inf")):
        return str(number)
    return f"{Decimal(f'{number:.{DIGITS}g}'):f}"


def text(cell: Cell, mark: Mark, tell: Told) -> str:
    return plain(cell) if isinstance(cell, float) else cell


def number(cell: Cell, mark: Mark, tell: Told) -> str:
    if isinstance(cell, float):
        return f"{round(Decimal(plain(cell)), 6).normalize():f}" if abs(cell) < LARGEST else plain(cell)
    bare = MONEY_SIGNS.sub("", cell)
    if not bare:
        return cell
    if mark:
        thousands = "." if mark == "," else ","
        bare = bare.replace(thousands, "").replace(mark, ".")
        return bare if re.fullmatch(r"[+-]?[0-9]*\.?[0-9]*", bare) and bare.strip("+-.") else cell
    try:
        return f"{amounts.read(bare, 2).normalize():f}"
    except amounts.Unclear:
        raise Wrong(_("“%(cell)s” may mean two things: choose the decimal mark below.") % {"cell": cell}) from None
    except ValueError:
        return cell


def codes(cell: Cell, mark: Mark, tell: Told) -> str:
    """One or more barcodes, separated by | or whatever else no barcode holds."""
    if isinstance(cell, float):
        return code(plain(cell), tell)
    if found := SHORTENED.fullmatch(cell.strip()):
        return code(_unshortened(cell, found), tell)
    return "|".join(code(part, tell) for part in re.split(r"[|;,\n]+", cell) if part.strip())


def _unshortened(cell: str, found: re.Match[str]) -> str:
    """4.006381333931E+12 still says all its digits; 4.00638E+12 does not."""
    whole, rest, exponent = found[1], found[2], int(found[3])
    if len(rest) < exponent:
        words = _("“%(cell)s” has lost its last digits. Format the column as text and type them again.")
        raise Wrong(words % {"cell": cell.strip()})
    return whole + rest[:exponent]


def code(written: str, tell: Told) -> str:
    """The code, with the zeros a spreadsheet took from its beginning put back where the check digit proves them."""
    bare = written.strip().removesuffix(".0")
    if bare.isascii() and bare.isdecimal() and len(bare) not in (*LENGTHS, 14):
        for length in LENGTHS:
            whole = bare.zfill(length)
            if 0 < length - len(bare) <= MOST_LOST and len(bare) >= 6 and ean.is_valid(whole):
                tell(_("%(code)s had lost its leading zeros: read as %(whole)s.") % {"code": bare, "whole": whole})
                return whole
    return bare


def choice(words: dict[str, str]) -> Callable[[Cell, Mark, Told], str]:
    """One of a few values, by any of their names."""

    def read(cell: Cell, mark: Mark, tell: Told) -> str:
        said = text(cell, mark, tell).strip()
        return words.get(said.casefold(), said)

    return read


def decimal_mark(cells: Iterable[Cell]) -> Mark:
    """The decimal mark of a file's numbers; empty where none shows it, or two do."""
    seen = set()
    for cell in cells:
        if isinstance(cell, float):
            continue
        bare = MONEY_SIGNS.sub("", cell)
        marks = re.findall(r"[.,]", bare)
        if not marks or not re.fullmatch(r"[+-]?[0-9.,]+", bare):
            continue
        if len(set(marks)) == 2 or (len(marks) == 1 and len(bare.rpartition(marks[0])[2]) != 3):
            seen.add(marks[-1])
    return seen.pop() if len(seen) == 1 else ""
