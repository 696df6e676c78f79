from django.db import migrations

from pos.ledgers import append_only

NUMBERS = migrations.RunSQL(
    "CREATE SEQUENCE members_numbers AS integer MAXVALUE 9999999 NO CYCLE", "DROP SEQUENCE members_numbers"
)


class Migration(migrations.Migration):
    dependencies = [("members", "0001_tables"), ("pos", "0002_books")]

    replaces = [  # as they were called before the first release
        ("members", "0001_initial"),
        ("members", "0002_ledgers"),
        ("members", "0003_staff"),
    ]

    operations = [
        NUMBERS,
        append_only("members_pointsentry"),
        append_only("members_tierchange"),
    ]
