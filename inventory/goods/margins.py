"""What a product earns: arithmetic on its price, cost and tax rate."""

from dataclasses import dataclass
from decimal import Decimal

from pos.money import THOUSANDTH, rounded


@dataclass(frozen=True, slots=True)
class Margin:
    """`net` is the price without tax; `rate` is the share of it that is left, None where nothing is asked."""

    net: Decimal
    money: Decimal
    rate: Decimal | None


def margin(price: Decimal, cost: Decimal, tax_rate: Decimal, *, prices_include_tax: bool) -> Margin:
    net = rounded(price / (1 + tax_rate)) if prices_include_tax else price
    earned = net - cost
    return Margin(net, earned, (earned / net).quantize(THOUSANDTH) if net else None)
