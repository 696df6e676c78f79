from django.db import migrations

from pos.ledgers import append_only

LEDGERS = [
    *("bill", "billline", "billtax", "payment", "cashmovement", "zreport"),
    *("receiptprint", "storedvalueentry", "outagesale"),
]

# Django has no foreign keys of two columns: these hold a bill and a Z report to a shift of their own register.
SHIFT_OF_ITS_REGISTER = """
    ALTER TABLE billing_{table} ADD CONSTRAINT {table}_in_a_shift_of_its_register
        FOREIGN KEY (shift_id, register_id) REFERENCES billing_shift (id, register_id)
"""


def tenders_and_api_register(apps, schema_editor):
    tender = apps.get_model("billing", "Tender")
    tender.objects.create(code="cash", name="Cash", kind="cash", position=1)
    tender.objects.create(code="card", name="Card", kind="card", position=2)
    tender.objects.create(code="gift_card", name="Gift card", kind="gift_card", position=3)
    tender.objects.create(code="store_credit", name="Store credit", kind="store_credit", position=4)
    tender.objects.create(code="exchange", name="Exchange", kind="exchange", is_active=False, position=99)
    apps.get_model("billing", "Register").objects.create(code="API", name="API", kind="api")


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_tables"), ("pos", "0002_books")]

    replaces = [  # as they were called before the first release
        ("billing", "0001_initial"),
        ("billing", "0002_ledgers"),
        ("billing", "0003_paper"),
        ("billing", "0004_second_screen"),
        ("billing", "0005_scan_seen"),
        ("billing", "0006_stored_value"),
        ("billing", "0007_scanning"),
        ("billing", "0008_outage_sales"),
        ("billing", "0009_z_digest"),
        ("billing", "0010_outage_problems_closed"),
        ("billing", "0011_exchanges"),
        ("billing", "0012_parked_price"),
        ("billing", "0013_without_receipt"),
    ]

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
    ]
