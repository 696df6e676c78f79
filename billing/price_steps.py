"""Explains a line's price step by step from the list price, for baskets and bills alike."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from pos.money import ZERO, rounded

STEPS = {
    "list_price": _("List price"),
    "price_override": _("Price changed"),
    "label_price": _("Price on the label"),
    "line_discount": _("Line discount"),
    "vip_discount": _("VIP discount"),
    "bill_discount": _("Share of the bill discount"),
    "net": _("Costs"),
    "tax": _("Tax"),
}
ALWAYS = ("list_price", "line_discount", "vip_discount", "net", "tax")


class Line(Protocol):
    """A priced line, computed or stored."""

    @property
    def gross(self) -> Decimal: ...
    @property
    def line_discount(self) -> Decimal: ...
    @property
    def vip_discount(self) -> Decimal: ...
    @property
    def manual_discount(self) -> Decimal: ...
    @property
    def net(self) -> Decimal: ...
    @property
    def tax(self) -> Decimal: ...


@dataclass(frozen=True, slots=True)
class Step:
    """`amount` is signed: what the step adds to the line."""

    name: str
    amount: Decimal

    @property
    def title(self) -> str:
        return str(STEPS[self.name])

    @property
    def is_sum(self) -> bool:
        """Whether the step is a result of the steps before it, not a change of the price."""
        return self.name in ("net", "tax")


def explained(line: Line, *, quantity: Decimal, list_price: Decimal, from_label: bool = False) -> list[Step]:
    """The steps from the list price to the line's net price and tax; the net price holds the tax if the shop's prices
    include it."""
    listed = rounded(quantity * list_price)
    chain = {
        "list_price": listed,
        "label_price" if from_label else "price_override": line.gross - listed,
        "line_discount": ZERO - line.line_discount,
        "vip_discount": ZERO - line.vip_discount,
        "bill_discount": ZERO - line.manual_discount,
        "net": line.net,
        "tax": line.tax,
    }
    return [Step(name, amount) for name, amount in chain.items() if amount or name in ALWAYS]
