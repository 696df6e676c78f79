from django.db import migrations

from pos.ledgers import append_only

NUMBERS = migrations.RunSQL(
    "CREATE SEQUENCE members_numbers AS integer MAXVALUE 9999999 NO CYCLE", "DROP SEQUENCE members_numbers"
)


class Migration(migrations.Migration):
    """Why these names: pos.0002_guards."""

    replaces = [("members", "0001_initial")]

    dependencies = [("members", "0004_people")]

    operations = [
        NUMBERS,
        append_only("members_pointsentry"),
        append_only("members_tierchange"),
    ]
