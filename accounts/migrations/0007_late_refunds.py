from django.db import migrations, models

ACTIONS = [
    ("line_discount", "line discount, per cent"),
    ("bill_discount", "bill discount, per cent"),
    ("price_override", "price below the list, per cent"),
    ("below_cost", "sold below cost, per cent"),
    ("open_price", "open price, amount"),
    ("weight_by_hand", "weight typed by hand, kilograms"),
    ("void_line", "scanned line removed, amount"),
    ("drop_basket", "basket given up, amount"),
    ("refund", "refund, amount"),
    ("late_refund", "refund after its last day, days"),
    ("refund_without_receipt", "refund without receipt, amount"),
    ("pay_out", "pay-out, amount"),
    ("no_sale", "drawer opened without a sale, times in the shift"),
    ("cash_difference", "difference at the close of a shift, amount"),
    ("points_adjustment", "points corrected, amount"),
    ("vip", "VIP given or taken without the member's PIN"),
    ("reprint", "receipt printed again, times"),
]
KNOWN = {
    "approval": "approval_action_is_known",
    "approvalrequest": "request_action_is_known",
    "approvalrule": "rule_action_is_known",
}


def late_refunds_are_asked_for(apps, schema_editor):
    rule = apps.get_model("accounts", "ApprovalRule")
    rule.objects.create(role="cashier", action="late_refund", allow_up_to=0)
    rule.objects.create(role="manager", action="late_refund")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_spoken_names")]

    operations = [
        *(
            operation
            for model, constraint in KNOWN.items()
            for operation in (
                migrations.AlterField(model, "action", models.CharField("action", choices=ACTIONS, max_length=30)),
                migrations.RemoveConstraint(model, constraint),
                migrations.AddConstraint(
                    model,
                    models.CheckConstraint(
                        condition=models.Q(action__in=[action for action, _ in ACTIONS]), name=constraint
                    ),
                ),
            )
        ),
        migrations.RunPython(late_refunds_are_asked_for, migrations.RunPython.noop),
    ]
