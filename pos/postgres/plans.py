"""How the database plans what it is asked often."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def for_their_values() -> Iterator[None]:
    """Statements are planned for the values they ask for. After some repetitions the database would take one plan for
    all values, and that can use no index of some rows: it read ten million movements to find a hundred of a rare kind.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_custom_plan")
        yield
