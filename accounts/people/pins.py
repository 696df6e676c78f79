"""The till PIN: six digits known only to the person."""

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
    """The hash of a new till PIN. Refuses anything but six ASCII digits, and PINs that are easily guessed."""
    if not is_one(pin):
        raise Invalid("pin", _("A till PIN is six digits, 0 to 9."))
    refuse_trivial(pin)
    return make_password(pin)


def is_one(text: str) -> bool:
    return DIGITS.fullmatch(text) is not None


def refuse_short(text: str) -> None:
    """Refuses four or five digits, the length of older PINs. They are never compared, so the answer tells a guesser
    nothing."""
    if SHORT.fullmatch(text):
        raise PinTooShort


def is_right(pin: str, stored: str) -> bool:
    """Whether the PIN is right; takes the same work if no PIN is stored."""
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
    """Whether the PIN is a repeat (111112, 123123), a run (123456, 890123, 112233) or a date (241287, 122487,
    871224)."""
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
