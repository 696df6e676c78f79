import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_cash'),
    ]

    operations = [
        migrations.AlterField(
            model_name='user',
            name='badge',
            field=models.CharField(blank=True, editable=False, help_text='the digest of a code to scan', max_length=64, verbose_name='badge'),
        ),
        # as accounts.people.badges.digest
        migrations.RunSQL(
            "UPDATE accounts_user SET badge = encode(sha256(convert_to(badge, 'UTF8')), 'hex') WHERE badge <> ''",
            migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['action', '-id'], name='audit_by_action'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('subject'), 'text_pattern_ops'), name='audit_by_subject'),
        ),
    ]
