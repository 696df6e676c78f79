"""What one of a product had cost on average at the end of an earlier day: as the last sale before fixed it, moved on by
what was delivered since."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.utils.timezone import get_current_timezone_name

from pos.money import ZERO
from pos.postgres.standby import connection
from reports.figures.question import live, union
from reports.rollups import freshness
from reports.rollups.sources import DAY, MONTH, PRODUCTS

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
# A row of each product whose cost then is not that of now; then its movements, from the first delivery on that came
# after the cost was last seen
COSTS_AND_MOVES = """
    WITH seen AS MATERIALIZED ({seen}),
    delivered AS (
        SELECT d.product_id AS product, min(d.id) AS first
          FROM inventory_stockmovement d LEFT JOIN seen s ON s.product = d.product_id
         WHERE d.kind = 'delivery' AND d.unit_cost IS NOT NULL AND d.at < %(until)s
           AND (s.product IS NULL OR extract(epoch FROM d.at) > s.seen[1])
         GROUP BY 1)
    SELECT s.product, s.seen[2]::numeric(15, 3) AS cost, 0 AS id, NULL AS kind, NULL::numeric AS unit_cost,
           NULL::numeric AS quantity
      FROM seen s JOIN inventory_product p ON p.id = s.product
     WHERE s.seen[2]::numeric(15, 3) <> p.cost
     UNION ALL
    SELECT m.product_id, coalesce(s.seen[2], 0)::numeric(15, 3), m.id, m.kind, m.unit_cost, m.quantity
      FROM delivered f
      JOIN inventory_stockmovement m ON m.product_id = f.product AND m.id >= f.first
      LEFT JOIN seen s ON s.product = f.product
     WHERE m.at < %(until)s AND {those}
     ORDER BY 1, 3
"""


def at_end_of(
    day: date, until: datetime, on_hand: Callable[[list[int]], Mapping[int, Decimal]], product: int | None
) -> dict[int, Decimal]:
    """Of the products, or the one, whose cost then is not that of now. `on_hand` counts what there was of some at that
    moment."""
    facts: dict[str, Any] = {"until": until, "product": product, "zone": get_current_timezone_name()}
    those = "m.product_id = %(product)s" if product else "true"
    rows = asked(COSTS_AND_MOVES.format(seen=seen_until(day, facts), those=those), facts)
    found = {each: [*moves] for each, moves in groupby(rows, key=lambda row: row[0])}
    delivered = {each: [row[3:] for row in moves if row[3]] for each, moves in found.items() if moves[-1][3]}
    counted = on_hand([*delivered]) if delivered else {}
    costs: dict[int, Decimal] = {each: moves[0][1] for each, moves in found.items()}
    return costs | {each: moved_on(costs[each], counted.get(each, ZERO), moves) for each, moves in delivered.items()}


def seen_until(day: date, facts: dict[str, Any]) -> str:
    """The statement; adds what it asks with to `facts`."""
    first = day - timedelta(min(SOLD_WITHIN, day.toordinal() - 1))
    columns = {"product", "last_cost"}
    return SEEN.format(
        before=union(PRODUCTS, columns, freshness.cover(first, day, [DAY, MONTH]), facts),
        on_the_day=live(PRODUCTS, columns, [(day, day + timedelta(1))], facts, "day_itself"),
        those="product = %(product)s" if facts["product"] else "true",
    )


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
