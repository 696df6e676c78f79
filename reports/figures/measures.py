"""What a report can say of some bills. The words have one meaning each, written down in docs/figures.md."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pos.money import ZERO, rounded

MONEY, COUNT, PIECES, KILOGRAMS, PERCENT = "money", "count", "pieces", "kilograms", "percent"
NET, MARGIN = "revenue - tax", "revenue - tax - cost"
DISCOUNTS = ("line_discount", "manual_discount", "vip_discount")
Sums = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Measure:
    """`of` are the sums it is read from; `read` gives None where there is nothing to divide by, `sql` the same for the
    order of rows."""

    name: str
    title: str | Promise
    of: tuple[str, ...]
    read: Callable[[Sums], Decimal | None]
    sql: str
    shape: str = MONEY


def summed(name: str, title: Promise, shape: str = MONEY) -> Measure:
    return Measure(name, title, (name,), lambda sums: sums[name], name, shape)


def average(sums: Sums) -> Decimal | None:
    return rounded(sums["revenue"] / sums["sales"]) if sums["sales"] else None


def discount(sums: Sums) -> Decimal:
    return sum((sums[name] for name in DISCOUNTS), ZERO)


def net(sums: Sums) -> Decimal:
    return sums["revenue"] - sums["tax"]


def margin(sums: Sums) -> Decimal:
    return net(sums) - sums["cost"]


def margin_rate(sums: Sums) -> Decimal | None:
    return (margin(sums) / net(sums)).quantize(Decimal("0.001")) if net(sums) else None


ALL = (
    summed("revenue", _("Revenue")),
    Measure("net", _("Net"), ("revenue", "tax"), net, NET),
    summed("tax", _("Tax")),
    Measure(
        "turnover",
        _("Turnover"),
        ("revenue", "refunded"),
        lambda sums: sums["revenue"] + sums["refunded"],
        "revenue + refunded",
    ),
    summed("refunded", _("Refunded")),
    Measure(
        "bills",
        _("Bills"),
        ("sales", "refunds"),
        lambda sums: sums["sales"] + sums["refunds"],
        "sales + refunds",
        COUNT,
    ),
    summed("sales", _("Sales"), COUNT),
    summed("refunds", _("Refunds"), COUNT),
    Measure("average", _("Average sale"), ("revenue", "sales"), average, "revenue / nullif(sales, 0)"),
    summed("pieces", _("Pieces"), PIECES),
    summed("kilograms", _("Kilograms"), KILOGRAMS),
    Measure("discount", _("Discounts"), DISCOUNTS, discount, " + ".join(DISCOUNTS)),
    summed("line_discount", _("Discounts on lines")),
    summed("manual_discount", _("Discounts on bills")),
    summed("vip_discount", _("VIP discounts")),
    summed("cost", _("Cost of goods")),
    Measure("margin", _("Margin"), ("revenue", "tax", "cost"), margin, MARGIN),
    Measure(
        "margin_rate",
        _("Margin of net"),
        ("revenue", "tax", "cost"),
        margin_rate,
        f"({MARGIN}) / nullif({NET}, 0)",
        PERCENT,
    ),
)
MEASURES = {measure.name: measure for measure in ALL}
TAXED = (MEASURES["revenue"], MEASURES["tax"])
