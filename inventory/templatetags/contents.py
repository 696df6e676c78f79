"""The content of a product and its unit price, in the reader's language."""

from decimal import Decimal

from django import template
from django.utils.translation import gettext, pgettext

from inventory.models import Product
from inventory.unit_prices import ContentUnit
from pos.amounts import typed
from pos.templatetags.money import NO_BREAK, money, quantity

register = template.Library()
ONE = Decimal(1)


@register.filter
def content(product: Product) -> str:
    """0.75 l, 6 pieces."""
    return f"{quantity(product.content)}{NO_BREAK}{unit_of(product)}" if product.content else ""


@register.filter
def tick(product: Product) -> str:
    """What the tick of a row names: the product and the version that was seen."""
    return f"{product.pk}.{product.version}"


@register.filter
def content_typed(product: Product) -> str:
    """The same for a text field."""
    return f"{typed(product.content)} {unit_of(product)}" if product.content else ""


@register.filter
def per_unit(product: Product) -> str:
    """The unit price: €7.99 / l."""
    if not (found := product.unit_price):
        return ""
    unit = pgettext("unit price", "piece") if found.per == ContentUnit.PIECE else str(found.per.label)
    return gettext("%(price)s / %(unit)s") % {"price": money(found.amount), "unit": unit}


def unit_of(product: Product) -> str:
    if product.content_unit == ContentUnit.PIECE and product.content == ONE:
        return pgettext("unit price", "piece")
    return str(ContentUnit(product.content_unit).label)
