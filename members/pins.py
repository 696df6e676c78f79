"""The member's PIN: six digits known only to the member."""

import re

from django.contrib.auth.hashers import check_password, make_password
from django.utils.translation import gettext_lazy as _

from accounts.people.pins import refuse_trivial
from pos.errors import Invalid

SIX_DIGITS = re.compile(r"[0-9]{6}")


def hashed(pin: str) -> str:
    """The hash of a new PIN. Refuses anything but six ASCII digits, and PINs that are guessed first."""
    if not SIX_DIGITS.fullmatch(pin):
        raise Invalid("pin", _("A PIN is six digits, 0 to 9."))
    refuse_trivial(pin)
    return make_password(pin)


def is_right(pin: str, stored: str) -> bool:
    return SIX_DIGITS.fullmatch(pin) is not None and check_password(pin, stored)
