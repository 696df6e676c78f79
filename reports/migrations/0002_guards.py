from django.db import migrations

from pos.ledgers import append_only


class Migration(migrations.Migration):
    """Why these names: pos.0002_guards."""

    replaces = [("reports", "0001_rollups")]

    dependencies = [("reports", "0009_kept_years")]

    operations = [
        append_only("reports_journalday"),
        append_only("reports_dayseal"),
    ]
