"""What to order: from what was sold, what is on the shelf, the reorder point and what is on the way."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import ROUND_CEILING, Decimal

from django.db.models import Exists, OuterRef, Q, Sum

from inventory.buying.orders import Ordered, on_the_way
from inventory.models import MovementKind, StockMovement, Supplier, SupplierArticle
from inventory.shelf import locations, low, stock, transit
from inventory.shelf.locations import EVERYWHERE, Where
from pos.clock import now
from pos.money import ZERO

USUAL_DAYS, MOST_DAYS = 14, 365


def packs_needed(
    *,
    sold: Decimal,
    days: int,
    lead_days: int,
    reorder_point: Decimal,
    on_hand: Decimal,
    coming: Decimal,
    pack_size: Decimal,
) -> Decimal:
    """Whole packs, so that as many days as were looked at are covered from the delivery on, and the reorder point is
    reached at least. Stock below zero counts as zero."""
    needed = max(sold * (days + lead_days) / days, reorder_point)
    missing = needed - max(on_hand, ZERO) - coming
    return (missing / pack_size).to_integral_value(ROUND_CEILING) if missing > 0 else ZERO


def suggest(supplier: Supplier, days: int = USUAL_DAYS, where: Where = EVERYWHERE) -> list[Ordered]:
    """Lines for the articles that run low there, preferred here or nowhere else."""
    articles = list(_ordered_here(supplier))
    products = [article.product_id for article in articles]
    on_hand, coming = on_the_shelf(products, where), on_the_way(products, where)
    sold, points = sold_since(products, days, where), low.points(products, where)
    moved_here = {} if where.is_everywhere else transit.coming_to(where.location, products)
    found = []
    for article in articles:
        packs = packs_needed(
            sold=sold.get(article.product_id, ZERO),
            days=days,
            lead_days=supplier.lead_days,
            reorder_point=points[article.product_id],
            on_hand=on_hand[article.product_id],
            coming=coming.get(article.product_id, ZERO) + moved_here.get(article.product_id, ZERO),
            pack_size=article.pack_size,
        )
        if packs:
            found.append(Ordered(article.product_id, packs))
    return found


def on_the_shelf(products: Iterable[int], where: Where) -> dict[int, Decimal]:
    goods = stock.look(products, location=where.location)
    further = locations.elsewhere(products) if where.is_everywhere else {}
    return {product: good.quantity + further.get(product, ZERO) for product, good in goods.items()}


def _ordered_here(supplier: Supplier) -> Iterable[SupplierArticle]:
    elsewhere = SupplierArticle.objects.filter(product=OuterRef("product"), is_preferred=True)
    mine = SupplierArticle.objects.filter(supplier=supplier, product__is_active=True, product__stock__isnull=False)
    return mine.filter(Q(is_preferred=True) | ~Exists(elsewhere)).select_related("product")


def sold_since(products: Iterable[int], days: int, where: Where) -> dict[int, Decimal]:
    sales = StockMovement.objects.filter(
        where.of("location"), product__in=list(products), kind=MovementKind.SALE, at__gte=now() - timedelta(days=days)
    )
    return {product: -total for product, total in sales.values_list("product").annotate(Sum("quantity")).order_by()}
