from django.conf import settings
from django.db import migrations, models


# A bill keeps what it printed, so lines written before are told once what the goods are sold by today. A part of a piece
# was never sold: goods once sold in parts were weighed, whatever they are sold by now.
TELL_LINES = """
    ALTER TABLE billing_billline DISABLE TRIGGER append_only;
    UPDATE billing_billline l SET sold_by = 'weight'
      FROM inventory_product p
     WHERE p.id = l.product_id
       AND (p.sold_by = 'weight'
            OR p.id IN (SELECT product_id FROM billing_billline WHERE quantity <> trunc(quantity)));
    ALTER TABLE billing_billline ENABLE ALWAYS TRIGGER append_only;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0004_weight'),
        ('inventory', '0003_minimum_age'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='billline',
            name='sold_by',
            field=models.CharField(choices=[('piece', 'Piece'), ('weight', 'Weight')], db_default='piece', default='piece', max_length=6, verbose_name='sold by'),
        ),
        migrations.RunSQL(TELL_LINES, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='billline',
            constraint=models.CheckConstraint(condition=models.Q(('sold_by__in', ['piece', 'weight'])), name='line_sold_by_is_known'),
        ),
    ]
