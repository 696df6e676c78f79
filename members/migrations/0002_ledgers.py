from django.db import migrations

from pos.ledgers import append_only


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial"), ("pos", "0002_ledgers")]
    operations = [append_only("members_pointsentry"), append_only("members_tierchange")]
