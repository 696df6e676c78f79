"""Pictures of products: judged by their content, drawn anew, kept under a name of our own."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from uuid import uuid4

from django.core.files.base import ContentFile, File
from django.db import transaction
from PIL import Image, ImageOps

from accounts import audit
from accounts.models import User
from inventory import products
from inventory.models import Product
from pos.clock import Now
from pos.errors import Invalid, Refused, TooLarge

FORMATS = ["PNG", "JPEG", "WEBP", "GIF"]
MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 24_000_000
LONGEST_SIDE = 1200
# The larger side of what is read of a JPEG: its decoder can skip what would be thrown away.
DRAFT = (2 * LONGEST_SIDE, 2 * LONGEST_SIDE)


class NotKept(Refused):
    code = "not_kept"
    status = 503
    message = "The picture could not be stored just now. Nothing was changed; try again."


def put(product: Product, upload: File, *, by: User, version: int | None = None) -> Product:
    """Give the product this picture. The old file goes once the change is certain."""
    picture = redrawn(upload)
    with _no_orphan(product) as name, transaction.atomic():
        row = products.hold(product, version)
        products.forget_picture(row)
        row.image.name = _stored(row, name, picture)
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


def redrawn(upload: File) -> bytes:
    """The upload as a WebP without anything but the picture, or Invalid or TooLarge."""
    if (upload.size or 0) > MOST_BYTES:
        raise TooLarge(f"A picture has at most {MOST_BYTES // 1024 // 1024} MB.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _webp(upload)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Invalid("file", too_many_pixels(), "too_many_pixels") from None
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, IndexError, OverflowError, MemoryError):
        raise Invalid("file", "This is not a whole picture in PNG, JPEG, WebP or GIF.", "invalid_image") from None


def _webp(upload: File) -> bytes:
    upload.seek(0)
    with Image.open(upload, formats=FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            raise Invalid("file", too_many_pixels(), "too_many_pixels")
        image.draft("RGB", DRAFT)
        image.load()
        upright = ImageOps.exif_transpose(image)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    bare = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    bare.info.clear()
    out = BytesIO()
    bare.save(out, "WEBP", quality=82)
    return out.getvalue()


def too_many_pixels() -> str:
    return f"A picture has at most {MOST_PIXELS // 1_000_000} million pixels."


@contextmanager
def _no_orphan(product: Product) -> Iterator[str]:
    """A name nobody can guess; what was stored under it goes again when the change fails."""
    name = f"products/{uuid4().hex}.webp"
    try:
        yield name
    except BaseException:
        product.image.storage.delete(name)
        raise


def _stored(row: Product, name: str, picture: bytes) -> str:
    try:
        return row.image.storage.save(name, ContentFile(picture))
    except OSError:
        raise NotKept from None


def _enter(row: Product, by: User, action: str) -> None:
    row.version, row.updated_at = row.version + 1, Now()
    row.save(update_fields=["image", "version", "updated_at"])
    audit.record(by, action, row.sku)
