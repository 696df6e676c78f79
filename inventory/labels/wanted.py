"""Which labels to print: products and how many of each, as an address lists them or as prices changed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from inventory.labels.papers import Paper
from inventory.labels.symbols import Symbol, symbol
from inventory.models import PriceChange, Product
from inventory.shelf.stock import UnknownProduct
from pos.errors import Invalid, TooLarge

MOST_OF_ONE, MOST, MOST_PRODUCTS = 999, 2000, 500
ITEM = re.compile(r"([0-9]{1,18})(?:x(?:([0-9]{1,7})|[0-9]{1,7}\.[0-9]{1,3}))?")
MARGIN = Decimal(4)  # millimetres that stay free beside the bars
Counts = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Label:
    product: Product
    code: str
    symbol: Symbol | None
    place: int


def read(listed: str) -> dict[int, int]:
    """ "1,2x5" is one label of product 1 and five of product 2; of kilograms, "3x4.954", there is one. Raises Invalid
    for anything else."""
    counts: dict[int, int] = {}
    for item in filter(None, (part.strip() for part in listed.split(","))):
        if not (found := ITEM.fullmatch(item)):
            raise Invalid("products", _("Labels are listed as 1,2x5: product 1 once, product 2 five times."))
        counts[int(found[1])] = counts.get(int(found[1]), 0) + int(found[2] or 1)
    return checked(counts)


def checked(counts: Mapping[int, int]) -> dict[int, int]:
    """Without those of which none is wanted; refuses more than a printer should be asked for at once."""
    kept = {product: count for product, count in counts.items() if count}
    if len(kept) > MOST_PRODUCTS or sum(kept.values()) > MOST or any(count > MOST_OF_ONE for count in kept.values()):
        raise TooLarge(_("At most %(most)s labels are printed at once.") % {"most": MOST})
    return kept


def known(counts: Counts) -> Counts:
    """Refuses products the shop does not have."""
    found = set(Product.objects.filter(pk__in=list(counts)).values_list("pk", flat=True))
    if unknown := [product for product in counts if product not in found]:
        raise UnknownProduct(products=unknown)
    return counts


def changed_since(moment: datetime) -> dict[int, int]:
    """One label of each product on sale whose price has changed since, by name; the first MOST_PRODUCTS."""
    changes = PriceChange.objects.filter(product=OuterRef("pk"), at__gte=moment)
    found = Product.objects.filter(Exists(changes), is_active=True).order_by("name", "pk")
    return dict.fromkeys(found.values_list("pk", flat=True)[:MOST_PRODUCTS], 1)


def products(counts: Iterable[int]) -> list[Product]:
    """In the order they were asked for; those the shop does not have are left out."""
    found = Product.objects.prefetch_related("barcodes").in_bulk(list(counts))
    return [found[pk] for pk in counts if pk in found]


def pages(counts: Counts, paper: Paper, first: int = 1) -> list[list[Label]]:
    """The labels page by page, the first of them at place `first` of the first page."""
    labels = list(placed(counts, paper, first))
    pages: list[list[Label]] = []
    for label in labels:
        if not pages or label.place == 1:
            pages.append([])
        pages[-1].append(label)
    return pages


def placed(counts: Counts, paper: Paper, first: int) -> Iterator[Label]:
    place = min(max(first, 1), paper.on_a_page)
    for product in products(counts):
        code = code_of(product)
        drawn = symbol(code, paper.width - MARGIN, paper.dot)
        for _number in range(counts[product.pk]):
            yield Label(product, code, drawn, place)
            place = place % paper.on_a_page + 1


def code_of(product: Product) -> str:
    """Its first barcode; without one its SKU, which the till reads as well."""
    return next((barcode.code for barcode in product.barcodes.all()), product.sku)
