"""Goods sold although the recorded stock was too low: how much a sale lacks, and which products must be counted."""

from collections.abc import Mapping
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Replace
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inventory.models import LocationStock, Product, StockMovement
from inventory.shelf.stock import Goods, OutOfStock
from pos.money import ZERO, quantity_text
from pos.templatetags.money import quantity as quantity_shown


def lacking(goods: Mapping[int, Goods], wanted: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """How much of each product exceeds the recorded stock; leaves out products that may go below zero."""
    missing = {
        product: quantity - left(goods[product])
        for product, quantity in wanted.items()
        if not goods[product].allow_negative
    }
    return {product: quantity for product, quantity in missing.items() if quantity > 0}


def left(good: Goods) -> Decimal:
    return max(good.quantity, ZERO)


def names(goods: Mapping[int, Goods], short: Mapping[int, Decimal]) -> str:
    """The products that are short and how many are left, as text for people."""
    return ", ".join(
        gettext("%(name)s (%(left)s left)")
        % {"name": goods[product].name, "left": quantity_shown(left(goods[product]))}
        for product in short
    )


def what_is_left(goods: Mapping[int, Goods], short: Mapping[int, Decimal]) -> dict[str, str]:
    return {str(product): quantity_text(left(goods[product])) for product in short}


def refusal(goods: Mapping[int, Goods], short: Mapping[int, Decimal]) -> OutOfStock:
    sentence = _("Not enough on the shelf: %(names)s.") % {"names": names(goods, short)}
    return OutOfStock(sentence, products=what_is_left(goods, short))


def to_count() -> QuerySet[Product]:
    """Products oversold since their last count, by name, with the latest such sale."""
    latest = StockMovement.objects.filter(product=OuterRef("pk"), oversold__gt=0).order_by("-pk")
    bill = Replace("reference", Value("bill "), Value(""))
    further = LocationStock.objects.filter(product=OuterRef("pk"), oversold__gt=0)
    return (
        Product.objects.filter(Q(stock__oversold__gt=0) | Exists(further))
        .select_related("stock")
        .annotate(
            last_sold_at=Subquery(latest.values("at")[:1]),
            last_bill=Subquery(latest.annotate(bill=bill).values("bill")[:1]),
        )
        .order_by("name", "pk")
    )


def to_count_at(location: int | None) -> QuerySet[Product]:
    """Those oversold at this location, None being the shop's first."""
    if location is None:
        return Product.objects.filter(stock__oversold__gt=0)
    return Product.objects.filter(elsewhere__location=location, elsewhere__oversold__gt=0)
