"""Suppliers and what they call the shop's products."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.models import User
from inventory import barcodes
from inventory.models import Barcode, Product, Supplier, SupplierArticle
from inventory.shelf.deliveries import check_cost
from inventory.shelf.stock import UnknownProduct
from pos.checks import check_quantity, check_text
from pos.errors import InUse, Invalid, Refused
from pos.unique import unique_or

LONGEST = {"name": 100, "contact": 100, "phone": 40, "note": 1000}


class UnknownSupplier(Refused):
    code = "unknown_supplier"
    message = _("There is no such supplier.")


class SupplierOff(Refused):
    code = "supplier_off"
    message = _("This supplier is switched off.")


def known(supplier_id: int, *, in_use: bool = True) -> Supplier:
    supplier = Supplier.objects.filter(pk=supplier_id).first()
    if supplier is None:
        raise UnknownSupplier
    if in_use and not supplier.is_active:
        raise SupplierOff
    return supplier


@transaction.atomic
def enter(supplier: Supplier, *, by: User, **values: Any) -> Supplier:
    """Saves a new or changed supplier."""
    deed = "changed" if supplier.pk else "created"
    for name, value in values.items():
        setattr(supplier, name, value.strip() if isinstance(value, str) else value)
    for name, longest in LONGEST.items():
        check_text(name, getattr(supplier, name), longest)
    try:
        supplier.clean_fields()
    except ValidationError as error:
        field, faults = next(iter(error.message_dict.items()))
        raise Invalid(field, faults[0]) from None
    with unique_or(InUse(_("There is already a supplier of this name."), field="name")):
        supplier.save()
    trail.record(by, f"supplier.{deed}", supplier.name, **{name: str(value) for name, value in values.items()})
    return supplier


@transaction.atomic
def put_article(
    supplier: Supplier,
    product_id: int,
    *,
    by: User,
    code: str = "",
    pack_name: str = "",
    pack_size: Decimal = Decimal(1),
    pack_barcode: str = "",
    cost: Decimal | None = None,
    is_preferred: bool = False,
) -> SupplierArticle:
    """What this supplier calls the product and how it is packed; a preferred one takes over from another supplier."""
    check_text("code", code, 50)
    check_text("pack_name", pack_name, 30)
    check_quantity("pack_size", pack_size)
    check_cost(cost)
    # all changes to the articles of a product wait for each other here
    if not Product.objects.select_for_update(no_key=True).filter(pk=product_id).exists():
        raise UnknownProduct(products=[product_id])
    scanned = barcodes.scanned(barcodes.tidy(pack_barcode)) if pack_barcode.strip() else ""
    if scanned and Barcode.objects.filter(scanned=scanned).exists():
        raise InUse(_("This is the barcode of a single piece."), field="pack_barcode")
    if is_preferred:
        SupplierArticle.objects.filter(product=product_id).update(is_preferred=False)
    values = {
        "code": code.strip(),
        "pack_name": pack_name.strip(),
        "pack_size": pack_size,
        "pack_barcode": scanned,
        "cost": cost,
        "is_preferred": is_preferred,
    }
    with unique_or(InUse(_("Another pack of this supplier has this barcode."), field="pack_barcode")):
        article, _made = SupplierArticle.objects.update_or_create(
            supplier=supplier, product_id=product_id, defaults=values
        )
    trail.record(by, "supplier.article", supplier.name, product=product_id, **{n: str(v) for n, v in values.items()})
    return article


@transaction.atomic
def drop_article(article: SupplierArticle, *, by: User) -> None:
    article.delete()
    trail.record(by, "supplier.article_dropped", article.supplier.name, product=article.product_id)


def learn_costs(supplier_id: int, costs: dict[int, Decimal]) -> None:
    """What one of each product cost last at this supplier; unknown articles are added."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO inventory_supplierarticle
                   (supplier_id, product_id, code, pack_name, pack_size, pack_barcode, cost, is_preferred)
            SELECT %s, p.id, '', '', 1, '', p.cost, false
              FROM unnest(%s::bigint[], %s::numeric[]) AS p (id, cost) ORDER BY p.id
            ON CONFLICT (supplier_id, product_id) DO UPDATE SET cost = excluded.cost
            """,
            [supplier_id, list(costs), list(costs.values())],
        )
