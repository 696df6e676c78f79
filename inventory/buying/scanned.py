"""Which product a code in the store room means, and how many of it: a piece's barcode, a pack's, or a code typed."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from inventory import barcodes
from inventory.models import Barcode, Product, Supplier, SupplierArticle
from pos.checks import refuse_nul
from pos.errors import Refused

ONE = Decimal(1)


class UnknownCode(Refused):
    code = "unknown_code"
    message = _("The shop does not know this code.")


@dataclass(frozen=True, slots=True)
class Meant:
    product: Product
    pieces: Decimal


def read(code: str, supplier: Supplier | None) -> Meant:
    """A piece's barcode first; then a pack's, this supplier's before another's; then SKU and the supplier's code."""
    refuse_nul("code", code)
    asked = code.strip()
    scanned = barcodes.scanned(asked)
    if piece := Barcode.objects.select_related("product").filter(scanned=scanned).first():
        return Meant(piece.product, ONE)
    packs = SupplierArticle.objects.select_related("product").filter(pack_barcode=scanned).order_by("pk")
    if asked and (pack := packs.filter(supplier=supplier).first() or packs.first()):
        return Meant(pack.product, pack.pack_size)
    if asked and (named := Product.objects.with_sku(asked).first()):
        return Meant(named, ONE)
    theirs = SupplierArticle.objects.select_related("product").filter(supplier=supplier, code__iexact=asked)
    if supplier and asked and (article := theirs.order_by("pk").first()):
        return Meant(article.product, ONE)
    raise UnknownCode(_("The shop does not know %(code)s.") % {"code": asked[:60] or "?"}, read=asked[:60])
