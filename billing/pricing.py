"""The arithmetic of a bill, without database or clock. The order of the steps is a rule of the shop."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from pos.errors import Invalid, Refused
from pos.money import MOST_MONEY, ZERO, allocate, rounded, rounded_down, rounded_to_cash

HUNDRED = Decimal(100)


class PointsExceedDue(Refused):
    code = "points_exceed_due"
    message = _("More points than the sale costs.")


class TenderTooSmall(Refused):
    code = "tender_too_small"
    message = _("That does not cover what is due.")


@dataclass(frozen=True, slots=True)
class Item:
    """A line to price. `label_price`, read from a price label, is the price of the whole line whatever the quantity."""

    unit_price: Decimal
    quantity: Decimal
    tax_rate: Decimal = ZERO
    discount_percent: Decimal = ZERO
    discount_amount: Decimal = ZERO
    label_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class BillDiscount:
    """A discount given by hand on the whole bill, after the VIP discount: percent first, then amount."""

    percent: Decimal = ZERO
    amount: Decimal = ZERO


NOTHING_OFF = BillDiscount()


@dataclass(frozen=True, slots=True)
class Terms:
    """The settings in force for this customer; rates are fractions. `vip_rate` is zero unless the customer is a VIP."""

    vip_rate: Decimal = ZERO
    tax_included: bool = True
    point_multiplier: Decimal = ZERO


@dataclass(slots=True)
class PricedLine:
    """`net` is what the line costs after all discounts; it holds the tax if prices include it."""

    item: Item
    gross: Decimal
    line_discount: Decimal
    vip_discount: Decimal = ZERO
    manual_discount: Decimal = ZERO
    net: Decimal = ZERO
    tax: Decimal = ZERO

    @property
    def bill_discount(self) -> Decimal:
        """The line's share of the VIP discount and the bill discount."""
        return self.vip_discount + self.manual_discount

    @property
    def discount(self) -> Decimal:
        return self.line_discount + self.bill_discount


@dataclass(frozen=True, slots=True)
class Tax:
    """`base` is the amount without the tax, whether prices include tax or not."""

    rate: Decimal
    base: Decimal
    tax: Decimal


@dataclass(slots=True)
class Quote:
    """A priced order. `total` is the price of the goods. `cards` is the price of gift cards sold with them, which is a
    debt of the shop and so has no discount, tax or points."""

    lines: list[PricedLine] = field(default_factory=list)
    taxes: list[Tax] = field(default_factory=list)
    subtotal: Decimal = ZERO
    vip_discount: Decimal = ZERO
    manual_discount: Decimal = ZERO
    discount: Decimal = ZERO
    tax: Decimal = ZERO
    total: Decimal = ZERO
    points_spent: Decimal = ZERO
    points_earned: Decimal = ZERO
    tax_included: bool = True
    cards: Decimal = ZERO

    @property
    def line_discount(self) -> Decimal:
        return self.discount - self.vip_discount - self.manual_discount

    @property
    def due_for_goods(self) -> Decimal:
        """The most that gift cards and store credit may pay: they cannot buy gift cards."""
        return self.total - self.points_spent

    @property
    def due(self) -> Decimal:
        return self.due_for_goods + self.cards

    @property
    def due_in_cash(self) -> Decimal:
        return rounded_to_cash(self.due)

    @property
    def cash_rounding(self) -> Decimal:
        return self.due_in_cash - self.due


@dataclass(frozen=True, slots=True)
class Settlement:
    cash: Decimal
    cash_rounding: Decimal
    change: Decimal


def quote(
    items: Sequence[Item],
    terms: Terms,
    points: Decimal = ZERO,
    off: BillDiscount = NOTHING_OFF,
    cards: Decimal = ZERO,
) -> Quote:
    """Prices the lines, then takes off the bill's discounts, then adds up tax per rate, then points. Refuses more
    points than the total."""
    lines = [_price(item) for item in items]
    vip_discount, manual_discount = _take_off_the_bill(lines, terms.vip_rate, off)
    taxes = _tax(lines, included=terms.tax_included)
    tax = sum((t.tax for t in taxes), rounded(ZERO))
    total = sum((line.net for line in lines), rounded(ZERO)) + (ZERO if terms.tax_included else tax)
    if total + cards > MOST_MONEY:
        raise Invalid("lines", _("This is more than one bill can hold."), "too_large")
    if points > total:
        raise PointsExceedDue(total=total)
    return Quote(
        lines=lines,
        taxes=taxes,
        subtotal=sum((line.gross for line in lines), rounded(ZERO)),
        vip_discount=vip_discount,
        manual_discount=manual_discount,
        discount=sum((line.discount for line in lines), rounded(ZERO)),
        tax=tax,
        total=total,
        points_spent=rounded(points),
        points_earned=rounded_down(terms.point_multiplier * (total - points)),
        tax_included=terms.tax_included,
        cards=rounded(cards),
    )


def _price(item: Item) -> PricedLine:
    gross = item.quantity * item.unit_price if item.label_price is None else item.label_price
    if gross > MOST_MONEY:
        raise Invalid("lines", _("This is more than one line can hold."), "too_large")
    gross = rounded(gross)
    off = rounded(gross * item.discount_percent / HUNDRED) + item.discount_amount
    return PricedLine(item, gross, min(gross, rounded(off)))


def _take_off_the_bill(lines: Sequence[PricedLine], vip_rate: Decimal, off: BillDiscount) -> tuple[Decimal, Decimal]:
    """Takes off the VIP discount, then the bill discount from the rest, each spread over the lines in proportion to
    their net."""
    nets = [line.gross - line.line_discount for line in lines]
    vip_discount = rounded(sum(nets, ZERO) * vip_rate)
    for line, net, share in zip(lines, nets, allocate(vip_discount, nets), strict=True):
        line.vip_discount, line.net = share, net - share
    nets = [line.net for line in lines]
    left = sum(nets, rounded(ZERO))
    manual_discount = min(left, rounded(rounded(left * off.percent / HUNDRED) + off.amount))
    for line, share in zip(lines, allocate(manual_discount, nets), strict=True):
        line.manual_discount, line.net = share, line.net - share
    return vip_discount, manual_discount


def _tax(lines: Sequence[PricedLine], *, included: bool) -> list[Tax]:
    by_rate = defaultdict[Decimal, list[PricedLine]](list)
    for line in lines:
        by_rate[line.item.tax_rate].append(line)
    taxes = []
    for rate, group in sorted(by_rate.items()):
        nets = [line.net for line in group]
        net = sum(nets, rounded(ZERO))
        tax = rounded(net * rate / (1 + rate) if included else net * rate)
        for line, share in zip(group, allocate(tax, nets), strict=True):
            line.tax = share
        taxes.append(Tax(rate, net - tax if included else net, tax))
    return taxes


def settle(due: Decimal, *, cash: Decimal, other: Decimal) -> Settlement:
    """Works out change and cash rounding. Refuses too little money, and overpayment by any tender but cash. Nothing
    need be paid if all that is due is too small for a coin."""
    if other > due:
        raise Invalid("payments", _("Only cash gives change: the other tenders are more than is due."), "overpaid")
    rest = due - other
    in_cash = rounded_to_cash(rest)
    cash_due = in_cash if cash or not (other or in_cash) else rest  # other tenders pay to the penny
    if cash < cash_due:
        raise TenderTooSmall(due=due, missing=cash_due - cash)
    return Settlement(cash=cash, cash_rounding=cash_due - rest, change=cash - cash_due)
