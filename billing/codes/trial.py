"""Tries a label as the till would read it, before it is printed in numbers."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from billing.codes import labels
from billing.codes.reading import Scanned, label_price, product_of, quantity_for
from inventory.models import Product
from inventory.shelf import stock
from pos.errors import Refused


@dataclass(frozen=True, slots=True)
class Trial:
    """How the till would read a label, or why it cannot."""

    code: str
    label: labels.Label | None = None
    product: Product | None = None
    quantity: Decimal | int | None = None
    problem: str = ""


def try_label(code: str) -> Trial:
    """Reads the label and reports what would be refused. Sells nothing."""
    code = code.strip()
    if not labels.IN_STORE.fullmatch(code):
        return Trial(code, problem=gettext("A label of the shop has 13 digits, and begins with 20 to 29."))
    try:
        label = labels.read(code)
        if label is None:
            return Trial(code, problem=gettext("No active pattern reads codes that begin like this."))
        found = product_of(Scanned(label.codes[0], label.codes, is_plain=False))
        product = Product.objects.get(pk=found) if found else None
        if product is None:
            none = gettext("No product has one of the codes %(codes)s.") % {"codes": ", ".join(label.codes)}
            return Trial(code, label, problem=none)
        good = stock.look([product.pk])[product.pk]
        by_price = quantity_for(good, label_price(label.price)) if label.price else Decimal(1)
        quantity = label.weight or label.count or by_price
        off_sale = gettext("%(name)s is not on sale.") % {"name": product.name}
        return Trial(code, label, product, quantity, "" if product.is_active else off_sale)
    except labels.BadLabel as bad:
        digit = bad.facts.get("expected")
        right = gettext("The right check digit would be %(digit)s.") % {"digit": digit} if digit else ""
        return Trial(code, problem=f"{bad.message} {right}".strip())
    except Refused as refused:
        return Trial(code, problem=str(refused.message))
