"""The till PIN: six digits only the one who works here knows."""

import re
from datetime import datetime
from itertools import pairwise

from django.contrib.auth.hashers import check_password, make_password
from django.utils.translation import gettext_lazy as _

from pos.errors import Invalid, Refused

DIGITS, SHORT = re.compile(r"[0-9]{6}"), re.compile(r"[0-9]{4,5}")
DATES = ("%d%m%y", "%m%d%y", "%y%m%d")


class PinTooShort(Refused):
    code = "pin_too_short"
    status = 403
    message = _("A till PIN has six digits now. Use the password, then set a new PIN.")


def hashed(pin: str) -> str:
    """A new till PIN as it may be stored. Refuses anything but six ASCII digits, and those easily guessed."""
    if not is_one(pin):
        raise Invalid("pin", _("A till PIN is six digits, 0 to 9."))
    refuse_trivial(pin)
    return make_password(pin)


def is_one(text: str) -> bool:
    return DIGITS.fullmatch(text) is not None


def refuse_short(text: str) -> None:
    """PINs had four or five digits once. None of them is looked at any more, so the answer tells a guesser nothing."""
    if SHORT.fullmatch(text):
        raise PinTooShort


def is_right(pin: str, stored: str) -> bool:
    """The same work whether there is a PIN or not."""
    if not stored:
        make_password(pin)
        return False
    return is_one(pin) and check_password(pin, stored)


def refuse_trivial(pin: str) -> None:
    if is_trivial(pin):
        raise Invalid(
            "pin",
            _("This PIN is too easy to guess. Choose digits that are no date and do not repeat or run."),
            "trivial",
        )


def is_trivial(pin: str) -> bool:
    """Repeats (111112, 123123), runs (123456, 890123, 112233) and dates (241287, 122487, 871224)."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    runs = steps <= {0, 1} or steps <= {0, 9}
    return len(set(pin)) < 3 or pin[:3] == pin[3:] or pin[:2] * 3 == pin or runs or is_date(pin)


def is_date(pin: str) -> bool:
    return any(is_written(pin, form) for form in DATES)


def is_written(pin: str, form: str) -> bool:
    try:
        datetime.strptime(pin, form)  # noqa: DTZ007
    except ValueError:
        return False
    return True
