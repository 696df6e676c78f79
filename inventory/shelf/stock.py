"""Stock: locks, takes and returns goods. A movement and the new quantity are always written together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventory import barcodes
from inventory.models import MovementKind, Product, SoldBy, StockMovement
from pos.checks import check_text
from pos.columns import selected
from pos.errors import InUse, Invalid, Refused
from pos.money import MOST_MONEY, MOST_QUANTITY, ZERO, in_thousandths, is_quantity, quantity_text
from pos.postgres.rows import array, rows
from pos.templatetags.money import quantity as quantity_shown

LONGEST_REFERENCE = 100
LONGEST_REASON = 200
NOTHING: Mapping[int, Decimal] = {}


class UnknownProduct(Refused):
    code = "unknown_product"
    message = _("The shop does not know this product.")


class NotForSale(Refused):
    code = "not_for_sale"
    message = _("This product is not on sale.")


class OutOfStock(Refused):
    code = "out_of_stock"
    message = _("Not enough on the shelf.")


@dataclass(frozen=True, slots=True)
class Goods:
    """The fields of a product that a sale needs, with its stock."""

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
    open_price: bool
    image: str
    minimum_age: int


GOODS = selected(
    Goods,
    {
        **{name: f"p.{name}" for name in ("id", "sku", "name", "price", "cost", "sold_by", "is_active", "open_price")},
        "image": "p.image",
        "minimum_age": "p.minimum_age",
        "tax_name": "coalesce(t.name, '')",
        "tax_rate": "CASE WHEN t.id IS NOT NULL THEN t.rate WHEN p.tax_rate_id IS NULL THEN 0 END",
        "quantity": "s.quantity",
        "allow_negative": "s.allow_negative",
    },
)
SHELF = """
      FROM inventory_stock s
      JOIN inventory_product p ON p.id = s.product_id
      LEFT JOIN inventory_taxrate t ON t.id = p.tax_rate_id
"""
READ = f"SELECT {GOODS} {SHELF} WHERE s.product_id = ANY(%s) ORDER BY s.product_id"
READ_BY_BARCODE = f"""
    SELECT b.scanned, {GOODS} {SHELF} JOIN inventory_barcode b ON b.product_id = p.id WHERE b.scanned = ANY(%s)
