"""What is on the shelf: locked, taken, put back. The movement and the new quantity are always written together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from inventory.models import MovementKind, SoldBy
from pos.errors import Refused


class UnknownProduct(Refused):
    code = "unknown_product"
    message = "The shop does not know this product."


class NotForSale(Refused):
    code = "not_for_sale"
    message = "This product is not on sale."


class OutOfStock(Refused):
    code = "out_of_stock"
    message = "Not enough on the shelf."


@dataclass(frozen=True, slots=True)
class Goods:
    """A product as the counter needs it: what it is, what it costs, what is left of it."""

    id: int
    sku: str
    name: str
    price: Decimal
    cost: Decimal
    sold_by: str
    is_active: bool
    tax_name: str
    tax_rate: Decimal
    quantity: Decimal
    allow_negative: bool


READ = """
    SELECT p.id, p.sku, p.name, p.price, p.cost, p.sold_by, p.is_active,
           coalesce(t.name, ''), coalesce(t.rate, 0), s.quantity, s.allow_negative
      FROM inventory_stock s
      JOIN inventory_product p ON p.id = s.product_id
      LEFT JOIN inventory_taxrate t ON t.id = p.tax_rate_id
     WHERE s.product_id = ANY(%s)
     ORDER BY s.product_id
"""


def look(product_ids: Iterable[int]) -> dict[int, Goods]:
    """The goods as they are now, without holding them; unknown ids are missing from the answer."""
    return _goods(READ, product_ids)


def lock(product_ids: Iterable[int]) -> dict[int, Goods]:
    """The goods, their stock rows held in product order until the transaction ends; a price edit waits too."""
    return _goods(f"{READ} FOR NO KEY UPDATE OF s FOR SHARE OF p", product_ids)


def _goods(sql: str, product_ids: Iterable[int]) -> dict[int, Goods]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [sorted(set(product_ids))])
        return {row[0]: Goods(*row) for row in cursor.fetchall()}


def find(codes: Iterable[str]) -> dict[str, int]:
    """Which product each barcode belongs to; unknown codes are missing from the answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, product_id FROM inventory_barcode WHERE code = ANY(%s)", [sorted(set(codes))])
        return dict(cursor.fetchall())


def check(goods: Mapping[int, Goods], wanted: Mapping[int, Decimal]) -> None:
    """Refuse what is unknown, off sale, cut from a piece, or more than there is."""
    if unknown := [product for product in wanted if product not in goods]:
        raise UnknownProduct(products=unknown)
    if off_sale := [product for product in wanted if not goods[product].is_active]:
        raise NotForSale(products=off_sale)
    short = {
        product: goods[product].quantity
        for product, quantity in wanted.items()
        if goods[product].quantity < quantity and not goods[product].allow_negative
    }
    if short:
        names = ", ".join(f"{goods[product].name} ({left.normalize():f} left)" for product, left in short.items())
        raise OutOfStock(f"Not enough on the shelf: {names}.", products={str(p): left for p, left in short.items()})


def in_whole_pieces(goods: Goods, quantity: Decimal) -> bool:
    return goods.sold_by == SoldBy.WEIGHT or quantity == quantity.to_integral_value()


def take(taken: Mapping[int, Decimal], *, reference: str, by: int) -> None:
    """Sell: lower the stock of each product and write its movement, in one statement. The rows must be locked."""
    _move({product: -quantity for product, quantity in taken.items()}, MovementKind.SALE, reference, by)


def _move(moved: Mapping[int, Decimal], kind: str, reference: str, by: int, reason: str = "") -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH moved AS (
                SELECT * FROM unnest(%s::bigint[], %s::numeric[]) AS m (product_id, quantity)
            ), shelf AS (
                UPDATE inventory_stock s SET quantity = s.quantity + m.quantity, updated_at = shop_now()
                  FROM moved m WHERE s.product_id = m.product_id
            )
            INSERT INTO inventory_stockmovement (product_id, kind, quantity, reference, reason, by_id)
            SELECT product_id, %s, quantity, %s, %s, %s FROM moved
            """,
            [list(moved), list(moved.values()), kind, reference, reason, by],
        )
