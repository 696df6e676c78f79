import django.core.validators
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('inventory', '0002_books'),
    ]

    operations = [
        migrations.AddField(
            model_name='product',
            name='minimum_age',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, help_text='the cashier asks customers for it, once for each sale; 0: nobody is asked', validators=[django.core.validators.MaxValueValidator(99)], verbose_name='minimum age'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('minimum_age__lte', 99)), name='minimum_age_is_an_age'),
        ),
    ]
