"""Reads a scanned or typed code: "3*" before it, shop labels, GS1 codes, barcodes and SKUs."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.codes import gs1, labels
from inventory.barcodes import spellings
from inventory.models import Product, SoldBy
from inventory.shelf import stock
from inventory.shelf.stock import Goods
from pos.calendar import today
from pos.errors import Invalid, Refused
from pos.money import MOST_MONEY, rounded

TIMES = re.compile(r"([0-9]{1,7}(?:[.,][0-9]{1,3})?)\s*[*×]\s*(.*)", re.DOTALL)


GRAM = Decimal("0.001")


class PastItsDate(Refused):
    code = "past_its_date"
    message = _("This is past its date. Do not sell it.")


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a code holds: the codes its product may have, and a weight, a price or a number. Zero counts as missing.
    `times` is None if neither the code nor the typed text gives a number."""

    code: str
    codes: list[str]
    times: Decimal | None = None
    weight: Decimal | None = None
    price: Decimal | None = None
    is_plain: bool = True


def understand(text: str) -> Scanned:
    """Reads the text without looking anything up. Refuses damaged labels and goods past their date."""
    code, times = text.strip().replace("\0", ""), None
    if found := TIMES.fullmatch(code):
        times, code = Decimal(found[1].replace(",", ".")), found[2]
        if not code or not times:
            raise Invalid(
                "code",
                _("Scan what you want %(times)s of: %(times)s* and then the code.") % {"times": found[1]},
                "required",
            )
    if gs1.looks_like_one(code):
        return of_message(gs1.read(code), times)
    code = gs1.without_symbology(code)
    if label := labels.read(code):
        if times not in (None, 1):
            raise Invalid("code", _("A label counts once: scan each of them."))
        count = Decimal(label.count) if label.count else None
        return Scanned(label.codes[0], label.codes, count, label.weight, label.price, is_plain=False)
    return Scanned(code, [code], times)


def of_message(message: gs1.Message, times: Decimal | None) -> Scanned:
    if message.expires and message.expires < today():
        raise PastItsDate(
            _("This was good until %(day)s. Do not sell it.") % {"day": date_format(message.expires, gettext("d M Y"))},
            expires=message.expires,
        )
    if message.count:
        times = (times or Decimal(1)) * message.count
    code, codes = message.gtin.removeprefix("0"), spellings(message.gtin)
    return Scanned(code, codes, times, message.weight, message.price, is_plain=False)


def good_of(scanned: Scanned, *, location: int | None = None) -> Goods | None:
    """The product with the first of the codes that is a known barcode, or else with the code as its SKU."""
    known = stock.with_barcodes(scanned.codes, location=location)
    if found := next((known[code] for code in scanned.codes if code in known), None):
        return found
    product = product_with_sku(scanned)
    return stock.look([product], location=location).get(product) if product else None


def product_with_sku(scanned: Scanned) -> int | None:
    if scanned.is_plain:
        return Product.objects.filter(sku__iexact=scanned.code).values_list("pk", flat=True).first()
    by_sku = dict(Product.objects.filter(sku__in=scanned.codes).values_list("sku", "pk"))
    return next((by_sku[code] for code in scanned.codes if code in by_sku), None)


def product_of(scanned: Scanned) -> int | None:
    good = good_of(scanned)
    return good.id if good else None


def label_price(price: Decimal) -> Decimal:
    if price > MOST_MONEY or price != rounded(price):
        raise labels.BadLabel(_("This label's price is no amount of the shop's currency."))
    return rounded(price)


def quantity_for(good: Goods, price: Decimal) -> Decimal:
    """The quantity a price label stands for: goods by weight in proportion to the price, otherwise one piece."""
    if good.sold_by != SoldBy.WEIGHT:
        return Decimal(1)
    if not good.price:
        raise Invalid("code", _("%(name)s has no price per kilogram to weigh the label with.") % {"name": good.name})
    return max(GRAM, (price / good.price).quantize(GRAM, ROUND_HALF_UP))
