"""What the cashier can add by pointing at it: the register's favourites, and the shelves."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from billing.models import Register
from inventory.models import Category, Product

MOST = 24


@dataclass(frozen=True, slots=True)
class Tiles:
    """`chosen` is the category shown; None shows the favourites."""

    categories: Sequence[Category]
    has_favourites: bool
    chosen: int | None
    products: Sequence[Product]


def shown(register: Register, chosen: int | None = None) -> Tiles:
    """Favourites unless a category is chosen; a register without favourites begins with the first category."""
    categories = list(Category.objects.filter(Exists(Product.objects.filter(category=OuterRef("pk"), is_active=True))))
    favourites = [row.product_id for row in register.favourites.filter(product__is_active=True)[:MOST]]
    if chosen is None and not favourites and categories:
        chosen = categories[0].pk
    products = Product.objects.select_related("stock").filter(is_active=True)
    if chosen is not None:
        found = products.filter(category=chosen).order_by("name", "pk")[:MOST]
        return Tiles(categories, bool(favourites), chosen, list(found))
    by_id = products.in_bulk(favourites)
    return Tiles(categories, bool(favourites), None, [by_id[pk] for pk in favourites])
