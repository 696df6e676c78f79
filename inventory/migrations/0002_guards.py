from django.db import migrations

from inventory.first_reasons import first_reasons
from inventory.goods.search_sql import COLUMN, FUNCTIONS, LEXICON
from pos.ledgers import append_only

LEDGERS = [
    *("stockmovement", "countsheet", "countlisting", "countentry", "countrecount", "countdeed", "countline"),
    *("goodsreceipt", "goodsreceiptline", "supplierreturn", "supplierreturnline", "pricechange"),
    *("transfer", "transferline", "transferarrival", "transferarrivalline"),
]

# Whichever door changes a price: a page, the API, an import. Sorted, so that the rows stand in one order.
KEEP_PRICES = migrations.RunSQL(
    """
    CREATE FUNCTION keep_price_changes() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO inventory_pricechange (product, before, after)
        SELECT n.id, o.price, n.price FROM new_rows n JOIN old_rows o ON o.id = n.id AND o.price <> n.price
         ORDER BY n.id;
        RETURN NULL;
    END $$;
    CREATE TRIGGER prices_of_changed AFTER UPDATE ON inventory_product
        REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION keep_price_changes();
    """,
    """
    DROP TRIGGER prices_of_changed ON inventory_product;
    DROP FUNCTION keep_price_changes();
    """,
)
# Whether a product may go below zero stands in its own stock row, which whoever moves goods holds.
NOT_BELOW_ZERO = migrations.RunSQL(
    """
    CREATE FUNCTION refuse_below_zero() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.quantity < -NEW.oversold
           AND NOT (SELECT allow_negative FROM inventory_stock WHERE product_id = NEW.product_id) THEN
            RAISE EXCEPTION 'product % is not below zero at location %', NEW.product_id, NEW.location_id
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER location_not_below_zero AFTER INSERT OR UPDATE ON inventory_locationstock
        FOR EACH ROW EXECUTE FUNCTION refuse_below_zero();
    """,
    "DROP TRIGGER location_not_below_zero ON inventory_locationstock; DROP FUNCTION refuse_below_zero();",
)


class Migration(migrations.Migration):
    """Why these names: pos.0002_guards."""

    replaces = [("inventory", "0001_initial")]

    dependencies = [("inventory", "0013_reorder_point_of_a_location")]

    operations = [
        FUNCTIONS,
        COLUMN,
        LEXICON,
        KEEP_PRICES,
        NOT_BELOW_ZERO,
        *[append_only(f"inventory_{table}") for table in LEDGERS],
        migrations.RunPython(first_reasons, migrations.RunPython.noop),
    ]
