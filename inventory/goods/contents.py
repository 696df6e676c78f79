"""The content of a product as people type it: "0,75 l", "250 g", "6 pieces", "6 x 330 ml"."""

import re
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from inventory.unit_prices import ContentUnit
from pos.amounts import Unclear
from pos.amounts import read as read_figure
from pos.errors import Invalid
from pos.money import MOST_QUANTITY, ZERO, in_thousandths

LONGEST = 40
MOST_DECIMALS = 3
WRITTEN = re.compile(r"(?:([0-9]{1,4})\s*[x×*]\s*)?([0-9.,]+)\s*([^\W\d_]+)\.?", re.IGNORECASE)
WORDS = {
    **dict.fromkeys(("g", "gr", "gramm", "gram", "grams"), ContentUnit.GRAM),
    **dict.fromkeys(("kg", "kilo", "kilogramm", "kilogram", "kilograms"), ContentUnit.KILOGRAM),
    **dict.fromkeys(("ml", "milliliter", "millilitre", "millilitres"), ContentUnit.MILLILITRE),
    **dict.fromkeys(("cl", "zentiliter", "centiliter", "centilitre", "centilitres"), ContentUnit.CENTILITRE),
    **dict.fromkeys(("l", "lt", "ltr", "liter", "liters", "litre", "litres"), ContentUnit.LITRE),
    **dict.fromkeys(("cm", "zentimeter", "centimeter", "centimetre", "centimetres"), ContentUnit.CENTIMETRE),
    **dict.fromkeys(("m", "meter", "meters", "metre", "metres"), ContentUnit.METRE),
    **dict.fromkeys(("piece", "pieces", "pc", "pcs", "stück", "stk", "st"), ContentUnit.PIECE),
}
Content = tuple[Decimal | None, str]


def read(written: str) -> Content:
    """The amount and its unit; nothing typed is no content. Raises Invalid in words."""
    text = written.strip()
    if not text:
        return None, ""
    found = WRITTEN.fullmatch(text) if len(text) <= LONGEST else None
    unit = WORDS.get(found[3].casefold()) if found else None
    if not found or unit is None:
        raise Invalid("content", _("Write a content as a number and a unit: 0.75 l, 250 g, 6 pieces."))
    amount = int(found[1] or 1) * figure(found[2])
    if not ZERO < amount <= MOST_QUANTITY or not in_thousandths(amount):
        raise Invalid("content", _("A content is more than zero and has at most three decimals."))
    return amount, unit.value


def figure(text: str) -> Decimal:
    try:
        return read_figure(text, MOST_DECIMALS)
    except (Unclear, ValueError):
        raise Invalid("content", _("Write a content as a number and a unit: 0.75 l, 250 g, 6 pieces.")) from None
