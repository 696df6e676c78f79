"""A scanned or typed code becomes a line: "3*" before it, the shop's own labels, GS1 strings, barcodes, SKUs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import prod

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from billing import gs1, labels
from billing.baskets import add_held, changed, countable, hold, new_line
from billing.models import BasketLine
from inventory import search, stock
from inventory.models import Product, SoldBy
from inventory.stock import Goods
from pos.calendar import business_date
from pos.clock import now
from pos.errors import Invalid, Refused
from pos.models import StoreSettings
from pos.money import MOST_MONEY, rounded

TIMES = re.compile(r"([0-9]{1,7}(?:[.,][0-9]{1,3})?)\s*[*×]\s*(.*)", re.DOTALL)
GRAM = Decimal("0.001")


class UnknownCode(Refused):
    """`words` is true where the text may be meant as a name to search for; `amount` is how much of it was said."""

    code = "unknown_product"
    message = _("No product has this code.")

    def __init__(self, code: str, *, words: bool, amount: Decimal | None = None) -> None:
        super().__init__(_("No product has the code %(code)s.") % {"code": code[:64]}, code=code[:64])
        self.words, self.text, self.amount = words, code, amount


class PastItsDate(Refused):
    code = "past_its_date"
    message = _("This is past its date. Do not sell it.")


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a code says: the codes its product may be known by, how much of it, or what it costs. Zero says nothing;
    `times` is None where neither the code nor who typed it said how many.
    """

    code: str
    codes: list[str]
    times: Decimal | None = None
    weight: Decimal | None = None
    price: Decimal | None = None
    is_plain: bool = True


def understand(text: str) -> Scanned:
    """What was scanned or typed, or a refusal: a damaged label, goods past their date. Nothing is looked up."""
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
    today = business_date(now(), StoreSettings.in_force().cutoff_hour)
    if message.expires and message.expires < today:
        raise PastItsDate(
            _("This was good until %(day)s. Do not sell it.") % {"day": date_format(message.expires, gettext("d M Y"))},
            expires=message.expires,
        )
    short = message.gtin.lstrip("0")
    codes = list(dict.fromkeys([message.gtin, message.gtin[1:], short.zfill(13), short.zfill(12), short.zfill(8)]))
    if message.count:
        times = (times or Decimal(1)) * message.count
    return Scanned(message.gtin.removeprefix("0"), codes, times, message.weight, message.price, is_plain=False)


@transaction.atomic
def scan(
    basket_id: int,
    text: str,
    quantity: Decimal | None = None,
    *,
    by: User | None = None,
    words: Sequence[str] = (),
) -> BasketLine:
    """Add what has this code; the same code again makes the quantity one more, and asks again for a weight nobody said.
    `by` is who typed or scanned it.
    """
    basket = hold(basket_id)
    scanned = understand(text)
    product = product_of(scanned)
    said = [part for part in (scanned.weight or quantity, scanned.times) if part is not None]
    amount = prod(said, start=Decimal(1)) if said else None
    if product is None:
        raise UnknownCode(scanned.code, words=scanned.is_plain, amount=amount)
    if not scanned.price:
        return add_held(basket, product, amount, by=None if scanned.weight else by, words=words)
    good = stock.look([product])[product]
    line = new_line(basket, product, label_price=label_price(scanned.price))
    line.quantity = countable(good, scanned.weight or quantity_for(good, scanned.price) * (scanned.times or 1))
    if not good.is_active:
        raise stock.NotForSale(_("%(name)s is not on sale.") % {"name": good.name}, products=[product])
    line.save()
    changed(basket)
    return line


def only_hit(text: str) -> int | None:
    """The one product these words mean. A word with figures in it is a code nobody knows, and means nothing."""
    if any(sign.isdigit() for sign in text) and len(text.split()) == 1:
        return None
    found = search.products(text, limit=2)
    return found[0].pk if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Trial:
    """How a label would be read at the till, or why not."""

    code: str
    label: labels.Label | None = None
    product: Product | None = None
    quantity: Decimal | int | None = None
    problem: str = ""


def try_label(code: str) -> Trial:
    """Nothing is sold; what would be refused is told."""
    code = code.strip()
    if not labels.IN_STORE.fullmatch(code):
        return Trial(code, problem=gettext("A label of the shop has 13 digits, and begins with 20 to 29."))
    try:
        label = labels.read(code)
        if label is None:
            return Trial(code, problem=gettext("No active pattern reads codes that begin like this."))
        found = product_of(Scanned(label.codes[0], label.codes, is_plain=False))
        product = Product.objects.get(pk=found) if found else None
        if product is None:
            none = gettext("No product has one of the codes %(codes)s.") % {"codes": ", ".join(label.codes)}
            return Trial(code, label, problem=none)
        good = stock.look([product.pk])[product.pk]
        by_price = quantity_for(good, label_price(label.price)) if label.price else Decimal(1)
        quantity = label.weight or label.count or by_price
        off_sale = gettext("%(name)s is not on sale.") % {"name": product.name}
        return Trial(code, label, product, quantity, "" if product.is_active else off_sale)
    except labels.BadLabel as bad:
        digit = bad.facts.get("expected")
        right = gettext("The right check digit would be %(digit)s.") % {"digit": digit} if digit else ""
        return Trial(code, problem=f"{bad.message} {right}".strip())
    except Refused as refused:
        return Trial(code, problem=str(refused.message))


def product_of(scanned: Scanned) -> int | None:
    known = stock.find(scanned.codes)
    if found := next((known[code] for code in scanned.codes if code in known), None):
        return found
    if scanned.is_plain:
        return Product.objects.filter(sku__iexact=scanned.code).values_list("pk", flat=True).first()
    by_sku = dict(Product.objects.filter(sku__in=scanned.codes).values_list("sku", "pk"))
    return next((by_sku[code] for code in scanned.codes if code in by_sku), None)


def label_price(price: Decimal) -> Decimal:
    if price > MOST_MONEY or price != rounded(price):
        raise labels.BadLabel(_("This label's price is no amount of the shop's currency."))
    return rounded(price)


def quantity_for(good: Goods, price: Decimal) -> Decimal:
    """How much a price label is for: goods by weight by their price, anything else one piece."""
    if good.sold_by != SoldBy.WEIGHT:
        return Decimal(1)
    if not good.price:
        raise Invalid("code", _("%(name)s has no price per kilogram to weigh the label with.") % {"name": good.name})
    return max(GRAM, (price / good.price).quantize(GRAM, ROUND_HALF_UP))
