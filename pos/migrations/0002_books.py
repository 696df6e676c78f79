from django.db import migrations

from pos.ledgers import FUNCTION, append_only


def first_settings(apps, schema_editor):
    apps.get_model("pos", "StoreSettings").objects.create()


class Migration(migrations.Migration):
    dependencies = [("pos", "0001_tables")]

    replaces = [  # as they were called before the first release
        ("pos", "0001_initial"),
        ("pos", "0002_ledgers"),
        ("pos", "0003_paper"),
        ("pos", "0004_idle_lock"),
        ("pos", "0005_logo_and_basket_days"),
    ]

    operations = [
        migrations.RunPython(first_settings, migrations.RunPython.noop),
        FUNCTION,
        append_only("pos_storesettings"),
    ]
