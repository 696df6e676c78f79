import django.contrib.postgres.fields
from django.db import migrations, models


# What is new in the table of approvals: what a cashier does without asking.
FOR_CASHIERS = {"drop": 50, "refunds_together": 150, "cash_out_together": 150, "others_drawer": 0}


def sums_and_drops_are_asked_for(apps, schema_editor):
    rule = apps.get_model("accounts", "ApprovalRule")
    rule.objects.bulk_create(
        [rule(role="cashier", action=action, allow_up_to=allow) for action, allow in FOR_CASHIERS.items()]
        + [rule(role="manager", action=action) for action in FOR_CASHIERS]
    )


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_attack'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='approval',
            name='approval_action_is_known',
        ),
        migrations.RemoveConstraint(
            model_name='approvalrequest',
            name='request_action_is_known',
        ),
        migrations.RemoveConstraint(
            model_name='approvalrule',
            name='rule_action_is_known',
        ),
        migrations.AlterField(
            model_name='approval',
            name='action',
            field=models.CharField(choices=[('line_discount', 'line discount, per cent'), ('bill_discount', 'bill discount, per cent'), ('price_override', 'price below the list, per cent'), ('below_cost', 'sold below cost, per cent'), ('open_price', 'open price, amount'), ('weight_by_hand', 'weight typed by hand, kilograms'), ('void_line', 'scanned line removed, amount'), ('drop_basket', 'basket given up, amount'), ('refund', 'refund, amount'), ('late_refund', 'refund after its last day, days'), ('refund_without_receipt', 'refund without receipt, amount'), ('refunds_together', 'refunds of a bill, in a shift or by a person in a day, amount'), ('pay_out', 'pay-out, amount'), ('drop', 'safe drop, amount'), ('cash_out_together', 'pay-outs and drops in a shift or by a person in a day, amount'), ('others_drawer', 'cash out of a shift somebody else opened, or its close'), ('no_sale', 'drawer opened without a sale, times in the shift'), ('cash_difference', 'difference at the close of a shift, amount'), ('points_adjustment', 'points corrected, amount'), ('vip', "VIP given or taken without the member's PIN"), ('reprint', 'receipt printed again, times'), ('sell_without_stock', 'sold without stock, amount')], max_length=30, verbose_name='action'),
        ),
        migrations.AlterField(
            model_name='approvalrequest',
            name='action',
            field=models.CharField(choices=[('line_discount', 'line discount, per cent'), ('bill_discount', 'bill discount, per cent'), ('price_override', 'price below the list, per cent'), ('below_cost', 'sold below cost, per cent'), ('open_price', 'open price, amount'), ('weight_by_hand', 'weight typed by hand, kilograms'), ('void_line', 'scanned line removed, amount'), ('drop_basket', 'basket given up, amount'), ('refund', 'refund, amount'), ('late_refund', 'refund after its last day, days'), ('refund_without_receipt', 'refund without receipt, amount'), ('refunds_together', 'refunds of a bill, in a shift or by a person in a day, amount'), ('pay_out', 'pay-out, amount'), ('drop', 'safe drop, amount'), ('cash_out_together', 'pay-outs and drops in a shift or by a person in a day, amount'), ('others_drawer', 'cash out of a shift somebody else opened, or its close'), ('no_sale', 'drawer opened without a sale, times in the shift'), ('cash_difference', 'difference at the close of a shift, amount'), ('points_adjustment', 'points corrected, amount'), ('vip', "VIP given or taken without the member's PIN"), ('reprint', 'receipt printed again, times'), ('sell_without_stock', 'sold without stock, amount')], max_length=30, verbose_name='action'),
        ),
        migrations.AlterField(
            model_name='approvalrule',
            name='action',
            field=models.CharField(choices=[('line_discount', 'line discount, per cent'), ('bill_discount', 'bill discount, per cent'), ('price_override', 'price below the list, per cent'), ('below_cost', 'sold below cost, per cent'), ('open_price', 'open price, amount'), ('weight_by_hand', 'weight typed by hand, kilograms'), ('void_line', 'scanned line removed, amount'), ('drop_basket', 'basket given up, amount'), ('refund', 'refund, amount'), ('late_refund', 'refund after its last day, days'), ('refund_without_receipt', 'refund without receipt, amount'), ('refunds_together', 'refunds of a bill, in a shift or by a person in a day, amount'), ('pay_out', 'pay-out, amount'), ('drop', 'safe drop, amount'), ('cash_out_together', 'pay-outs and drops in a shift or by a person in a day, amount'), ('others_drawer', 'cash out of a shift somebody else opened, or its close'), ('no_sale', 'drawer opened without a sale, times in the shift'), ('cash_difference', 'difference at the close of a shift, amount'), ('points_adjustment', 'points corrected, amount'), ('vip', "VIP given or taken without the member's PIN"), ('reprint', 'receipt printed again, times'), ('sell_without_stock', 'sold without stock, amount')], max_length=30, verbose_name='action'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(('action__in', ['line_discount', 'bill_discount', 'price_override', 'below_cost', 'open_price', 'weight_by_hand', 'void_line', 'drop_basket', 'refund', 'late_refund', 'refund_without_receipt', 'refunds_together', 'pay_out', 'drop', 'cash_out_together', 'others_drawer', 'no_sale', 'cash_difference', 'points_adjustment', 'vip', 'reprint', 'sell_without_stock'])), name='approval_action_is_known'),
        ),
        migrations.AddConstraint(
            model_name='approvalrequest',
            constraint=models.CheckConstraint(condition=models.Q(('action__in', ['line_discount', 'bill_discount', 'price_override', 'below_cost', 'open_price', 'weight_by_hand', 'void_line', 'drop_basket', 'refund', 'late_refund', 'refund_without_receipt', 'refunds_together', 'pay_out', 'drop', 'cash_out_together', 'others_drawer', 'no_sale', 'cash_difference', 'points_adjustment', 'vip', 'reprint', 'sell_without_stock'])), name='request_action_is_known'),
        ),
        migrations.AddConstraint(
            model_name='approvalrule',
            constraint=models.CheckConstraint(condition=models.Q(('action__in', ['line_discount', 'bill_discount', 'price_override', 'below_cost', 'open_price', 'weight_by_hand', 'void_line', 'drop_basket', 'refund', 'late_refund', 'refund_without_receipt', 'refunds_together', 'pay_out', 'drop', 'cash_out_together', 'others_drawer', 'no_sale', 'cash_difference', 'points_adjustment', 'vip', 'reprint', 'sell_without_stock'])), name='rule_action_is_known'),
        ),
        migrations.RunPython(sums_and_drops_are_asked_for, migrations.RunPython.noop),
        migrations.AddField(
            model_name='attempts',
            name='misses',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), default=list, size=None, verbose_name='misses'),
        ),
    ]
