import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.text
import pos.clock
import pos.money
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [  # as they were called before the first release
        ('billing', '0001_initial'),
        ('billing', '0002_ledgers'),
        ('billing', '0003_paper'),
        ('billing', '0004_second_screen'),
        ('billing', '0005_scan_seen'),
        ('billing', '0006_stored_value'),
        ('billing', '0007_scanning'),
        ('billing', '0008_outage_sales'),
        ('billing', '0009_z_digest'),
        ('billing', '0010_outage_problems_closed'),
        ('billing', '0011_exchanges'),
        ('billing', '0012_parked_price'),
        ('billing', '0013_without_receipt'),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('inventory', '0001_tables'),
        ('members', '0001_tables'),
        ('pos', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Basket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='key')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='version')),
                ('state', models.CharField(choices=[('open', 'Open'), ('parked', 'Parked'), ('paid', 'Paid'), ('dropped', 'Dropped')], default='open', max_length=7, verbose_name='state')),
                ('label', models.CharField(blank=True, max_length=50, verbose_name='label')),
                ('points', pos.money.MoneyField(decimal_places=3, default=0, help_text='the member agreed to spend these', max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), verbose_name='points')),
                ('discount_percent', pos.money.RateField(decimal_places=2, default=0, help_text='off the whole bill', max_digits=7, maximum=Decimal('100'), minimum=Decimal('0'), verbose_name='discount percent')),
                ('discount_amount', pos.money.MoneyField(decimal_places=3, default=0, help_text='off the whole bill, after the percentage', max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), verbose_name='discount amount')),
                ('answered_discount', pos.money.RateField(decimal_places=2, default=0, help_text='how many per cent of the bill were approved', max_digits=7, maximum=Decimal('100'), minimum=Decimal('0'), verbose_name='answered discount')),
                ('return_reason', models.CharField(blank=True, max_length=200, verbose_name='return reason')),
                ('created_at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='created at')),
                ('updated_at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='updated at')),
                ('cashier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='baskets', to=settings.AUTH_USER_MODEL, verbose_name='cashier')),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member', verbose_name='member')),
            ],
            options={
                'verbose_name': 'basket',
                'verbose_name_plural': 'baskets',
            },
        ),
        migrations.CreateModel(
            name='PointsAsked',
            fields=[
                ('basket', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='points_asked', serialize=False, to='billing.basket', verbose_name='basket')),
                ('amount', pos.money.MoneyField(decimal_places=3, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0.001'), verbose_name='amount')),
            ],
            options={
                'verbose_name': 'question for points',
                'verbose_name_plural': 'questions for points',
            },
        ),
        migrations.CreateModel(
            name='Bill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('sale', 'Sale'), ('refund', 'Refund')], max_length=6, verbose_name='kind')),
                ('sequence', models.PositiveIntegerField(help_text='1..n per register and kind, without gaps', verbose_name='sequence')),
                ('number', models.CharField(max_length=20, unique=True, verbose_name='number')),
                ('key', models.UUIDField(help_text='makes the sale happen exactly once', unique=True, verbose_name='key')),
                ('fingerprint', models.BinaryField(help_text='SHA-256 of what was asked under the key', max_length=32, verbose_name='fingerprint')),
                ('at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='at')),
                ('business_date', models.DateField(verbose_name='business date')),
                ('tax_included', models.BooleanField(verbose_name='tax included')),
                ('subtotal', pos.money.MoneyField(decimal_places=3, help_text='sum of quantity x unit price', max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('-999999999'), verbose_name='subtotal')),
                ('discount', pos.money.MoneyField(decimal_places=3, help_text='everything taken off, VIP included', max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('-999999999'), verbose_name='discount')),
                ('vip_discount', pos.money.MoneyField(decimal_places=3, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('-999999999'), verbose_name='VIP discount')),
                ('manual_discount', pos.money.MoneyField(decimal_places=3, default=0, help_text='what a person took off the whole bill, percent and amount', max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('-999999999'), verbose_name='manual discount')),
                ('tax', pos.money.MoneyField(decimal_places=3, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('-999999999'), verbose_name='tax')),
                ('total', pos.money.MoneyField(decimal_places=3, help_text='what the sale costs, before points', max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('-999999999'), verbose_name='total')),
                ('points_spent', pos.money.MoneyField(decimal_places=3, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('-999999999'), verbose_name='points spent')),
                ('points_earned', pos.money.MoneyField(decimal_places=3, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('-999999999'), verbose_name='points earned')),
                ('cash_rounding', pos.money.MoneyField(decimal_places=3, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('-999999999'), verbose_name='cash rounding')),
                ('change', pos.money.MoneyField(decimal_places=3, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('-999999999'), verbose_name='change')),
                ('reason', models.CharField(blank=True, help_text='of a refund', max_length=200, verbose_name='reason')),
                ('cashier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bills', to=settings.AUTH_USER_MODEL, verbose_name='cashier')),
                ('exchange', models.OneToOneField(help_text="the refund of what was brought back for this sale's goods", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='exchanged_for', to='billing.bill', verbose_name='exchange')),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bills', to='members.member', verbose_name='member')),
                ('original', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='billing.bill', verbose_name='original')),
                ('terms', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pos.storesettings', verbose_name='terms')),
            ],
            options={
                'ordering': ['-at', '-pk'],
                'verbose_name': 'bill',
                'verbose_name_plural': 'bills',
            },
        ),
        migrations.AddField(
            model_name='basket',
            name='bill',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='basket', to='billing.bill', verbose_name='bill'),
        ),
        migrations.AddField(
            model_name='basket',
            name='original',
            field=models.ForeignKey(help_text='whose goods come back in exchange', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.bill', verbose_name='original'),
        ),
        migrations.CreateModel(
            name='BillLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='position')),
                ('sku', models.CharField(max_length=50, verbose_name='SKU')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('quantity', pos.money.QuantityField(decimal_places=3, max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('-9999999'), verbose_name='quantity')),
                ('list_price', pos.money.MoneyField(decimal_places=3, help_text="the product's own price at that moment", max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), verbose_name='list price')),
                ('unit_price', pos.money.MoneyField(decimal_places=3, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), verbose_name='unit price')),
                ('price_reason', models.CharField(blank=True, max_length=200, verbose_name='price reason')),
                ('label_price', pos.money.MoneyField(decimal_places=3, help_text='what a price label said the whole line costs', max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), null=True, verbose_name='label price')),
                ('discount_percent', pos.money.RateField(decimal_places=2, default=0, max_digits=7, maximum=Decimal('100'), minimum=Decimal('0'), verbose_name='discount percent')),
                ('line_discount', pos.money.MoneyField(decimal_places=3, help_text='percent and amount together', max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('-999999999'), verbose_name='line discount')),
                ('bill_discount', pos.money.MoneyField(decimal_places=3, help_text="this line's share of what came off the whole bill", max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('-999999999'), verbose_name='bill discount')),
                ('manual_discount', pos.money.MoneyField(decimal_places=3, default=0, help_text="the part of it a person gave; the rest is the VIP's", max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('-999999999'), verbose_name='manual discount')),
                ('net', pos.money.MoneyField(decimal_places=3, help_text='quantity x unit price less both discounts; holds the tax where prices include it', max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('-999999999'), verbose_name='net')),
                ('tax_name', models.CharField(blank=True, max_length=50, verbose_name='tax name')),
                ('tax_rate', pos.money.RateField(decimal_places=5, max_digits=7, maximum=Decimal('1'), minimum=Decimal('0'), verbose_name='tax rate')),
                ('tax', pos.money.MoneyField(decimal_places=3, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('-999999999'), verbose_name='tax')),
                ('unit_cost', pos.money.MoneyField(decimal_places=3, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), verbose_name='unit cost')),
                ('to_shelf', models.BooleanField(help_text="a refunded line's goods: back to the shelf, or damaged", null=True, verbose_name='to shelf')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('bill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='billing.bill', verbose_name='bill')),
                ('original', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='billing.billline', verbose_name='original line')),
                ('priced_by', models.ForeignKey(help_text="who gave it another price than the list's", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='priced by')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.product', verbose_name='product')),
            ],
            options={
                'ordering': ['position'],
                'verbose_name': 'bill line',
                'verbose_name_plural': 'bill lines',
            },
        ),
        migrations.CreateModel(
            name='BasketReturn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', pos.money.QuantityField(decimal_places=3, max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('0.001'), verbose_name='quantity')),
                ('to_shelf', models.BooleanField(default=True, help_text='or damaged', verbose_name='to shelf')),
                ('basket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='returns', to='billing.basket', verbose_name='basket')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.billline', verbose_name='line')),
            ],
            options={
                'ordering': ['line__position'],
                'verbose_name': 'basket return',
                'verbose_name_plural': 'basket returns',
            },
        ),
        migrations.CreateModel(
            name='BillTax',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rate', pos.money.RateField(decimal_places=5, max_digits=7, maximum=Decimal('1'), minimum=Decimal('0'), verbose_name='rate')),
                ('base', pos.money.MoneyField(decimal_places=3, help_text='without the tax', max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('-999999999'), verbose_name='base')),
                ('tax', pos.money.MoneyField(decimal_places=3, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('-999999999'), verbose_name='tax')),
                ('bill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='taxes', to='billing.bill', verbose_name='bill')),
            ],
            options={
                'ordering': ['rate'],
                'verbose_name': 'tax of a bill',
                'verbose_name_plural': 'taxes of a bill',
            },
        ),
        migrations.CreateModel(
            name='LabelPattern',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='which scale or counter prints it', max_length=50, verbose_name='name')),
                ('prefix', models.CharField(max_length=4, validators=[django.core.validators.RegexValidator('\\A2[0-9]{1,3}\\Z', 'Two to four digits, the first of them 2.')], verbose_name='prefix')),
                ('kind', models.CharField(choices=[('weight', 'weight in kilograms'), ('price', 'price of the whole label')], max_length=6, verbose_name='value')),
                ('item_digits', models.PositiveSmallIntegerField(default=5, verbose_name='item digits')),
                ('has_price_check', models.BooleanField(default=False, help_text='one digit before the value that proves it (four or five digits)', verbose_name='price check digit')),
                ('value_digits', models.PositiveSmallIntegerField(default=5, verbose_name='value digits')),
                ('decimals', models.PositiveSmallIntegerField(default=3, help_text='3 for grams, 2 for cents', verbose_name='decimals')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
            ],
            options={
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('is_active', True)), expressions=[(models.Func(django.db.models.functions.comparison.Cast(django.db.models.functions.text.RPad('prefix', 4, models.Value('0')), models.IntegerField()), django.db.models.functions.comparison.Cast(django.db.models.functions.text.RPad('prefix', 4, models.Value('9')), models.IntegerField()), models.Value('[]'), function='int4range', output_field=django.contrib.postgres.fields.ranges.IntegerRangeField()), '&&')], name='label_prefixes_never_overlap', violation_error_message='Another pattern already reads codes that begin like this.'), models.CheckConstraint(condition=models.Q(('decimals__lte', models.F('value_digits')), ('item_digits__gte', 1), ('value_digits__gte', 1), ('item_digits', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.Value(12), '-', django.db.models.functions.text.Length('prefix')), '-', models.F('value_digits')), '-', models.Case(models.When(has_price_check=True, then=1), default=0)))), name='label_fills_thirteen_digits', violation_error_message='Prefix, item, value and check digits must fill all 13 digits.'), models.CheckConstraint(condition=models.Q(('has_price_check', False), models.Q(('kind', 'price'), ('value_digits__in', [4, 5])), _connector='OR'), name='price_check_proves_a_price', violation_error_message='A price check digit proves a price of four or five digits.'), models.CheckConstraint(condition=models.Q(('kind__in', ['weight', 'price'])), name='label_kind_is_known'), models.CheckConstraint(condition=models.Q(('prefix__regex', '^2[0-9]{1,3}$')), name='label_prefix_is_in_store')],
                'ordering': ['prefix'],
                'verbose_name': 'label pattern',
                'verbose_name_plural': 'label patterns',
            },
        ),
        migrations.CreateModel(
            name='OutageSale',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provisional_number', models.CharField(help_text="begins with the register's code", max_length=40, verbose_name='provisional number')),
                ('digest', models.BinaryField(help_text='SHA-256 of what the till sent under the key', max_length=32, verbose_name='digest')),
                ('rung_up_by', models.CharField(blank=True, help_text='the name on the provisional receipt', max_length=150, verbose_name='rung up by')),
                ('rung_up_at', models.DateTimeField(help_text="by the till's own clock", verbose_name='rung up at')),
                ('shown_total', pos.money.MoneyField(decimal_places=3, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), verbose_name='shown total')),
                ('posted_at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='posted at')),
                ('differences', models.JSONField(default=list, help_text='sentences', verbose_name='differences')),
                ('bill', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='outage', to='billing.bill', verbose_name='bill')),
            ],
            options={
                'ordering': ['-pk'],
                'verbose_name': 'outage sale',
                'verbose_name_plural': 'outage sales',
            },
        ),
        migrations.CreateModel(
            name='Register',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=10, validators=[django.core.validators.RegexValidator('\\A[A-Za-z0-9]+\\Z', 'Letters and digits only.')], verbose_name='code')),
                ('name', models.CharField(max_length=50, verbose_name='name')),
                ('kind', models.CharField(choices=[('till', 'till with a drawer'), ('api', 'API: its shift opens by itself')], default='till', max_length=4, verbose_name='kind')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('printer_host', models.CharField(blank=True, help_text="the receipt printer in the shop's own network, such as 192.168.1.50", max_length=100, verbose_name='printer host')),
                ('printer_port', models.PositiveIntegerField(default=9100, validators=[django.core.validators.MinValueValidator(1024), django.core.validators.MaxValueValidator(65535)], verbose_name='printer port')),
                ('drawer_kick', models.BooleanField(default=True, help_text='the printer opens the drawer for cash and without a sale', verbose_name='drawer kick')),
                ('outage_sales', models.BooleanField(db_default=False, default=False, help_text='rings up at list prices for cash while the server is away', verbose_name='sells in an outage')),
                ('last_sale', models.PositiveIntegerField(default=0, editable=False, verbose_name='last sale number')),
                ('last_refund', models.PositiveIntegerField(default=0, editable=False, verbose_name='last refund number')),
                ('last_z', models.PositiveIntegerField(default=0, editable=False, verbose_name='last Z number')),
                ('last_outage_series', models.PositiveIntegerField(db_default=0, default=0, editable=False, help_text='each browser that may sell in an outage has its own', verbose_name='last outage series')),
                ('scan_prefix', models.CharField(blank=True, help_text='typed before each code', max_length=10, verbose_name='scanner prefix')),
                ('scan_suffix', models.CharField(blank=True, help_text='typed after each code; Enter ends a code in any case', max_length=10, verbose_name='scanner suffix')),
                ('scan_pause', models.PositiveSmallIntegerField(default=50, help_text='milliseconds: keys that follow faster than this come from a scanner, not from fingers', validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(500)], verbose_name='scanner pause')),
                ('display_key', models.UUIDField(default=uuid.uuid4, editable=False, help_text='a new one unpairs the second screen', verbose_name='display key')),
                ('display_paired_at', models.DateTimeField(editable=False, null=True, verbose_name='display paired at')),
            ],
            options={
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Upper('code'), name='register_code_unique_whatever_its_case'), models.CheckConstraint(condition=models.Q(('printer_port__gte', 1024), ('printer_port__lte', 65535)), name='printer_port_is_a_port'), models.CheckConstraint(condition=models.Q(('scan_pause__range', (5, 500))), name='scan_pause_is_sensible')],
                'ordering': ['code'],
                'verbose_name': 'register',
                'verbose_name_plural': 'registers',
            },
        ),
        migrations.CreateModel(
            name='OutboundJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('print', 'Print'), ('mail', 'Mail')], max_length=5, verbose_name='kind')),
                ('subject', models.CharField(max_length=100, verbose_name='subject')),
                ('payload', models.BinaryField(help_text="the printer's bytes, or the message as JSON", verbose_name='payload')),
                ('opens_drawer', models.BooleanField(default=False, verbose_name='opens drawer')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('done', 'Done'), ('failed', 'Failed')], default='waiting', max_length=7, verbose_name='state')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='tries')),
                ('next_try_at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='next try at')),
                ('error', models.CharField(blank=True, max_length=200, verbose_name='error')),
                ('created_at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='created at')),
                ('done_at', models.DateTimeField(null=True, verbose_name='done at')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('register', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to='billing.register', verbose_name='register')),
            ],
            options={
                'ordering': ['-pk'],
                'verbose_name': 'outbound job',
                'verbose_name_plural': 'outbound jobs',
            },
        ),
        migrations.CreateModel(
            name='OutageProblem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True, verbose_name='key')),
                ('posted_at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='posted at')),
                ('is_readable', models.BooleanField(db_default=True, default=True, verbose_name='readable')),
                ('content', models.JSONField(help_text='what the till sent', verbose_name='content')),
                ('digest', models.BinaryField(max_length=32, verbose_name='digest')),
                ('differences', models.JSONField(default=list, help_text='sentences', verbose_name='differences')),
                ('settled_at', models.DateTimeField(null=True, verbose_name='settled at')),
                ('reason', models.CharField(blank=True, help_text='why it was closed without a bill', max_length=200, verbose_name='reason')),
                ('bill', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='outage_problem', to='billing.bill', verbose_name='bill')),
                ('posted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='posted by')),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='settled by')),
                ('register', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.register', verbose_name='register')),
            ],
            options={
                'ordering': ['pk'],
                'verbose_name': 'outage problem',
                'verbose_name_plural': 'outage problems',
            },
        ),
        migrations.CreateModel(
            name='Favourite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.product', verbose_name='product')),
                ('register', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='favourites', to='billing.register', verbose_name='register')),
            ],
            options={
                'ordering': ['position', 'pk'],
                'verbose_name': 'favourite',
                'verbose_name_plural': 'favourites',
            },
        ),
        migrations.AddField(
            model_name='bill',
            name='register',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bills', to='billing.register', verbose_name='register'),
        ),
        migrations.AddField(
            model_name='basket',
            name='register',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='baskets', to='billing.register', verbose_name='register'),
        ),
        migrations.CreateModel(
            name='ScanSeen',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scan', models.UUIDField(verbose_name='scan')),
                ('at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='at')),
                ('basket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='billing.basket', verbose_name='basket')),
            ],
            options={
                'verbose_name': 'scan already done',
                'verbose_name_plural': 'scans already done',
            },
        ),
        migrations.CreateModel(
            name='Shift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('business_date', models.DateField(verbose_name='business date')),
                ('opened_at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='opened at')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='closed at')),
                ('counted', pos.money.MoneyField(decimal_places=3, max_digits=15, maximum=Decimal('999999999000'), minimum=Decimal('-999999999000'), null=True, verbose_name='counted')),
                ('expected', pos.money.MoneyField(decimal_places=3, max_digits=15, maximum=Decimal('999999999000'), minimum=Decimal('-999999999000'), null=True, verbose_name='expected')),
                ('difference_reason', models.CharField(blank=True, max_length=200, verbose_name='difference reason')),
                ('pieces', models.JSONField(default=list, help_text='the count, coin by coin: [["0.50", 3]]; empty when only the sum', verbose_name='pieces')),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by')),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='opened by')),
                ('register', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shifts', to='billing.register', verbose_name='register')),
            ],
            options={
                'ordering': ['-pk'],
                'verbose_name': 'shift',
                'verbose_name_plural': 'shifts',
            },
        ),
        migrations.CreateModel(
            name='ReceiptPrint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('receipt', 'Receipt'), ('gift', 'gift receipt'), ('invoice', 'Invoice')], max_length=7, verbose_name='kind')),
                ('copy', models.PositiveIntegerField(verbose_name='copy')),
                ('at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='at')),
                ('bill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='prints', to='billing.bill', verbose_name='bill')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('shift', models.ForeignKey(help_text='of the till it was printed at', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='prints', to='billing.shift', verbose_name='shift')),
            ],
            options={
                'verbose_name': 'receipt print',
                'verbose_name_plural': 'receipt prints',
            },
        ),
        migrations.CreateModel(
            name='CashMovement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('float', 'Float'), ('sale', 'Sale'), ('refund', 'Refund'), ('pay_in', 'pay-in'), ('pay_out', 'pay-out'), ('drop', 'safe drop'), ('voucher', 'gift card sold'), ('no_sale', 'no sale')], max_length=7, verbose_name='kind')),
                ('amount', pos.money.MoneyField(decimal_places=3, help_text="signed: into the drawer is positive; a sale's is cash less change", max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('-999999999'), verbose_name='amount')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='at')),
                ('bill', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cash_movement', to='billing.bill', verbose_name='bill')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('shift', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cash_movements', to='billing.shift', verbose_name='shift')),
            ],
            options={
                'ordering': ['pk'],
                'verbose_name': 'cash movement',
                'verbose_name_plural': 'cash movements',
            },
        ),
        migrations.AddField(
            model_name='bill',
            name='shift',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bills', to='billing.shift', verbose_name='shift'),
        ),
        migrations.CreateModel(
            name='StoredValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('gift_card', 'gift card'), ('store_credit', 'store credit')], max_length=12, verbose_name='kind')),
                ('digest', models.BinaryField(help_text='SHA-256 of the code', max_length=32, unique=True, verbose_name='digest')),
                ('last4', models.CharField(max_length=4, verbose_name='last four')),
                ('balance', pos.money.MoneyField(decimal_places=3, default=0, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), verbose_name='balance')),
                ('is_blocked', models.BooleanField(default=False, verbose_name='blocked')),
                ('created_at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='created at')),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.member', verbose_name='member')),
            ],
            options={
                'verbose_name': 'gift card or store credit',
                'verbose_name_plural': 'gift cards and store credit',
            },
        ),
        migrations.CreateModel(
            name='Tender',
            fields=[
                ('code', models.SlugField(max_length=20, primary_key=True, serialize=False, verbose_name='code')),
                ('name', models.CharField(max_length=50, verbose_name='name')),
                ('kind', models.CharField(choices=[('cash', 'Cash'), ('card', 'Card'), ('other', 'Other'), ('gift_card', 'gift card'), ('store_credit', 'store credit'), ('exchange', 'Exchange')], default='other', max_length=12, verbose_name='kind')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'cash')), fields=('kind',), name='one_cash_tender'), models.CheckConstraint(condition=models.Q(('kind__in', ['cash', 'card', 'other', 'gift_card', 'store_credit', 'exchange'])), name='tender_kind_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('code', 'exchange'), ('is_active', False), ('kind', 'exchange')), models.Q(models.Q(('kind', 'exchange'), _negated=True), models.Q(('code', 'exchange'), _negated=True)), _connector='OR'), name='exchange_is_the_shops_own_tender')],
                'ordering': ['position', 'code'],
                'verbose_name': 'tender',
                'verbose_name_plural': 'tenders',
            },
        ),
        migrations.CreateModel(
            name='StoredValueEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('issue', 'sold'), ('top_up', 'topped up'), ('redeem', 'paid with'), ('refund_to', 'refunded to'), ('block', 'blocked'), ('unblock', 'unblocked'), ('adjust', 'corrected')], max_length=9, verbose_name='kind')),
                ('amount', pos.money.MoneyField(decimal_places=3, help_text='signed: what the shop owes more', max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('-999999999'), verbose_name='amount')),
                ('key', models.UUIDField(help_text='makes the sale of a card happen exactly once', null=True, unique=True, verbose_name='key')),
                ('reference', models.CharField(blank=True, max_length=50, verbose_name='reference')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='at')),
                ('bill', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stored_value', to='billing.bill', verbose_name='bill')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='billing.storedvalue', verbose_name='card')),
                ('shift', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stored_value', to='billing.shift', verbose_name='shift')),
                ('tender', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.tender', verbose_name='tender')),
            ],
            options={
                'ordering': ['pk'],
                'verbose_name': 'gift card entry',
                'verbose_name_plural': 'gift card entries',
            },
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='position')),
                ('amount', pos.money.MoneyField(decimal_places=3, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('-999999999'), verbose_name='amount')),
                ('reference', models.CharField(blank=True, max_length=50, verbose_name='reference')),
                ('bill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='billing.bill', verbose_name='bill')),
                ('carried_from', models.ForeignKey(db_column='carried_from', help_text='of an exchange: the tender this money once came in, and may go back in', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.tender', verbose_name='carried from')),
                ('method', models.ForeignKey(db_column='method', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.tender', verbose_name='method')),
            ],
            options={
                'ordering': ['position'],
                'verbose_name': 'payment',
                'verbose_name_plural': 'payments',
            },
        ),
        migrations.CreateModel(
            name='UnknownScan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=200, unique=True, verbose_name='code')),
                ('times', models.PositiveIntegerField(default=1, verbose_name='times')),
                ('first_at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='first at')),
                ('last_at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='last at')),
                ('on_screen', models.BooleanField(default=True, help_text='the till still shows it', verbose_name='on screen')),
                ('settled_at', models.DateTimeField(null=True, verbose_name='settled at')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('product', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.product', verbose_name='product')),
                ('register', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='unknown_scans', to='billing.register', verbose_name='register')),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='settled by')),
            ],
            options={
                'ordering': ['-last_at'],
                'verbose_name': 'unknown scan',
                'verbose_name_plural': 'unknown scans',
            },
        ),
        migrations.CreateModel(
            name='ZReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('document', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='document')),
                ('digest', models.BinaryField(help_text='SHA-256 of the digest before it in the register, the number and the document', max_length=32, verbose_name='digest')),
                ('at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='at')),
                ('register', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.register', verbose_name='register')),
                ('shift', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='z', to='billing.shift', verbose_name='shift')),
            ],
            options={
                'verbose_name': 'Z report',
                'verbose_name_plural': 'Z reports',
            },
        ),
        migrations.CreateModel(
            name='BasketLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', pos.money.QuantityField(decimal_places=3, max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('0.001'), verbose_name='quantity')),
                ('discount_percent', pos.money.RateField(decimal_places=2, default=0, max_digits=7, maximum=Decimal('100'), minimum=Decimal('0'), verbose_name='discount percent')),
                ('discount_amount', pos.money.MoneyField(decimal_places=3, default=0, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), verbose_name='discount amount')),
                ('unit_price', pos.money.MoneyField(decimal_places=3, help_text="another price than the list's", max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), null=True, verbose_name='unit price')),
                ('price_reason', models.CharField(blank=True, max_length=200, verbose_name='price reason')),
                ('label_price', pos.money.MoneyField(decimal_places=3, help_text='what a price label says the whole line costs', max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), null=True, verbose_name='label price')),
                ('parked_price', pos.money.MoneyField(decimal_places=3, help_text="the list's price when the basket was parked", max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), null=True, verbose_name='parked price')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('added_at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='added at')),
                ('removed_at', models.DateTimeField(null=True, verbose_name='removed at')),
                ('basket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='billing.basket', verbose_name='basket')),
                ('priced_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='priced by')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.product', verbose_name='product')),
                ('removed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='removed by')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('removed_by__isnull', False)), fields=['removed_at'], name='lines_removed')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('discount_amount', 0), ('discount_percent', 0), ('removed_at', None), ('label_price', None), ('note', ''), ('unit_price', None)), fields=('basket', 'product'), name='one_plain_line_per_product'), models.CheckConstraint(condition=models.Q(models.Q(('priced_by', None), ('unit_price', None)), models.Q(('priced_by__isnull', False), ('unit_price__isnull', False)), _connector='OR'), name='basket_price_has_its_person'), models.CheckConstraint(condition=models.Q(('unit_price', None), ('label_price', None), _connector='OR'), name='label_price_is_not_changed')],
                'ordering': ['pk'],
                'verbose_name': 'basket line',
                'verbose_name_plural': 'basket lines',
            },
        ),
        migrations.AddConstraint(
            model_name='billline',
            constraint=models.UniqueConstraint(fields=('bill', 'position'), name='bill_line_position'),
        ),
        migrations.AddConstraint(
            model_name='billline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('original', None), ('quantity__gt', 0), ('to_shelf', None)), models.Q(('quantity__lt', 0), ('to_shelf__isnull', False)), _connector='OR'), name='returned_line_says_where_its_goods_went'),
        ),
        migrations.AddConstraint(
            model_name='billline',
            constraint=models.CheckConstraint(condition=models.Q(('unit_price', models.F('list_price')), ('priced_by__isnull', False), _connector='OR'), name='another_price_has_its_person'),
        ),
        migrations.AddConstraint(
            model_name='basketreturn',
            constraint=models.UniqueConstraint(fields=('basket', 'line'), name='line_returned_once_per_basket'),
        ),
        migrations.AddConstraint(
            model_name='billtax',
            constraint=models.UniqueConstraint(fields=('bill', 'rate'), name='bill_tax_once_per_rate'),
        ),
        migrations.AddConstraint(
            model_name='outagesale',
            constraint=models.UniqueConstraint(fields=('provisional_number',), name='provisional_number_once'),
        ),
        migrations.AddIndex(
            model_name='outboundjob',
            index=models.Index(condition=models.Q(('state', 'done'), _negated=True), fields=['id'], name='jobs_not_done'),
        ),
        migrations.AddConstraint(
            model_name='outboundjob',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'print'), ('register__isnull', False)), models.Q(('kind', 'mail'), ('opens_drawer', False)), _connector='OR'), name='print_job_has_its_register'),
        ),
        migrations.AddConstraint(
            model_name='outboundjob',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'done', 'failed'])), name='job_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='outboundjob',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', False), ('state', 'done')), models.Q(models.Q(('state', 'done'), _negated=True), ('done_at', None)), _connector='OR'), name='job_done_has_its_time'),
        ),
        migrations.AddConstraint(
            model_name='outageproblem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('bill', None), ('reason', ''), ('settled_at', None), ('settled_by', None)), models.Q(('bill__isnull', False), ('reason', ''), ('settled_at__isnull', False), ('settled_by__isnull', False)), models.Q(('bill', None), ('settled_at__isnull', False), ('settled_by__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='settled_problem_has_bill_or_reason'),
        ),
        migrations.AddConstraint(
            model_name='favourite',
            constraint=models.UniqueConstraint(fields=('register', 'product'), name='favourite_once_per_register'),
        ),
        migrations.AddIndex(
            model_name='basket',
            index=models.Index(condition=models.Q(('state__in', ['open', 'parked'])), fields=['register', 'cashier'], name='baskets_open'),
        ),
        migrations.AddConstraint(
            model_name='basket',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('bill__isnull', False), ('state', 'paid')), models.Q(('bill', None), models.Q(('state', 'paid'), _negated=True)), _connector='OR'), name='paid_basket_has_its_bill'),
        ),
        migrations.AddConstraint(
            model_name='basket',
            constraint=models.CheckConstraint(condition=models.Q(('original', None), models.Q(('return_reason', ''), _negated=True), _connector='OR'), name='basket_says_why_goods_come_back'),
        ),
        migrations.AddConstraint(
            model_name='basket',
            constraint=models.CheckConstraint(condition=models.Q(('points', 0), ('member__isnull', False), _connector='OR'), name='basket_points_need_a_member'),
        ),
        migrations.AddConstraint(
            model_name='scanseen',
            constraint=models.UniqueConstraint(fields=('basket', 'scan'), name='each_scan_once'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('register',), name='one_open_shift_per_register'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.UniqueConstraint(fields=('id', 'register'), name='shift_of_its_register'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_by', None), ('counted', None), ('expected', None)), models.Q(('closed_at__gte', models.F('opened_at')), ('closed_by__isnull', False), ('counted__isnull', False), ('expected__isnull', False)), _connector='OR'), name='closed_shift_is_counted'),
        ),
        migrations.AddConstraint(
            model_name='receiptprint',
            constraint=models.UniqueConstraint(fields=('bill', 'kind', 'copy'), name='each_copy_once'),
        ),
        migrations.AddConstraint(
            model_name='receiptprint',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['receipt', 'gift', 'invoice'])), name='paper_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='cashmovement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__gte', 0), ('bill', None), ('kind__in', ['float', 'pay_in'])), models.Q(('amount__lt', 0), ('bill', None), ('kind__in', ['pay_out', 'drop'])), models.Q(('amount__gt', 0), ('bill', None), ('kind', 'voucher')), models.Q(('amount', 0), ('bill', None), ('kind', 'no_sale')), models.Q(('bill__isnull', False), ('kind__in', ['sale', 'refund'])), _connector='OR'), name='cash_signs_follow_the_kind'),
        ),
        migrations.AddConstraint(
            model_name='cashmovement',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['pay_in', 'pay_out', 'drop', 'no_sale']), ('reason', ''), _negated=True), name='cash_moved_by_hand_has_a_reason'),
        ),
        migrations.AddIndex(
            model_name='bill',
            index=models.Index(fields=['business_date', 'register'], name='bills_by_date'),
        ),
        migrations.AddIndex(
            model_name='bill',
            index=models.Index(condition=models.Q(('member__isnull', False)), fields=['member', '-id'], name='bills_of_member'),
        ),
        migrations.AddConstraint(
            model_name='bill',
            constraint=models.UniqueConstraint(fields=('register', 'kind', 'sequence'), name='bill_numbered_once'),
        ),
        migrations.AddConstraint(
            model_name='bill',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'sale'), ('original', None), ('points_earned__gte', 0), ('points_spent__gte', 0), ('total__gte', 0), ('change__gte', 0), ('discount__gte', 0), ('points_spent__lte', models.F('total')), ('subtotal__gte', 0)), models.Q(('change', 0), ('exchange', None), ('kind', 'refund'), ('points_earned__lte', 0), ('points_spent__lte', 0), ('total__lte', 0), models.Q(('original__isnull', False), models.Q(('cash_rounding', 0), ('points_earned', 0), ('points_spent', 0)), _connector='OR'), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='bill_signs_follow_its_kind'),
        ),
        migrations.AddConstraint(
            model_name='bill',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('points_earned', 0), ('points_spent', 0)), ('member__isnull', False), _connector='OR'), name='points_need_a_member'),
        ),
        migrations.AddConstraint(
            model_name='storedvalue',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('gift_card', 'store_credit'))), name='stored_value_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='storedvalueentry',
            constraint=models.UniqueConstraint(fields=('bill', 'card'), name='stored_value_once_per_bill'),
        ),
        migrations.AddConstraint(
            model_name='storedvalueentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__gt', 0), ('bill', None), ('kind__in', ['issue', 'top_up']), ('key__isnull', False), ('shift__isnull', False), ('tender__isnull', False)), models.Q(('amount__lt', 0), ('bill__isnull', False), ('key', None), ('kind', 'redeem'), ('shift', None), ('tender', None)), models.Q(('amount__gt', 0), ('bill__isnull', False), ('key', None), ('kind', 'refund_to'), ('shift', None), ('tender', None)), models.Q(('bill', None), ('key__isnull', False), ('kind', 'adjust'), ('shift', None), ('tender', None), models.Q(('amount', 0), _negated=True), models.Q(('reason', ''), _negated=True)), models.Q(('amount', 0), ('bill', None), ('key', None), ('kind__in', ['block', 'unblock']), ('shift', None), ('tender', None), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='stored_value_signs_follow_the_kind'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(fields=('bill', 'position'), name='payment_position'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('carried_from__isnull', False), ('method', 'exchange'), models.Q(('carried_from', 'exchange'), _negated=True)), models.Q(('carried_from', None), models.Q(('method', 'exchange'), _negated=True)), _connector='OR'), name='exchange_names_the_tender_it_came_in'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='payment_is_not_nothing'),
        ),
        migrations.AddConstraint(
            model_name='unknownscan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('product', None), ('settled_at', None), ('settled_by', None)), models.Q(('settled_at__isnull', False), ('settled_by__isnull', False)), _connector='OR'), name='unknown_scan_is_settled_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='zreport',
            constraint=models.UniqueConstraint(fields=('register', 'number'), name='z_number_once_per_register'),
        ),
    ]
