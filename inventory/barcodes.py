"""Barcodes as they are scanned and stored."""

import re

from django.utils.translation import gettext_lazy as _
from stdnum import ean

from pos.errors import Invalid

LONGEST = 64
UPC_A = re.compile(r"[0-9]{12}")
CHECKED_LENGTHS = (8, 12, 13, 14)


def scanned(code: str) -> str:
    """The form the database compares: a UPC-A becomes the EAN-13 with a leading zero."""
    return f"0{code}" if UPC_A.fullmatch(code) else code


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
    return digits and len(code) in CHECKED_LENGTHS and not ean.is_valid(code)
