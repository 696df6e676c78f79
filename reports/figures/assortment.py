"""Which goods carry the shop, which lie on the shelf: ABC, slow movers, dead stock. All ranked by the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.timezone import get_current_timezone_name

from pos import calendar
from pos.money import ZERO
from pos.postgres.standby import connection
from reports.figures.dimensions import DIMENSIONS
from reports.figures.measures import MEASURES, Measure
from reports.figures.periods import Period
from reports.figures.question import Question, statement, union
from reports.rollups import freshness
from reports.rollups.sources import DAY, MONTH, PRODUCTS

# A: the goods that bring the first 80 % of the revenue; B: the next 15 %; C: the rest
SHARES = (("A", Decimal("0.80")), ("B", Decimal("0.95")))
LAST = "C"
RANKS = (*(rank for rank, _share in SHARES), LAST)
ABC, SLOW, DEAD = "abc", "slow", "dead"
TEN_THOUSANDTH = Decimal("0.0001")
SLOW_DAYS = 90  # stock that would last longer than so many days
MOST_DAYS = 99_999

# OFFSET 0 has it read whole, and not once for each of the thousands sold
SHELF = """
    SELECT p.id, p.sku, p.name, p.sold_by, s.quantity AS stock, s.quantity * p.cost AS value
      FROM inventory_product p JOIN inventory_stock s ON s.product_id = p.id OFFSET 0
"""
# `before` is the revenue of better goods
RANKED = f"""
    SELECT g.id, g.sku, g.name, g.sold_by,
           CASE {" ".join(f"WHEN r.before < {share} * r.whole THEN '{rank}'" for rank, share in SHARES)}
                ELSE '{LAST}' END AS rank,
           r.revenue, r.revenue - r.tax AS net, r.revenue - r.tax - r.cost AS margin, r.sold, g.stock, g.value,
           CASE WHEN g.stock > 0 AND r.sold > 0
                THEN least(floor(g.stock * %(days)s / r.sold), {MOST_DAYS})::int END AS lasts
      FROM (SELECT *, coalesce(nullif(kilograms, 0), pieces) AS sold, sum(greatest(revenue, 0)) OVER () AS whole,
                   sum(greatest(revenue, 0)) OVER (ORDER BY revenue DESC, key ROWS UNBOUNDED PRECEDING)
                       - greatest(revenue, 0) AS before
              FROM sums) r
      JOIN ({SHELF}) g ON g.id = r.key
"""
UNSOLD = f"""
    SELECT p.id, p.sku, p.name, p.sold_by, '{LAST}' AS rank, 0::numeric AS revenue, 0::numeric AS net,
           0::numeric AS margin, 0::numeric AS sold, s.quantity AS stock, s.quantity * p.cost AS value,
           NULL::int AS lasts
      FROM inventory_stock s JOIN inventory_product p ON p.id = s.product_id
     WHERE s.quantity > 0 AND NOT EXISTS (
           SELECT FROM sums WHERE key = p.id AND ({" OR ".join(f"{name} <> 0" for name in PRODUCTS.sums)}))
"""
RANKED_BY = [MEASURES[name] for name in ("revenue", "net", "margin", "pieces", "kilograms")]
BEST_FIRST, DEAREST_FIRST = "revenue DESC, id", 'value DESC, name COLLATE "C", id'
# What is asked, the measures it takes (none: all sums), and its order
KINDS: dict[str, tuple[str, Sequence[Measure], str]] = {
    ABC: (RANKED, RANKED_BY, BEST_FIRST),
    SLOW: (f"SELECT * FROM ({RANKED}) sold WHERE lasts > {SLOW_DAYS}", RANKED_BY, DEAREST_FIRST),
    DEAD: (UNSOLD, (), DEAREST_FIRST),
}
OF_RANKS = ", ".join(
    f"count(*) FILTER (WHERE rank = '{rank}'), coalesce(sum(revenue) FILTER (WHERE rank = '{rank}'), 0), "
    f"coalesce(sum(greatest(revenue, 0)) FILTER (WHERE rank = '{rank}'), 0)"
    for rank in RANKS
)
LISTED = f"""
    WITH sums AS ({{sums}}), goods AS ({{goods}})
    SELECT total.*, listed.*
      FROM (SELECT count(*), coalesce(sum(value), 0), coalesce(sum(greatest(revenue, 0)), 0), {OF_RANKS}
              FROM goods) total
      LEFT JOIN (SELECT * FROM goods WHERE %(rank)s = '' OR rank = %(rank)s ORDER BY {{order}} LIMIT %(most)s)
           listed ON true
     ORDER BY {{order}}
