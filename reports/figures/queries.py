"""The figures of the reports. The database computes every sum; a bill's day is its business date."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.timezone import get_current_timezone_name

from billing.drawer import zreport
from billing.models import Bill, Shift, Tender
from billing.models.amounts import Amounts
from inventory.shelf import low, oversold
from members.models import Member
from pos import clock
from pos.money import ZERO, text
from pos.postgres.standby import connection
from reports.figures import periods
from reports.figures.dimensions import DIMENSIONS
from reports.figures.measures import TAXED, Sums, discount, net
from reports.figures.periods import Period
from reports.figures.question import Answer, Question, answer, union
from reports.rollups import freshness
from reports.rollups.sources import DAY, MONTH, PRODUCTS, UNTIL


@dataclass(frozen=True, slots=True)
class Revenue:
    """Revenue of a period; refunds count negative. `revenue` is the sum of the bills' totals, taxes included; `net` is
    without taxes."""

    revenue: Decimal
    net: Decimal
    tax: Decimal
    discount: Decimal
    vip_discount: Decimal
    points_spent: Decimal
    points_earned: Decimal
    cash_rounding: Decimal
    change: Decimal
    cards_sold: Decimal
    sales: int
    refunds: int

    @property
    def average(self) -> Decimal | None:
        """Revenue after refunds per sale; None without a sale."""
        return self.revenue / self.sales if self.sales else None

    @property
    def given_back(self) -> Decimal:
        return -self.change

    @property
    def rounded_off(self) -> Decimal:
        """The cash rounding: tenders, change (negative), points and this, less gift cards sold, add up to the
        revenue."""
        return -self.cash_rounding


@dataclass(frozen=True, slots=True)
class Purchased:
    """What was sold of a product. `name` is from its latest sale of the period, `revenue` the sum of its lines as sold.

    A product sold by the piece and later by weight has two rows.
    """

    product: int
    name: str
    sold_by: str
    quantity: Decimal
    revenue: Decimal


PURCHASED = """
    SELECT product, sold_by, sum(pieces + kilograms) AS quantity, sum(as_sold) AS revenue
      FROM ({read}) u GROUP BY 1, 2 ORDER BY revenue DESC, 1, 2 LIMIT %(most)s
"""
NAMED = """
    SELECT s.product, s.sold_by, coalesce(l.name, p.name)
      FROM (SELECT product, sold_by, max(last_line) AS last_line FROM ({read}) u
             WHERE product = ANY(%(products)s) GROUP BY 1, 2) s
      JOIN inventory_product p ON p.id = s.product
      LEFT JOIN billing_billline l ON l.id = s.last_line
"""


@dataclass(frozen=True, slots=True)
class Drawer:
    """An open shift and the cash that should be in its drawer."""

    shift: Shift
    cash: Decimal


@dataclass(frozen=True, slots=True)
class Taken:
    """Revenue, sales and quantities sold of one hour, day or month; returns are subtracted from the quantities."""

    revenue: Decimal = ZERO
    sales: int = 0
    sold: Amounts = field(default_factory=Amounts)


class Series(dict[Any, Taken]):
    """The parts of a period in order, and what they come to."""

    def __init__(self, parts: Mapping[Any, Taken], revenue: Revenue) -> None:
        super().__init__(parts)
        self.revenue = revenue


def bills(period: Period) -> QuerySet[Bill]:
    return Bill.objects.filter(business_date__gte=period.start, business_date__lt=period.end).order_by()


def revenue(period: Period) -> Revenue:
    return revenue_of(answer(Question(period)))


def revenue_of(found: Answer) -> Revenue:
    sums = found.total
    amounts: dict[str, Any] = {name: sums[name] for name in Revenue.__slots__ if name in sums}
    amounts |= {name: int(sums[name]) for name in ("sales", "refunds")}
    return Revenue(net=net(sums), discount=discount(sums), **amounts)


def revenue_until(day: date, shown: datetime) -> Revenue:
    """The revenue of a business date up to the local time `shown`.

    Compares clock times, as `by_hour` does: the hour repeated in autumn is one hour, and the hour skipped in spring is
    empty.
    """
    before = Q(at__date__lt=shown.date()) | Q(at__date=shown.date(), at__time__lt=shown.time())
    return came_to(bills(periods.day(day)).filter(before))


def came_to(found: QuerySet[Bill]) -> Revenue:
    sums = zreport.totals(found)
    return Revenue(
        revenue=sums["total"],
        net=sums["total"] - sums["tax"],
        **{name: sums[name] for name in Revenue.__slots__ if name in sums},
    )


def taxes(period: Period) -> list[dict[str, str]]:
    rows = sorted(answer(Question(period, DIMENSIONS["rate"], wanted=TAXED)).rows.items())
    return [
        {"rate": f"{rate.normalize():f}", "base": text(sums["revenue"] - sums["tax"]), "tax": text(sums["tax"])}
        for rate, sums in rows
    ]


def tenders(period: Period) -> list[dict[str, Any]]:
    """What was received in each, before change."""
    rows = answer(Question(period, DIMENSIONS["tender"])).rows
    return [
        {
            "method": tender.pk,
            "name": tender.name,
            "count": int(sums["payments"]),
            "amount": text(sums["received"]),
        }
        for tender in Tender.objects.order_by("position")
        if (sums := rows.get(tender.pk)) and sums["payments"]
    ]


@freshness.asked_once
def purchased_products(period: Period, most: int | None = None) -> list[Purchased]:
    """Best sellers first; returns are subtracted."""
    sold = of_products(PURCHASED, period, [DAY, MONTH, UNTIL], {"product", "sold_by"}, most=most)
    products = [product for product, *_sums in sold]
    named = of_products(NAMED, period, [DAY, MONTH], {"product", "sold_by", "last_line"}, products=products)
    names = {(product, sold_by): name for product, sold_by, name in named}
    return [Purchased(product, names[product, sold_by], sold_by, *sums) for product, sold_by, *sums in sold]


def of_products(
    statement: str, period: Period, lengths: list[str], columns: set[str], **facts: Any
) -> list[tuple[Any, ...]]:
    """Of the sums of products."""
    facts["zone"] = get_current_timezone_name()
    read = union(PRODUCTS, columns, freshness.cover(period.start, period.end, lengths), facts)
    with connection.cursor() as cursor:
        cursor.execute(statement.format(read=read), facts)
        return cursor.fetchall()


def by_day(period: Period) -> Series:
    """Every day of the period, including days without a sale."""
    return series(period, "day", lambda _found: period.days)


def by_hour(day: date) -> Series:
    """The 24 hours of the shop's clock. The hour repeated in autumn is one row."""
    return series(periods.day(day), "hour", lambda _found: range(24))


def by_month(period: Period) -> Series:
    """Every month from the first bill to the last, keyed by its first day."""
    return series(period, "month", months_between)


def year_by_month(year: int) -> Series:
    """Its twelve months, keyed by their first days."""
    return series(periods.year(year), "month", lambda _found: [date(year, month, 1) for month in range(1, 13)])


def months_between(months: Iterable[date]) -> list[date]:
    counted = [month.year * 12 + month.month - 1 for month in months]
    return [date(n // 12, n % 12 + 1, 1) for n in range(min(counted), max(counted) + 1)] if counted else []


def series(period: Period, by: str, parts: Callable[[Iterable[Any]], Iterable[Any]]) -> Series:
    """`parts` names them all, given those with a bill."""
    found = answer(Question(period, DIMENSIONS[by]))
    return Series({part: taken(found.rows.get(part)) for part in parts(found.rows)}, revenue_of(found))


def taken(sums: Sums | None) -> Taken:
    if not sums:
        return Taken()
    return Taken(sums["revenue"], int(sums["sales"]), Amounts(sums["pieces"], sums["kilograms"]))


def members_by_tier() -> dict[str, int]:
    is_vip = Q(is_vip=True) & (Q(vip_until=None) | Q(vip_until__gt=clock.now()))
    members = Member.objects.filter(is_active=True)
    return members.aggregate(regular=Count("pk", filter=~is_vip), vip=Count("pk", filter=is_vip))


def drawers() -> list[Drawer]:
    """The open shifts, ordered by register."""
    shifts = (
        Shift.objects.open()
        .select_related("register", "opened_by")
        .annotate(cash=Sum("cash_movements__amount", default=ZERO))
        .order_by("register__code")
    )
    return [Drawer(shift, shift.cash) for shift in shifts]


def cash_in(drawers: Iterable[Drawer]) -> Decimal:
    return sum((drawer.cash for drawer in drawers), ZERO)


def out_of_stock() -> QuerySet[Any]:
    """Products of which nothing is left at a location that keeps them."""
    return low.lacking(low.OUT)


def running_low() -> QuerySet[Any]:
    """Products of which some is left at a location, but no more than the reorder point there."""
    return low.lacking(low.FEW)


def shelf() -> dict[str, int]:
    """How often a product on sale is out of stock or running low at a location, and how many products are oversold."""
    return {
        "out_count": low.places(low.OUT & low.ON_SALE).count(),
        "low_count": low.places(low.FEW & low.ON_SALE).count(),
        "to_count": oversold.to_count().count(),
    }
