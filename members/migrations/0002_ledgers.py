from django.db import migrations

from pos.ledgers import append_only

NUMBERS = migrations.RunSQL(
    "CREATE SEQUENCE members_numbers AS integer MAXVALUE 9999999 NO CYCLE", "DROP SEQUENCE members_numbers"
)


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial"), ("pos", "0002_ledgers")]
    operations = [NUMBERS, append_only("members_pointsentry"), append_only("members_tierchange")]
