"""The product tiles on the till's screen: the register's favourites, and the products of each category."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from billing.models import Register
from inventory.models import Category, Product
from inventory.shelf import locations

PAGE = 24


@dataclass(frozen=True, slots=True)
class Tiles:
    """One page of tiles. `chosen` is the category shown, None for the favourites."""

    categories: Sequence[Category]
    has_favourites: bool
    chosen: int | None
    products: Sequence[Product]
    page: int
    has_more: bool


def shown(register: Register, chosen: int | None = None, page: int = 1) -> Tiles:
    """Shows the favourites unless a category is chosen; without favourites, the first category."""
    categories = list(Category.objects.filter(Exists(Product.objects.filter(category=OuterRef("pk"), is_active=True))))
    favourites = register.favourites.filter(product__is_active=True)
    has_favourites = favourites.exists()
    if chosen is None and not has_favourites and categories:
        chosen = categories[0].pk
    part = slice((page - 1) * PAGE, page * PAGE + 1)
    if chosen is None:
        found = [row.product for row in favourites.select_related("product__stock")[part]]
    else:
        on_shelf = Product.objects.filter(is_active=True, category=chosen).order_by("name", "pk")
        found = list(on_shelf.select_related("stock")[part])
    locations.show_there(found, register.location_id)
    return Tiles(categories, has_favourites, chosen, found[:PAGE], page, len(found) > PAGE)
