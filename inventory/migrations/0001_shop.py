import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import pos.clock
import pos.money
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from pos.tables import CreateModels


def extension(name):
    """Other rooms may use it too, so it stays when this room moves out."""
    return migrations.RunSQL(f"CREATE EXTENSION IF NOT EXISTS {name}", migrations.RunSQL.noop)


class Migration(migrations.Migration):

    replaces = [
        ('inventory', name) for name in (
            '0001_tables', '0002_books', '0002_ledgers', '0003_minimum_age', '0003_search', '0004_stocknone',
            '0005_once_and_lean', '0006_counts', '0007_buying', '0008_goods', '0009_reasons',
            '0010_locations', '0011_scale', '0012_orders_of_a_location', '0013_reorder_point_of_a_location',
        )
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        extension("unaccent"),
        extension("pg_trgm"),
        extension("fuzzystrmatch"),
        CreateModels(
            models=[
                migrations.CreateModel(
                    name='TaxRate',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=50, unique=True, verbose_name='name')),
                        ('rate', pos.money.RateField(decimal_places=5, help_text='a fraction: 0.10 is ten per cent', max_digits=7, maximum=Decimal('1'), minimum=Decimal('0'), verbose_name='rate')),
                    ],
                    options={
                        'verbose_name': 'tax rate',
                        'verbose_name_plural': 'tax rates',
                        'ordering': ['name'],
                    },
                ),
                migrations.CreateModel(
                    name='Category',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=100, verbose_name='name')),
                        ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='inventory.category', verbose_name='parent')),
                        ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                    ],
                    options={
                        'verbose_name': 'category',
                        'verbose_name_plural': 'categories',
                        'ordering': ['position', 'name'],
                        'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('name'), models.F('parent'), name='category_name_unique', nulls_distinct=False)],
                    },
                ),
                migrations.CreateModel(
                    name='Product',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('sku', models.CharField(max_length=50, verbose_name='SKU')),
                        ('name', models.CharField(max_length=200, verbose_name='name')),
                        ('description', models.TextField(blank=True, max_length=5000, verbose_name='description')),
                        ('category', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='inventory.category', verbose_name='category')),
                        ('price', pos.money.MoneyField(decimal_places=3, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), verbose_name='price')),
                        ('cost', pos.money.MoneyField(decimal_places=3, default=0, help_text='moving average of what the shop paid', max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), verbose_name='cost')),
                        ('tax_rate', models.ForeignKey(blank=True, help_text='empty: untaxed', null=True, on_delete=django.db.models.deletion.PROTECT, to='inventory.taxrate', verbose_name='tax rate')),
                        ('sold_by', models.CharField(choices=[('piece', 'Piece'), ('weight', 'Weight')], default='piece', max_length=6, verbose_name='sold by')),
                        ('open_price', models.BooleanField(db_default=False, default=False, help_text='the cashier types the price', verbose_name='priced at the till')),
                        ('minimum_age', models.PositiveSmallIntegerField(db_default=0, default=0, help_text='the cashier asks customers for it, once for each sale; 0: nobody is asked', validators=[django.core.validators.MaxValueValidator(99)], verbose_name='minimum age')),
                        ('reorder_point', pos.money.QuantityField(decimal_places=3, default=0, max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('0'), verbose_name='reorder point')),
                        ('content', pos.money.QuantityField(blank=True, decimal_places=3, help_text='such as 0.75 of a litre or 250 grams; the unit price is made from it', max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('0.001'), null=True, verbose_name='content')),
                        ('content_unit', models.CharField(blank=True, choices=[('g', 'g'), ('kg', 'kg'), ('ml', 'ml'), ('cl', 'cl'), ('l', 'l'), ('cm', 'cm'), ('m', 'm'), ('piece', 'pieces')], db_default='', default='', max_length=5, verbose_name='unit of the content')),
                        ('is_active', models.BooleanField(default=True, verbose_name='on sale')),
                        ('image', models.ImageField(blank=True, upload_to='products', verbose_name='image')),
                        ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                        ('created_at', models.DateTimeField(db_default=pos.clock.Now(), editable=False, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(db_default=pos.clock.Now(), editable=False, verbose_name='updated at')),
                    ],
                    options={
                        'verbose_name': 'product',
                        'verbose_name_plural': 'products',
                        'ordering': ['name', 'pk'],
                        'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('sku'), name='sku_unique_whatever_its_case', violation_error_message='Another product already has this SKU.'), models.CheckConstraint(condition=models.Q(('sold_by__in', ['piece', 'weight'])), name='sold_by_is_known'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='product_has_a_name'), models.CheckConstraint(condition=models.Q(('minimum_age__lte', 99)), name='minimum_age_is_an_age'), models.CheckConstraint(condition=models.Q(models.Q(('content', None), ('content_unit', '')), models.Q(('content__isnull', False), ('content_unit__in', ['g', 'kg', 'ml', 'cl', 'l', 'cm', 'm', 'piece'])), _connector='OR'), name='content_has_its_unit')],
                    },
                ),
                migrations.CreateModel(
                    name='PriceChange',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('product', models.PositiveBigIntegerField(verbose_name='product')),
                        ('before', pos.money.MoneyField(decimal_places=3, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), verbose_name='before')),
                        ('after', pos.money.MoneyField(decimal_places=3, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), verbose_name='after')),
                        ('at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='at')),
                    ],
                    options={
                        'verbose_name': 'change of a price',
                        'verbose_name_plural': 'changes of prices',
                        'indexes': [models.Index(fields=['product', '-id'], name='prices_of_product'), models.Index(fields=['at'], name='prices_by_time')],
                    },
                ),
                migrations.CreateModel(
                    name='Barcode',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=64, verbose_name='code')),
                        ('scanned', models.GeneratedField(db_persist=True, expression=models.Case(models.When(code__regex='^[0-9]{12}$', then=django.db.models.functions.text.Concat(models.Value('0'), 'code')), default=models.F('code')), output_field=models.CharField(max_length=64), unique=True, verbose_name='as scanned')),
                        ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='barcodes', to='inventory.product', verbose_name='product')),
                    ],
                    options={
                        'verbose_name': 'barcode',
                        'verbose_name_plural': 'barcodes',
                        'ordering': ['pk'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('code', ''), _negated=True), name='barcode_is_not_empty')],
                    },
                ),
                migrations.CreateModel(
                    name='Word',
                    fields=[
                        ('text', models.CharField(db_collation='C', max_length=250, primary_key=True, serialize=False, verbose_name='text')),
                    ],
                    options={
                        'verbose_name': 'word',
                        'verbose_name_plural': 'words',
                        'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['text'], name='word_trigrams', opclasses=['gin_trgm_ops'])],
                    },
                ),
                migrations.CreateModel(
                    name='Location',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=10, validators=[django.core.validators.RegexValidator('\\A[A-Za-z0-9]+\\Z', 'Letters and digits only.')], verbose_name='code')),
                        ('name', models.CharField(max_length=50, verbose_name='name')),
                        ('is_active', models.BooleanField(default=True, verbose_name='in use')),
                    ],
                    options={
                        'verbose_name': 'location',
                        'verbose_name_plural': 'locations',
                        'ordering': ['name', 'pk'],
                        'constraints': [models.UniqueConstraint(django.db.models.functions.text.Upper('code'), name='location_code_unique'), models.UniqueConstraint(django.db.models.functions.text.Lower('name'), name='location_name_unique'), models.CheckConstraint(condition=models.Q(models.Q(('code', ''), _negated=True), models.Q(('name', ''), _negated=True)), name='location_has_code_and_name')],
                    },
                ),
                migrations.CreateModel(
                    name='LocationTax',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('location', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='taxes', to='inventory.location', verbose_name='location')),
                        ('tax_rate', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.taxrate', verbose_name='tax rate')),
                        ('instead', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.taxrate', verbose_name='tax rate there')),
                    ],
                    options={
                        'verbose_name': 'tax rate of a location',
                        'verbose_name_plural': 'tax rates of locations',
                        'constraints': [models.UniqueConstraint(fields=('location', 'tax_rate'), name='one_rate_instead_of_another')],
                    },
                ),
                migrations.CreateModel(
                    name='LocationStock',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('location', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='stock', to='inventory.location', verbose_name='location')),
                        ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='elsewhere', to='inventory.product', verbose_name='product')),
                        ('quantity', pos.money.QuantityField(decimal_places=3, default=0, max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('-9999999'), verbose_name='quantity')),
                        ('oversold', pos.money.QuantityField(db_default=0, decimal_places=3, default=Decimal('0'), max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('0'), verbose_name='sold without stock')),
                        ('reorder_point', pos.money.QuantityField(blank=True, decimal_places=3, help_text="empty: the product's own; 0: not kept there", max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('0'), null=True, verbose_name='reorder point')),
                        ('updated_at', models.DateTimeField(db_default=pos.clock.Now(), editable=False, verbose_name='updated at')),
                    ],
                    options={
                        'verbose_name': 'stock of a location',
                        'verbose_name_plural': 'stock of a location',
                        'ordering': ['location__name', 'pk'],
                        'constraints': [models.UniqueConstraint(fields=('location', 'product'), name='one_stock_a_location')],
                    },
                ),
                migrations.CreateModel(
                    name='Transfer',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.CharField(max_length=20, unique=True, verbose_name='number')),
                        ('origin', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sent', to='inventory.location', verbose_name='from')),
                        ('target', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='coming', to='inventory.location', verbose_name='to')),
                        ('reverses', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversal', to='inventory.transfer', verbose_name='reverses')),
                        ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                        ('at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='at')),
                    ],
                    options={
                        'verbose_name': 'transfer',
                        'verbose_name_plural': 'transfers',
                        'ordering': ['-pk'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('origin', models.F('target')), _negated=True), models.Q(('origin', None), ('target', None), _negated=True)), name='transfer_goes_elsewhere'), models.CheckConstraint(condition=models.Q(('reverses', None), models.Q(('note', ''), _negated=True), _connector='OR'), name='reversed_transfer_has_a_reason')],
                    },
                ),
                migrations.CreateModel(
                    name='TransferLine',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('transfer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='inventory.transfer', verbose_name='transfer')),
                        ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.product', verbose_name='product')),
                        ('name', models.CharField(max_length=200, verbose_name='name')),
                        ('sku', models.CharField(max_length=50, verbose_name='SKU')),
                        ('quantity', pos.money.QuantityField(decimal_places=3, max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('0.001'), verbose_name='quantity')),
                    ],
                    options={
                        'verbose_name': 'line of a transfer',
                        'verbose_name_plural': 'lines of transfers',
                        'ordering': ['pk'],
                        'constraints': [models.UniqueConstraint(fields=('transfer', 'product'), name='product_once_a_transfer')],
                    },
                ),
                migrations.CreateModel(
                    name='TransferArrival',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('transfer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='arrivals', to='inventory.transfer', verbose_name='transfer')),
                        ('kind', models.CharField(choices=[('received', 'Received'), ('back', 'Came back'), ('missing', 'Missing, written off')], max_length=8, verbose_name='kind')),
                        ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                        ('at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='at')),
                    ],
                    options={
                        'verbose_name': 'arrival of a transfer',
                        'verbose_name_plural': 'arrivals of transfers',
                        'ordering': ['pk'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['received', 'back', 'missing'])), name='arrival_kind_is_known'), models.CheckConstraint(condition=models.Q(('kind', 'received'), models.Q(('reason', ''), _negated=True), _connector='OR'), name='missing_goods_have_a_reason')],
                    },
                ),
                migrations.CreateModel(
                    name='TransferArrivalLine',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('arrival', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='inventory.transferarrival', verbose_name='arrival')),
                        ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='arrived', to='inventory.transferline', verbose_name='line of a transfer')),
                        ('quantity', pos.money.QuantityField(decimal_places=3, max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('0.001'), verbose_name='quantity')),
                    ],
                    options={
                        'verbose_name': 'line of an arrival',
                        'verbose_name_plural': 'lines of arrivals',
                        'ordering': ['pk'],
                        'constraints': [models.UniqueConstraint(fields=('arrival', 'line'), name='line_once_an_arrival')],
                    },
                ),
                migrations.CreateModel(
                    name='TransferDraft',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('by', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='transfer_draft', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                        ('origin', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.location', verbose_name='from')),
                        ('target', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.location', verbose_name='to')),
                        ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                        ('key', models.UUIDField(default=uuid.uuid4, unique=True, verbose_name='key')),
                        ('seen', models.JSONField(default=list, verbose_name='scans already done')),
                    ],
                    options={
                        'verbose_name': 'unfinished transfer',
                        'verbose_name_plural': 'unfinished transfers',
                    },
                ),
                migrations.CreateModel(
                    name='TransferDraftLine',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('draft', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='inventory.transferdraft', verbose_name='unfinished transfer')),
                        ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.product', verbose_name='product')),
                        ('quantity', pos.money.QuantityField(decimal_places=3, max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('0.001'), verbose_name='quantity')),
                        ('touched', models.PositiveIntegerField(default=0, verbose_name='order of the scans')),
                    ],
                    options={
                        'verbose_name': 'line of an unfinished transfer',
                        'verbose_name_plural': 'lines of unfinished transfers',
                        'ordering': ['-touched', 'pk'],
                        'constraints': [models.UniqueConstraint(fields=('draft', 'product'), name='product_once_a_transfer_draft')],
                    },
                ),
                migrations.CreateModel(
                    name='Supplier',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=100, verbose_name='name')),
                        ('contact', models.CharField(blank=True, max_length=100, verbose_name='contact')),
                        ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                        ('phone', models.CharField(blank=True, max_length=40, verbose_name='phone')),
                        ('lead_days', models.PositiveSmallIntegerField(default=0, help_text='from the order to the delivery', validators=[django.core.validators.MaxValueValidator(365)], verbose_name='lead time in days')),
                        ('minimum_order', pos.money.MoneyField(decimal_places=3, default=Decimal('0'), help_text='0: none', max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), verbose_name='minimum order')),
                        ('note', models.TextField(blank=True, max_length=1000, verbose_name='note')),
                        ('is_active', models.BooleanField(default=True, verbose_name='in use')),
                    ],
                    options={
                        'verbose_name': 'supplier',
                        'verbose_name_plural': 'suppliers',
                        'ordering': ['name', 'pk'],
                        'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('name'), name='supplier_name_unique'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='supplier_has_a_name'), models.CheckConstraint(condition=models.Q(('lead_days__lte', 365)), name='lead_time_within_a_year')],
                    },
                ),
                migrations.CreateModel(
                    name='SupplierArticle',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('supplier', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='articles', to='inventory.supplier', verbose_name='supplier')),
                        ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='supplier_articles', to='inventory.product', verbose_name='product')),
                        ('code', models.CharField(blank=True, max_length=50, verbose_name='article code')),
                        ('pack_name', models.CharField(blank=True, help_text='such as crate or box', max_length=30, verbose_name='pack')),
                        ('pack_size', pos.money.QuantityField(decimal_places=3, default=1, max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('0.001'), verbose_name='pieces in a pack')),
                        ('pack_barcode', models.CharField(blank=True, max_length=64, verbose_name='barcode of the pack')),
                        ('cost', pos.money.MoneyField(blank=True, decimal_places=3, help_text='as last paid', max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), null=True, verbose_name='cost of one')),
                        ('is_preferred', models.BooleanField(default=False, help_text='ordered here when it runs low', verbose_name='preferred')),
                    ],
                    options={
                        'verbose_name': "supplier's article",
                        'verbose_name_plural': "suppliers' articles",
                        'ordering': ['product__name', 'pk'],
                        'constraints': [models.UniqueConstraint(fields=('supplier', 'product'), name='article_once_a_supplier'), models.UniqueConstraint(condition=models.Q(('pack_barcode', ''), _negated=True), fields=('supplier', 'pack_barcode'), name='pack_barcode_once_a_supplier'), models.UniqueConstraint(condition=models.Q(('is_preferred', True)), fields=('product',), name='one_preferred_supplier')],
                    },
                ),
                migrations.CreateModel(
                    name='DocumentSeries',
                    fields=[
                        ('code', models.CharField(max_length=5, primary_key=True, serialize=False, verbose_name='series')),
                        ('last', models.PositiveIntegerField(verbose_name='last number')),
                    ],
                    options={
                        'verbose_name': 'number series',
                        'verbose_name_plural': 'number series',
                    },
                ),
                migrations.CreateModel(
                    name='PurchaseOrder',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.CharField(max_length=20, unique=True, verbose_name='number')),
                        ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='inventory.supplier', verbose_name='supplier')),
                        ('location', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.location', verbose_name='delivered to')),
                        ('state', models.CharField(choices=[('draft', 'Draft'), ('sent', 'Sent'), ('partly', 'Partly received'), ('received', 'Received'), ('closed', 'Closed')], default='draft', max_length=8, verbose_name='state')),
                        ('note', models.TextField(blank=True, max_length=1000, verbose_name='note')),
                        ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                        ('created_at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='made at')),
                        ('sent_at', models.DateTimeField(null=True, verbose_name='sent at')),
                        ('due_on', models.DateField(null=True, verbose_name='due on')),
                        ('closed_at', models.DateTimeField(null=True, verbose_name='closed at')),
                    ],
                    options={
                        'verbose_name': 'purchase order',
                        'verbose_name_plural': 'purchase orders',
                        'ordering': ['-pk'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'sent', 'partly', 'received', 'closed'])), name='order_state_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['sent', 'partly', 'received']), _negated=True), models.Q(('due_on__isnull', False), ('sent_at__isnull', False)), _connector='OR'), name='sent_order_has_its_time'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state', 'closed')), models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_at', None)), _connector='OR'), name='closed_order_has_its_time')],
                    },
                ),
                migrations.CreateModel(
                    name='PurchaseOrderLine',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('order', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='inventory.purchaseorder', verbose_name='order')),
                        ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.product', verbose_name='product')),
                        ('code', models.CharField(blank=True, max_length=50, verbose_name='article code')),
                        ('packs', pos.money.QuantityField(decimal_places=3, max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('0.001'), verbose_name='packs')),
                        ('pack_size', pos.money.QuantityField(decimal_places=3, max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('0.001'), verbose_name='pieces in a pack')),
                        ('pack_name', models.CharField(blank=True, max_length=30, verbose_name='pack')),
                        ('quantity', pos.money.QuantityField(decimal_places=3, max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('0.001'), verbose_name='quantity')),
                        ('cost', pos.money.MoneyField(decimal_places=3, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), null=True, verbose_name='cost of one')),
                        ('received', pos.money.QuantityField(decimal_places=3, default=Decimal('0'), max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('0'), verbose_name='received')),
                    ],
                    options={
                        'verbose_name': 'line of an order',
                        'verbose_name_plural': 'lines of orders',
                        'ordering': ['pk'],
                        'constraints': [models.UniqueConstraint(fields=('order', 'product'), name='product_once_an_order')],
                    },
                ),
                migrations.CreateModel(
                    name='GoodsReceipt',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.CharField(max_length=20, unique=True, verbose_name='number')),
                        ('supplier', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='inventory.supplier', verbose_name='supplier')),
                        ('order', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='inventory.purchaseorder', verbose_name='order')),
                        ('reverses', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversal', to='inventory.goodsreceipt', verbose_name='reverses')),
                        ('location', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.location', verbose_name='location')),
                        ('note_number', models.CharField(blank=True, max_length=50, verbose_name='delivery note')),
                        ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                        ('at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='at')),
                    ],
                    options={
                        'verbose_name': 'goods receipt',
                        'verbose_name_plural': 'goods receipts',
                        'ordering': ['-pk'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('reverses', None), models.Q(('reason', ''), _negated=True), _connector='OR'), name='reversed_receipt_has_a_reason')],
                    },
                ),
                migrations.CreateModel(
                    name='GoodsReceiptLine',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('receipt', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='inventory.goodsreceipt', verbose_name='receipt')),
                        ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.product', verbose_name='product')),
                        ('order_line', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='came', to='inventory.purchaseorderline', verbose_name='line of the order')),
                        ('name', models.CharField(max_length=200, verbose_name='name')),
                        ('sku', models.CharField(max_length=50, verbose_name='SKU')),
                        ('quantity', pos.money.QuantityField(decimal_places=3, help_text='damaged ones among them', max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('-9999999'), verbose_name='quantity')),
                        ('damaged', pos.money.QuantityField(decimal_places=3, default=Decimal('0'), max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('-9999999'), verbose_name='damaged')),
                        ('expected', pos.money.QuantityField(decimal_places=3, help_text='what was still open in the order', max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('0'), null=True, verbose_name='expected')),
                        ('cost', pos.money.MoneyField(decimal_places=3, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), null=True, verbose_name='cost of one')),
                    ],
                    options={
                        'verbose_name': 'line of a receipt',
                        'verbose_name_plural': 'lines of receipts',
                        'ordering': ['pk'],
                        'constraints': [models.UniqueConstraint(fields=('receipt', 'product'), name='product_once_a_receipt'), models.CheckConstraint(condition=models.Q(models.Q(('damaged__gte', 0), ('damaged__lte', models.F('quantity')), ('quantity__gt', 0)), models.Q(('damaged__gte', models.F('quantity')), ('damaged__lte', 0), ('quantity__lt', 0)), _connector='OR'), name='damaged_is_part_of_what_came')],
                    },
                ),
                migrations.CreateModel(
                    name='ReceiptDraft',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('by', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='receipt_draft', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                        ('supplier', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.supplier', verbose_name='supplier')),
                        ('order', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.purchaseorder', verbose_name='order')),
                        ('location', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.location', verbose_name='location')),
                        ('note_number', models.CharField(blank=True, max_length=50, verbose_name='delivery note')),
                        ('key', models.UUIDField(default=uuid.uuid4, unique=True, verbose_name='key')),
                        ('seen', models.JSONField(default=list, verbose_name='scans already done')),
                        ('begun_at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='begun at')),
                    ],
                    options={
                        'verbose_name': 'unfinished receipt',
                        'verbose_name_plural': 'unfinished receipts',
                    },
                ),
                migrations.CreateModel(
                    name='ReceiptDraftLine',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('draft', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='inventory.receiptdraft', verbose_name='unfinished receipt')),
                        ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.product', verbose_name='product')),
                        ('quantity', pos.money.QuantityField(decimal_places=3, max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('0'), verbose_name='quantity')),
                        ('damaged', pos.money.QuantityField(decimal_places=3, default=Decimal('0'), max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('0'), verbose_name='damaged')),
                        ('cost', pos.money.MoneyField(decimal_places=3, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), null=True, verbose_name='cost of one')),
                        ('touched', models.PositiveIntegerField(default=0, verbose_name='order of the scans')),
                    ],
                    options={
                        'verbose_name': 'line of an unfinished receipt',
                        'verbose_name_plural': 'lines of unfinished receipts',
                        'ordering': ['-touched', 'pk'],
                        'constraints': [models.UniqueConstraint(fields=('draft', 'product'), name='product_once_a_draft'), models.CheckConstraint(condition=models.Q(('damaged__lte', models.F('quantity'))), name='damaged_is_part_of_the_draft')],
                    },
                ),
                migrations.CreateModel(
                    name='SupplierReturn',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.CharField(max_length=20, unique=True, verbose_name='number')),
                        ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='inventory.supplier', verbose_name='supplier')),
                        ('receipt', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='inventory.goodsreceipt', verbose_name='receipt')),
                        ('location', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.location', verbose_name='location')),
                        ('reason', models.CharField(max_length=200, verbose_name='reason')),
                        ('credit', pos.money.MoneyField(decimal_places=3, help_text='what the supplier owes for it', max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), null=True, verbose_name='expected credit')),
                        ('credit_note', models.CharField(blank=True, max_length=50, verbose_name='credit note')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                        ('at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='at')),
                    ],
                    options={
                        'verbose_name': 'supplier return',
                        'verbose_name_plural': 'supplier returns',
                        'ordering': ['-pk'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='supplier_return_has_a_reason')],
                    },
                ),
                migrations.CreateModel(
                    name='SupplierReturnLine',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('returned', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='inventory.supplierreturn', verbose_name='supplier return')),
                        ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.product', verbose_name='product')),
                        ('name', models.CharField(max_length=200, verbose_name='name')),
                        ('sku', models.CharField(max_length=50, verbose_name='SKU')),
                        ('quantity', pos.money.QuantityField(decimal_places=3, max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('0.001'), verbose_name='quantity')),
                        ('cost', pos.money.MoneyField(decimal_places=3, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), verbose_name='cost of one')),
                    ],
                    options={
                        'verbose_name': 'line of a supplier return',
                        'verbose_name_plural': 'lines of supplier returns',
                        'ordering': ['pk'],
                        'constraints': [models.UniqueConstraint(fields=('returned', 'product'), name='product_once_a_return')],
                    },
                ),
                migrations.CreateModel(
                    name='CountSheet',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.CharField(max_length=12, unique=True, verbose_name='number')),
                        ('title', models.CharField(max_length=100, verbose_name='title')),
                        ('location', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.location', verbose_name='location')),
                        ('scope', models.CharField(choices=[('free', 'Whatever is scanned'), ('category', 'A category'), ('search', 'A search'), ('oversold', 'Sold without stock')], max_length=8, verbose_name='products')),
                        ('shows_expected', models.BooleanField(default=False, help_text='otherwise the count is blind', verbose_name='counters see the books')),
                        ('outlier_pieces', pos.money.QuantityField(decimal_places=3, help_text='a larger difference is counted again', max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('0'), null=True, verbose_name='count again beyond pieces')),
                        ('outlier_money', pos.money.MoneyField(decimal_places=3, help_text='at cost; a larger difference is counted again', max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), null=True, verbose_name='count again beyond money')),
                        ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                        ('at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='at')),
                    ],
                    options={
                        'verbose_name': 'count sheet',
                        'verbose_name_plural': 'count sheets',
                        'constraints': [models.CheckConstraint(condition=models.Q(('scope__in', ['free', 'category', 'search', 'oversold'])), name='count_scope_is_known'), models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='count_sheet_has_a_title')],
                    },
                ),
                migrations.CreateModel(
                    name='CountListing',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('sheet', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='listings', to='inventory.countsheet', verbose_name='count sheet')),
                        ('product', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.product', verbose_name='product')),
                    ],
                    options={
                        'verbose_name': 'product to count',
                        'verbose_name_plural': 'products to count',
                        'constraints': [models.UniqueConstraint(fields=('sheet', 'product'), name='product_stands_on_a_sheet_once')],
                    },
                ),
                migrations.CreateModel(
                    name='CountEntry',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('sheet', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='inventory.countsheet', verbose_name='count sheet')),
                        ('product', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.product', verbose_name='product')),
                        ('quantity', pos.money.QuantityField(decimal_places=3, help_text='negative: takes back what was counted by mistake', max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('-9999999'), verbose_name='quantity')),
                        ('round', models.PositiveSmallIntegerField(default=1, verbose_name='round')),
                        ('expected', pos.money.QuantityField(decimal_places=3, help_text='at this moment', max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('-9999999'), verbose_name='by the books')),
                        ('last_movement', models.BigIntegerField(help_text='of the product before this entry; 0: none', verbose_name='last movement')),
                        ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                        ('at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='at')),
                    ],
                    options={
                        'verbose_name': 'count entry',
                        'verbose_name_plural': 'count entries',
                        'indexes': [models.Index(fields=['sheet', 'product', 'id'], name='entries_of_a_sheet')],
                    },
                ),
                migrations.CreateModel(
                    name='CountRecount',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('sheet', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='recounts', to='inventory.countsheet', verbose_name='count sheet')),
                        ('product', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.product', verbose_name='product')),
                        ('round', models.PositiveSmallIntegerField(verbose_name='round')),
                        ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                        ('at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='at')),
                    ],
                    options={
                        'verbose_name': 'recount',
                        'verbose_name_plural': 'recounts',
                        'constraints': [models.UniqueConstraint(fields=('sheet', 'product', 'round'), name='a_round_is_asked_for_once'), models.CheckConstraint(condition=models.Q(('round__gte', 2)), name='a_recount_is_not_the_first_round')],
                    },
                ),
                migrations.CreateModel(
                    name='CountDeed',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('sheet', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='deeds', to='inventory.countsheet', verbose_name='count sheet')),
                        ('deed', models.CharField(choices=[('booked', 'Booked'), ('dropped', 'Given up'), ('undone', 'Undone')], max_length=7, verbose_name='deed')),
                        ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                        ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                        ('at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='at')),
                    ],
                    options={
                        'verbose_name': 'end of a count',
                        'verbose_name_plural': 'ends of counts',
                        'constraints': [models.UniqueConstraint(fields=('sheet', 'deed'), name='a_sheet_ends_so_once'), models.UniqueConstraint(condition=models.Q(('deed__in', ['booked', 'dropped'])), fields=('sheet',), name='a_sheet_is_booked_or_dropped_once'), models.CheckConstraint(condition=models.Q(('deed__in', ['booked', 'dropped', 'undone'])), name='sheet_deed_is_known')],
                    },
                ),
                migrations.CreateModel(
                    name='CountLine',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('sheet', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='inventory.countsheet', verbose_name='count sheet')),
                        ('product', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.product', verbose_name='product')),
                        ('counted', pos.money.QuantityField(decimal_places=3, max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('0'), verbose_name='counted')),
                        ('expected', pos.money.QuantityField(decimal_places=3, max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('-9999999'), verbose_name='by the books')),
                        ('variance', models.GeneratedField(db_persist=True, expression=django.db.models.expressions.CombinedExpression(models.F('counted'), '-', models.F('expected')), output_field=models.DecimalField(decimal_places=3, max_digits=15), verbose_name='difference')),
                        ('cost', pos.money.MoneyField(decimal_places=3, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), verbose_name='cost')),
                        ('price', pos.money.MoneyField(decimal_places=3, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), verbose_name='price')),
                    ],
                    options={
                        'verbose_name': 'counted product',
                        'verbose_name_plural': 'counted products',
                        'constraints': [models.UniqueConstraint(fields=('sheet', 'product'), name='product_is_booked_once_a_sheet')],
                    },
                ),
                migrations.CreateModel(
                    name='Reason',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('deed', models.CharField(choices=[('write_off', 'write-off'), ('refund', 'Refund'), ('pay_in', 'Pay-in'), ('pay_out', 'Pay-out'), ('price', 'Price change')], max_length=9, verbose_name='for')),
                        ('code', models.SlugField(help_text='for programs; small letters, digits, - and _', max_length=30, verbose_name='short name')),
                        ('text', models.CharField(max_length=100, verbose_name='wording')),
                        ('is_active', models.BooleanField(default=True, verbose_name='offered')),
                        ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                    ],
                    options={
                        'verbose_name': 'reason',
                        'verbose_name_plural': 'reasons',
                        'ordering': ['deed', 'position', 'text'],
                        'constraints': [models.UniqueConstraint(fields=('deed', 'code'), name='reason_code_unique', violation_error_message='There is already a reason with this code.'), models.CheckConstraint(condition=models.Q(('deed__in', ['write_off', 'refund', 'pay_in', 'pay_out', 'price'])), name='reason_deed_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('text', ''), _negated=True), models.Q(('code', ''), _negated=True)), name='reason_says_something')],
                    },
                ),
                migrations.CreateModel(
                    name='Stock',
                    fields=[
                        ('product', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, serialize=False, to='inventory.product', verbose_name='product')),
                        ('quantity', pos.money.QuantityField(decimal_places=3, default=0, max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('-9999999'), verbose_name='quantity')),
                        ('allow_negative', models.BooleanField(default=False, verbose_name='may be sold below zero')),
                        ('oversold', pos.money.QuantityField(db_default=0, decimal_places=3, default=Decimal('0'), help_text='since the last count: more than the books knew of', max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('0'), verbose_name='sold without stock')),
                        ('updated_at', models.DateTimeField(db_default=pos.clock.Now(), editable=False, verbose_name='updated at')),
                    ],
                    options={
                        'verbose_name': 'stock',
                        'verbose_name_plural': 'stock',
                        'constraints': [models.CheckConstraint(condition=models.Q(('allow_negative', True), ('quantity__gte', django.db.models.expressions.CombinedExpression(models.F('oversold'), '*', models.Value(-1))), _connector='OR'), name='stock_not_below_zero')],
                    },
                ),
                migrations.CreateModel(
                    name='StockMovement',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('product', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='movements', to='inventory.product', verbose_name='product')),
                        ('location', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.location', verbose_name='location')),
                        ('kind', models.CharField(choices=[('opening', 'Opening'), ('delivery', 'Delivery'), ('count', 'Count'), ('write_off', 'write-off'), ('sale', 'Sale'), ('refund', 'Refund'), ('transfer_out', 'Sent'), ('transfer_in', 'Arrived')], max_length=12, verbose_name='kind')),
                        ('quantity', pos.money.QuantityField(decimal_places=3, help_text='signed: what came in is positive', max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('-9999999'), verbose_name='quantity')),
                        ('oversold', pos.money.QuantityField(db_default=0, decimal_places=3, default=Decimal('0'), help_text='the part of a sale the books knew nothing of', max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('0'), verbose_name='sold without stock')),
                        ('unit_cost', pos.money.MoneyField(decimal_places=3, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), null=True, verbose_name='unit cost')),
                        ('reference', models.CharField(blank=True, max_length=100, verbose_name='reference')),
                        ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                        ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                        ('at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='at')),
                    ],
                    options={
                        'verbose_name': 'stock movement',
                        'verbose_name_plural': 'stock movements',
                        'indexes': [models.Index(fields=['product', '-id'], name='movements_of_product'), models.Index(condition=models.Q(('kind', 'sale'), _negated=True), fields=['id'], name='movements_but_sales'), django.contrib.postgres.indexes.HashIndex(fields=['reference'], name='movements_by_reference'), django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['at'], name='movements_by_time'), models.Index(condition=models.Q(('kind', 'delivery'), ('unit_cost__isnull', False)), fields=['product'], name='deliveries_with_cost')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['opening', 'delivery', 'count', 'write_off', 'sale', 'refund', 'transfer_out', 'transfer_in'])), name='movement_kind_is_known'), models.CheckConstraint(condition=models.Q(('oversold', 0), models.Q(('kind', 'sale'), ('quantity__lte', django.db.models.expressions.CombinedExpression(models.F('oversold'), '*', models.Value(-1)))), _connector='OR'), name='only_a_sale_takes_more_than_there_is')],
                    },
                ),
            ],
        ),
    ]
