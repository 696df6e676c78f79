"""Computes the bars of a chart in integer SVG units; the template only prints them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from pos.money import ZERO
from reports.figures.queries import Taken

HEIGHT, SLOT, GAP = 1000, 100, 14
STEPS = [Decimal(step) for step in ("1", "1.5", "2", "3", "4", "5", "6", "8", "10")]
NOTHING_BEHIND = Taken()


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a chart. `behind` is drawn paler, for comparison; a `minor` label is hidden on a narrow screen.
    `href` leads to the same in smaller parts, `bills` to the bills it sums."""

    label: str
    title: str
    taken: Taken
    behind: Taken = NOTHING_BEHIND
    minor: bool = False
    href: str = ""
    bills: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    x: int
    y: int
    width: int
    height: int
    is_behind: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    columns: Sequence[Column]
    bars: Sequence[Bar]
    ticks: Sequence[Decimal]
    width: int
    height: int = HEIGHT

    @property
    def lines(self) -> list[int]:
        return [HEIGHT * n // (len(self.ticks) - 1) for n in range(len(self.ticks))]


def chart(columns: Sequence[Column]) -> Chart | None:
    """The chart; None if there is nothing to draw."""
    amounts = [amount for column in columns for amount in (column.taken.revenue, column.behind.revenue)]
    reach = max((abs(amount) for amount in amounts), default=ZERO)
    if not reach:
        return None
    high = rounded_up(reach)
    low = below_zero(min(amounts), high)
    bars = [
        bar(n, amount, low, high, is_behind)
        for n, column in enumerate(columns)
        for amount, is_behind in ((column.behind.revenue, True), (column.taken.revenue, False))
        if amount
    ]
    ticks = [tick * high / 2 for tick in range(2, -3, -1) if tick * high / 2 >= low]
    return Chart(columns, bars, ticks, width=len(columns) * SLOT)


def below_zero(least: Decimal, high: Decimal) -> Decimal:
    """The lower end of the scale: zero, minus half of `high`, or minus `high`."""
    return next(low for low in (ZERO, -high / 2, -high) if low <= least)


def bar(slot: int, amount: Decimal, low: Decimal, high: Decimal, is_behind: bool) -> Bar:
    zero, end = at(ZERO, low, high), at(amount, low, high)
    gap = GAP if is_behind else 2 * GAP
    return Bar(slot * SLOT + gap, min(zero, end), SLOT - 2 * gap, max(abs(zero - end), 4), is_behind)


def at(amount: Decimal, low: Decimal, high: Decimal) -> int:
    """Distance from the top, in SVG units."""
    return int(((high - amount) / (high - low) * HEIGHT).to_integral_value(ROUND_HALF_UP))


def rounded_up(amount: Decimal) -> Decimal:
    """The smallest scale end that is not below the amount."""
    unit = Decimal(1).scaleb(amount.adjusted())
    return next(step * unit for step in STEPS if step * unit >= amount)
