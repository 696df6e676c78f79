import django.contrib.postgres.indexes
from django.contrib.postgres.operations import CreateExtension
from django.db import migrations, models

from inventory.search_sql import COLUMN, FUNCTIONS, LEXICON


class Migration(migrations.Migration):
    dependencies = [("inventory", "0002_ledgers")]
    operations = [
        CreateExtension("unaccent"),
        CreateExtension("pg_trgm"),
        CreateExtension("fuzzystrmatch"),
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
