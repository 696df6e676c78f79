"""What a kilogram, a litre, a metre or one piece costs, from the price and the content of a product.

The unit price stands beside the price in the EU (directive 98/6/EC; in Germany the Preisangabenverordnung), always for
a whole kilogram, litre or metre.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from pos.money import rounded


class ContentUnit(models.TextChoices):
    GRAM = "g", _("g")
    KILOGRAM = "kg", _("kg")
    MILLILITRE = "ml", _("ml")
    CENTILITRE = "cl", _("cl")
    LITRE = "l", _("l")
    CENTIMETRE = "cm", _("cm")
    METRE = "m", _("m")
    PIECE = "piece", _("pieces")


IN_WHOLE_UNITS = {
    ContentUnit.GRAM: (ContentUnit.KILOGRAM, Decimal("0.001")),
    ContentUnit.KILOGRAM: (ContentUnit.KILOGRAM, Decimal(1)),
    ContentUnit.MILLILITRE: (ContentUnit.LITRE, Decimal("0.001")),
    ContentUnit.CENTILITRE: (ContentUnit.LITRE, Decimal("0.01")),
    ContentUnit.LITRE: (ContentUnit.LITRE, Decimal(1)),
    ContentUnit.CENTIMETRE: (ContentUnit.METRE, Decimal("0.01")),
    ContentUnit.METRE: (ContentUnit.METRE, Decimal(1)),
    ContentUnit.PIECE: (ContentUnit.PIECE, Decimal(1)),
}


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """`per` is kg, l, m or piece."""

    amount: Decimal
    per: ContentUnit


def unit_price(price: Decimal, content: Decimal | None, unit: str) -> UnitPrice | None:
    """Rounded to the currency's decimals; None without a content."""
    if content is None or unit not in ContentUnit.values:
        return None
    per, share = IN_WHOLE_UNITS[ContentUnit(unit)]
    return UnitPrice(rounded(price / (content * share)), per)
