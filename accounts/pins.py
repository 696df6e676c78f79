"""The till PIN: four to six digits only the one who works here knows."""

import re
from itertools import pairwise

from django.contrib.auth.hashers import check_password, make_password
from django.utils.translation import gettext_lazy as _

from pos.errors import Invalid

DIGITS = re.compile(r"[0-9]{4,6}")


def hashed(pin: str) -> str:
    """A new till PIN as it may be stored. Refuses anything but four to six ASCII digits, and those easily guessed."""
    if not is_one(pin):
        raise Invalid("pin", _("A till PIN is four to six digits, 0 to 9."))
    if is_trivial(pin):
        raise Invalid("pin", _("This PIN is too easy to guess. Choose digits that do not repeat or run."), "trivial")
    return make_password(pin)


def is_one(text: str) -> bool:
    return DIGITS.fullmatch(text) is not None


def is_right(pin: str, stored: str) -> bool:
    """The same work whether there is a PIN or not."""
    if not stored:
        make_password(pin)
        return False
    return is_one(pin) and check_password(pin, stored)


def is_trivial(pin: str) -> bool:
    """Repeats (1111, 121212, 123123), runs (1234, 987654, 890123) and years (1987, 2024)."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    parts = (1, 2, 3) if len(pin) == 6 else (1, 2) if len(pin) == 4 else (1,)
    repeats = any(pin == pin[:part] * (len(pin) // part) for part in parts)
    return repeats or steps in ({1}, {9}) or re.fullmatch("(19|20)[0-9]{2}", pin) is not None
