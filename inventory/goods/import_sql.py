"""The SQL of an import. Each statement works on all rows at once."""

from dataclasses import dataclass
from typing import Any, LiteralString

from django.db import connection

from inventory.barcodes import scanned_sql
from pos.imports import MOST_STEEP

# The trigger that learns words keeps its plan for the session; one made for a single product takes hours for all.
FORGET_PLANS = "DISCARD PLANS"
COPY = """
    COPY incoming (row, sku, barcode, name, description, category, tax_rate, price, cost, sold_by, minimum_age,
                   reorder_point, stock) FROM STDIN
"""
PREPARE = """
    SET LOCAL idle_in_transaction_session_timeout = 0;
    SET LOCAL lock_timeout = '30s';
    SET LOCAL work_mem = '64MB';
    CREATE TEMPORARY TABLE incoming (
        row integer, sku text, barcode text, name text, description text, category text, tax_rate text, price numeric,
        cost numeric, sold_by text, minimum_age smallint, reorder_point numeric, stock numeric,
        product_id bigint, is_new boolean
    ) ON COMMIT DROP;
"""
CODES = f"""
    ANALYZE incoming;
    CREATE TEMPORARY TABLE incoming_code ON COMMIT DROP AS
        SELECT DISTINCT ON (row, scanned) row, code, scanned, place FROM (
            SELECT i.row, c.code, c.place, {scanned_sql("c.code")} AS scanned
              FROM incoming i, string_to_table(i.barcode, '|') WITH ORDINALITY AS c (code, place)) u
         ORDER BY row, scanned, place;
    ANALYZE incoming_code;
"""
MATCH = """
    UPDATE incoming i SET product_id = p.id FROM inventory_product p WHERE lower(p.sku) = lower(i.sku);
    UPDATE incoming i SET product_id = m.product_id
      FROM (SELECT c.row, min(b.product_id) AS product_id
              FROM incoming_code c JOIN inventory_barcode b ON b.scanned = c.scanned GROUP BY c.row) m
     WHERE m.row = i.row AND i.sku IS NULL;
    UPDATE incoming i SET product_id = p.id
      FROM (SELECT name, min(id) AS id FROM inventory_product
             WHERE name IN (SELECT name FROM incoming WHERE sku IS NULL AND barcode IS NULL)
               AND (is_active OR id NOT IN (SELECT row_id FROM pos_importedrow WHERE what = 'product' AND is_undone))
             GROUP BY name) p
     WHERE p.name = i.name AND i.sku IS NULL AND i.barcode IS NULL;
    UPDATE incoming SET is_new = product_id IS NULL;
    ANALYZE incoming;
"""
LEAVE_OUT_REPEATED = """
    WITH known AS (
        SELECT i.row, CASE WHEN i.product_id IS NOT NULL THEN 'id ' || i.product_id
                           WHEN i.sku IS NOT NULL THEN 'sku ' || lower(i.sku)
                           WHEN c.scanned IS NOT NULL THEN 'code ' || c.scanned
                           ELSE 'name ' || i.name END AS key
          FROM incoming i LEFT JOIN incoming_code c ON c.row = i.row AND c.place = 1
    ), repeated AS (
        SELECT row, first FROM (SELECT row, min(row) OVER (PARTITION BY key) AS first FROM known) k WHERE row > first
    ), gone AS (
        DELETE FROM incoming_code WHERE row IN (SELECT row FROM repeated)
    )
    DELETE FROM incoming i USING repeated r WHERE r.row = i.row RETURNING r.row, r.first
"""
BAD = """
    SELECT i.row, 'barcode', 'taken', c.code, p.name
      FROM incoming i JOIN incoming_code c USING (row) JOIN inventory_barcode b ON b.scanned = c.scanned
      JOIN inventory_product p ON p.id = b.product_id
     WHERE b.product_id IS DISTINCT FROM i.product_id
    UNION ALL
    SELECT row, 'barcode', 'twice', code, first::text
      FROM (SELECT row, code, min(row) OVER (PARTITION BY scanned) AS first FROM incoming_code) c WHERE row > first
    UNION ALL
    SELECT i.row, 'tax_rate', 'no_rate', i.tax_rate, ''
      FROM incoming i LEFT JOIN inventory_taxrate t ON lower(t.name) = lower(i.tax_rate)
     WHERE i.tax_rate IS NOT NULL AND t.id IS NULL
"""
BAD_NEW = """
    UNION ALL
    SELECT row, 'price', 'no_price', '', '' FROM incoming WHERE is_new AND price IS NULL
    UNION ALL
    SELECT row, 'name', 'no_name', '', '' FROM incoming WHERE is_new AND name IS NULL
    UNION ALL
    SELECT row, 'stock', 'whole', '', ''
      FROM incoming WHERE is_new AND stock <> trunc(stock) AND coalesce(sold_by, 'piece') = 'piece'
"""
BAD_UNKNOWN = """
    UNION ALL
    SELECT row, CASE WHEN sku IS NOT NULL THEN 'sku' WHEN barcode IS NOT NULL THEN 'barcode' ELSE 'name' END, 'unknown',
           '', ''
      FROM incoming WHERE is_new
"""
BAD_COUNT = """
    UNION ALL
    SELECT i.row, 'stock', 'whole', '', '' FROM incoming i JOIN inventory_product p ON p.id = i.product_id
     WHERE i.stock <> trunc(i.stock) AND p.sold_by = 'piece'
    UNION ALL
    SELECT row, 'stock', 'no_count', '', '' FROM incoming WHERE stock IS NULL
"""
CATEGORIES = """
    INSERT INTO inventory_category (name, position)
    SELECT min(i.category), 0 FROM incoming i
     WHERE i.category IS NOT NULL
       AND NOT EXISTS (SELECT FROM inventory_category c WHERE lower(c.name) = lower(i.category))
     GROUP BY lower(i.category)
"""
# The incoming row joined with its product, category and rate ids; empty cells keep the product's value.
WANTED = """
    SELECT i.row, i.product_id, p.price AS old_price,
           coalesce(i.sku, p.sku) AS sku, coalesce(i.name, p.name) AS name,
           coalesce(i.description, p.description) AS description,
           coalesce((SELECT min(c.id) FROM inventory_category c WHERE lower(c.name) = lower(i.category)),
                    p.category_id) AS category_id,
           coalesce((SELECT min(t.id) FROM inventory_taxrate t WHERE lower(t.name) = lower(i.tax_rate)),
                    p.tax_rate_id) AS tax_rate_id,
           coalesce(i.price, p.price) AS price, coalesce(i.cost, p.cost) AS cost,
           coalesce(i.sold_by, p.sold_by) AS sold_by, coalesce(i.minimum_age, p.minimum_age) AS minimum_age,
           coalesce(i.reorder_point, p.reorder_point) AS reorder_point,
           n.row IS NOT NULL AS has_new_code
      FROM incoming i JOIN inventory_product p ON p.id = i.product_id
      LEFT JOIN (SELECT DISTINCT c.row FROM incoming_code c LEFT JOIN inventory_barcode b ON b.scanned = c.scanned
                  WHERE b.id IS NULL) n ON n.row = i.row
     WHERE NOT i.is_new
"""
FIELDS = (
    "sku",
    "name",
    "description",
    "category_id",
    "tax_rate_id",
    "price",
    "cost",
    "sold_by",
    "minimum_age",
    "reorder_point",
)
OLD, NEW = (", ".join(f"{table}.{name}" for name in FIELDS) for table in "pw")
DIFFERS = f"(w.has_new_code OR ({OLD}) IS DISTINCT FROM ({NEW}))"
# Locks rows in the order of a sale, stock before product and by product, to avoid deadlocks.
HOLD_STOCK = """
    SELECT s.product_id FROM inventory_stock s JOIN incoming i USING (product_id)
     ORDER BY s.product_id FOR NO KEY UPDATE OF s
"""
HOLD = """
    SELECT p.id FROM inventory_product p JOIN incoming i ON i.product_id = p.id ORDER BY p.id FOR NO KEY UPDATE OF p
"""
CHANGE = f"""
    WITH changed AS (
        UPDATE inventory_product p
           SET ({", ".join(FIELDS)}, version, updated_at) = ({NEW}, p.version + 1, shop_now())
          FROM ({WANTED}) w
         WHERE p.id = w.product_id AND {DIFFERS}
        RETURNING w.old_price, p.price
    )
    SELECT count(*), count(*) FILTER (WHERE old_price <> price),
           count(*) FILTER (WHERE abs(price - old_price) > old_price * {MOST_STEEP} AND old_price > 0)
      FROM changed
"""
CREATE = """
    UPDATE incoming SET product_id = nextval(pg_get_serial_sequence('inventory_product', 'id')) WHERE is_new;
    INSERT INTO inventory_product (id, sku, name, description, category_id, tax_rate_id, price, cost, sold_by,
                                   minimum_age, reorder_point, is_active, image, version)
    SELECT i.product_id, coalesce(i.sku, made.sku || CASE WHEN o.id IS NULL THEN '' ELSE '-' || i.product_id END),
           i.name, coalesce(i.description, ''),
           (SELECT min(c.id) FROM inventory_category c WHERE lower(c.name) = lower(i.category)),
           (SELECT min(t.id) FROM inventory_taxrate t WHERE lower(t.name) = lower(i.tax_rate)),
           i.price, coalesce(i.cost, 0), coalesce(i.sold_by, 'piece'), coalesce(i.minimum_age, 0),
           coalesce(i.reorder_point, 0), true, '', 1
      FROM incoming i
     CROSS JOIN LATERAL (SELECT i.product_id::text AS id) number
     CROSS JOIN LATERAL (SELECT 'P' || lpad(number.id, greatest(6, length(number.id)), '0') AS sku) made
      LEFT JOIN inventory_product o ON lower(o.sku) = lower(made.sku)
     WHERE i.is_new ORDER BY i.product_id;
    INSERT INTO inventory_barcode (code, product_id)
    SELECT c.code, i.product_id FROM incoming_code c JOIN incoming i USING (row)
     WHERE NOT EXISTS (SELECT FROM inventory_barcode b WHERE b.scanned = c.scanned) ORDER BY c.row, c.place;
    INSERT INTO inventory_stock (product_id, quantity, allow_negative)
    SELECT product_id, coalesce(stock, 0), false FROM incoming WHERE is_new;
"""
OPENING = """
    INSERT INTO inventory_stockmovement (product_id, kind, quantity, unit_cost, reference, reason, by_id)
    SELECT product_id, 'opening', stock, cost, 'import', '', %s FROM incoming WHERE is_new AND stock > 0
"""


