import django.db.models.deletion
import pos.clock
import pos.money
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from pos.ledgers import append_only


def stored_value_tenders(apps, schema_editor):
    tender = apps.get_model("billing", "Tender")
    tender.objects.create(code="gift_card", name="Gift card", kind="gift_card", position=3)
    tender.objects.create(code="store_credit", name="Store credit", kind="store_credit", position=4)


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0005_scan_seen"),
        ("members", "0002_ledgers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StoredValue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("gift_card", "gift card"), ("store_credit", "store credit")], max_length=12
                    ),
                ),
                ("digest", models.BinaryField(help_text="SHA-256 of the code", max_length=32, unique=True)),
                ("last4", models.CharField(max_length=4)),
                (
                    "balance",
                    pos.money.MoneyField(
                        decimal_places=3, default=0, max_digits=15, maximum=Decimal("999999999"), minimum=Decimal("0")
                    ),
                ),
                ("is_blocked", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(db_default=pos.clock.Now())),
            ],
        ),
        migrations.CreateModel(
            name="StoredValueEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("issue", "sold"),
                            ("top_up", "topped up"),
                            ("redeem", "paid with"),
                            ("refund_to", "refunded to"),
                            ("block", "blocked"),
                            ("unblock", "unblocked"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "amount",
                    pos.money.MoneyField(
                        decimal_places=3,
                        help_text="signed: what the shop owes more",
                        max_digits=15,
                        maximum=Decimal("999999999"),
                        minimum=Decimal("-999999999"),
                    ),
                ),
                (
                    "key",
                    models.UUIDField(help_text="makes the sale of a card happen exactly once", null=True, unique=True),
                ),
                ("reference", models.CharField(blank=True, max_length=50)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("at", models.DateTimeField(db_default=pos.clock.Now())),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="cashmovement",
            name="cash_signs_follow_the_kind",
        ),
        migrations.RemoveConstraint(
            model_name="tender",
            name="tender_kind_is_known",
        ),
        migrations.AlterField(
            model_name="cashmovement",
            name="kind",
            field=models.CharField(
                choices=[
                    ("float", "Float"),
                    ("sale", "Sale"),
                    ("refund", "Refund"),
                    ("pay_in", "pay-in"),
                    ("pay_out", "pay-out"),
                    ("drop", "safe drop"),
                    ("voucher", "gift card sold"),
                    ("no_sale", "no sale"),
                ],
                max_length=7,
            ),
        ),
        migrations.AlterField(
            model_name="tender",
            name="kind",
            field=models.CharField(
                choices=[
                    ("cash", "Cash"),
                    ("card", "Card"),
                    ("other", "Other"),
                    ("gift_card", "gift card"),
                    ("store_credit", "store credit"),
                ],
                default="other",
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="cashmovement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount__gte", 0), ("bill", None), ("kind__in", ["float", "pay_in"])),
                    models.Q(("amount__lt", 0), ("bill", None), ("kind__in", ["pay_out", "drop"])),
                    models.Q(("amount__gt", 0), ("bill", None), ("kind", "voucher")),
                    models.Q(("amount", 0), ("bill", None), ("kind", "no_sale")),
                    models.Q(("bill__isnull", False), ("kind__in", ["sale", "refund"])),
                    _connector="OR",
                ),
                name="cash_signs_follow_the_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="tender",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["cash", "card", "other", "gift_card", "store_credit"])),
                name="tender_kind_is_known",
            ),
        ),
        migrations.AddField(
            model_name="storedvalue",
            name="member",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.member"
            ),
        ),
        migrations.AddField(
            model_name="storedvalueentry",
            name="bill",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="stored_value", to="billing.bill"
            ),
        ),
        migrations.AddField(
            model_name="storedvalueentry",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="storedvalueentry",
            name="card",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="billing.storedvalue"
            ),
        ),
        migrations.AddField(
            model_name="storedvalueentry",
            name="shift",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="stored_value", to="billing.shift"
            ),
        ),
        migrations.AddField(
            model_name="storedvalueentry",
            name="tender",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="billing.tender"
            ),
        ),
        migrations.AddConstraint(
            model_name="storedvalue",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("gift_card", "store_credit"))), name="stored_value_kind_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="storedvalueentry",
            constraint=models.UniqueConstraint(fields=("bill", "card"), name="stored_value_once_per_bill"),
        ),
        migrations.AddConstraint(
            model_name="storedvalueentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("amount__gt", 0),
                        ("bill", None),
                        ("kind__in", ["issue", "top_up"]),
                        ("key__isnull", False),
                        ("shift__isnull", False),
                        ("tender__isnull", False),
                    ),
                    models.Q(
                        ("amount__lt", 0),
                        ("bill__isnull", False),
                        ("key", None),
                        ("kind", "redeem"),
                        ("shift", None),
                        ("tender", None),
                    ),
                    models.Q(
                        ("amount__gt", 0),
                        ("bill__isnull", False),
                        ("key", None),
                        ("kind", "refund_to"),
                        ("shift", None),
                        ("tender", None),
                    ),
                    models.Q(
                        ("amount", 0),
                        ("bill", None),
                        ("key", None),
                        ("kind__in", ["block", "unblock"]),
                        ("shift", None),
                        ("tender", None),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="stored_value_signs_follow_the_kind",
            ),
        ),
        migrations.RunPython(stored_value_tenders, migrations.RunPython.noop),
        append_only("billing_storedvalueentry"),
    ]
