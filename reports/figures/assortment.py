"""Which goods carry the shop, which lie on the shelf: ABC, slow movers, dead stock."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db.models import Max

from billing.models import BillLine
from inventory.models import Product
from pos.money import ZERO
from reports.figures.dimensions import DIMENSIONS
from reports.figures.measures import Sums, margin, net
from reports.figures.periods import Period
from reports.figures.question import Question, answer

# A: the goods that bring the first 80 % of the revenue; B: the next 15 %; C: the rest
SHARES = (("A", Decimal("0.80")), ("B", Decimal("0.95")))
LAST = "C"
ABC, SLOW, DEAD = "abc", "slow", "dead"
TEN_THOUSANDTH = Decimal("0.0001")
SLOW_DAYS = 90  # stock that would last longer than so many days


@dataclass(frozen=True, slots=True)
class Goods:
    """One product: what it sold in the period, and what lies on the shelf. `share` is its part of the revenue."""

    product: int
    sku: str
    name: str
    sold_by: str
    rank: str
    share: Decimal
    revenue: Decimal
    net: Decimal
    margin: Decimal
    sold: Decimal
    stock: Decimal
    value: Decimal
    lasts: int | None = None
    last_sold: date | None = None


def classes(period: Period) -> list[Goods]:
    """Every product sold, those that brought in most first."""
    sums = answer(Question(period, DIMENSIONS["product"])).rows
    whole = sum((row["revenue"] for row in sums.values() if row["revenue"] > 0), ZERO)
    ranked = sorted(sums.items(), key=lambda item: (-item[1]["revenue"], item[0]))
    products = _products(sums)
    found, before = [], ZERO
    for pk, row in ranked:
        if pk in products:
            found.append(_goods(products[pk], row, whole, rank_of(before, whole)))
        before += max(row["revenue"], ZERO)
    return found


def rank_of(before: Decimal, whole: Decimal) -> str:
    """By the share of the revenue that better goods bring already."""
    return next((rank for rank, share in SHARES if whole and before / whole < share), LAST)


def share_of(revenue: Decimal, whole: Decimal) -> Decimal:
    return (max(revenue, ZERO) / whole).quantize(TEN_THOUSANDTH) if whole else ZERO


def slow(period: Period) -> list[Goods]:
    """Sold in these days, but so little that the stock lasts longest."""
    found = [_lasting(goods, period) for goods in classes(period) if goods.sold > 0 and goods.stock > 0]
    return sorted(
        (goods for goods in found if goods.lasts is not None and goods.lasts > SLOW_DAYS),
        key=lambda goods: (-goods.value, goods.name),
    )


def dead(period: Period) -> list[Goods]:
    """On the shelf, and not sold in these days; the most money first."""
    sold = {pk for pk, row in answer(Question(period, DIMENSIONS["product"])).rows.items() if any(row.values())}
    waiting = [product for product in _on_the_shelf() if product.pk not in sold]
    last = _last_sold(product.pk for product in waiting)
    found = [_unsold(product, last.get(product.pk)) for product in waiting]
    return sorted(found, key=lambda goods: (-goods.value, goods.name))


def _products(keys: Iterable[int]) -> dict[int, Product]:
    return Product.objects.select_related("stock").in_bulk(list(keys))


def _on_the_shelf() -> list[Product]:
    return list(Product.objects.select_related("stock").filter(stock__quantity__gt=0))


def _last_sold(products: Iterable[int]) -> dict[int, date]:
    lines = BillLine.objects.filter(product__in=list(products), quantity__gt=0).order_by()
    return dict(lines.values_list("product").annotate(last=Max("bill__business_date")))


def _goods(product: Product, row: Sums, whole: Decimal, rank: str) -> Goods:
    return Goods(
        product.pk,
        product.sku,
        product.name,
        product.sold_by,
        rank,
        share_of(row["revenue"], whole),
        row["revenue"],
        net(row),
        margin(row),
        row["kilograms"] or row["pieces"],
        product.stock.quantity,
        product.stock.quantity * product.cost,
    )


def _lasting(goods: Goods, period: Period) -> Goods:
    return replace(goods, lasts=min(int(goods.stock * period.length / goods.sold), 99_999))


def _unsold(product: Product, last_sold: date | None) -> Goods:
    value = product.stock.quantity * product.cost
    nothing = (LAST, ZERO, ZERO, ZERO, ZERO, ZERO)
    return Goods(
        product.pk, product.sku, product.name, product.sold_by, *nothing, product.stock.quantity, value, None, last_sold
    )


KINDS = {ABC: classes, SLOW: slow, DEAD: dead}
