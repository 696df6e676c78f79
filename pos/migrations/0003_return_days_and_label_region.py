import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pos', '0002_books'),
    ]

    operations = [
        migrations.AddField(
            model_name='storesettings',
            name='label_region',
            field=models.CharField(blank=True, choices=[('dk', 'Denmark'), ('ee', 'Estonia'), ('fi', 'Finland'), ('de', 'Germany'), ('gb', 'Great Britain'), ('lv', 'Latvia'), ('lt', 'Lithuania'), ('no', 'Norway'), ('se', 'Sweden')], db_default='', default='', help_text='whose rules read codes that begin with 20 to 29 where no label pattern does', max_length=2, verbose_name='country of the labels'),
        ),
        migrations.AddField(
            model_name='storesettings',
            name='return_days',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, help_text='so long may come back what is sold from now on, and later only if a manager agrees; 0: no end', validators=[django.core.validators.MaxValueValidator(3650)], verbose_name='return days'),
        ),
        migrations.AddConstraint(
            model_name='storesettings',
            constraint=models.CheckConstraint(condition=models.Q(('return_days__lte', 3650)), name='return_days_within_ten_years'),
        ),
        migrations.AddConstraint(
            model_name='storesettings',
            constraint=models.CheckConstraint(condition=models.Q(('label_region__in', ['', 'dk', 'ee', 'fi', 'de', 'gb', 'lv', 'lt', 'no', 'se'])), name='label_region_is_known'),
        ),
    ]
