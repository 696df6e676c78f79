"""Builds the line of a bill: facts copied from the product or from the line sold, and the sums of this bill."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Protocol

from billing.models import Bill, BillKind, BillLine
from billing.sale.columns import columns_of, made
from inventory.shelf.stock import Goods

SUMS = ("line_discount", "bill_discount", "manual_discount", "net", "tax")
OF_ONE_BILL = {"position", "quantity", *SUMS, "original_id", "to_shelf", "oversold"}
LINE = columns_of(BillLine)
COPIED = [column for column in LINE if column not in OF_ONE_BILL]


class Sums(Protocol):
    """The sums of a priced line, or of the share of it that is returned; never negative."""

    @property
    def line_discount(self) -> Decimal: ...
    @property
    def bill_discount(self) -> Decimal: ...
    @property
    def manual_discount(self) -> Decimal: ...
    @property
    def net(self) -> Decimal: ...
    @property
    def tax(self) -> Decimal: ...


def line_of(
    bill: Bill, position: int, copied: Mapping[str, Any], quantity: Decimal, sums: Sums, **facts: Any
) -> BillLine:
    """Builds a line. `quantity` and `sums` are positive; on a refund they are stored negative."""
    figures = {"quantity": quantity} | {name: getattr(sums, name) for name in SUMS}
    if bill.kind == BillKind.REFUND:
        figures = {name: -figure for name, figure in figures.items()}
    return made(BillLine, LINE, {"bill": bill, "position": position, **copied, **figures, **facts})


def copied_of(good: Goods) -> dict[str, Any]:
    return {
        "product_id": good.id,
        "sku": good.sku,
        "name": good.name,
        "sold_by": good.sold_by,
        "list_price": good.price,
        "tax_name": good.tax_name,
        "tax_rate": good.tax_rate,
        "unit_cost": good.cost,
    }


def copied_again(sold: BillLine) -> dict[str, Any]:
    """What a refund line copies from the line sold: everything except the columns in OF_ONE_BILL."""
    return {column: getattr(sold, column) for column in COPIED}
