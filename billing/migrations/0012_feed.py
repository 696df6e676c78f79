from django.db import migrations

from pos.events.triggers import noted

# a sale changes when goods of it come back
SALE_TOO = "array_remove(array_agg(id) || array_agg(DISTINCT original_id), NULL)"


class Migration(migrations.Migration):
    """The feed notes what changes in the rooms below too: billing is the first that knows them all."""

    dependencies = [
        ("billing", "0011_seals"),
        ("inventory", "0010_locations"),
        ("members", "0004_people"),
        ("pos", "0010_feed"),
    ]

    operations = [
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
