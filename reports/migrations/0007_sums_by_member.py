import reports.models.rollups
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0006_tax_exports"),
    ]

    operations = [
        migrations.CreateModel(
            name="MonthMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "revenue",
                    reports.models.rollups.SumField(decimal_places=6, default=0, max_digits=24, verbose_name="revenue"),
                ),
                (
                    "tax",
                    reports.models.rollups.SumField(decimal_places=6, default=0, max_digits=24, verbose_name="tax"),
                ),
                (
                    "refunded",
                    reports.models.rollups.SumField(
                        decimal_places=6, default=0, max_digits=24, verbose_name="refunded"
                    ),
                ),
                (
                    "line_discount",
                    reports.models.rollups.SumField(
                        decimal_places=6, default=0, max_digits=24, verbose_name="line discount"
                    ),
                ),
                (
                    "manual_discount",
                    reports.models.rollups.SumField(
                        decimal_places=6, default=0, max_digits=24, verbose_name="manual discount"
                    ),
                ),
                (
                    "vip_discount",
                    reports.models.rollups.SumField(
                        decimal_places=6, default=0, max_digits=24, verbose_name="VIP discount"
                    ),
                ),
                (
                    "cost",
                    reports.models.rollups.SumField(decimal_places=6, default=0, max_digits=24, verbose_name="cost"),
                ),
                (
                    "pieces",
                    reports.models.rollups.SumField(decimal_places=6, default=0, max_digits=24, verbose_name="pieces"),
                ),
                (
                    "kilograms",
                    reports.models.rollups.SumField(
                        decimal_places=6, default=0, max_digits=24, verbose_name="kilograms"
                    ),
                ),
                ("sales", models.IntegerField(default=0, verbose_name="sales")),
                ("refunds", models.IntegerField(default=0, verbose_name="refunds")),
                (
                    "points_spent",
                    reports.models.rollups.SumField(
                        decimal_places=6, default=0, max_digits=24, verbose_name="points spent"
                    ),
                ),
                (
                    "points_earned",
                    reports.models.rollups.SumField(
                        decimal_places=6, default=0, max_digits=24, verbose_name="points earned"
                    ),
                ),
                (
                    "cash_rounding",
                    reports.models.rollups.SumField(
                        decimal_places=6, default=0, max_digits=24, verbose_name="cash rounding"
                    ),
                ),
                (
                    "change",
                    reports.models.rollups.SumField(decimal_places=6, default=0, max_digits=24, verbose_name="change"),
                ),
                (
                    "cards_sold",
                    reports.models.rollups.SumField(
                        decimal_places=6, default=0, max_digits=24, verbose_name="gift cards sold"
                    ),
                ),
                ("month", models.DateField(verbose_name="month")),
                ("member", models.BigIntegerField(null=True, verbose_name="member")),
                (
                    "points_in",
                    reports.models.rollups.SumField(
                        decimal_places=6, default=0, max_digits=24, verbose_name="points in"
                    ),
                ),
                (
                    "points_out",
                    reports.models.rollups.SumField(
                        decimal_places=6, default=0, max_digits=24, verbose_name="points out"
                    ),
                ),
            ],
            options={
                "verbose_name": "member of a month",
                "verbose_name_plural": "members of months",
            },
        ),
        migrations.RemoveConstraint(
            model_name="monthproduct",
            name="month_product_once",
        ),
        migrations.AddField(
            model_name="monthproduct",
            name="as_sold",
            field=reports.models.rollups.SumField(
                decimal_places=6,
                default=0,
                help_text="what the lines came to in the prices of the shop",
                max_digits=24,
                verbose_name="as sold",
            ),
        ),
        migrations.AddField(
            model_name="monthproduct",
            name="last_line",
            field=models.BigIntegerField(help_text="of a sale", null=True, verbose_name="last line"),
        ),
        migrations.AddField(
            model_name="monthproduct",
            name="last_sold",
            field=models.DateField(null=True, verbose_name="last sold"),
        ),
        migrations.AddField(
            model_name="monthproduct",
            name="sold_by",
            field=models.CharField(default="piece", max_length=6, verbose_name="sold by"),
        ),
        migrations.AddIndex(
            model_name="monthproduct",
            index=models.Index(fields=["product", "month"], name="months_of_product"),
        ),
        migrations.AddConstraint(
            model_name="monthproduct",
            constraint=models.UniqueConstraint(fields=("month", "product", "sold_by"), name="month_product_once"),
        ),
        migrations.AddIndex(
            model_name="monthmember",
            index=models.Index(fields=["member", "month"], name="months_of_member"),
        ),
        migrations.AddConstraint(
            model_name="monthmember",
            constraint=models.UniqueConstraint(
                fields=("month", "member"), name="month_member_once", nulls_distinct=False
            ),
        ),
        # the job makes the months anew, with what they had no column for
        migrations.RunSQL("DELETE FROM reports_rolledmonth", migrations.RunSQL.noop),
    ]
