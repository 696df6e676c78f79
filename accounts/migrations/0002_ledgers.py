from django.db import migrations

from pos.ledgers import append_only


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("pos", "0002_ledgers")]
    operations = [append_only("accounts_auditentry")]
