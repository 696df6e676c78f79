"""Keeps payment card numbers out of the books: the terminal has them, the till stores only its reference."""

import re

from django.utils.translation import gettext_lazy as _
from stdnum import luhn

from pos.errors import Invalid

LIKE_A_CARD = re.compile(r"(?<![0-9])[2-6](?:[ -]?[0-9]){12,18}(?![0-9])")


def refuse_card_number(field: str, text: str) -> None:
    if is_like_one(text):
        raise Invalid(field, _("This looks like a card number. Write the terminal's reference instead."), "card_number")


def is_like_one(text: str) -> bool:
    return any(luhn.is_valid(re.sub("[ -]", "", found)) for found in LIKE_A_CARD.findall(text))
