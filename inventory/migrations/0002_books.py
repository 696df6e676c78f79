from inventory.goods.search_sql import COLUMN
from inventory.goods.search_sql import FUNCTIONS
from inventory.goods.search_sql import LEXICON
from django.db import migrations


from pos.ledgers import append_only


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_tables"), ("pos", "0002_books")]

    replaces = [  # as they were called before the first release
        ("inventory", "0001_initial"),
        ("inventory", "0002_ledgers"),
        ("inventory", "0003_search"),
    ]

    operations = [
        append_only("inventory_stockmovement"),
        FUNCTIONS,
        COLUMN,
        LEXICON,
    ]
