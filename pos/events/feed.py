"""The feed of changes, in an order in which nothing that becomes visible later can stand before what was read.

A sequence or a clock gives no such order: a transaction takes its number early and commits late. So entries stand in
the order of their transactions, and are held back while any transaction that began to write before them still runs
(`pg_snapshot_xmin`). What stands below that mark is final.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, Min
from django.utils.translation import gettext_lazy as _

from pos import clock
from pos.errors import Invalid, Refused
from pos.models import Change, FeedEra

KINDS = ("product", "stock", "category", "tax_rate", "member", "bill", "gift_card", "shift", "settings")


class CursorGone(Refused):
    code = "cursor_gone"
    status = 410
    message = _("The feed began anew since this cursor was given. Take a snapshot, and go on from its cursor.")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """After the n-th object of a row; `id` 0 means before every row of the transaction."""

    xid: int
    id: int = 0
    n: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    place: Place
    kind: str
    object: int
    gone: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    entries: Sequence[Entry]
    following: Place
    era: str


READ = """
    SELECT c.xid, c.id, o.n, c.kind, o.id, c.gone, c.at
      FROM pos_change c CROSS JOIN LATERAL unnest(c.ids) WITH ORDINALITY o (id, n)
     WHERE (c.xid, c.id) >= (%s, %s) AND ((c.xid, c.id) > (%s, %s) OR o.n > %s)
       AND c.xid < %s AND c.kind = ANY(%s)
     ORDER BY c.xid, c.id, o.n LIMIT %s
"""


def read(after: str, kinds: Sequence[str], most: int) -> Page:
    """At most so many entries after a cursor."""
    settled, era = mark()
    place = placed(after, settled, era)
    bounds: list[Any] = [place.xid, place.id, place.xid, place.id, place.n, settled, list(kinds), most]
    with connection.cursor() as cursor:
        cursor.execute(READ, bounds)
        found = [Entry(Place(xid, pk, n), kind, named, gone, at) for xid, pk, n, kind, named, gone, at in cursor]
    is_all = len(found) < most
    following = Place(max(settled, place.xid)) if is_all else found[-1].place
    return Page(found, following, era)


def now() -> str:
    """The cursor before everything that is not settled yet."""
    settled, era = mark()
    return written(Place(settled), era)


def mark() -> tuple[int, str]:
    """The first transaction that may still run: all before it are over. And the era."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,"
            " pg_snapshot_xmax(pg_current_snapshot())::text::bigint,"
            " (SELECT max(xid) FROM pos_change WHERE xid IS DISTINCT FROM"
            " pg_current_xact_id_if_assigned()::text::bigint)"  # a transaction's own notes are of this server
        )
        settled, coming, last = cursor.fetchone()
    if last is not None and last >= coming:
        begin_anew()
    return settled, era_in_force()


def era_in_force() -> str:
    era = FeedEra.objects.order_by("pk").first() or FeedEra.objects.create()
    return era.era.hex[:12]


@transaction.atomic
def forget_old() -> int:
    """Drops what is older than FEED_DAYS; whoever has not read it by then begins with a snapshot."""
    kept = Change.objects.filter(at__gte=clock.now() - timedelta(days=settings.FEED_DAYS))
    oldest = kept.aggregate(least=Min("xid"))["least"] or mark()[0]
    past = Change.objects.filter(xid__lt=oldest)
    last = past.aggregate(most=Max("xid"))["most"]
    if last is None:
        return 0
    era_in_force()
    FeedEra.objects.update(forgotten=last + 1)
    return past.delete()[0]


@transaction.atomic
def begin_anew() -> None:
    """Empties the feed and refuses every cursor given before: its entries were numbered by another server."""
    Change.objects.all().delete()
    FeedEra.objects.all().delete()
    FeedEra.objects.create(era=uuid4())


def written(place: Place, era: str) -> str:
    text = json.dumps([era, place.xid, place.id, place.n], separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def placed(cursor: str, settled: int, era: str) -> Place:
    """The place a cursor names. Raises CursorGone for one of another era, or from beyond this server's time."""
    try:
        of, *numbers = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        place = Place(*numbers)
        if not all(type(number) is int and 0 <= number < 2**63 for number in numbers) or len(numbers) != 3:
            raise ValueError
    except (ValueError, TypeError, RecursionError):
        raise Invalid("after", _("This cursor was not given out by the shop.")) from None
    if of != era or place.xid > settled or FeedEra.objects.filter(forgotten__gt=place.xid).exists():
        raise CursorGone
    return place
