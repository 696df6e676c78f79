"""The time of every bill, shift and movement: the database's clock, read by its function shop_now()."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.migrations import RunSQL
from django.db.models import DateTimeField, Func

FUNCTION = RunSQL(
    """
    CREATE FUNCTION shop_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT coalesce(nullif(current_setting('pos.now', true), '')::timestamptz, statement_timestamp()) $$
    """,
    "DROP FUNCTION shop_now()",
)


class Now(Func):
    function = "shop_now"
    output_field = DateTimeField()


def now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT shop_now()")
        return cursor.fetchone()[0]


@contextmanager
def set_to(moment: datetime) -> Iterator[None]:
    """Sets the clock of this database connection to another moment: for tests and the demo shop only."""
    if not settings.DEBUG:
        raise ImproperlyConfigured("The clock of a shop in service is nobody's to set.")
    _tell(moment.isoformat())
    try:
        yield
    finally:
        _tell("")


def _tell(moment: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pos.now', %s, false)", [moment])
