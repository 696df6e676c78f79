from django.db import migrations

from pos.events.triggers import noted
from pos.ledgers import append_only

LEDGERS = [
    *("bill", "billline", "billtax", "payment", "cashmovement", "zreport"),
    *("receiptprint", "storedvalueentry", "outagesale", "historyimport", "importedbill"),
    *("billseal", "billsignature", "cashsignature"),
]

# Django has no foreign keys of two columns: these hold a bill and a Z report to a shift of their own register.
SHIFT_OF_ITS_REGISTER = """
    ALTER TABLE billing_{table} ADD CONSTRAINT {table}_in_a_shift_of_its_register
        FOREIGN KEY (shift_id, register_id) REFERENCES billing_shift (id, register_id)
"""

# A bill's lines have a quantity; this keeps a basket from being paid without the goods nobody has weighed.
PAID_IS_WEIGHED = """
    CREATE FUNCTION refuse_unweighed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM billing_basketline
                    WHERE basket_id = NEW.id AND removed_at IS NULL AND quantity IS NULL) THEN
            RAISE EXCEPTION 'basket % has goods nobody has weighed', NEW.id USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER paid_basket_is_weighed BEFORE UPDATE OF state ON billing_basket
        FOR EACH ROW WHEN (NEW.state = 'paid') EXECUTE FUNCTION refuse_unweighed();
"""
PAID_UNWEIGHED = "DROP TRIGGER paid_basket_is_weighed ON billing_basket; DROP FUNCTION refuse_unweighed();"

# A practice bill stands in the table only until its savepoint is undone. Should one ever stay, the commit is refused.
STAYS_NEVER = """
    CREATE FUNCTION refuse_practice() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'bill % was made for practice and must not stay', NEW.number USING ERRCODE = 'check_violation';
    END $$;
    CREATE CONSTRAINT TRIGGER practice_is_undone AFTER INSERT ON billing_bill DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.sequence > 2000000000) EXECUTE FUNCTION refuse_practice();
"""
MAY_STAY = "DROP TRIGGER practice_is_undone ON billing_bill; DROP FUNCTION refuse_practice();"

# a sale changes when goods of it come back
SALE_TOO = "array_remove(array_agg(id) || array_agg(DISTINCT original_id), NULL)"
# The feed notes what changes in the rooms below too: billing is the first that knows them all.
NOTED = [
    noted("inventory_product", "product"),
    noted("inventory_barcode", "product", ids="array_agg(DISTINCT product_id)", gone="false"),
    noted("inventory_stock", "stock", ids="array_agg(product_id)"),
    noted("inventory_category", "category"),
    noted("inventory_taxrate", "tax_rate"),
    noted("members_member", "member"),
    noted("billing_bill", "bill", ids=SALE_TOO, on=("INSERT",)),
    noted("billing_storedvalue", "gift_card", on=("INSERT", "UPDATE")),
    noted("billing_shift", "shift", on=("INSERT", "UPDATE")),
]


def tenders_and_api_register(apps, schema_editor):
    tender = apps.get_model("billing", "Tender")
    tender.objects.create(code="cash", name="Cash", kind="cash", position=1)
    tender.objects.create(code="card", name="Card", kind="card", position=2)
    tender.objects.create(code="gift_card", name="Gift card", kind="gift_card", position=3)
    tender.objects.create(code="store_credit", name="Store credit", kind="store_credit", position=4)
    tender.objects.create(code="exchange", name="Exchange", kind="exchange", is_active=False, position=99)
    apps.get_model("billing", "Register").objects.create(code="API", name="API", kind="api")


class Migration(migrations.Migration):
    """Why these names: pos.0002_guards."""

    replaces = [("billing", "0001_initial")]

    dependencies = [("billing", "0017_cash_signatures")]

    operations = [
        migrations.RunPython(tenders_and_api_register, migrations.RunPython.noop),
        *[
            migrations.RunSQL(
                SHIFT_OF_ITS_REGISTER.format(table=table),
                f"ALTER TABLE billing_{table} DROP CONSTRAINT {table}_in_a_shift_of_its_register",
            )
            for table in ["bill", "zreport"]
        ],
        *[append_only(f"billing_{table}") for table in LEDGERS],
        migrations.RunSQL(PAID_IS_WEIGHED, PAID_UNWEIGHED),
        migrations.RunSQL(STAYS_NEVER, MAY_STAY),
        *NOTED,
    ]
