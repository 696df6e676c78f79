"""Pictures of products."""

from django.core.files.base import File
from django.db import transaction

from accounts import trail
from accounts.models import User
from inventory.goods import products
from inventory.models import Product
from pos import pictures
from pos.clock import Now


def put(product: Product, upload: File, *, by: User, version: int | None = None) -> Product:
    """Sets the product's picture. The old file is deleted after the commit."""
    picture = pictures.redrawn(upload)
    with pictures.named("products") as name, transaction.atomic():
        row = products.hold(product, version)
        products.forget_picture(row)
        row.image.name = pictures.keep(name, picture)
        _enter(row, by, "product.picture_set")
    return products.fresh(product)


def drop(product: Product, *, by: User, version: int | None = None) -> Product:
    with transaction.atomic():
        row = products.hold(product, version)
        if row.image:
            products.forget_picture(row)
            row.image.name = ""
            _enter(row, by, "product.picture_dropped")
    return products.fresh(product)


def _enter(row: Product, by: User, action: str) -> None:
    row.version, row.updated_at = row.version + 1, Now()
    row.save(update_fields=["image", "version", "updated_at"])
    trail.record(by, action, row.sku)
