import django.contrib.postgres.fields
import django.db.models.deletion
import pos.clock
import pos.money
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_people'),
    ]

    operations = [
        migrations.CreateModel(
            name='ApiKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None, verbose_name='scopes')),
                ('registers', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), default=list, help_text='empty: every register', size=None, verbose_name='registers')),
                ('most_per_sale', pos.money.MoneyField(decimal_places=3, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('-999999999'), null=True, verbose_name='most per sale')),
                ('may_refund', models.BooleanField(default=False, verbose_name='may give money back')),
                ('addresses', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), default=list, help_text='empty: from anywhere', size=None, verbose_name='addresses')),
                ('origins', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), default=list, help_text='web sites whose pages may use the key in a browser; empty: none', size=None, verbose_name='origins')),
                ('per_minute', models.PositiveIntegerField(verbose_name='requests per minute')),
                ('days', models.PositiveIntegerField(help_text='how long each secret is valid', verbose_name='days')),
                ('made_at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='made at')),
                ('last_used_at', models.DateTimeField(null=True, verbose_name='last used at')),
                ('revoked_at', models.DateTimeField(null=True, verbose_name='revoked at')),
            ],
            options={
                'verbose_name': 'key of a machine',
                'verbose_name_plural': 'keys of machines',
            },
        ),
        migrations.CreateModel(
            name='KeySecret',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('prefix', models.CharField(max_length=8, unique=True, verbose_name='prefix')),
                ('digest', models.CharField(max_length=64, verbose_name='digest')),
                ('made_at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='made at')),
                ('ends_at', models.DateTimeField(verbose_name='ends at')),
            ],
            options={
                'verbose_name': 'secret of a key',
                'verbose_name_plural': 'secrets of keys',
                'ordering': ['id'],
            },
        ),
        migrations.AddField(
            model_name='user',
            name='is_machine',
            field=models.BooleanField(db_default=False, default=False, editable=False, help_text='acts with a key of the API, and never signs in', verbose_name='machine'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('is_machine', False), models.Q(('badge', ''), ('password__startswith', '!'), ('pin', ''), ('role', 'cashier')), _connector='OR'), name='machine_never_signs_in'),
        ),
        migrations.AddField(
            model_name='apikey',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by'),
        ),
        migrations.AddField(
            model_name='apikey',
            name='user',
            field=models.OneToOneField(help_text='named on its bills', on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user'),
        ),
        migrations.AddField(
            model_name='keysecret',
            name='key',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='secrets', to='accounts.apikey', verbose_name='key of a machine'),
        ),
        migrations.AddConstraint(
            model_name='apikey',
            constraint=models.CheckConstraint(condition=models.Q(('most_per_sale__isnull', True), ('most_per_sale__gt', 0), _connector='OR'), name='key_sells'),
        ),
        migrations.AddConstraint(
            model_name='apikey',
            constraint=models.CheckConstraint(condition=models.Q(('per_minute__range', (1, 6000))), name='key_asks_this_often'),
        ),
        migrations.AddConstraint(
            model_name='apikey',
            constraint=models.CheckConstraint(condition=models.Q(('days__range', (1, 366))), name='key_ends'),
        ),
    ]
