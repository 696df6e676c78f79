import django.core.validators
import pos.clock
import pos.money
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [  # as they were called before the first release
        ('pos', '0001_initial'),
        ('pos', '0002_ledgers'),
        ('pos', '0003_paper'),
        ('pos', '0004_idle_lock'),
        ('pos', '0005_logo_and_basket_days'),
    ]

    initial = True

    dependencies = [
    ]

    operations = [
        pos.clock.FUNCTION,
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
                ('basket_days', models.PositiveSmallIntegerField(db_default=7, default=7, help_text='a basket nobody has touched for so many days is given up, on record; 0 keeps them all', validators=[django.core.validators.MaxValueValidator(365)], verbose_name='basket days')),
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
                'constraints': [models.CheckConstraint(condition=models.Q(('cutoff_hour__lte', 23)), name='cutoff_hour_is_an_hour'), models.CheckConstraint(condition=models.Q(('idle_lock_minutes__lte', 240)), name='idle_lock_within_hours'), models.CheckConstraint(condition=models.Q(('basket_days__lte', 365)), name='basket_days_within_a_year'), models.CheckConstraint(condition=models.Q(('receipt_width__in', [58, 80])), name='receipt_width_is_a_roll')],
            },
        ),
    ]