"""


def look(product_ids: Iterable[int]) -> dict[int, Goods]:
    """The products as they are now, without locking; unknown ids are missing from the result."""
    return _goods(READ, product_ids)


def lock(product_ids: Iterable[int]) -> dict[int, Goods]:
    """The products, their stock rows locked in product order until the transaction ends; a price edit waits too."""
    goods = _goods(f"{READ} FOR NO KEY UPDATE OF s FOR SHARE OF p", product_ids)
    if any(good.tax_rate is None for good in goods.values()):
        return look(product_ids)  # an edit we waited for changed the tax rate, which only a later statement sees
    return goods


def _goods(sql: str, product_ids: Iterable[int]) -> dict[int, Goods]:
    return {row[0]: Goods(*row) for row in rows(sql, [sorted(set(product_ids))])}


def find(codes: Iterable[str]) -> dict[str, int]:
    """The product of each barcode, read as UPC-A or EAN-13; unknown codes are missing from the result."""
    scanned = {code: barcodes.scanned(code) for code in codes}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT scanned, product_id FROM inventory_barcode WHERE scanned = ANY(%s)",
            [sorted(set(scanned.values()))],
        )
        known = dict(cursor.fetchall())
    return {code: known[form] for code, form in scanned.items() if form in known}


def with_barcodes(codes: Iterable[str]) -> dict[str, Goods]:
    """The goods each barcode belongs to, as they are now; unknown codes are missing from the answer."""
    scanned = {code: barcodes.scanned(code) for code in codes}
    with connection.cursor() as cursor:
        cursor.execute(READ_BY_BARCODE, [sorted(set(scanned.values()))])
        known = {row[0]: Goods(*row[1:]) for row in cursor.fetchall()}
    return {code: known[form] for code, form in scanned.items() if form in known}


def check(goods: Mapping[int, Goods], wanted: Iterable[int]) -> None:
    """Refuses unknown products and those off sale."""
    if unknown := [product for product in wanted if product not in goods]:
        raise UnknownProduct(products=unknown)
    if off_sale := [product for product in wanted if not goods[product].is_active]:
        raise NotForSale(products=off_sale)


def in_whole_pieces(goods: Goods, quantity: Decimal) -> bool:
    return goods.sold_by == SoldBy.WEIGHT or quantity == quantity.to_integral_value()


def take(taken: Mapping[int, Decimal], *, reference: str, by: int, oversold: Mapping[int, Decimal] = NOTHING) -> None:
    """Sells: lowers the stock of each product and writes its movement, in one statement. The rows must be locked.

    `oversold` is the part of each quantity that exceeds the recorded stock.
    """
    moved = {product: -quantity for product, quantity in taken.items()}
    _move(moved, MovementKind.SALE, reference, by, oversold=oversold)


@transaction.atomic
def open(product: Product, quantity: Decimal, *, by: User) -> StockMovement:  # noqa: A001  `stock.open` reads as meant
    """Sets the opening stock of a product: once, before any other movement."""
    goods = _held(product)
    added = _amount(goods, quantity)
    if StockMovement.objects.filter(product=product).exists():
        raise InUse(_("%(name)s has been counted before: record a delivery or a count.") % {"name": goods.name})
    return _entered(product, added, MovementKind.OPENING, by, unit_cost=goods.cost)


@transaction.atomic
def receive(
    product: Product,
    quantity: Decimal,
    *,
    by: User,
    reference: str = "",
    reason: str = "",
    cost: Decimal | None = None,
) -> StockMovement:
    """Takes in a delivery. A unit cost changes the average cost of the stock on hand."""
    goods = _held(product)
    received = _amount(goods, quantity)
    _fits(goods, goods.quantity + received)
    if cost is not None:
        _move_cost(goods, received, cost)
    return _entered(product, received, MovementKind.DELIVERY, by, reference=reference, reason=reason, unit_cost=cost)


@transaction.atomic
def count(product: Product, found: Decimal, *, by: User, reason: str = "") -> StockMovement:
    """Corrects the stock to what was found: writes the difference as a movement."""
    goods = _held(product)
    counted = _amount(goods, found, least=ZERO)
    reference = f"counted {counted.normalize():f}"
    return _entered(product, counted - goods.quantity, MovementKind.COUNT, by, reference=reference, reason=reason)


@transaction.atomic
def write_off(product: Product, quantity: Decimal, *, by: User, reason: str) -> StockMovement:
    """Removes goods without a sale, e.g. broken, stolen or expired; needs a reason."""
    if not reason.strip():
        raise Invalid("reason", _("Say why this is written off."), "required")
    goods = _held(product)
    lost = _amount(goods, quantity)
    if lost > goods.quantity and not goods.allow_negative:
        left = max(goods.quantity, ZERO)
        raise OutOfStock(
            _("Only %(left)s of %(name)s are left.") % {"left": quantity_shown(left), "name": goods.name},
            products={str(goods.id): quantity_text(left)},
        )
    _fits(goods, goods.quantity - lost)
    return _entered(product, -lost, MovementKind.WRITE_OFF, by, reason=reason)


def correct(variances: Mapping[int, Decimal], *, reference: str, by: int) -> None:
    """Books the differences of a stocktake. The rows must be locked; nothing then counts as sold without stock."""
    _move(variances, MovementKind.COUNT, reference, by)


def put_back(returned: Mapping[int, Decimal], *, reference: str, by: int) -> None:
    """Returns goods to stock for a refund. The rows must be locked."""
    _move(returned, MovementKind.REFUND, reference, by)


def put_aside(returned: Mapping[int, Decimal], *, reference: str, by: int) -> None:
    """Records damaged goods of a refund: in as a refund, out as a write-off. The rows must be locked."""
    gone = {product: -quantity for product, quantity in returned.items()}
    _move(returned, MovementKind.REFUND, reference, by)
    _move(gone, MovementKind.WRITE_OFF, reference, by, "damaged")


def _held(product: Product) -> Goods:
    goods = lock([product.pk])
    if product.pk not in goods:
        raise UnknownProduct(products=[product.pk])
    return goods[product.pk]


def _amount(goods: Goods, quantity: Decimal | int, *, least: Decimal | None = None) -> Decimal:
    """Checks a quantity; raises Invalid for NaN, too many decimals, too large, negative, or zero unless `least` is
    given."""
    amount = Decimal(quantity)
    if not is_quantity(amount):
        raise Invalid(
            "quantity", _("A quantity is at most %(most)s.") % {"most": quantity_shown(MOST_QUANTITY)}, "max_value"
        )
    if amount < 0 or (least is None and not amount):
        raise Invalid(
            "quantity",
            _("A quantity is more than zero.") if least is None else _("A count is zero or more."),
            "min_value",
        )
    if not in_whole_pieces(goods, amount):
        raise Invalid(
            "quantity", _("%(name)s is sold by the piece: count whole pieces.") % {"name": goods.name}, "whole_pieces"
        )
    if not in_thousandths(amount):
        raise Invalid("quantity", _("A quantity has at most three decimals."), "max_decimal_places")
    return amount


def _fits(goods: Goods, quantity: Decimal) -> None:
    if abs(quantity) > MOST_QUANTITY:
        raise Invalid(
            "quantity",
            _("%(name)s would pass %(most)s on the shelf.")
            % {"name": goods.name, "most": quantity_shown(MOST_QUANTITY)},
            "max_value",
        )


def _move_cost(goods: Goods, received: Decimal, cost: Decimal) -> None:
    """Sets the average cost of stock on hand and delivery, to three decimals; stock below zero counts as zero."""
    if not cost.is_finite() or not 0 <= cost <= MOST_MONEY:
        raise Invalid(
            "cost", _("A cost is between 0 and %(most)s.") % {"most": quantity_shown(MOST_MONEY)}, "max_value"
        )
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE inventory_product p
               SET cost = round((p.cost * h.on_hand + %s * h.received) / (h.on_hand + h.received), 3)
              FROM (SELECT greatest(%s::numeric, 0) AS on_hand, %s::numeric AS received) h
             WHERE p.id = %s
            """,
            [cost, goods.quantity, received, goods.id],
        )


