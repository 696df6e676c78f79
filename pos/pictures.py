"""Uploaded pictures: checked by content, re-encoded, stored under a random name."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from uuid import uuid4

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from pos.errors import Invalid, Refused, TooLarge

log = logging.getLogger(__name__)
FORMATS = ["PNG", "JPEG", "WEBP", "GIF"]
ACCEPT = {"accept": "image/png,image/jpeg,image/webp,image/gif"}
MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 24_000_000
LONGEST_SIDE = 1200


class NotKept(Refused):
    code = "not_kept"
    status = 503
    message = _("The picture could not be stored just now. Nothing was changed; try again.")


def redrawn(upload: File, longest: int = LONGEST_SIDE) -> bytes:
    """The upload re-encoded as WebP, without metadata; raises Invalid or TooLarge."""
    if (upload.size or 0) > MOST_BYTES:
        raise TooLarge(_("A picture has at most %(most)s MB.") % {"most": MOST_BYTES // 1024 // 1024})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _webp(upload, longest)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Invalid("file", too_many_pixels(), "too_many_pixels") from None
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, IndexError, OverflowError, MemoryError):
        raise Invalid("file", _("This is not a whole picture in PNG, JPEG, WebP or GIF."), "invalid_image") from None


def _webp(upload: File, longest: int) -> bytes:
    upload.seek(0)
    with Image.open(upload, formats=FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            raise Invalid("file", too_many_pixels(), "too_many_pixels")
        image.draft("RGB", (2 * longest, 2 * longest))  # lets the JPEG decoder skip detail that would be thrown away
        image.load()
        upright = ImageOps.exif_transpose(image)
    upright.thumbnail((longest, longest))
    bare = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    bare.info.clear()
    out = BytesIO()
    bare.save(out, "WEBP", quality=82)
    return out.getvalue()


def too_many_pixels() -> str:
    return gettext("A picture has at most %(most)s million pixels.") % {"most": MOST_PIXELS // 1_000_000}


@contextmanager
def named(folder: str) -> Iterator[str]:
    """A random name for a new file; if the change fails, the stored file is deleted again."""
    name = f"{folder}/{uuid4().hex}.webp"
    try:
        yield name
    except BaseException:
        forget(name)
        raise


def forget(name: str) -> None:
    """Deletes a file. A failure is ignored: nobody knows the file's name, and the request's outcome does not depend on
    it."""
    try:
        default_storage.delete(name)
    except OSError:
        log.warning("a picture could not be deleted: %s", name)


def keep(name: str, picture: bytes) -> str:
    try:
        return default_storage.save(name, ContentFile(picture))
    except OSError:
        raise NotKept from None
