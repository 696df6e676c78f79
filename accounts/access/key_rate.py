"""How often a key may ask in a minute, over all web processes: one row for each key, counted by one statement outside
the request's transactions. The table is not logged, so that its commits wait for no disk; after a crash counting begins
anew."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from accounts.models import KeyMinute
from pos.errors import Refused
from pos.postgres.rows import rows

WINDOW = timedelta(minutes=1)
# Within the window on both sides: the database's clock may have been set back.
COUNT = f"""
    INSERT INTO {KeyMinute._meta.db_table} AS k (key_id, began, asked) VALUES (%(key)s, clock_timestamp(), 1)
        ON CONFLICT (key_id) DO UPDATE SET
           began = CASE WHEN EXCLUDED.began - k.began BETWEEN -%(window)s AND %(window)s
                        THEN k.began ELSE EXCLUDED.began END,
           asked = CASE WHEN EXCLUDED.began - k.began BETWEEN -%(window)s AND %(window)s
                        THEN least(k.asked, %(most)s) + 1 ELSE 1 END
     RETURNING asked, ceil(extract(epoch FROM began + %(window)s - clock_timestamp()))::int
"""


class TooManyRequests(Refused):
    code = "too_many_requests"
    status = 429
    message = _("This key asks too often. Wait before asking again.")


def count(key: int, most: int) -> None:
    ((asked, wait),) = rows(COUNT, {"key": key, "window": WINDOW, "most": most})
    if asked > most:
        raise TooManyRequests(retry_after=max(wait, 1), per_minute=most)
