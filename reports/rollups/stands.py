"""Keeps what lay on the shelf at the beginning of each month, in `manage.py work`.

Each stand is the one before and the movements between: a movement is read once. The database dates a movement when it
is written, so none comes for a past moment once every transaction that was writing some has ended; `late` looks for
those by their locks. The audit compares the stands with the movements.
"""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.timezone import localtime

from inventory.models import StockMovement
from pos import clock
from pos.calendar import beginning
from pos.models import StoreSettings
from pos.postgres.silence import unlimited
from reports.models import KeptStand
from reports.rollups.freshness import next_month

SETTLED = timedelta(hours=1)
WRITERS = """
    SELECT EXISTS (SELECT FROM pg_locks
                    WHERE relation = 'inventory_stockmovement'::regclass AND mode = 'RowExclusiveLock'
                      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                      AND pid IS DISTINCT FROM pg_backend_pid())
"""
HOLD = "INSERT INTO reports_keptstand (moment) VALUES (%(moment)s) ON CONFLICT DO NOTHING RETURNING moment"
STAND = """
    INSERT INTO reports_shelfstand (moment, product, location, quantity)
    SELECT %(moment)s, product, location, sum(quantity)
      FROM (SELECT product, location, quantity FROM reports_shelfstand WHERE moment = %(before)s
             UNION ALL
            SELECT product_id, location_id, quantity FROM inventory_stockmovement
             WHERE at < %(moment)s AND at >= coalesce(%(before)s, '-infinity')) m (product, location, quantity)
     GROUP BY 2, 3 HAVING sum(quantity) <> 0
"""


def work_one() -> bool:
    moment = next_moment()
    if moment is None or late():
        return False
    make(moment)
    return True


def next_moment() -> datetime | None:
    """The beginning of the month after the last stand, once it is past."""
    last = latest()
    if last is None:
        last = StockMovement.objects.order_by("pk").values_list("at", flat=True).first()
    if last is None:
        return None
    moment = beginning(next_month(localtime(last).date()), StoreSettings.in_force().cutoff_hour)
    return moment if moment + SETTLED < clock.now() else None


def latest() -> datetime | None:
    return KeptStand.objects.order_by("-moment").values_list("moment", flat=True).first()


def late() -> bool:
    """Whether a transaction that writes movements is still open."""
    with connection.cursor() as cursor:
        cursor.execute(WRITERS)
        found: bool = cursor.fetchone()[0]
    return found


@transaction.atomic
def make(moment: datetime) -> None:
    """Of two workers one makes it."""
    asked = {"moment": moment, "before": latest()}
    with unlimited(), connection.cursor() as cursor:
        cursor.execute(HOLD, asked)
        if cursor.fetchone():
            cursor.execute(STAND, asked)


def forget() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM reports_shelfstand")
        cursor.execute("DELETE FROM reports_keptstand")
