"""The machine the shop runs on: its clock, disks, settings and version."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing.models import Bill
from pos import clock
from pos.version import VERSION
from reports.doctor.finding import Finding, bad, good, look

SECONDS_APART = 5
FULL, NEARLY_FULL, LEAST_FREE = 0.95, 0.80, 500_000_000


def findings() -> Iterator[Finding]:
    yield version()
    yield time_of_day()
    yield from disks()
    yield mode()


def version() -> Finding:
    number = connection.pg_version  # type: ignore[attr-defined]
    says = _("Shop %(shop)s on PostgreSQL %(database)s.") % {
        "shop": VERSION,
        "database": f"{number // 10000}.{number % 10000}",
    }
    return good("version", _("Version"), says)


def time_of_day() -> Finding:
    title, now = _("Clock"), clock.now()
    apart = abs((timezone.now() - now).total_seconds())
    if apart > SECONDS_APART:
        return bad(
            "clock",
            title,
            _("This machine and the database are %(seconds)s seconds apart.") % {"seconds": round(apart)},
            _("Let both set their clocks by the network: timedatectl set-ntp true."),
        )
    newest = Bill.objects.order_by("-pk").values_list("at", flat=True).first()
    if newest and newest > now:
        return bad(
            "clock",
            title,
            _("The newest bill is from the future: the clock was set back."),
            _("Set the clock right, and sell only once the time of that bill has passed."),
        )
    says = _("It is %(time)s in %(zone)s.") % {
        "time": date_format(timezone.localtime(now), "H:i"),
        "zone": settings.TIME_ZONE,
    }
    return good("clock", title, says + " " + _("If that is not the time on your wall, set SHOP_TIME_ZONE."))


def disks() -> Iterator[Finding]:
    """One finding for each disk, whatever lies on it."""
    lying: dict[int, tuple[Path, list[str]]] = {}
    wanted = [
        (settings.DATA_DIR, _("books")),
        (Path(settings.MEDIA_ROOT), _("pictures")),
        (settings.BACKUP_FOLDER, _("backups")),
    ]
    for place, what in wanted:
        if place is not None and (there := existing(place)):
            lying.setdefault(there.stat().st_dev, (there, []))[1].append(what)
    for there, kinds in lying.values():
        yield disk(there, ", ".join(kinds))


def existing(place: Path) -> Path | None:
    return next((folder for folder in (place, *place.parents) if folder.exists()), None)


def disk(place: Path, what: str) -> Finding:
    usage = shutil.disk_usage(place)
    share = 1 - usage.free / usage.total
    title = _("Disk: %(what)s") % {"what": what}
    says = _("%(share)s %% used, %(free)s GB free in %(folder)s.") % {
        "share": round(share * 100),
        "free": round(usage.free / 1e9, 1),
        "folder": place,
    }
    do = _("Make room or move to a larger disk: a full disk refuses every sale.")
    if share > FULL or usage.free < LEAST_FREE:
        return bad("disk", title, says, do)
    return look("disk", title, says, do) if share > NEARLY_FULL else good("disk", title, says)


def mode() -> Finding:
    title = _("Keys and settings")
    if settings.DEBUG:
        says = _("DEBUG is on: faults are shown to everybody, and the key is made up.")
        return look("settings", title, says, _("For a real shop use make shop, or set DEBUG=off and a SECRET_KEY."))
    if not settings.DATABASE_OWNER_URL and owns_tables():
        says = _("The shop works as the owner of its tables, and could lift the guards of the books.")
        return look(
            "settings", title, says, _("Set DATABASE_URL to a role of its own and DATABASE_OWNER_URL to the owner.")
        )
    return good("settings", title, _("The secret key is long, and DEBUG is off."))


def owns_tables() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableowner = current_user FROM pg_tables WHERE tablename = 'billing_bill'")
        found = cursor.fetchone()
    return bool(found and found[0])
