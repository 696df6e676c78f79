from django.db import migrations

from pos.events.triggers import noted
from pos.ledgers import FUNCTION, append_only


def first_settings(apps, schema_editor):
    apps.get_model("pos", "StoreSettings").objects.create()


class Migration(migrations.Migration):
    """In every room the second migration replaces the oldest name and depends on the newest, and the first replaces
    all the others. So Django refuses a database that has only some of them, and goes on where only 0001_shop was run.
    """

    replaces = [("pos", "0001_initial")]

    dependencies = [("pos", "0012_wal")]

    operations = [
        migrations.RunPython(first_settings, migrations.RunPython.noop),
        FUNCTION,
        append_only("pos_storesettings"),
        append_only("pos_ledgerrewriting"),
        append_only("pos_donedeed"),
        noted("pos_storesettings", "settings", on=("INSERT",)),
    ]
