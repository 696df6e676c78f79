"""Checks how far a price is below list or cost; beyond the limit a manager must approve."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from typing import Any

from accounts.approvals.approvals import clear_by_any
from accounts.approvals.facts import MOST_NAMES
from accounts.models import Action, User
from billing.order import Order, WantedProduct
from billing.pricing import HUNDRED, BillDiscount, PricedLine, Quote
from inventory.models import SoldBy
from inventory.shelf.stock import Goods
from pos.money import ZERO

Sizes = dict[Action, Decimal]


CENTIPERCENT = Decimal("0.01")


def percent_of(part: Decimal, whole: Decimal) -> Decimal:
    """A percentage, rounded up so that it is never below the true value."""
    return min(HUNDRED, (part * HUNDRED / whole).quantize(CENTIPERCENT, ROUND_CEILING)) if whole > 0 else ZERO


def sizes(line: WantedProduct, good: Goods, priced: PricedLine, *, tax_included: bool) -> Sizes:
    """How far a line is below list price and cost, by action; empty if nobody changed its price by hand."""
    found: Sizes = {}
    if line.discount_percent or line.discount_amount:
        by_amount = percent_of(line.discount_amount, priced.gross)
        found[Action.LINE_DISCOUNT] = min(HUNDRED, line.discount_percent + by_amount)
    if line.unit_price is not None:
        if good.open_price:
            found[Action.OPEN_PRICE] = priced.gross
        elif line.unit_price < good.price:
            found[Action.PRICE_OVERRIDE] = percent_of(good.price - line.unit_price, good.price)
    cost = good.cost * line.quantity
    earned = (priced.gross - priced.line_discount) / (1 + good.tax_rate if tax_included else 1)
    if found and earned < cost:
        found[Action.BELOW_COST] = percent_of(cost - earned, cost)
    return found


def bill_size(off: BillDiscount, quote: Quote) -> Decimal:
    return min(HUNDRED, off.percent + percent_of(off.amount, before(quote)))


def before(quote: Quote) -> Decimal:
    """What the bill would come to without the discount given on all of it by hand."""
    return sum((line.net for line in quote.lines), ZERO) + quote.manual_discount


def facts(line: WantedProduct, good: Goods) -> dict[str, Any]:
    """The values of a line that an approval covers."""
    return {
        "product": good.sku,
        "name": good.name,
        "quantity": line.quantity,
        "list_price": good.price,
        "unit_price": good.price if line.unit_price is None else line.unit_price,
        "discount_percent": line.discount_percent,
        "discount_amount": line.discount_amount,
    }


def goods_told(names: Sequence[str]) -> dict[str, Any]:
    """The goods in a basket as shown to a manager: the first few names, and the number of lines."""
    return {"items": len(names), "goods": list(names[:MOST_NAMES])}


def answer(found: Sizes, where: Mapping[str, Any], *, by: User, tokens: Sequence[str]) -> None:
    """Checks each size against the limits; raises NeedsApproval or Denied. Each approval in `tokens` counts for one
    action."""
    for action, size in found.items():
        clear_by_any(action, size, where, by=by, tokens=tokens)


def weigh(good: Goods, weight: Decimal, *, by: User | None, tokens: Sequence[str]) -> None:
    """Checks a weight typed by hand. A weight sent by a program (`by` is None) or read from a label is not checked."""
    if by and good.sold_by == SoldBy.WEIGHT:
        typed = {"product": good.sku, "name": good.name, "weight": weight}
        clear_by_any(Action.WEIGHT_BY_HAND, weight, typed, by=by, tokens=tokens)


def answer_for_sale(
    order: Order, lines: Sequence[WantedProduct], goods: Mapping[int, Goods], quote: Quote, *, cashier: User
) -> None:
    """Checks a whole sale. Each action is checked once, with the largest size of all lines and the values of all of
    them."""
    furthest: Sizes = {}
    told = []
    for line, priced in zip(lines, quote.lines, strict=True):
        if line.is_answered_for:
            continue
        good = goods[line.product]
        found = sizes(line, good, priced, tax_included=quote.tax_included)
        for action, size in found.items():
            furthest[action] = max(furthest.get(action, ZERO), size)
        if found:
            told.append(facts(line, good))
    answer(furthest, {"sale": order.key, "lines": told}, by=cashier, tokens=order.approvals)
    size = bill_size(order.off, quote)
    if size > order.answered_discount:
        where = {
            "sale": order.key,
            "total": quote.total,
            "percent": order.discount_percent,
            "amount": order.discount_amount,
            "worth": before(quote),
            **goods_told([goods[line.product].name for line in lines]),
        }
        clear_by_any(Action.BILL_DISCOUNT, size, where, by=cashier, tokens=order.approvals)
