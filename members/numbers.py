"""Card numbers: M, seven digits that do not reveal how many members there are, and a check digit."""

import re

from django.db import connection
from stdnum import luhn

NUMBER = re.compile(r"M?([0-9]{8})")
SPREAD, OFFSET, RANGE = 7_368_787, 4_031_559, 10_000_000


def take_next() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('members_numbers')")
        return written(cursor.fetchone()[0])


def written(count: int) -> str:
    """The card number of the nth member, unique for the first ten million because SPREAD shares no factor with
    RANGE."""
    digits = f"{(count * SPREAD + OFFSET) % RANGE:07d}"
    return f"M{digits}{luhn.calc_check_digit(digits)}"


def read(typed: str) -> str | None:
    """The card number in what was typed or scanned; None if it cannot be one."""
    found = NUMBER.fullmatch(re.sub(r"[\s-]", "", typed).upper())
    return f"M{found[1]}" if found and luhn.is_valid(found[1]) else None
