"""Looks up, checks and prices an order's goods."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from billing import counter, pricing
from billing.order import Order, Wanted, WantedProduct, with_product
from billing.sale.checks import check_shape
from inventory.shelf import bound_keys, stock
from inventory.shelf.stock import Goods
from members import points as points_ledger
from pos.errors import Invalid, Refused
from pos.money import ZERO


class PriceNeeded(Refused):
    code = "price_needed"
    message = _("Type the price first.")


def quote(order: Order, *, by: User | None = None) -> tuple[list[WantedProduct], dict[int, Goods], pricing.Quote]:
    """What `sell` would charge now. Locks and writes nothing. `by` is refused if it is a key of other locations."""
    check_shape(order)
    location = counter.see(order.register)
    bound_keys.refuse_elsewhere(by, location)
    lines = with_products(order.lines)
    goods = stock.look(counted(lines), location=location)
    stock.check(goods, counted(lines))
    account = points_ledger.look(order.member) if order.member is not None else None
    if order.member is not None and (account is None or not account.is_active):
        raise points_ledger.UnknownMember(member=order.member)
    if account and order.points > account.points:
        raise points_ledger.NotEnoughPoints(points=account.points)
    check_prices(lines, goods)
    return (
        lines,
        goods,
        priced(lines, goods, counter.terms_in_force(account), order.points, order.off, order.cards_worth),
    )


def with_products(lines: Sequence[Wanted]) -> list[WantedProduct]:
    """The lines with their products. Refuses unknown barcodes, and lines that name no product."""
    codes = [line.barcode for line in lines if line.product is None and line.barcode is not None]
    found = stock.find(codes) if codes else {}
    if unknown := [code for code in codes if code not in found]:
        raise stock.UnknownProduct(
            _("No product has the barcode %(name)s.") % {"name": ", ".join(unknown)}, barcodes=unknown
        )
    return [of_product(line, found) for line in lines]


def of_product(line: Wanted, found: Mapping[str, int]) -> WantedProduct:
    if isinstance(line, WantedProduct):
        return line
    product = found[line.barcode] if line.product is None and line.barcode is not None else line.product
    if product is None:
        raise Invalid("lines", _("A line names a product or a barcode."), "required")
    return with_product(line, product)


def counted(lines: Sequence[WantedProduct]) -> dict[int, Decimal]:
    """The quantity of each product, summed over all lines."""
    counts = defaultdict[int, Decimal](Decimal)
    for line in lines:
        counts[line.product] += line.quantity
    return dict(counts)


def check_prices(lines: Sequence[WantedProduct], goods: Mapping[int, Goods]) -> None:
    """Checks that open-price goods have a price, and that a changed price has a reason."""
    for line in lines:
        good = goods[line.product]
        if good.open_price and line.unit_price is None and line.label_price is None:
            raise PriceNeeded(_("Type the price of %(name)s.") % {"name": good.name}, product=good.id)
        if line.unit_price is not None and not good.open_price and not line.price_reason.strip():
            raise Invalid("lines", _("Say why %(name)s has another price.") % {"name": good.name}, "required")


def priced(
    lines: Sequence[WantedProduct],
    goods: Mapping[int, Goods],
    terms: pricing.Terms,
    points: Decimal,
    off: pricing.BillDiscount = pricing.NOTHING_OFF,
    cards: Decimal = ZERO,
) -> pricing.Quote:
    items = [item(line, goods[line.product]) for line in lines]
    return pricing.quote(items, terms, points, off, cards)


def priced_alone(line: WantedProduct, good: Goods) -> pricing.PricedLine:
    """Prices one line by itself, without VIP or bill discount."""
    return pricing.quote([item(line, good)], pricing.Terms()).lines[0]


def item(line: WantedProduct, good: Goods) -> pricing.Item:
    if not stock.in_whole_pieces(good, line.quantity):
        raise Invalid("lines", _("%(name)s is sold by the piece.") % {"name": good.name}, "whole_pieces")
    return pricing.Item(
        good.price if line.unit_price is None else line.unit_price,
        line.quantity,
        good.tax_rate,
        line.discount_percent,
        line.discount_amount,
        line.label_price,
    )
