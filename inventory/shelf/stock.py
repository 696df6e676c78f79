"""Stock: locks, takes and returns goods. A movement and the new quantity are always written together.

Without a location a verb means the shop's first one, whose statements know nothing of others.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventory import barcodes
from inventory.models import MovementKind, Product, SoldBy, StockMovement
from inventory.shelf.movements import NOTHING, ON_HAND, moving
from pos.checks import check_text
from pos.columns import selected
from pos.errors import InUse, Invalid, Refused
from pos.money import MOST_MONEY, MOST_QUANTITY, ZERO, in_thousandths, is_quantity, quantity_text
from pos.postgres.rows import later, rows
from pos.templatetags.money import quantity as quantity_shown

LONGEST_REFERENCE = 100
LONGEST_REASON = 200


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


COLUMNS = {
    **{name: f"p.{name}" for name in ("id", "sku", "name", "price", "cost", "sold_by", "is_active", "open_price")},
    "image": "p.image",
    "minimum_age": "p.minimum_age",
    "tax_name": "coalesce(t.name, '')",
    "tax_rate": "CASE WHEN t.id IS NOT NULL THEN t.rate WHEN p.tax_rate_id IS NULL THEN 0 END",
    "quantity": "s.quantity",
    "allow_negative": "s.allow_negative",
}
GOODS = selected(Goods, COLUMNS)
SHELF = """
      FROM inventory_stock s
      JOIN inventory_product p ON p.id = s.product_id
      LEFT JOIN inventory_taxrate t ON t.id = p.tax_rate_id
"""
READ = f"SELECT {GOODS} {SHELF} WHERE s.product_id = ANY(%s) ORDER BY s.product_id"
LOCK = f"{READ} FOR NO KEY UPDATE OF s FOR SHARE OF p"
OF_BARCODES = "JOIN inventory_barcode b ON b.product_id = p.id WHERE b.scanned = ANY(%s)"
READ_BY_BARCODE = f"SELECT b.scanned, {GOODS} {SHELF} {OF_BARCODES}"
# The same at a further location; its tax rate may take the place of the product's.
GOODS_THERE = selected(Goods, {**COLUMNS, "quantity": "coalesce(a.quantity, 0)"})
SHELF_THERE = """
      FROM (SELECT %s::bigint AS id) here
     CROSS JOIN inventory_stock s
      JOIN inventory_product p ON p.id = s.product_id
      LEFT JOIN inventory_locationstock a ON a.product_id = s.product_id AND a.location_id = here.id
      LEFT JOIN inventory_locationtax o ON o.tax_rate_id = p.tax_rate_id AND o.location_id = here.id
      LEFT JOIN inventory_taxrate t ON t.id = coalesce(o.instead_id, p.tax_rate_id)
"""
READ_THERE = f"SELECT {GOODS_THERE} {SHELF_THERE} WHERE s.product_id = ANY(%s) ORDER BY s.product_id"
READ_BY_BARCODE_THERE = f"SELECT b.scanned, {GOODS_THERE} {SHELF_THERE} {OF_BARCODES}"


MOVE_COST = f"""
    UPDATE inventory_product p
       SET cost = round((p.cost * h.on_hand + %s * h.received) / (h.on_hand + h.received), 3)
      FROM (SELECT p.id, greatest({ON_HAND}, 0) AS on_hand, %s::numeric AS received
              FROM inventory_product p WHERE p.id = %s) h
     WHERE p.id = h.id
