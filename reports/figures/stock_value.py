"""What lay on the shelf at the end of a day, and what it had cost.

The quantity is the sum of the movements until then. The cost is the average as it was: today's for today, otherwise as
the last sale before fixed it, moved on by what was delivered since.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from billing.models import RegisterKind
from inventory.models import Product, StockMovement
from pos import calendar
from pos.calendar import beginning
from pos.models import StoreSettings
from pos.money import ZERO, rounded
from pos.postgres.standby import connection

SOLD_WITHIN = 92  # days before: lines of bills have no index by product
COST_PLACES = Decimal("0.001")
QUANTITIES = """
    SELECT product_id, coalesce(location_id, 0), sum(quantity) FROM inventory_stockmovement
     WHERE at < %(until)s GROUP BY 1, 2 HAVING sum(quantity) <> 0
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
    """`location` is 0 at the shop's first."""

    product: Product
    location: int
    quantity: Decimal
    cost: Decimal

    @property
    def value(self) -> Decimal:
        return rounded(self.quantity * self.cost)


def at_end_of(day: date) -> list[OnShelf]:
    """The most money first."""
    until = beginning(day + timedelta(1), StoreSettings.in_force().cutoff_hour)
    facts = {"day": day, "until": until, "since": day - timedelta(min(SOLD_WITHIN, day.toordinal() - 1))}
    quantities = asked(QUANTITIES, facts)
    products = Product.objects.select_related("category").in_bulk({product for product, *_rest in quantities})
    costs = {} if day >= calendar.today() else costs_then(facts, quantities)
    rows = [
        OnShelf(products[product], location, quantity, costs.get(product, products[product].cost))
        for product, location, quantity in quantities
    ]
    return sorted(rows, key=lambda row: (-row.value, row.product.name, row.location))


def costs_then(facts: dict[str, Any], quantities: list[tuple[Any, ...]]) -> dict[int, Decimal]:
    """Without a sale, an opening or a delivery before, a product counts at today's average."""
    seen = {product: (cost, at) for product, cost, at in asked(COST_SEEN, facts)}
    costs = {product: cost for product, (cost, _at) in seen.items()}
    on_hand: dict[int, Decimal] = {}
    for product, _location, quantity in quantities:
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
