"""Checks names, e-mail addresses and phone numbers, and writes each in one form."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from pos.errors import Invalid

LONGEST_NAME, LONGEST_EMAIL = 100, 254
PHONE = re.compile(r"\+?[0-9]{4,15}")


def name(typed: str) -> str:
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in typed):
        raise Invalid("name", _("A name is one line of text."))
    tidy = " ".join(typed.split())
    if not 1 <= len(tidy) <= LONGEST_NAME:
        raise Invalid("name", _("A name has 1 to %(longest)s characters.") % {"longest": LONGEST_NAME})
    return tidy


def email(typed: str) -> str:
    """An address, or nothing: not everybody has one, or gives it."""
    tidy = typed.strip(" ")
    if not tidy:
        return ""
    try:
        validate_email(tidy)
    except ValidationError as error:
        raise Invalid("email", _("This is not an e-mail address.")) from error
    if len(tidy) > LONGEST_EMAIL:
        raise Invalid("email", _("An e-mail address has at most %(longest)s characters.") % {"longest": LONGEST_EMAIL})
    return tidy


def phone(typed: str) -> str:
    """Digits, with a leading + if the country code is given; empty if no number is given."""
    tidy = bare_phone(typed)
    if tidy and not PHONE.fullmatch(tidy):
        raise Invalid("phone", _("A phone number has 4 to 15 digits and may begin with +."))
    return tidy


def bare_phone(typed: str) -> str:
    """Removes separators: 0049 (0)171-234 56.78 becomes +491712345678."""
    bare = re.sub(r"[ \u00a0()/.\-\u2010-\u2015]", "", typed.replace("(0)", ""))
    return re.sub(r"^00", "+", bare)
