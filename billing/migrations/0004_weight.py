import pos.money
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


# A bill's lines have a quantity; this keeps a basket from being paid without the goods nobody has weighed.
PAID_IS_WEIGHED = """
    CREATE FUNCTION refuse_unweighed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM billing_basketline
                    WHERE basket_id = NEW.id AND removed_at IS NULL AND quantity IS NULL) THEN
            RAISE EXCEPTION 'basket % has goods nobody has weighed', NEW.id USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER paid_basket_is_weighed BEFORE UPDATE OF state ON billing_basket
        FOR EACH ROW WHEN (NEW.state = 'paid') EXECUTE FUNCTION refuse_unweighed();
"""
PAID_UNWEIGHED = "DROP TRIGGER paid_basket_is_weighed ON billing_basket; DROP FUNCTION refuse_unweighed();"


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0003_age_and_removed_worth'),
        ('inventory', '0003_minimum_age'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='basketline',
            name='one_plain_line_per_product',
        ),
        migrations.AlterField(
            model_name='basketline',
            name='quantity',
            field=pos.money.QuantityField(decimal_places=3, help_text='none while the goods wait to be weighed', max_digits=15, maximum=Decimal('9999999'), minimum=Decimal('0.001'), null=True, verbose_name='quantity'),
        ),
        migrations.AddConstraint(
            model_name='basketline',
            constraint=models.UniqueConstraint(condition=models.Q(('discount_amount', 0), ('discount_percent', 0), ('quantity__isnull', False), ('removed_at', None), ('label_price', None), ('note', ''), ('unit_price', None)), fields=('basket', 'product'), name='one_plain_line_per_product'),
        ),
        migrations.AddConstraint(
            model_name='basketline',
            constraint=models.UniqueConstraint(condition=models.Q(('quantity', None), ('removed_at', None)), fields=('basket', 'product'), name='one_unweighed_line_per_product'),
        ),
        migrations.AddConstraint(
            model_name='basketline',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__isnull', False), models.Q(('discount_amount', 0), ('discount_percent', 0), ('label_price', None), ('note', ''), ('unit_price', None)), _connector='OR'), name='unweighed_line_is_plain'),
        ),
        migrations.RunSQL(PAID_IS_WEIGHED, PAID_UNWEIGHED),
    ]
