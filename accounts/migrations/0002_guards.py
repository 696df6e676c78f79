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
    "sell_without_stock": (0, None),
    "void_line": (50, None),
    "drop_basket": (50, None),
    "refund": (50, None),
    "late_refund": (0, None),
    "refund_without_receipt": (0, 200),
    "refunds_together": (150, None),
    "pay_out": (50, None),
    "drop": (50, None),
    "cash_out_together": (150, None),
    "no_sale": (3, None),
    "others_drawer": (0, None),
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
    """Why these names: pos.0002_guards."""

    replaces = [("accounts", "0001_initial")]

    dependencies = [
        ("accounts", "0016_key_locations"),
        # before the rooms above: each change of theirs renders every model that leads to the user anew
        ("django_otp_webauthn", "0004_webauthnuserhandle"),
        ("otp_static", "0003_add_timestamps"),
        ("otp_totp", "0003_add_timestamps"),
    ]

    operations = [
        append_only("accounts_auditentry"),
        append_only("accounts_approvalrule"),
        append_only("accounts_approval"),
        migrations.RunSQL("ALTER TABLE accounts_keyminute SET UNLOGGED, SET (fillfactor = 50)", migrations.RunSQL.noop),
        migrations.RunPython(first_rules, migrations.RunPython.noop),
    ]
