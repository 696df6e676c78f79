import pos.money
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('billing', '0002_books'),
        ('inventory', '0003_minimum_age'),
        ('members', '0002_books'),
        ('pos', '0003_return_days_and_label_region'),
    ]

    operations = [
        migrations.AddField(
            model_name='basket',
            name='age_checked',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, help_text='the customer was asked, and is at least so old', verbose_name='age confirmed'),
        ),
        migrations.AddField(
            model_name='basket',
            name='removed_worth',
            field=pos.money.MoneyField(decimal_places=3, default=0, help_text='of what was taken out again and no manager has answered for', max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), verbose_name='worth removed'),
        ),
        migrations.AddField(
            model_name='bill',
            name='age_checked',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, help_text='the customer was asked, and is at least so old', verbose_name='age confirmed'),
        ),
        migrations.AddConstraint(
            model_name='basket',
            constraint=models.CheckConstraint(condition=models.Q(('age_checked__lte', 99)), name='basket_age_is_an_age'),
        ),
        migrations.AddConstraint(
            model_name='bill',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('age_checked__lte', 99), ('kind', 'sale')), ('age_checked', 0), _connector='OR'), name='age_is_checked_at_a_sale'),
        ),
    ]
