"""Sample products to try the till with. They may be sold below zero and have no opening stock, so that whatever was not
sold can be deleted without a trace."""

from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from inventory.goods import products
from inventory.models import Product, TaxRate
from pos.errors import InUse

PREFIX = "SAMPLE-"


def there() -> QuerySet[Product]:
    return Product.objects.filter(sku__startswith=PREFIX, is_active=True).order_by("pk")


@transaction.atomic
def put_up(*, by: User) -> Product:
    """Adds three products and returns the first."""
    if Product.objects.filter(sku__startswith=PREFIX).exists():
        raise InUse(_("The samples are there already, or were sold."))
    goods = ((_("Sample coffee"), "8.90"), (_("Sample chocolate"), "3.90"), (_("Sample tea towel"), "12.50"))
    rate = TaxRate.objects.order_by("-rate").first()
    made = [
        products.create(
            sku=f"{PREFIX}{number}",
            name=name,
            price=Decimal(price),
            tax_rate=rate,
            allow_negative_stock=True,
            by=by,
        )
        for number, (name, price) in enumerate(goods, 1)
    ]
    return made[0]


@transaction.atomic
def wipe(*, by: User) -> int:
    """Deletes the samples; a sold one stays in the books and is taken off sale. Returns how many were deleted."""
    return sum(products.remove(sample, by=by) is None for sample in there())
