"""What people type, before it is kept: text and quantities."""

from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pos.cards import refuse_card_number
from pos.errors import Invalid
from pos.money import in_thousandths, is_quantity

TOO_LONG = _("At most %(longest)s characters, none of them NUL.")


def check_text(
    field: str,
    text: str,
    longest: int,
    *,
    shortest: int = 0,
    message: Promise = TOO_LONG,
    code: str = "max_length",
    cards_pass: bool = False,
) -> None:
    """Refuse text of another length or with a NUL in it, by `message`, and card numbers unless they may pass."""
    if not shortest <= len(text) <= longest or "\0" in text:
        raise Invalid(field, str(message) % {"longest": longest}, code)
    if not cards_pass:
        refuse_card_number(field, text)


def refuse_nul(field: str, text: str) -> None:
    if "\0" in text:
        raise Invalid(field, _("This holds a NUL character."), "null_characters_not_allowed")


def check_some(field: str, quantity: Decimal) -> None:
    if not is_quantity(quantity) or quantity <= 0:
        raise Invalid(field, _("A quantity must be more than zero."))


def check_quantity(field: str, quantity: Decimal) -> None:
    """Refuse nothing, less than nothing, more than a line can hold, and parts finer than a gram."""
    check_some(field, quantity)
    if not in_thousandths(quantity):
        raise Invalid(field, _("A quantity has at most three decimals."))
