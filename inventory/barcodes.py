"""What is printed under the bars."""

import re

from django.utils.translation import gettext_lazy as _
from stdnum import ean

from pos.errors import Invalid

LONGEST = 64
UPC_A = re.compile(r"[0-9]{12}")
CHECKED_LENGTHS = (8, 12, 13, 14)


def scanned(code: str) -> str:
    """As the database compares it: a UPC-A is the EAN-13 with a zero in front."""
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
    """Worth a word to the clerk, no more: shops do sell goods with such a code."""
    digits = code.isascii() and code.isdecimal()
    return digits and len(code) in CHECKED_LENGTHS and not ean.is_valid(code)
