from django.db import migrations

from pos.ledgers import append_only

LEDGERS = ["bill", "billline", "billtax", "payment", "cashmovement", "zreport"]

# Django has no foreign keys of two columns: these hold a bill and a Z report to a shift of their own register.
SHIFT_OF_ITS_REGISTER = """
    ALTER TABLE billing_{table} ADD CONSTRAINT {table}_in_a_shift_of_its_register
        FOREIGN KEY (shift_id, register_id) REFERENCES billing_shift (id, register_id)
"""


def tenders_and_api_register(apps, schema_editor):
    tender = apps.get_model("billing", "Tender")
    tender.objects.create(code="cash", name="Cash", kind="cash", position=1)
    tender.objects.create(code="card", name="Card", kind="card", position=2)
    apps.get_model("billing", "Register").objects.create(code="API", name="API", kind="api")


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial"), ("pos", "0002_ledgers")]
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
