import django.contrib.postgres.indexes
from django.db import migrations, models

from inventory.search_sql import COLUMN, FUNCTIONS, LEXICON


def extension(name):
    """Other rooms may use it too, so it stays when this room moves out."""
    return migrations.RunSQL(f"CREATE EXTENSION IF NOT EXISTS {name}", migrations.RunSQL.noop)


class Migration(migrations.Migration):
    dependencies = [("inventory", "0002_ledgers")]
    operations = [
        extension("unaccent"),
        extension("pg_trgm"),
        extension("fuzzystrmatch"),
        migrations.CreateModel(
            name="Word",
            fields=[
                (
                    "text",
                    models.CharField(db_collation="C", max_length=250, primary_key=True, serialize=False),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["text"], name="word_trigrams", opclasses=["gin_trgm_ops"]
                    )
                ]
            },
        ),
        FUNCTIONS,
        COLUMN,
        LEXICON,
    ]
