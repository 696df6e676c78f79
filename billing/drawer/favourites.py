"""The products with a tile of their own at a register, in the order of its screen."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.models import User
from billing import counter
from billing.models import Favourite, Register
from inventory.models import Product
from inventory.shelf.stock import UnknownProduct
from pos.errors import Invalid

MOST = 200


@transaction.atomic
def put(register: Register, products: Sequence[int], *, by: User) -> None:
    """Sets the whole list. A product off sale may stand in it: its tile shows when it is on sale again."""
    if len(products) > MOST:
        raise Invalid("products", _("At most %(most)s.") % {"most": MOST}, "too_many")
    if len(set(products)) < len(products):
        raise Invalid("products", _("Each product has one tile."), "repeated")
    counter.lock(register.code, also_off=True)
    rows = Product.objects.filter(pk__in=products).order_by("pk").select_for_update(no_key=True)
    known = {product.pk: product for product in rows}
    if unknown := [product for product in products if product not in known]:
        raise UnknownProduct(products=unknown)
    if list(register.favourites.values_list("product_id", flat=True)) == list(products):
        return
    register.favourites.all().delete()
    Favourite.objects.bulk_create(
        Favourite(register=register, product=known[product], position=place) for place, product in enumerate(products)
    )
    skus = ", ".join(known[product].sku for product in products)
    trail.record(by, "register.favourites_set", register.code, favourites=skus)