"""
TOTALS, OF_RANK, REVENUE = 3, 3, 5  # columns


@dataclass(frozen=True, slots=True)
class Goods:
    """One product: what it sold in the period, and what lies on the shelf. `share` is its part of the revenue."""

    product: int
    sku: str
    name: str
    sold_by: str
    rank: str
    revenue: Decimal
    net: Decimal
    margin: Decimal
    sold: Decimal
    stock: Decimal
    value: Decimal
    lasts: int | None
    share: Decimal
    last_sold: date | None = None


@dataclass(frozen=True, slots=True)
class Rank:
    """How many goods there are of a class, and what they bring together."""

    rank: str
    count: int
    revenue: Decimal
    share: Decimal


@dataclass(frozen=True, slots=True)
class Assortment:
    """The first goods of a list; the other figures are of all."""

    goods: Sequence[Goods]
    count: int
    value: Decimal
    ranks: Sequence[Rank]


def listed(kind: str, period: Period, most: int | None = None, rank: str = "") -> Assortment:
    """ABC: every product sold, or those of a class, those that brought in most first. Slow: sold in these days, but so
    little that the stock lasts longest. Dead: on the shelf, and not sold in these days. The last two by the money on
    the shelf."""
    goods, measures, order = KINDS[kind]
    asked: dict[str, Any] = {"most": most, "days": period.length, "rank": rank}
    sums = statement(Question(period, DIMENSIONS["product"], wanted=measures), asked)
    with connection.cursor() as cursor:
        cursor.execute(LISTED.format(sums=sums, goods=goods, order=order), asked)
        rows = cursor.fetchall()
    ends = TOTALS + OF_RANK * len(RANKS)
    count, value, whole = rows[0][:TOTALS]
    of_ranks = batched(rows[0][TOTALS:ends], OF_RANK)
    last = last_sold([row[ends] for row in rows]) if kind == DEAD and count else {}
    return Assortment(
        [goods_of(row[ends:], whole, last) for row in rows if row[ends] is not None],
        count,
        value,
        [
            Rank(rank, n, revenue, share_of(brings, whole))
            for rank, (n, revenue, brings) in zip(RANKS, of_ranks, strict=True)
        ],
    )


def goods_of(row: Sequence[Any], whole: Decimal, last: Mapping[int, date]) -> Goods:
    values: list[Any] = [*row, share_of(row[REVENUE], whole), last.get(row[0])]
    return Goods(*values)


def batched(row: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [row[place : place + size] for place in range(0, len(row), size)]


def share_of(revenue: Decimal, whole: Decimal) -> Decimal:
    return (max(revenue, ZERO) / whole).quantize(TEN_THOUSANDTH) if whole else ZERO


def last_sold(products: Sequence[int]) -> dict[int, date]:
    """The last day any of each product was sold."""
    asked: dict[str, Any] = {"products": list(products), "zone": get_current_timezone_name()}
    cover = freshness.cover(date.min, calendar.today() + timedelta(days=1), [DAY, MONTH])
    read = union(PRODUCTS, {"product", "last_sold"}, cover, asked)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT product, max(last_sold) FROM ({read}) u WHERE product = ANY(%(products)s) GROUP BY 1", asked
        )
        return dict(cursor.fetchall())
