import pos.money
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0005_layout'),
        ('inventory', '0004_stocknone'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='billline',
            name='oversold',
            field=pos.money.QuantityField(db_default=0, decimal_places=3, default=Decimal('0'), help_text='the part of the quantity the books knew nothing of', max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('0'), verbose_name='sold without stock'),
        ),
        migrations.AddConstraint(
            model_name='billline',
            constraint=models.CheckConstraint(condition=models.Q(('oversold', 0), ('quantity__gte', models.F('oversold')), _connector='OR'), name='line_is_oversold_by_no_more_than_it_is'),
        ),
    ]
