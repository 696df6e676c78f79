"""Barcodes as they are scanned and stored. A scanner may read a UPC-A as the EAN-13 with a leading zero."""

import re

from django.utils.translation import gettext_lazy as _

from pos.errors import Invalid

LONGEST = 64
UPC_A = "^[0-9]{12}$"  # as Python and PostgreSQL read it
CHECKED_LENGTHS = (8, 12, 13, 14)
ZERO_DIGIT = ord("0")


def scanned(code: str) -> str:
    """The form the database compares: a UPC-A becomes the EAN-13 with a leading zero.

    `scanned_sql` and `outage-goods.js` say the same.
    """
    return f"0{code}" if re.fullmatch(UPC_A, code) else code


def scanned_sql(column: str) -> str:
    return f"CASE WHEN {column} ~ '{UPC_A}' THEN '0' || {column} ELSE {column} END"


def spellings(gtin: str) -> list[str]:
    """How the 14 digits of a GS1 string may stand in the books, the longest first."""
    short = gtin.lstrip("0")
    return list(dict.fromkeys([gtin, gtin[1:], short.zfill(13), short.zfill(12), short.zfill(8)]))


def tidy(code: str) -> str:
    """The code without spaces around it, or Invalid."""
    code = code.strip()
    if not code or len(code) > LONGEST or not code.isprintable():
        raise Invalid(
            "barcodes", _("A barcode has 1 to %(longest)s printable characters.") % {"longest": LONGEST}, "invalid"
        )
    return code


def has_wrong_check_digit(code: str) -> bool:
    """Whether the check digit is wrong. Only worth a warning: shops do sell goods with such codes."""
    digits = code.isascii() and code.isdecimal()
    return digits and len(code) in CHECKED_LENGTHS and weighted(code) % 10 != 0


def weighted(digits: str) -> int:
    """The sum of a GTIN's digits, every second one from the right three times. Of a right one it ends in zero. Imports
    reckon it for each row, which `stdnum` is ten times slower at."""
    values = digits.encode()
    odd, even = values[-1::-2], values[-2::-2]
    return sum(odd) - len(odd) * ZERO_DIGIT + 3 * (sum(even) - len(even) * ZERO_DIGIT)
