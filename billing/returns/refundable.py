"""What is left to return of the lines of a sale, and the share of a line that comes back."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from billing.models import Bill, BillLine
from billing.returns.tenders_back import RefundExceedsSale
from inventory.shelf import stock
from inventory.shelf.stock import Goods
from pos.errors import Invalid, Refused
from pos.money import ZERO, quantity_text, rounded


class AlreadyRefunded(Refused):
    code = "already_refunded"
    message = _("All of this has been refunded already.")


@dataclass(frozen=True, slots=True)
class Returned:
    """Goods that come back. `line` is the position on the original bill."""

    line: int
    quantity: Decimal
    to_stock: bool = True


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left to return of a line: quantity, and every sum stored with it."""

    line: BillLine
    quantity: Decimal
    line_discount: Decimal
    vip_discount: Decimal
    manual_discount: Decimal
    net: Decimal
    tax: Decimal

    def share(self, quantity: Decimal, to_shelf: bool) -> "Share":
        """The share for a quantity. The last share takes what rounding left over."""
        names = ("line_discount", "vip_discount", "manual_discount", "net", "tax")
        left = {name: getattr(self, name) for name in names}
        if quantity < self.quantity:
            part = quantity / self.line.quantity
            left = {name: min(left[name], rounded(getattr(self.line, name) * part)) for name in names}
        return Share(self.line, quantity, to_shelf, **left)


@dataclass(frozen=True, slots=True)
class Share:
    line: BillLine
    quantity: Decimal
    to_shelf: bool
    line_discount: Decimal
    vip_discount: Decimal
    manual_discount: Decimal
    net: Decimal
    tax: Decimal

    @property
    def bill_discount(self) -> Decimal:
        return self.vip_discount + self.manual_discount


def rests(original: Bill) -> dict[int, Rest]:
    """What is left to return of each line, by its position."""
    sums = ("quantity", "line_discount", "bill_discount", "manual_discount", "net", "tax")
    backs = {f"back_{name}": Sum(f"refunds__{name}", default=ZERO) for name in sums}
    lines = BillLine.objects.filter(bill=original).annotate(**backs)
    return {
        line.position: _rest(line, {n: getattr(line, n) + getattr(line, f"back_{n}") for n in sums}) for line in lines
    }


def _rest(line: BillLine, left: dict[str, Decimal]) -> Rest:
    return Rest(line, vip_discount=left.pop("bill_discount") - left["manual_discount"], **left)


def shared(original: Bill, wanted: Sequence[Returned]) -> list[Share]:
    left = rests(original)
    if unknown := [line.line for line in wanted if line.line not in left]:
        raise Invalid("lines", _("The bill has no line %(name)s.") % {"name": unknown[0]}, "unknown_line")
    if gone := [line.line for line in wanted if not left[line.line].quantity]:
        raise AlreadyRefunded(lines=gone)
    beyond = {line.line: left[line.line].quantity for line in wanted if line.quantity > left[line.line].quantity}
    if beyond:
        raise RefundExceedsSale(lines={line: quantity_text(left) for line, left in beyond.items()})
    return [left[line.line].share(line.quantity, line.to_stock) for line in wanted]


def whole_or_weighed(shares: Sequence[Share], goods: Mapping[int, Goods]) -> None:
    """Refuses parts of a piece, unless a part of a piece was sold."""
    for share in shares:
        sold_whole = share.line.quantity == share.line.quantity.to_integral_value()
        if sold_whole and not stock.in_whole_pieces(goods[share.line.product_id], share.quantity):
            raise Invalid("lines", _("%(name)s was sold by the piece.") % {"name": share.line.name}, "whole_pieces")


def worth(original: Bill, shares: Sequence[Share]) -> Decimal:
    return sum((share.net + (ZERO if original.tax_included else share.tax) for share in shares), ZERO)


def counted(shares: Sequence[Share], *, to_shelf: bool) -> dict[int, Decimal]:
    counts = defaultdict[int, Decimal](Decimal)
    for share in shares:
        if share.to_shelf == to_shelf:
            counts[share.line.product_id] += share.quantity
    return dict(counts)
