from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pos', '0006_once'),
    ]

    operations = [
        migrations.AddField(
            model_name='storesettings',
            name='badge_needs_pin',
            field=models.BooleanField(db_default=True, default=True, help_text='off: a badge made by the shop opens a locked till without a PIN', verbose_name='badge needs the PIN'),
        ),
    ]