def _entered(
    product: Product,
    quantity: Decimal,
    kind: str,
    by: User,
    reference: str = "",
    reason: str = "",
    unit_cost: Decimal | None = None,
) -> StockMovement:
    """Writes the movement and the new quantity of one product, whose row must be locked."""
    for field, text, longest in (("reference", reference, LONGEST_REFERENCE), ("reason", reason, LONGEST_REASON)):
        check_text(field, text, longest)
    made = _move({product.pk: quantity}, kind, reference.strip(), by.pk, reason.strip(), unit_cost)
    return StockMovement.objects.select_related("by").get(pk=made[0])


MOVE = """
    WITH moved AS (
        SELECT * FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[]) AS m (product_id, quantity, oversold)
    ), shelf AS (
        UPDATE inventory_stock s
           SET quantity = s.quantity + m.quantity, updated_at = shop_now(),
               oversold = CASE WHEN %s THEN 0 ELSE s.oversold + m.oversold END
          FROM moved m WHERE s.product_id = m.product_id
    )
    INSERT INTO inventory_stockmovement
           (product_id, kind, quantity, reference, reason, by_id, unit_cost, oversold)
    SELECT product_id, %s, quantity, %s, %s, %s, %s::numeric, oversold FROM moved
    RETURNING id
"""


def _move(
    moved: Mapping[int, Decimal],
    kind: str,
    reference: str,
    by: int,
    reason: str = "",
    unit_cost: Decimal | None = None,
    oversold: Mapping[int, Decimal] = NOTHING,
) -> list[int]:
    counted_anew = kind == MovementKind.COUNT
    short = array(oversold.get(product, ZERO) for product in moved)
    lists = [array(moved), array(moved.values()), short]
    written = rows(MOVE, [*lists, counted_anew, kind, reference, reason, by, unit_cost])
    return [row[0] for row in written]
