"""What a new product lacks, said where it is made."""

from django.utils.translation import gettext as _

from inventory.models import Product


def sentences(product: Product) -> list[str]:
    said = []
    if product.tax_rate_id is None:
        said.append(_("%(name)s has no tax rate: it is sold untaxed.") % {"name": product.name})
    if product.stock.quantity <= 0 and not product.stock.allow_negative:
        said.append(_("%(name)s has no stock yet: the till will say so when it is sold.") % {"name": product.name})
    return said
