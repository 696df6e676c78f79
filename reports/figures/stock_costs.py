"""What one of a product had cost on average at the end of an earlier day: as the last sale before fixed it, moved on by
what was delivered since."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.utils.timezone import get_current_timezone_name

from pos.money import ZERO
from pos.postgres.standby import connection
from reports.figures.question import live, union
from reports.rollups import freshness
from reports.rollups.sources import PRODUCTS

SOLD_WITHIN = 92  # days before
COST_PLACES = Decimal("0.001")
Moved = tuple[str, Decimal | None, Decimal]  # kind, unit cost, quantity
# A sale of the days before was before the end of the day; one of the day itself may be dated after it, where the hour
# at which days end was changed
SEEN = """
    SELECT product, max(last_cost) AS seen
      FROM (SELECT product, last_cost FROM ({before}) b WHERE last_cost IS NOT NULL
             UNION ALL
            SELECT product, last_cost FROM ({on_the_day}) d WHERE last_cost[1] < extract(epoch FROM %(until)s)
             UNION ALL
            SELECT product_id, ARRAY[extract(epoch FROM at), unit_cost] FROM inventory_stockmovement
             WHERE kind IN ('opening', 'transfer_out', 'transfer_in') AND unit_cost IS NOT NULL AND at < %(until)s
           ) s
     WHERE {those} GROUP BY 1
"""
COSTS = "SELECT product, seen[2]::numeric(15, 3) FROM ({seen}) s"
# From the first delivery after the cost was last seen on
DELIVERED = """
    SELECT m.product_id, m.kind, m.unit_cost, m.quantity
      FROM (SELECT d.product_id AS product, min(d.id) AS first
              FROM inventory_stockmovement d LEFT JOIN ({seen}) s ON s.product = d.product_id
             WHERE d.kind = 'delivery' AND d.unit_cost IS NOT NULL AND d.at < %(until)s
               AND (s.product IS NULL OR extract(epoch FROM d.at) > s.seen[1])
             GROUP BY 1) f
      JOIN inventory_stockmovement m ON m.product_id = f.product AND m.id >= f.first
     WHERE m.at < %(until)s AND {those}
     ORDER BY m.product_id, m.id
"""


def at_end_of(
    day: date, until: datetime, on_hand: Callable[[list[int]], Mapping[int, Decimal]], product: int | None
) -> dict[int, Decimal]:
    """Of every product or of one; one without a sale, an opening or a delivery before is not among them. `on_hand`
    counts what there was of some at that moment."""
    facts: dict[str, Any] = {"until": until, "product": product, "zone": get_current_timezone_name()}
    seen = seen_until(day, facts)
    costs = dict(asked(COSTS.format(seen=seen), facts))
    delivered = dict(since(seen, facts))
    counted = on_hand([*delivered]) if delivered else {}
    moved = {each: moved_on(costs.get(each, ZERO), counted.get(each, ZERO), moves) for each, moves in delivered.items()}
    return costs | moved


def seen_until(day: date, facts: dict[str, Any]) -> str:
    """The statement; adds what it asks with to `facts`."""
    first = day - timedelta(min(SOLD_WITHIN, day.toordinal() - 1))
    columns = {"product", "last_cost"}
    return SEEN.format(
        before=union(PRODUCTS, columns, freshness.cover(first, day, PRODUCTS.lengths), facts),
        on_the_day=live(PRODUCTS, columns, [(day, day + timedelta(1))], facts, "day_itself"),
        those="product = %(product)s" if facts["product"] else "true",
    )


def since(seen: str, facts: dict[str, Any]) -> Iterator[tuple[int, list[Moved]]]:
    """The movements of each product that was delivered at a cost after its average was last seen, from then on."""
    those = "m.product_id = %(product)s" if facts["product"] else "true"
    rows = asked(DELIVERED.format(seen=seen, those=those), facts)
    for product, moves in groupby(rows, key=lambda row: row[0]):
        yield product, [(kind, unit_cost, quantity) for _product, kind, unit_cost, quantity in moves]


def moved_on(cost: Decimal, on_hand: Decimal, moves: list[Moved]) -> Decimal:
    stock = on_hand - sum((quantity for _kind, _cost, quantity in moves), ZERO)
    for kind, unit_cost, quantity in moves:
        if kind == "delivery" and unit_cost is not None and quantity > 0:
            cost = averaged(cost, max(stock, ZERO), unit_cost, quantity)
        stock += quantity
    return cost


def averaged(cost: Decimal, on_hand: Decimal, came_at: Decimal, came: Decimal) -> Decimal:
    """Nothing on hand: the cost of the delivery."""
    return ((cost * on_hand + came_at * came) / (on_hand + came)).quantize(COST_PLACES)


def asked(question: str, facts: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, facts)
        return cursor.fetchall()
