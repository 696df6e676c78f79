"""Undoes an import of products, prices or counts, as long as nobody used what it made.

Changed products get their old values back. New ones are deleted; one with an opening stock keeps that in the ledger: a
count takes it out again, and the product goes off sale without its barcodes and its SKU, so that a mended file can make
it anew.
"""

from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from inventory.goods.import_sql import FIELDS, FORGET_PLANS, analyze, each
from pos.db_retry import sqlstate
from pos.errors import InUse
from pos.postgres.silence import unlimited

STILL_NEEDED = "23503"
REASON = "import undone"
PREPARE = "SET LOCAL lock_timeout = '30s'; SET LOCAL work_mem = '64MB'"
MINE = """
    SELECT row_id AS id, is_new, before FROM pos_importedrow
     WHERE run = %(run)s AND what = 'product' AND NOT is_undone
"""
HOLD = """
    SELECT s.product_id FROM inventory_stock s
      JOIN pos_importedrow r ON r.row_id = s.product_id AND r.run = %(run)s AND r.what IN ('product', 'stock')
     ORDER BY s.product_id FOR NO KEY UPDATE OF s
"""
HOLD_PRODUCTS = f"""
    SELECT p.id FROM inventory_product p JOIN ({MINE}) r USING (id) ORDER BY p.id FOR NO KEY UPDATE OF p
"""
USED = f"""
    SELECT count(*), min(p.name)
      FROM ({MINE}) r LEFT JOIN inventory_product p USING (id)
     WHERE p.id IS NULL
        OR CASE WHEN r.is_new
                THEN p.version > 1 OR EXISTS (SELECT FROM inventory_stockmovement m
                                               WHERE m.product_id = p.id AND m.kind <> 'opening')
                ELSE p.version <> (r.before->>'version')::int + 1 OR p.cost <> (r.before->>'new_cost')::numeric END
"""
MOVED = """
    SELECT count(*), min(p.name)
      FROM pos_importedrow r JOIN inventory_product p ON p.id = r.row_id
     WHERE r.run = %(run)s AND r.what = 'stock' AND NOT r.is_undone
       AND 'import' IS DISTINCT FROM (SELECT m.reason FROM inventory_stockmovement m
                                       WHERE m.product_id = p.id AND m.kind = 'count'
                                         AND m.id = (SELECT max(id) FROM inventory_stockmovement
                                                      WHERE product_id = p.id AND location_id IS NULL))
"""
COUNT_BACK = f"""
    WITH wanted AS (
        SELECT row_id AS product_id, (before->>'quantity')::numeric AS quantity
          FROM pos_importedrow WHERE run = %(run)s AND what = 'stock' AND NOT is_undone
         UNION ALL
        SELECT s.product_id, 0 FROM inventory_stock s JOIN ({MINE}) r ON r.id = s.product_id
         WHERE r.is_new AND s.quantity <> 0
    ), counted AS (
        UPDATE inventory_stock s SET quantity = w.quantity, oversold = 0, updated_at = shop_now()
          FROM wanted w JOIN inventory_stock o USING (product_id)
         WHERE s.product_id = w.product_id
        RETURNING s.product_id, o.quantity AS before, s.quantity
    )
    INSERT INTO inventory_stockmovement (product_id, kind, quantity, reference, reason, by_id)
    SELECT product_id, 'count', quantity - before, 'counted ' || trim_scale(quantity), '{REASON}', %(by)s FROM counted
"""
PUT_BACK = f"""
    UPDATE inventory_product p
       SET ({", ".join(FIELDS)}, version, updated_at) =
           ({", ".join(f"(jsonb_populate_record(NULL::inventory_product, r.before)).{name}" for name in FIELDS)},
            p.version + 1, shop_now())
      FROM ({MINE}) r WHERE p.id = r.id AND NOT r.is_new
"""
TAKE_CODES = f"""
    DELETE FROM inventory_barcode b USING ({MINE}) r
     WHERE b.product_id = r.id AND (r.is_new OR r.before->'codes' ? b.scanned)
"""
KEPT = "EXISTS (SELECT FROM inventory_stockmovement m WHERE m.product_id = r.id)"
OFF_SALE = f"""
    UPDATE inventory_product p
       SET is_active = false, sku = left(p.sku, 25) || '~undone-' || p.id, version = p.version + 1,
           updated_at = shop_now()
      FROM ({MINE}) r WHERE p.id = r.id AND r.is_new AND {KEPT}
"""
DELETE_STOCK = f"DELETE FROM inventory_stock s USING ({MINE}) r WHERE s.product_id = r.id AND r.is_new AND NOT {KEPT}"
DELETE = f"DELETE FROM inventory_product p USING ({MINE}) r WHERE p.id = r.id AND r.is_new AND NOT {KEPT}"
DONE = "UPDATE pos_importedrow SET is_undone = true WHERE run = %(run)s AND what IN ('product', 'stock')"
STEPS = (COUNT_BACK, PUT_BACK, TAKE_CODES, OFF_SALE, DELETE_STOCK, DELETE)


@transaction.atomic
def undo(run: int, *, by: User) -> None:
    """Refuses as a whole if one row was used since."""
    values = {"run": run, "by": by.pk}
    with unlimited():
        each(PREPARE)
        each("ANALYZE pos_importedrow")  # without figures about it the planner walks through it for each product
        _ask(HOLD, values)
        _ask(HOLD_PRODUCTS, values)
        _refuse_used(*_ask(USED, values)[0])
        _refuse_used(*_ask(MOVED, values)[0])
        _take_back(values)
        _ask(DONE, values)
        analyze()


def _take_back(values: dict[str, Any]) -> None:
    try:
        with transaction.atomic():
            for step in STEPS:
                each(FORGET_PLANS)
                _ask(step, values)
            each("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError as error:
        if sqlstate(error) != STILL_NEEDED:
            raise
        told = _("Something of this import is in use by now: a basket, a bill or a price. Nothing is undone.")
        raise InUse(told) from None


def _refuse_used(count: int, first: str | None) -> None:
    if count:
        raise InUse(
            _("%(count)s of these products were sold, moved or changed since, %(name)s among them. Nothing is undone.")
            % {"count": count, "name": first or "?"},
            rows=count,
        )


def _ask(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []
