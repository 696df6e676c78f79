from django.conf import settings
from django.db import migrations, models

UNLOCK = "ALTER TABLE billing_zreport DISABLE TRIGGER append_only"
CHAIN = """
    WITH RECURSIVE chain (id, register_id, number, digest) AS (
        SELECT id, register_id, number, sha256(convert_to(number || ' ' || document::text, 'UTF8'))
          FROM billing_zreport WHERE number = 1
        UNION ALL
        SELECT z.id, z.register_id, z.number,
               sha256(c.digest || convert_to(z.number || ' ' || z.document::text, 'UTF8'))
          FROM chain c JOIN billing_zreport z ON z.register_id = c.register_id AND z.number = c.number + 1
    )
    UPDATE billing_zreport z SET digest = chain.digest FROM chain WHERE chain.id = z.id
"""
LOCK = "ALTER TABLE billing_zreport ENABLE ALWAYS TRIGGER append_only"


def digest(**options):
    told = "SHA-256 of the digest before it in the register, the number and the document"
    return models.BinaryField(help_text=told, max_length=32, **options)


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0008_outage_sales"),
        ("inventory", "0003_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("zreport", "digest", digest(null=True)),
        migrations.RunSQL([UNLOCK, CHAIN, LOCK], migrations.RunSQL.noop),
        migrations.AlterField("zreport", "digest", digest()),
        migrations.AddIndex(
            "basketline",
            models.Index(
                condition=models.Q(("removed_by__isnull", False)), fields=["removed_at"], name="lines_removed"
            ),
        ),
    ]