"""


def look(product_ids: Iterable[int], *, location: int | None = None) -> dict[int, Goods]:
    """The products as they are now, without locking; unknown ids are missing from the result."""
    return _goods(READ, product_ids) if location is None else _goods(READ_THERE, product_ids, location)


def lock(product_ids: Iterable[int], *, location: int | None = None) -> dict[int, Goods]:
    """The products, their stock rows locked in product order until the transaction ends; a price edit waits too."""
    goods = _goods(LOCK, product_ids)
    if location is not None:
        return look(product_ids, location=location)  # the lock is another row: only a later statement sees this one
    if any(good.tax_rate is None for good in goods.values()):
        return look(product_ids)  # an edit we waited for changed the tax rate, which only a later statement sees
    return goods


def _goods(sql: str, product_ids: Iterable[int], *there: int) -> dict[int, Goods]:
    return {row[0]: Goods(*row) for row in rows(sql, [*there, sorted(set(product_ids))])}


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


def with_barcodes(codes: Iterable[str], *, location: int | None = None) -> dict[str, Goods]:
    """The goods each barcode belongs to, as they are now; unknown codes are missing from the answer."""
    scanned = {code: barcodes.scanned(code) for code in codes}
    asked = sorted(set(scanned.values()))
    found = rows(READ_BY_BARCODE, [asked]) if location is None else rows(READ_BY_BARCODE_THERE, [location, asked])
    known = {row[0]: Goods(*row[1:]) for row in found}
    return {code: known[form] for code, form in scanned.items() if form in known}


def check(goods: Mapping[int, Goods], wanted: Iterable[int], *, also_off_sale: bool = False) -> None:
    """Refuses unknown products, and those off sale unless told otherwise."""
    if unknown := [product for product in wanted if product not in goods]:
        raise UnknownProduct(products=unknown)
    if also_off_sale:
        return
    if off_sale := [product for product in wanted if not goods[product].is_active]:
        raise NotForSale(products=off_sale)


def in_whole_pieces(goods: Goods, quantity: Decimal) -> bool:
    return goods.sold_by == SoldBy.WEIGHT or quantity == quantity.to_integral_value()


def take(
    taken: Mapping[int, Decimal],
    *,
    reference: str,
    by: int,
    oversold: Mapping[int, Decimal] = NOTHING,
    location: int | None = None,
) -> None:
    """Sells: lowers the stock of each product and writes its movement, in one statement. The rows must be locked.

    `oversold` is the part of each quantity that exceeds the recorded stock.
    """
    moved = {product: -quantity for product, quantity in taken.items()}
    later(*moving(moved, MovementKind.SALE, reference, by, oversold=oversold, location=location))


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
    location: int | None = None,
) -> StockMovement:
    """Takes in a delivery. A unit cost changes the average cost of the stock on hand."""
    goods = _held(product, location)
    received = _amount(goods, quantity)
    _fits(goods, goods.quantity + received)
    if cost is not None:
        _move_cost(goods, received, cost)
    return _entered(
        product,
        received,
        MovementKind.DELIVERY,
        by,
        reference=reference,
        reason=reason,
        unit_cost=cost,
        location=location,
    )


@transaction.atomic
def count(
    product: Product, found: Decimal, *, by: User, reason: str = "", location: int | None = None
) -> StockMovement:
    """Corrects the stock to what was found: writes the difference as a movement."""
    goods = _held(product, location)
    counted = _amount(goods, found, least=ZERO)
    reference = f"counted {counted.normalize():f}"
    apart = counted - goods.quantity
    return _entered(product, apart, MovementKind.COUNT, by, reference=reference, reason=reason, location=location)


@transaction.atomic
def write_off(
    product: Product, quantity: Decimal, *, by: User, reason: str, location: int | None = None
) -> StockMovement:
    """Removes goods without a sale, e.g. broken, stolen or expired; needs a reason."""
    if not reason.strip():
        raise Invalid("reason", _("Say why this is written off."), "required")
    goods = _held(product, location)
    lost = _amount(goods, quantity)
    if lost > goods.quantity and not goods.allow_negative:
        left = max(goods.quantity, ZERO)
        raise OutOfStock(
            _("Only %(left)s of %(name)s are left.") % {"left": quantity_shown(left), "name": goods.name},
            products={str(goods.id): quantity_text(left)},
        )
    _fits(goods, goods.quantity - lost)
    return _entered(product, -lost, MovementKind.WRITE_OFF, by, reason=reason, location=location)


def correct(variances: Mapping[int, Decimal], *, reference: str, by: int, location: int | None = None) -> None:
    """Books the differences of a stocktake. The rows must be locked; nothing then counts as sold without stock."""
    later(*moving(variances, MovementKind.COUNT, reference, by, location=location))


def put_back(returned: Mapping[int, Decimal], *, reference: str, by: int, location: int | None = None) -> None:
    """Returns goods to stock for a refund. The rows must be locked."""
    if returned:
        later(*moving(returned, MovementKind.REFUND, reference, by, location=location))


def put_aside(returned: Mapping[int, Decimal], *, reference: str, by: int, location: int | None = None) -> None:
    """Records damaged goods of a refund: in as a refund, out as a write-off. The rows must be locked."""
    gone = {product: -quantity for product, quantity in returned.items()}
    put_back(returned, reference=reference, by=by, location=location)
    if gone:
        later(*moving(gone, MovementKind.WRITE_OFF, reference, by, "damaged", location=location))


def _held(product: Product, location: int | None = None) -> Goods:
    goods = lock([product.pk], location=location)
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
        cursor.execute(MOVE_COST, [cost, received, goods.id])


def _entered(
    product: Product,
    quantity: Decimal,
    kind: str,
    by: User,
    reference: str = "",
    reason: str = "",
    unit_cost: Decimal | None = None,
    location: int | None = None,
) -> StockMovement:
    """Writes the movement and the new quantity of one product, whose row must be locked."""
    for field, text, longest in (("reference", reference, LONGEST_REFERENCE), ("reason", reason, LONGEST_REASON)):
        check_text(field, text, longest)
    moved = {product.pk: quantity}
    ((made,),) = rows(*moving(moved, kind, reference.strip(), by.pk, reason.strip(), unit_cost, location=location))
    return StockMovement.objects.select_related("by", "location").get(pk=made)
