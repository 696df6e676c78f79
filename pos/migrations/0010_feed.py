import django.contrib.postgres.fields
import pos.clock
import uuid
from django.db import migrations, models

from pos.events.triggers import noted


class Migration(migrations.Migration):

    dependencies = [
        ('pos', '0009_upkeep'),
    ]

    operations = [
        migrations.CreateModel(
            name='FeedEra',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('era', models.UUIDField(default=uuid.uuid4, verbose_name='era')),
                ('began_at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='began at')),
                ('forgotten', models.BigIntegerField(default=0, help_text='the entries of transactions before this one are no longer kept', verbose_name='forgotten')),
            ],
            options={
                'verbose_name': 'era of the feed',
                'verbose_name_plural': 'eras of the feed',
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('xid', models.BigIntegerField(verbose_name='transaction')),
                ('kind', models.CharField(max_length=20, verbose_name='kind')),
                ('ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None, verbose_name='their ids')),
                ('gone', models.BooleanField(verbose_name='deleted')),
                ('at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='at')),
            ],
            options={
                'verbose_name': 'change',
                'verbose_name_plural': 'changes',
                'indexes': [models.Index(fields=['xid', 'id'], name='changes_in_order')],
            },
        ),
        noted("pos_storesettings", "settings", on=("INSERT",)),
    ]
