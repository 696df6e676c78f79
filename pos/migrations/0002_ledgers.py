from django.db import migrations

from pos.ledgers import FUNCTION, append_only


def first_settings(apps, schema_editor):
    apps.get_model("pos", "StoreSettings").objects.create()


class Migration(migrations.Migration):
    dependencies = [("pos", "0001_initial")]
    operations = [
        migrations.RunPython(first_settings, migrations.RunPython.noop),
        FUNCTION,
        append_only("pos_storesettings"),
    ]