COUNT = """
    WITH counted AS (
        UPDATE inventory_stock s SET quantity = i.stock, oversold = 0, updated_at = shop_now()
          FROM incoming i JOIN inventory_stock o ON o.product_id = i.product_id
         WHERE s.product_id = i.product_id
        RETURNING s.product_id, o.quantity AS before, s.quantity
    ), kept AS (
        INSERT INTO pos_importedrow (run, what, row_id, is_new, before)
        SELECT %(run)s, 'stock', product_id, false, jsonb_build_object('quantity', before)
          FROM counted WHERE %(run)s > 0
    ), moved AS (
        INSERT INTO inventory_stockmovement (product_id, kind, quantity, reference, reason, by_id)
        SELECT product_id, 'count', quantity - before, 'counted ' || trim_scale(quantity), 'import', %(by)s FROM counted
        RETURNING quantity
    )
    SELECT count(*) FROM moved WHERE quantity <> 0
"""
# What the undoing needs: the new rows, and what the changed ones said before.
KEEP_CHANGED = f"""
    INSERT INTO pos_importedrow (run, what, row_id, is_new, before)
    SELECT %s, 'product', p.id, false,
           jsonb_build_object({", ".join(f"'{name}', p.{name}" for name in FIELDS)}, 'version', p.version,
                              'new_cost', w.cost, 'codes',
                              (SELECT coalesce(jsonb_agg(c.scanned), '[]') FROM incoming_code c
                                WHERE c.row = w.row
                                  AND NOT EXISTS (SELECT FROM inventory_barcode b WHERE b.scanned = c.scanned)))
      FROM ({WANTED}) w JOIN inventory_product p ON p.id = w.product_id
     WHERE {DIFFERS}
"""
KEEP_NEW = """
    INSERT INTO pos_importedrow (run, what, row_id, is_new, before)
    SELECT %s, 'product', product_id, true, '{}' FROM incoming WHERE is_new
"""


