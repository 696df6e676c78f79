"""What lay on the shelf at the end of a day, and what it had cost.

The quantity is what lies there now less what moved since, or that of the nearest kept stand and what moved between:
whichever moment is nearer. The cost is the average as it was: today's for today, otherwise as the last sale before
fixed it, moved on by what was delivered since.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from billing.models import RegisterKind
from inventory.models import StockMovement
from pos import calendar, clock
from pos.calendar import beginning
from pos.models import StoreSettings
from pos.money import ZERO, rounded
from pos.postgres.standby import connection

SOLD_WITHIN = 92  # days before: lines of bills have no index by product
COST_PLACES = Decimal("0.001")
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
QUANTITIES = """
    SELECT p.id, p.sku, p.name, p.sold_by, p.category_id, c.name, q.location, q.quantity, p.cost
      FROM (SELECT product_id, coalesce(location_id, 0) AS location, sum(quantity) AS quantity
              FROM ({moved}) m GROUP BY 1, 2 HAVING sum(quantity) <> 0) q
      JOIN inventory_product p ON p.id = q.product_id
      LEFT JOIN inventory_category c ON c.id = p.category_id
"""
# What each product's average was when it last came up: at a sale, an opening or a transfer
COST_SEEN = f"""
    SELECT DISTINCT ON (product) product, cost, at FROM (
        SELECT l.product_id AS product, l.unit_cost AS cost, b.at
          FROM billing_bill b JOIN billing_billline l ON l.bill_id = b.id
         WHERE b.kind = 'sale' AND b.business_date BETWEEN %(since)s AND %(day)s AND b.at < %(until)s
           AND b.register_id NOT IN (SELECT id FROM billing_register WHERE kind = '{RegisterKind.HISTORY.value}')
         UNION ALL
        SELECT product_id, unit_cost, at FROM inventory_stockmovement
         WHERE kind IN ('opening', 'transfer_out', 'transfer_in') AND unit_cost IS NOT NULL AND at < %(until)s
    ) seen ORDER BY product, at DESC
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


def at_end_of(day: date) -> list[OnShelf]:
    """The most money first."""
    until = beginning(day + timedelta(1), StoreSettings.in_force().cutoff_hour)
    facts = {"day": day, "until": until, "since": day - timedelta(min(SOLD_WITHIN, day.toordinal() - 1))}
    found = quantities(nearest_stand(until), facts)
    costs = {} if day >= calendar.today() else costs_then(facts, [(row[0], row[7]) for row in found])
    rows = [shelved(row, costs) for row in found]
    return sorted(rows, key=lambda row: (-row.value, row.name, row.location))


def nearest_stand(until: datetime) -> datetime | None:
    """None where now is nearer."""
    found: datetime | None = next((row[0] for row in asked(NEAREST, {"until": until})), None)
    return found if found and abs(found - until) < clock.now() - until else None


def quantities(stand: datetime | None, facts: dict[str, Any]) -> list[tuple[Any, ...]]:
    moved = FROM_STAND if stand else FROM_NOW
    return asked(QUANTITIES.format(moved=moved), facts | {"stand": stand})


def shelved(row: tuple[Any, ...], costs: Mapping[int, Decimal]) -> OnShelf:
    product, sku, name, sold_by, category, category_name, location, quantity, cost_now = row
    cost = costs.get(product, cost_now)
    value = rounded(quantity * cost)
    return OnShelf(product, sku, name, sold_by, category or 0, category_name or "", location, quantity, cost, value)


def costs_then(facts: dict[str, Any], quantities: list[tuple[int, Decimal]]) -> dict[int, Decimal]:
    """Without a sale, an opening or a delivery before, a product counts at today's average."""
    seen = {product: (cost, at) for product, cost, at in asked(COST_SEEN, facts)}
    costs = {product: cost for product, (cost, _at) in seen.items()}
    on_hand: dict[int, Decimal] = {}
    for product, quantity in quantities:
        on_hand[product] = on_hand.get(product, ZERO) + quantity
    for product, moves in delivered_since(seen, facts["until"]):
        stock = on_hand.get(product, ZERO) - sum((move.quantity for move in moves), ZERO)
        cost = costs.get(product, ZERO)
        for move in moves:
            if move.kind == "delivery" and move.unit_cost is not None and move.quantity > 0:
                cost = averaged(cost, max(stock, ZERO), move.unit_cost, move.quantity)
            stock += move.quantity
        costs[product] = cost
    return costs


def averaged(cost: Decimal, on_hand: Decimal, came_at: Decimal, came: Decimal) -> Decimal:
    """Nothing on hand: the cost of the delivery."""
    return ((cost * on_hand + came_at * came) / (on_hand + came)).quantize(COST_PLACES)


def delivered_since(seen: dict[int, Any], until: Any) -> Iterator[tuple[int, list[StockMovement]]]:
    """The movements of each product that was delivered at a cost after its average was last seen, from then on."""
    deliveries = StockMovement.objects.filter(kind="delivery", unit_cost__isnull=False, at__lt=until).order_by("pk")
    first: dict[int, int] = {}
    for pk, product, at in deliveries.values_list("pk", "product", "at"):
        if product not in seen or at > seen[product][1]:
            first.setdefault(product, pk)
    for product, pk in first.items():
        yield product, list(StockMovement.objects.filter(product=product, pk__gte=pk, at__lt=until).order_by("pk"))


def asked(question: str, facts: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, facts)
        return cursor.fetchall()
