import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
import pos.clock
import pos.money
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


def extension(name):
    """Other rooms may use it too, so it stays when this room moves out."""
    return migrations.RunSQL(f"CREATE EXTENSION IF NOT EXISTS {name}", migrations.RunSQL.noop)


class Migration(migrations.Migration):

    replaces = [  # as they were called before the first release
        ('inventory', '0001_initial'),
        ('inventory', '0002_ledgers'),
        ('inventory', '0003_search'),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        extension("unaccent"),
        extension("pg_trgm"),
        extension("fuzzystrmatch"),
        migrations.CreateModel(
            name='Product',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sku', models.CharField(max_length=50, verbose_name='SKU')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('description', models.TextField(blank=True, max_length=5000, verbose_name='description')),
                ('price', pos.money.MoneyField(decimal_places=3, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), verbose_name='price')),
                ('cost', pos.money.MoneyField(decimal_places=3, default=0, help_text='moving average of what the shop paid', max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), verbose_name='cost')),
                ('sold_by', models.CharField(choices=[('piece', 'Piece'), ('weight', 'Weight')], default='piece', max_length=6, verbose_name='sold by')),
                ('open_price', models.BooleanField(db_default=False, default=False, help_text='the cashier types the price', verbose_name='priced at the till')),
                ('reorder_point', pos.money.QuantityField(decimal_places=3, default=0, max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('0'), verbose_name='reorder point')),
                ('is_active', models.BooleanField(default=True, verbose_name='on sale')),
                ('image', models.ImageField(blank=True, upload_to='products', verbose_name='image')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('created_at', models.DateTimeField(db_default=pos.clock.Now(), editable=False, verbose_name='created at')),
                ('updated_at', models.DateTimeField(db_default=pos.clock.Now(), editable=False, verbose_name='updated at')),
            ],
            options={
                'ordering': ['name', 'pk'],
                'verbose_name': 'product',
                'verbose_name_plural': 'products',
            },
        ),
        migrations.CreateModel(
            name='TaxRate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=50, unique=True, verbose_name='name')),
                ('rate', pos.money.RateField(decimal_places=5, help_text='a fraction: 0.10 is ten per cent', max_digits=7, maximum=Decimal('1'), minimum=Decimal('0'), verbose_name='rate')),
            ],
            options={
                'ordering': ['name'],
                'verbose_name': 'tax rate',
                'verbose_name_plural': 'tax rates',
            },
        ),
        migrations.CreateModel(
            name='Category',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='inventory.category', verbose_name='parent')),
            ],
            options={
                'ordering': ['position', 'name'],
                'verbose_name': 'category',
                'verbose_name_plural': 'categories',
            },
        ),
        migrations.CreateModel(
            name='Stock',
            fields=[
                ('product', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, serialize=False, to='inventory.product', verbose_name='product')),
                ('quantity', pos.money.QuantityField(decimal_places=3, default=0, max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('-9999999'), verbose_name='quantity')),
                ('allow_negative', models.BooleanField(default=False, verbose_name='may be sold below zero')),
                ('updated_at', models.DateTimeField(db_default=pos.clock.Now(), editable=False, verbose_name='updated at')),
            ],
            options={
                'verbose_name': 'stock',
                'verbose_name_plural': 'stock',
            },
        ),
        migrations.AddField(
            model_name='product',
            name='category',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='inventory.category', verbose_name='category'),
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
                'ordering': ['pk'],
                'verbose_name': 'barcode',
                'verbose_name_plural': 'barcodes',
            },
        ),
        migrations.CreateModel(
            name='StockMovement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('opening', 'Opening'), ('delivery', 'Delivery'), ('count', 'Count'), ('write_off', 'write-off'), ('sale', 'Sale'), ('refund', 'Refund')], max_length=10, verbose_name='kind')),
                ('quantity', pos.money.QuantityField(decimal_places=3, help_text='signed: what came in is positive', max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('-9999999'), verbose_name='quantity')),
                ('unit_cost', pos.money.MoneyField(decimal_places=3, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), null=True, verbose_name='unit cost')),
                ('reference', models.CharField(blank=True, max_length=100, verbose_name='reference')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='at')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='movements', to='inventory.product', verbose_name='product')),
            ],
            options={
                'verbose_name': 'stock movement',
                'verbose_name_plural': 'stock movements',
            },
        ),
        migrations.AddField(
            model_name='product',
            name='tax_rate',
            field=models.ForeignKey(blank=True, help_text='empty: untaxed', null=True, on_delete=django.db.models.deletion.PROTECT, to='inventory.taxrate', verbose_name='tax rate'),
        ),
        migrations.CreateModel(
            name='Word',
            fields=[
                ('text', models.CharField(db_collation='C', max_length=250, primary_key=True, serialize=False, verbose_name='text')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['text'], name='word_trigrams', opclasses=['gin_trgm_ops'])],
                'verbose_name': 'word',
                'verbose_name_plural': 'words',
            },
        ),
        migrations.AddConstraint(
            model_name='category',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('name'), models.F('parent'), name='category_name_unique', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='stock',
            constraint=models.CheckConstraint(condition=models.Q(('allow_negative', True), ('quantity__gte', 0), _connector='OR'), name='stock_not_below_zero'),
        ),
        migrations.AddConstraint(
            model_name='barcode',
            constraint=models.CheckConstraint(condition=models.Q(('code', ''), _negated=True), name='barcode_is_not_empty'),
        ),
        migrations.AddIndex(
            model_name='stockmovement',
            index=models.Index(fields=['product', '-id'], name='movements_of_product'),
        ),
        migrations.AddConstraint(
            model_name='stockmovement',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['opening', 'delivery', 'count', 'write_off', 'sale', 'refund'])), name='movement_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('sku'), name='sku_unique_whatever_its_case', violation_error_message='Another product already has this SKU.'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('sold_by__in', ['piece', 'weight'])), name='sold_by_is_known'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='product_has_a_name'),
        ),
    ]
