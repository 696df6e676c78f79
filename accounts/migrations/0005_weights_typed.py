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
    ("refund_without_receipt", "refund without receipt, amount"),
    ("pay_out", "pay-out, amount"),
    ("no_sale", "drawer opened without a sale, times in the shift"),
    ("cash_difference", "difference at the close of a shift, amount"),
    ("points_adjustment", "points corrected, amount"),
    ("vip", "VIP given or taken without the member's PIN"),
    ("reprint", "receipt printed again, times"),
]


def weights_are_typed(apps, schema_editor):
    """Where no scale is connected somebody has to; a manager who wants labels only sets a limit."""
    rule = apps.get_model("accounts", "ApprovalRule")
    of_cashiers = rule.objects.filter(role="cashier", action="weight_by_hand")
    if not of_cashiers.exclude(set_by=None).exists():
        rule.objects.create(role="cashier", action="weight_by_hand")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_language")]

    operations = [
        *(
            migrations.AlterField(name, "action", models.CharField(choices=ACTIONS, max_length=30))
            for name in ("approval", "approvalrequest", "approvalrule")
        ),
        migrations.RunPython(weights_are_typed, migrations.RunPython.noop),
    ]
