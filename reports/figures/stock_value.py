"""What lay on the shelf at the end of a day, and what it had cost.

The quantity is what lies there now less what moved since, or that of the nearest kept stand and what moved between:
whichever moment is nearer. The cost is the average as it was: today's for today, otherwise that of `stock_costs`, and
today's too where none is known.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from pos import calendar, clock
from pos.calendar import beginning
from pos.models import StoreSettings
from pos.money import currency_decimals
from pos.postgres.rows import array
from pos.postgres.standby import connection
from reports.figures import stock_costs

NEAREST = """
    SELECT moment FROM (
        (SELECT moment FROM reports_keptstand WHERE moment <= %(until)s ORDER BY moment DESC LIMIT 1)
         UNION ALL
        (SELECT moment FROM reports_keptstand WHERE moment > %(until)s ORDER BY moment LIMIT 1)
    ) beside ORDER BY abs(extract(epoch FROM moment - %(until)s)) LIMIT 1
"""
FROM_STAND = """
    SELECT product AS product_id, location AS location_id, quantity FROM reports_shelfstand WHERE moment = %(stand)s
     UNION ALL
    SELECT product_id, location_id, quantity FROM inventory_stockmovement WHERE at >= %(stand)s AND at < %(until)s
     UNION ALL
    SELECT product_id, location_id, -quantity FROM inventory_stockmovement WHERE at >= %(until)s AND at < %(stand)s
"""
FROM_NOW = """
    SELECT product_id, NULL::bigint AS location_id, quantity FROM inventory_stock
     UNION ALL
    SELECT product_id, location_id, quantity FROM inventory_locationstock
     UNION ALL
    SELECT product_id, location_id, -quantity FROM inventory_stockmovement WHERE at >= %(until)s
"""
ON_HAND = """
    SELECT product_id AS product, coalesce(location_id, 0) AS location, sum(quantity) AS quantity
      FROM ({moved}) m WHERE {those} GROUP BY 1, 2 HAVING sum(quantity) <> 0
"""
SHELVED = """
    SELECT p.id AS product, p.sku, p.name, p.sold_by, coalesce(p.category_id, 0) AS category,
           coalesce(c.name, '') AS category_name, q.location, q.quantity, coalesce(k.cost, p.cost) AS cost,
           round(q.quantity * coalesce(k.cost, p.cost), %(decimals)s) AS value
      FROM ({on_hand}) q
      JOIN inventory_product p ON p.id = q.product
      LEFT JOIN inventory_category c ON c.id = p.category_id
      LEFT JOIN unnest(%(costed)s::bigint[], %(costs)s::numeric[]) k (product, cost) ON k.product = p.id
     WHERE {only}
"""
ONLY = {"location": "q.location = %(location)s", "category": "coalesce(p.category_id, 0) = %(category)s"}
# The sums by location and by category, which have no product, and the first rows
READ = """
    WITH shelved AS MATERIALIZED ({shelved})
    SELECT NULL AS product, '' AS sku, '' AS name, '' AS sold_by, category, min(category_name), location,
           coalesce(sum(quantity) FILTER (WHERE sold_by = 'piece'), 0) AS pieces,
           coalesce(sum(quantity) FILTER (WHERE sold_by = 'weight'), 0) AS kilograms, sum(value), count(*)
      FROM shelved GROUP BY GROUPING SETS ((location), (category))
     UNION ALL
    (SELECT product, sku, name, sold_by, category, category_name, location, quantity, cost, value, 1
       FROM shelved ORDER BY value DESC, name COLLATE "C", location LIMIT %(most)s)
"""


@dataclass(frozen=True, slots=True)
class OnShelf:
    """`location` is 0 at the shop's first, `category` without one."""

    product: int
    sku: str
    name: str
    sold_by: str
    category: int
    category_name: str
    location: int
    quantity: Decimal
    cost: Decimal
    value: Decimal


@dataclass(frozen=True, slots=True)
class Together:
    """What lies at a location, or of a category, the other being None."""

    category: int | None
    category_name: str
    location: int | None
    pieces: Decimal
    kilograms: Decimal
    value: Decimal
    count: int


class Shelf:
    """The stock at the end of a day, all of it or of one product, location or category."""

    def __init__(
        self, day: date, *, product: int | None = None, location: int | None = None, category: int | None = None
    ) -> None:
        until = beginning(day + timedelta(1), StoreSettings.in_force().cutoff_hour)
        stand = nearest_stand(until)
        self.moved = FROM_STAND if stand else FROM_NOW
        self.facts: dict[str, Any] = {"stand": stand, "until": until, "product": product}
        costs = {} if day >= calendar.today() else stock_costs.at_end_of(day, until, self.on_hand, product)
        self.facts |= {"costed": array(costs), "costs": array(costs.values()), "decimals": currency_decimals()}
        self.facts |= {"location": location, "category": category}

    def on_hand(self, products: list[int]) -> dict[int, Decimal]:
        """Of these products, at all locations."""
        rows = ON_HAND.format(moved=self.moved, those="product_id = ANY(%(products)s)")
        return dict(
            asked(f"SELECT product, sum(quantity) FROM ({rows}) q GROUP BY 1", self.facts | {"products": products})
        )

    def read(self, most: int | None = None) -> tuple[list[Together], list[OnShelf]]:
        """By location and by category, and the first products; the most money first."""
        rows = asked(READ.format(shelved=self.shelved), self.facts | {"most": most})
        together = [Together(*row[4:]) for row in rows if row[0] is None]
        together.sort(key=lambda one: (-one.value, one.location is None, one.location or 0, one.category or 0))
        listed = [OnShelf(*row[:-1]) for row in rows if row[0] is not None]
        return together, sorted(listed, key=lambda one: (-one.value, one.name, one.location))

    @property
    def shelved(self) -> str:
        those = "product_id = %(product)s" if self.facts["product"] else "true"
        only = [condition for name, condition in ONLY.items() if self.facts[name] is not None]
        return SHELVED.format(on_hand=ON_HAND.format(moved=self.moved, those=those), only=" AND ".join(only) or "true")


def at_end_of(day: date) -> list[OnShelf]:
    return Shelf(day).read()[1]


def nearest_stand(until: datetime) -> datetime | None:
    """None where now is nearer."""
    found: datetime | None = next((row[0] for row in asked(NEAREST, {"until": until})), None)
    return found if found and abs(found - until) < clock.now() - until else None


def asked(question: str, facts: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, facts)
        return cursor.fetchall()
