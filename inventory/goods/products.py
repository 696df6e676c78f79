"""Products: creates, edits, takes off sale. Stock is changed in `inventory.shelf.stock`."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.models import User
from inventory import barcodes
from inventory.models import Barcode, Product, Stock
from inventory.shelf import bound_keys, costs, low, stock
from pos import pictures
from pos.checks import refuse_nul
from pos.clock import Now
from pos.errors import InUse, Invalid, Refused, Stale
from pos.unique import unique_or

EDITABLE = (
    "sku",
    "name",
    "description",
    "category",
    "price",
    "cost",
    "tax_rate",
    "sold_by",
    "open_price",
    "minimum_age",
    "reorder_point",
    "content",
    "content_unit",
    "is_active",
)
MOST_BARCODES = 50
LONGEST_DESCRIPTION = 5000
CODE_TAKEN = _("Another product already has this SKU or barcode.")


class CostIsReckoned(Refused):
    code = "cost_is_reckoned"
    message = _("This cost is the average of what deliveries cost. Only a delivery changes it.")


@transaction.atomic
def create(
    *,
    name: str,
    price: Decimal,
    by: User,
    sku: str = "",
    codes: Iterable[str] = (),
    opening_stock: Decimal | int = 0,
    allow_negative_stock: bool = False,
    **details: Any,
) -> Product:
    """Creates a product and its stock row. Without a SKU it is given one."""
    product = Product(name=tidy(name), price=price, sku=tidy(sku), **details)
    if not product.sku:
        product.pk, product.sku = next_number()
    checked(product)
    refuse_taken_sku(product)
    with unique_or(InUse(CODE_TAKEN)):
        product.save(force_insert=True)
    Stock.objects.create(product=product, allow_negative=allow_negative_stock)
    set_barcodes(product, codes)
    if opening_stock:
        bound_keys.refuse_elsewhere(by, None)
        stock.open(product, Decimal(opening_stock), by=by)
    trail.record(by, "product.created", product.sku, name=product.name, price=product.price)
    return fresh(product)


@transaction.atomic
def edit(
    product: Product,
    *,
    by: User,
    version: int | None = None,
    codes: Iterable[str] | None = None,
    allow_negative_stock: bool | None = None,
    reorder_points: Mapping[int, Decimal | None] = {},
    **changes: Any,
) -> Product:
    """Changes only the fields given; `reorder_points` are those of further locations. With a `version`, refuses if
    somebody changed the product since."""
    bound_keys.refuse_elsewhere(by, *reorder_points)
    row = hold(product, version)
    before = {name: getattr(row, name) for name in EDITABLE}
    for name, value in changes.items():
        setattr(row, name, tidy(value) if name in ("name", "sku") else value)
    checked(row)
    changed = [name for name in EDITABLE if before[name] != getattr(row, name)]
    if "sku" in changed:
        refuse_taken_sku(row)
    if "cost" in changed and costs.is_average(row):
        raise CostIsReckoned
    recoded = codes is not None and set_barcodes(row, codes)
    reallowed = allow_negative_stock is not None and set_allowance(row, allow_negative_stock)
    pointed = low.set_points(row, reorder_points)
    if changed or recoded or reallowed or pointed:
        row.version, row.updated_at = row.version + 1, Now()
        with unique_or(InUse(CODE_TAKEN)):
            row.save(update_fields=[*changed, "version", "updated_at"])
        record_change(by, row, before, changed, allow_negative_stock if reallowed else None, pointed)
    return fresh(row)


@transaction.atomic
def remove(product: Product, *, by: User, version: int | None = None) -> Product | None:
    """Deletes a product without any history; one with a history is taken off sale and returned."""
    row = hold(product, version)
    try:
        with transaction.atomic():
            row.elsewhere.all().delete()
            Stock.objects.filter(product=row).delete()
            Product.objects.filter(pk=row.pk).delete()
    except ProtectedError:
        return edit(row, by=by, is_active=False)
    forget_picture(row)
    trail.record(by, "product.deleted", row.sku, name=row.name)
    return None


def hold(product: Product, version: int | None = None) -> Product:
    """Locks the current rows in the same order as a sale: stock, then product."""
    stock.lock([product.pk])
    row = Product.objects.select_for_update(no_key=True).filter(pk=product.pk).first()
    if row is None:
        raise stock.UnknownProduct(products=[product.pk])
    if version is not None and version != row.version:
        raise Stale(version=row.version)
    return row


def fresh(product: Product) -> Product:
    return (
        Product.objects.select_related("stock", "category", "tax_rate").prefetch_related("barcodes").get(pk=product.pk)
    )


def tidy(text: str) -> str:
    return " ".join(text.split())


def checked(product: Product) -> None:
    product.full_clean(exclude=["id", "image", "version"], validate_unique=False, validate_constraints=False)
    if len(product.description) > LONGEST_DESCRIPTION:
        raise Invalid(
            "description",
            _("A description has at most %(longest)s characters.") % {"longest": LONGEST_DESCRIPTION},
            "max_length",
        )
    if (product.content is None) != (not product.content_unit):
        field = "content" if product.content is None else "content_unit"
        raise Invalid(field, _("A content is a number and its unit, such as 0.75 l."), "required")
    for field in ("name", "sku", "description"):
        refuse_nul(field, getattr(product, field))


def next_number() -> tuple[int, str]:
    """The next id, and an unused SKU made from it."""
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT nextval(pg_get_serial_sequence('inventory_product', 'id'))")
            number = cursor.fetchone()[0]
            sku = f"P{number:06d}"
            if not Product.objects.with_sku(sku).exists():
                return number, sku


def refuse_taken_sku(product: Product) -> None:
    if other := Product.objects.with_sku(product.sku).exclude(pk=product.pk).first():
        raise InUse(_("%(name)s already has the SKU %(sku)s.") % {"name": other.name, "sku": other.sku}, field="sku")


def set_barcodes(product: Product, codes: Iterable[str]) -> bool:
    """Gives the product exactly these codes. Returns whether anything changed."""
    wanted: dict[str, str] = {}
    for code in codes:
        wanted.setdefault(barcodes.scanned(barcodes.tidy(code)), code.strip())
    if len(wanted) > MOST_BARCODES:
        raise Invalid(
            "barcodes",
            _("A product has at most %(most)s barcodes.") % {"most": MOST_BARCODES},
            "max_length",
        )
    kept = {barcode.scanned: barcode for barcode in product.barcodes.all()}
    if gone := kept.keys() - wanted.keys():
        product.barcodes.filter(scanned__in=gone).delete()
    added = [code for form, code in wanted.items() if form not in kept]
    if taken := Barcode.objects.filter(scanned__in=map(barcodes.scanned, added)).select_related("product").first():
        raise InUse(
            _("%(name)s already has the barcode %(code)s.") % {"name": taken.product.name, "code": taken.code},
            field="barcodes",
        )
    with unique_or(InUse(CODE_TAKEN)):
        Barcode.objects.bulk_create(Barcode(code=code, product=product) for code in added)
    return bool(gone or added)


def set_allowance(product: Product, allowed: bool) -> bool:
    held = Stock.objects.get(product=product)
    if held.allow_negative == allowed:
        return False
    below = product.elsewhere.filter(quantity__lt=0)
    if not allowed and (held.quantity < 0 or below.exists()):
        raise Invalid("allow_negative_stock", _("The stock is below zero just now: count it first."))
    Stock.objects.filter(product=product).update(allow_negative=allowed)
    return True


def record_change(
    by: User,
    row: Product,
    before: dict[str, Any],
    changed: list[str],
    may_go_below_zero: bool | None,
    points: Mapping[str, list[Decimal | None]],
) -> None:
    """Records the change. The audit reads from it whether a product was ever allowed below zero."""
    facts: dict[str, Any] = {
        name: [plain(before[name]), plain(getattr(row, name))] for name in changed if name != "description"
    }
    if may_go_below_zero is not None:
        facts |= {"product": row.pk, "allow_negative_stock": [not may_go_below_zero, may_go_below_zero]}
    facts |= {f"reorder_point.{code}": change for code, change in points.items()}
    trail.record(by, "product.price_changed" if "price" in changed else "product.changed", row.sku, **facts)


def plain(value: Any) -> Any:
    return value if isinstance(value, str | bool | Decimal | None) else str(value)


def forget_picture(product: Product) -> None:
    """Deletes the picture's file after the commit, never before."""
    if product.image:
        name = str(product.image)
        transaction.on_commit(lambda: pictures.forget(name))