@dataclass(frozen=True, slots=True)
class Written:
    created: int
    changed: int
    repriced: int = 0
    steep: int = 0


def _all(sql: LiteralString, values: list[Any] | dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def each(statements: str) -> None:
    """Runs the statements one by one: the server cannot prepare two at once."""
    with connection.cursor() as cursor:
        for statement in filter(str.strip, statements.split(";")):
            cursor.execute(statement)


def prepare() -> None:
    each(PREPARE)


def leave_out_repeated() -> list[tuple[int, int]]:
    """Finds each row's product. If several rows name one product, the first is kept; returns the others, each with its
    first."""
    each(CODES)
    each(MATCH)
    return sorted((row, first) for row, first in _all(LEAVE_OUT_REPEATED))


def take_out_bad(*, may_create: bool = True, counts: bool = False) -> list[tuple[int, str, str, str, str]]:
    """Row, column, what is wrong, and the two facts of its sentence."""
    found = _all(BAD + (BAD_NEW if may_create else BAD_UNKNOWN) + (BAD_COUNT if counts else "") + "ORDER BY 1, 2, 3")
    if rows := sorted({row[0] for row in found}):
        _all("DELETE FROM incoming_code WHERE row = ANY (%s)", [rows])
        _all("DELETE FROM incoming WHERE row = ANY (%s)", [rows])
    return found  # type: ignore[return-value]


def write(by: int, run: int = 0, *, counts: bool = False) -> Written:
    """Writes the rows, or only their counts; notes for `run` what an undoing needs to know."""
    if counts:
        each(HOLD_STOCK)
        return Written(0, _all(COUNT, {"run": run, "by": by})[0][0])
    each(CATEGORIES)
    each(HOLD)
    if run:
        _all(KEEP_CHANGED, [run])
    each(FORGET_PLANS)
    changed, repriced, steep = _all(CHANGE)[0]
    each(CREATE)
    _all(OPENING, [by])
    if run:
        _all(KEEP_NEW, [run])
    return Written(_all("SELECT count(*) FROM incoming WHERE is_new")[0][0], changed, repriced, steep)


def rows_taken_in() -> dict[int, tuple[int, bool]]:
    """The product of each row, and whether it is new."""
    return {row: (pk, is_new) for row, pk, is_new in _all("SELECT row, product_id, is_new FROM incoming")}


def count_rows() -> int:
    return int(_all("SELECT count(*) FROM incoming")[0][0])


def clear_away() -> None:
    each("DROP TABLE incoming_code; DROP TABLE incoming")


def analyze() -> None:
    """Refreshes the planner's statistics, or later queries would scan whole tables."""
    tables = ("product", "barcode", "stock", "stockmovement", "word", "category")
    each("; ".join(f"ANALYZE inventory_{table}" for table in tables))
