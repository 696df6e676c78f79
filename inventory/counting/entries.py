"""Counting: each entry notes what the books expected at its moment, so that the shop may go on selling."""

import re
from decimal import Decimal

from django.db import transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventory import barcodes
from inventory.counting import sheets
from inventory.goods import search
from inventory.models import CountEntry, CountRecount, CountScope, CountSheet, Product, StockMovement
from inventory.shelf import bound_keys, stock
from inventory.shelf.stock import Goods, UnknownProduct
from pos.checks import refuse_nul
from pos.errors import Invalid, Refused
from pos.money import MOST_QUANTITY, ZERO, in_thousandths, is_quantity
from pos.templatetags.money import quantity as quantity_shown

TIMES = re.compile(r"([0-9]{1,7}(?:[.,][0-9]{1,3})?)\s*[*×]\s*(.*)", re.DOTALL)
LONGEST_CODE = 200


class NotOnSheet(Refused):
    code = "not_on_sheet"
    message = _("This product is not on this sheet.")


class UnknownCode(UnknownProduct):
    code = "unknown_code"
    message = _("No product has this code.")


class TakenBack(Refused):
    code = "taken_back"
    message = _("Less than nothing cannot be on the shelf.")


@transaction.atomic
def count(sheet: CountSheet, product: int, quantity: Decimal, *, by: User) -> CountEntry:
    """Adds what was counted of a product. A negative quantity takes back; no sum falls below zero."""
    bound_keys.refuse_elsewhere(by, sheet.location_id)
    sheets.share(sheet)
    sheets.refuse_closed(sheet)
    goods = stock.lock([product], location=sheet.location_id).get(
        product
    )  # no movement of this product until the entry is written
    if goods is None:
        raise UnknownProduct(products=[product])
    if sheet.scope != CountScope.FREE and not sheet.listings.filter(product=product).exists():
        raise NotOnSheet(_("%(name)s is not on this sheet.") % {"name": goods.name}, products=[product])
    check(goods, quantity)
    number = current_round(sheet, product)
    so_far = counted(sheet, product, number)
    if so_far + quantity < 0:
        raise TakenBack(counted=so_far)
    if so_far + quantity > MOST_QUANTITY:
        raise too_much()
    here = StockMovement.objects.filter(product=product, location=sheet.location_id)
    return CountEntry.objects.create(
        sheet=sheet,
        product_id=product,
        quantity=quantity,
        round=number,
        expected=goods.quantity,
        last_movement=here.aggregate(last=Max("pk"))["last"] or 0,
        by=by,
    )


def take_back(sheet: CountSheet, entry: CountEntry, *, by: User) -> CountEntry:
    """Counts the entry's opposite; the mistaken entry stays."""
    return count(sheet, entry.product_id, -entry.quantity, by=by)


def read(text: str) -> tuple[int, Decimal]:
    """The product of a scanned or typed code and how many: one, or as typed before a star ("12*400...")."""
    refuse_nul("code", text)
    code, quantity = text.strip(), Decimal(1)
    if found := TIMES.fullmatch(code):
        quantity, code = Decimal(found[1].replace(",", ".")), found[2].strip()
    if not code or len(code) > LONGEST_CODE:
        raise Invalid("code", _("Scan a code or type a name."), "required")
    found_products = search.by_code(code) or of_gtin(code)
    if not found_products:
        raise UnknownCode(_("No product has the code %(code)s.") % {"code": code[:60]}, code=code)
    return found_products[0], quantity


def of_gtin(code: str) -> list[int]:
    """A carton's 14 digits may stand in the books in a shorter spelling."""
    if not re.fullmatch("[0-9]{14}", code):
        return []
    known = stock.find(barcodes.spellings(code))
    return list(known.values())[:1]


def check(goods: Goods, quantity: Decimal) -> None:
    if not is_quantity(quantity):
        raise too_much()
    if not in_thousandths(quantity):
        raise Invalid("quantity", _("A quantity has at most three decimals."), "max_decimal_places")
    if not stock.in_whole_pieces(goods, quantity):
        raise Invalid(
            "quantity", _("%(name)s is sold by the piece: count whole pieces.") % {"name": goods.name}, "whole_pieces"
        )


def too_much() -> Invalid:
    most = {"most": quantity_shown(MOST_QUANTITY)}
    return Invalid("quantity", _("A quantity is at most %(most)s.") % most, "max_value")


def current_round(sheet: CountSheet, product: int) -> int:
    asked = CountRecount.objects.filter(sheet=sheet, product=product).aggregate(last=Max("round"))["last"]
    return asked or 1


def counted(sheet: CountSheet, product: int, number: int) -> Decimal:
    rows = CountEntry.objects.filter(sheet=sheet, product=product, round=number)
    return rows.aggregate(sum=Sum("quantity"))["sum"] or ZERO


def latest(sheet: CountSheet, limit: int) -> list[CountEntry]:
    return list(sheet.entries.select_related("product", "by").order_by("-pk")[:limit])


def named(text: str, limit: int) -> list[search.Found]:
    """Products whose name matches, where no code does."""
    return search.products(text, limit=limit)


def product_names(products: list[int]) -> str:
    return ", ".join(Product.objects.filter(pk__in=products).order_by("name", "pk").values_list("name", flat=True))
