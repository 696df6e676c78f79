from django.db import migrations, models


def late_refunds_are_asked_for(apps, schema_editor):
    rule = apps.get_model("accounts", "ApprovalRule")
    rule.objects.create(role="cashier", action="late_refund", allow_up_to=0)
    rule.objects.create(role="manager", action="late_refund")


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_books'),
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
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(('action__in', ['line_discount', 'bill_discount', 'price_override', 'below_cost', 'open_price', 'weight_by_hand', 'void_line', 'drop_basket', 'refund', 'late_refund', 'refund_without_receipt', 'pay_out', 'no_sale', 'cash_difference', 'points_adjustment', 'vip', 'reprint'])), name='approval_action_is_known'),
        ),
        migrations.AddConstraint(
            model_name='approvalrequest',
            constraint=models.CheckConstraint(condition=models.Q(('action__in', ['line_discount', 'bill_discount', 'price_override', 'below_cost', 'open_price', 'weight_by_hand', 'void_line', 'drop_basket', 'refund', 'late_refund', 'refund_without_receipt', 'pay_out', 'no_sale', 'cash_difference', 'points_adjustment', 'vip', 'reprint'])), name='request_action_is_known'),
        ),
        migrations.AddConstraint(
            model_name='approvalrule',
            constraint=models.CheckConstraint(condition=models.Q(('action__in', ['line_discount', 'bill_discount', 'price_override', 'below_cost', 'open_price', 'weight_by_hand', 'void_line', 'drop_basket', 'refund', 'late_refund', 'refund_without_receipt', 'pay_out', 'no_sale', 'cash_difference', 'points_adjustment', 'vip', 'reprint'])), name='rule_action_is_known'),
        ),
        migrations.RunPython(late_refunds_are_asked_for, migrations.RunPython.noop),
    ]
