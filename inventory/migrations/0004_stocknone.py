import django.db.models.expressions
import pos.money
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0003_minimum_age'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='stock',
            name='stock_not_below_zero',
        ),
        migrations.AddField(
            model_name='stock',
            name='oversold',
            field=pos.money.QuantityField(db_default=0, decimal_places=3, default=Decimal('0'), help_text='since the last count: more than the books knew of', max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('0'), verbose_name='sold without stock'),
        ),
        migrations.AddField(
            model_name='stockmovement',
            name='oversold',
            field=pos.money.QuantityField(db_default=0, decimal_places=3, default=Decimal('0'), help_text='the part of a sale the books knew nothing of', max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('0'), verbose_name='sold without stock'),
        ),
        migrations.AddConstraint(
            model_name='stock',
            constraint=models.CheckConstraint(condition=models.Q(('allow_negative', True), ('quantity__gte', django.db.models.expressions.CombinedExpression(models.F('oversold'), '*', models.Value(-1))), _connector='OR'), name='stock_not_below_zero'),
        ),
        migrations.AddConstraint(
            model_name='stockmovement',
            constraint=models.CheckConstraint(condition=models.Q(('oversold', 0), models.Q(('kind', 'sale'), ('quantity__lte', django.db.models.expressions.CombinedExpression(models.F('oversold'), '*', models.Value(-1)))), _connector='OR'), name='only_a_sale_takes_more_than_there_is'),
        ),
    ]
