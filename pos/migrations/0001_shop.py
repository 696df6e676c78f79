import django.contrib.postgres.fields
import django.core.validators
import pos.clock
import pos.money
import uuid
from decimal import Decimal
from django.db import migrations, models

from pos.tables import CreateModels


class Migration(migrations.Migration):

    replaces = [
        ('pos', name) for name in (
            '0001_tables', '0002_books', '0002_ledgers', '0003_paper', '0003_return_days_and_label_region',
            '0004_float', '0004_idle_lock', '0005_guard', '0005_logo_and_basket_days', '0006_once',
            '0007_people', '0008_imported_rows', '0009_upkeep', '0010_feed', '0011_second_factor', '0012_wal',
        )
    ]

    initial = True

    dependencies = [
    ]

    operations = [
        pos.clock.FUNCTION,
        CreateModels(
            models=[
                migrations.CreateModel(
                    name='StoreSettings',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('point_multiplier', pos.money.RateField(decimal_places=5, default='0.15', help_text='points earned per unit of currency paid', max_digits=7, maximum=Decimal('1'), minimum=Decimal('0'), verbose_name='point multiplier')),
                        ('vip_discount_rate', pos.money.RateField(decimal_places=5, default='0.15', help_text="taken off a VIP's bill: 0.15 is 15 %", max_digits=7, maximum=Decimal('1'), minimum=Decimal('0'), verbose_name='VIP discount rate')),
                        ('prices_include_tax', models.BooleanField(default=True, verbose_name='prices include tax')),
                        ('require_pin_for_points', models.BooleanField(default=True, verbose_name='require PIN for points')),
                        ('cutoff_hour', models.PositiveSmallIntegerField(default=0, help_text='before this hour of the night a sale still belongs to the day before', validators=[django.core.validators.MaxValueValidator(23)], verbose_name='cutoff hour')),
                        ('cash_difference_limit', pos.money.MoneyField(decimal_places=3, default=5, help_text='a larger difference at the close of a shift needs a reason', max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), verbose_name='cash difference limit')),
                        ('idle_lock_minutes', models.PositiveSmallIntegerField(default=5, help_text='a till nobody touches for so long asks for a PIN; 0 never asks', validators=[django.core.validators.MaxValueValidator(240)], verbose_name='idle lock minutes')),
                        ('badge_needs_pin', models.BooleanField(db_default=True, default=True, help_text='off: a badge made by the shop opens a locked till without a PIN', verbose_name='badge needs the PIN')),
                        ('second_factor', models.CharField(choices=[('off', 'not offered'), ('offered', 'offered'), ('required', 'required')], db_default='offered', default='offered', help_text="asked for at sign-in beside the password, never at the till's PIN", max_length=10, verbose_name='second factor of managers')),
                        ('basket_days', models.PositiveSmallIntegerField(db_default=7, default=7, help_text='a basket nobody has touched for so many days is given up, on record; 0 keeps them all', validators=[django.core.validators.MaxValueValidator(365)], verbose_name='basket days')),
                        ('return_days', models.PositiveSmallIntegerField(db_default=0, default=0, help_text='so long may come back what is sold from now on, and later only if a manager agrees; 0: no end', validators=[django.core.validators.MaxValueValidator(3650)], verbose_name='return days')),
                        ('prefill_float', models.BooleanField(db_default=False, default=False, help_text='whoever opens a till finds what was last counted there typed in already', verbose_name='float as last counted')),
                        ('label_region', models.CharField(blank=True, choices=[('dk', 'Denmark'), ('ee', 'Estonia'), ('fi', 'Finland'), ('de', 'Germany'), ('gb', 'Great Britain'), ('lv', 'Latvia'), ('lt', 'Lithuania'), ('no', 'Norway'), ('se', 'Sweden')], db_default='', default='', help_text='whose rules read codes that begin with 20 to 29 where no label pattern does', max_length=2, verbose_name='country of the labels')),
                        ('shop_name', models.CharField(default='The Shop', max_length=100, verbose_name='shop name')),
                        ('shop_address', models.TextField(blank=True, default='', max_length=500, verbose_name='shop address')),
                        ('tax_number', models.CharField(blank=True, default='', max_length=50, verbose_name='tax number')),
                        ('receipt_width', models.PositiveSmallIntegerField(choices=[(58, '58 mm'), (80, '80 mm')], default=80, help_text='of the paper roll', verbose_name='receipt width')),
                        ('receipt_footer', models.TextField(blank=True, default='', max_length=500, verbose_name='receipt footer')),
                        ('logo', models.CharField(blank=True, db_default='', default='', editable=False, help_text='where the picture is kept', max_length=100, verbose_name='logo')),
                        ('changed_at', models.DateTimeField(db_default=pos.clock.Now(), editable=False, verbose_name='changed at')),
                        ('changed_by', models.CharField(blank=True, editable=False, max_length=150, verbose_name='changed by')),
                    ],
                    options={
                        'verbose_name': 'store settings',
                        'verbose_name_plural': 'store settings',
                        'constraints': [models.CheckConstraint(condition=models.Q(('cutoff_hour__lte', 23)), name='cutoff_hour_is_an_hour'), models.CheckConstraint(condition=models.Q(('idle_lock_minutes__lte', 240)), name='idle_lock_within_hours'), models.CheckConstraint(condition=models.Q(('basket_days__lte', 365)), name='basket_days_within_a_year'), models.CheckConstraint(condition=models.Q(('return_days__lte', 3650)), name='return_days_within_ten_years'), models.CheckConstraint(condition=models.Q(('receipt_width__in', [58, 80])), name='receipt_width_is_a_roll'), models.CheckConstraint(condition=models.Q(('label_region__in', ['', 'dk', 'ee', 'fi', 'de', 'gb', 'lv', 'lt', 'no', 'se'])), name='label_region_is_known'), models.CheckConstraint(condition=models.Q(('second_factor__in', ['off', 'offered', 'required'])), name='second_factor_is_known')],
                    },
                ),
                migrations.CreateModel(
                    name='LedgerRewriting',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='at')),
                        ('ledger', models.CharField(max_length=63, verbose_name='ledger')),
                        ('counted', models.PositiveBigIntegerField(help_text="what PostgreSQL's counter said", verbose_name='counted')),
                        ('rows', models.PositiveBigIntegerField(help_text='rewritten since the note before', verbose_name='rows')),
                        ('why', models.CharField(blank=True, help_text='empty: nobody knows of a reason', max_length=50, verbose_name='why')),
                    ],
                    options={
                        'verbose_name': 'rewriting of a ledger',
                        'verbose_name_plural': 'rewritings of ledgers',
                    },
                ),
                migrations.CreateModel(
                    name='DoneDeed',
                    fields=[
                        ('key', models.UUIDField(primary_key=True, serialize=False, verbose_name='key')),
                        ('deed', models.CharField(max_length=100, verbose_name='deed')),
                        ('digest', models.BinaryField(verbose_name='digest of what was asked')),
                        ('made', models.BigIntegerField(verbose_name='id of the row it made')),
                        ('by', models.BigIntegerField(help_text="the user's id", verbose_name='by')),
                        ('at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='at')),
                    ],
                    options={
                        'verbose_name': 'deed done once',
                        'verbose_name_plural': 'deeds done once',
                    },
                ),
                migrations.CreateModel(
                    name='ImportedRow',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('run', models.BigIntegerField(help_text='its id', verbose_name='import')),
                        ('what', models.CharField(help_text='product, stock or member', max_length=20, verbose_name='what')),
                        ('row_id', models.BigIntegerField(help_text='its id', verbose_name='row')),
                        ('is_new', models.BooleanField(verbose_name='new')),
                        ('before', models.JSONField(default=dict, verbose_name='before')),
                        ('is_undone', models.BooleanField(db_default=False, default=False, verbose_name='undone')),
                    ],
                    options={
                        'verbose_name': 'imported row',
                        'verbose_name_plural': 'imported rows',
                        'indexes': [models.Index(condition=models.Q(('is_undone', True)), fields=['row_id', 'what'], name='imported_rows_undone')],
                        'constraints': [models.UniqueConstraint(fields=('run', 'what', 'row_id'), name='imported_row_once_in_a_run')],
                    },
                ),
                migrations.CreateModel(
                    name='UpkeepRun',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('audit', 'Audit of the books'), ('backup', 'Backup'), ('drill', 'Drill of a restore'), ('wal', 'Write-ahead log'), ('base', 'Base backup'), ('away', 'Backups elsewhere')], max_length=10, verbose_name='kind')),
                        ('due', models.DateTimeField(verbose_name='due')),
                        ('begun_at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='begun at')),
                        ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
                        ('is_good', models.BooleanField(null=True, verbose_name='good')),
                        ('says', models.TextField(blank=True, default='', verbose_name='result')),
                        ('facts', models.JSONField(default=dict, verbose_name='facts')),
                    ],
                    options={
                        'verbose_name': 'upkeep run',
                        'verbose_name_plural': 'upkeep runs',
                        'indexes': [models.Index(fields=['kind', '-id'], name='upkeep_newest_of_a_kind')],
                        'constraints': [models.UniqueConstraint(fields=('kind', 'due'), name='upkeep_once_when_due'), models.CheckConstraint(condition=models.Q(('kind__in', ['audit', 'backup', 'drill', 'wal', 'base', 'away'])), name='upkeep_kind_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('is_good__isnull', True)), models.Q(('ended_at__isnull', False), ('is_good__isnull', False)), _connector='OR'), name='upkeep_ends_with_a_result')],
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
            ],
        ),
    ]
