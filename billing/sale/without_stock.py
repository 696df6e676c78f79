"""Sells goods the customer holds although the stock says none is left: which lines are short, by what value, and
whether a manager must approve."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.approvals import approvals
from accounts.approvals.approvals import Denied, NeedsApproval
from accounts.models import Action
from billing.counter import Counter
from billing.models import BillKind
from billing.order import Order, WantedProduct
from inventory.shelf import oversold
from inventory.shelf.stock import Goods
from pos.money import MOST_MONEY, ZERO, rounded


@dataclass(frozen=True, slots=True)
class Short:
    """The quantities a sale takes beyond the stock: by product, and by line in order."""

    of_product: Mapping[int, Decimal]
    of_line: Sequence[Decimal]


def of(lines: Sequence[WantedProduct], goods: Mapping[int, Goods], counts: Mapping[int, Decimal]) -> Short:
    missing = oversold.lacking(goods, counts)
    return Short(missing, by_line(lines, missing))


def answered(
    order: Order,
    lines: Sequence[WantedProduct],
    goods: Mapping[int, Goods],
    counts: Mapping[int, Decimal],
    *,
    counter: Counter,
) -> Short:
    """What the sale is short of, after checking approval limits. Raises OutOfStock if such sales are denied,
    NeedsApproval if a manager must approve.

    The limit is on the value of the missing goods, because pieces and kilograms cannot be added up.
    """
    short = of(lines, goods, counts)
    if short.of_product:
        clear(order, lines, goods, short, counter)
    return short


def clear(
    order: Order, lines: Sequence[WantedProduct], goods: Mapping[int, Goods], short: Short, counter: Counter
) -> None:
    worth = sum((worth_of(line, goods, part) for line, part in zip(lines, short.of_line, strict=True)), ZERO)
    reference = f"bill {counter.next_number(BillKind.SALE)[1]}"
    ask = partial(approvals.clear_by_any, by=counter.cashier, tokens=order.approvals, reference=reference)
    try:
        ask(Action.SELL_WITHOUT_STOCK, min(worth, MOST_MONEY), facts(order, lines, goods, short))
    except Denied:
        raise oversold.refusal(goods, short.of_product) from None
    except NeedsApproval as needed:
        told = {"names": oversold.names(goods, short.of_product)}
        if not order.approvals:
            sentence = _("Not enough on the shelf: %(names)s. A manager has to approve the sale.")
            needed.message = sentence % told  # type: ignore[assignment]
        needed.facts["products"] = oversold.what_is_left(goods, short.of_product)
        raise


def by_line(lines: Sequence[WantedProduct], missing: Mapping[int, Decimal]) -> list[Decimal]:
    """Assigns the stock there is to the first lines of a product, so that the last ones are short."""
    left, parts = dict(missing), []
    for line in reversed(lines):
        part = min(left.get(line.product, ZERO), line.quantity)
        if part:
            left[line.product] -= part
        parts.append(part)
    return parts[::-1]


def worth_of(line: WantedProduct, goods: Mapping[int, Goods], part: Decimal) -> Decimal:
    """The value at the list price or the typed price, whichever is higher; a line with a label price counts in full."""
    if not part:
        return ZERO
    prices = (goods[line.product].price, line.unit_price or ZERO)
    return max(*(rounded(part * price) for price in prices), line.label_price or ZERO)


def facts(order: Order, lines: Sequence[WantedProduct], goods: Mapping[int, Goods], short: Short) -> dict[str, Any]:
    """The values an approval covers. They leave out the stock left, which another till's sale could change."""
    told = [
        {"product": good.sku, "name": good.name, "oversold": part, "sold_by": good.sold_by}
        for line, part in zip(lines, short.of_line, strict=True)
        if part and (good := goods[line.product])
    ]
    return {"sale": order.key, "lines": told}
