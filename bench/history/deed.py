"""A sale or its refund as the books will hold it, computed with the shop's arithmetic."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_DOWN, Decimal

from bench.history.shape import Lines
from bench.history.shop import Good, Shop
from bench.invoices import in_cents
from pos.money import ZERO, allocate, quantum, rounded

NOTE = Decimal(5)
WITH_MEMBER, IN_CASH, BROUGHT_BACK = 0.3, 0.45, 0.02


@dataclass(frozen=True, slots=True)
class SoldLine:
    good: Good
    quantity: int
    net: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Priced:
    """A basket's lines and taxes. `taxes` are rate, base and tax."""

    lines: Sequence[SoldLine]
    taxes: Sequence[tuple[Decimal, Decimal, Decimal]]
    subtotal: Decimal
    tax: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class Deed:
    """Figures are those of the sale, positive; a refund writes them negative."""

    priced: Priced
    at: datetime
    member: int | None
    earned: Decimal
    tender: str
    paid: Decimal
    refund_at: datetime | None

    @property
    def change(self) -> Decimal:
        return self.paid - self.priced.total


def priced(lines: Lines, shop: Shop) -> Priced:
    included = shop.terms.prices_include_tax
    sold = [SoldLine(shop.goods[article], pieces, in_cents(pieces * article[1]), ZERO) for article, pieces, _ in lines]
    taxes, taxed = [], []
    for rate in sorted({line.good.tax_rate for line in sold}):
        here = [line for line in sold if line.good.tax_rate == rate]
        net = sum((line.net for line in here), ZERO)
        tax = rounded(net * rate / (1 + rate if included else 1))
        taxes.append((rate, net - tax if included else net, tax))
        shares = allocate(tax, [line.net for line in here])
        taxed += [replace(line, tax=share) for line, share in zip(here, shares, strict=True)]
    subtotal = sum((line.net for line in sold), ZERO)
    tax = sum((tax for _, _, tax in taxes), ZERO)
    return Priced(taxed, taxes, subtotal, tax, subtotal if included else subtotal + tax)


def drawn(what: Priced, at: datetime, until: datetime, shop: Shop, chance: random.Random) -> Deed:
    """Makes a sale of these goods: the member, the tender, and whether it is refunded before `until`."""
    member = chance.choice(shop.members) if chance.random() < WITH_MEMBER else None
    earned = (shop.terms.point_multiplier * what.total).quantize(quantum(), ROUND_DOWN) if member else ZERO
    in_cash = chance.random() < IN_CASH
    paid = (what.total / NOTE).to_integral_value(ROUND_CEILING) * NOTE if in_cash else what.total
    back = at + (until - at) * chance.random() if chance.random() < BROUGHT_BACK else None
    return Deed(what, at, member, earned, "cash" if in_cash else "card", paid, back)
