from django.db import migrations

from pos.ledgers import append_only

# Per cent, amounts of the shop's currency, or times: what is done without asking, and what a manager may allow.
# The table denies nothing above where the second is None.
FOR_CASHIERS = {
    "line_discount": (10, 30),
    "bill_discount": (5, 20),
    "price_override": (5, 50),
    "below_cost": (0, None),
    "open_price": (50, None),
    "weight_by_hand": (None, None),  # where no scale is connected somebody has to type it
    "void_line": (50, None),
    "drop_basket": (50, None),
    "refund": (50, None),
    "refund_without_receipt": (0, 200),
    "pay_out": (50, None),
    "no_sale": (3, None),
    "cash_difference": (20, None),
    "points_adjustment": (0, None),
    "vip": (0, None),
    "reprint": (3, None),
}


def first_rules(apps, schema_editor):
    rule = apps.get_model("accounts", "ApprovalRule")
    rule.objects.bulk_create(
        [
            rule(role="cashier", action=action, allow_up_to=allow, ask_up_to=ask)
            for action, (allow, ask) in FOR_CASHIERS.items()
        ]
        + [rule(role="manager", action=action) for action in FOR_CASHIERS]
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_tables"), ("pos", "0002_books")]

    replaces = [  # as they were called before the first release
        ("accounts", "0001_initial"),
        ("accounts", "0002_ledgers"),
        ("accounts", "0003_approvals"),
        ("accounts", "0004_language"),
        ("accounts", "0005_weights_typed"),
    ]

    operations = [
        append_only("accounts_auditentry"),
        append_only("accounts_approvalrule"),
        append_only("accounts_approval"),
        migrations.RunPython(first_rules, migrations.RunPython.noop),
    ]
