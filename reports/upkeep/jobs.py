"""What `manage.py work` does for the shop's safety, each in a thread of its own."""

from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from pos import clock, upkeep
from pos.backups.folder import chosen
from pos.backups.taking import take
from pos.models import UpkeepKind
from reports.upkeep import books, drill

LOOK_EVERY = 20.0
SHARE = 20  # a backup takes at most this part of the worker's time
looked: dict[str, float] = {}


def back_up() -> bool:
    return is_time("backup") and back_up_when_due()


def prove() -> bool:
    """The nightly audit and the weekly drill."""
    return is_time("proof") and (books.audit_by_night() or drill.drill_when_due())


def is_time(task: str) -> bool:
    """The worker asks every second; the database is asked more seldom."""
    now = monotonic()
    if now < looked.get(task, 0.0):
        return False
    looked[task] = now + LOOK_EVERY
    return True


def back_up_when_due() -> bool:
    if settings.BACKUP_FOLDER is None or settings.BACKUP_MINUTES <= 0:
        return False
    now = clock.now()
    last = upkeep.last(UpkeepKind.BACKUP)
    if last and last.begun_at + interval(last.facts) > now:
        return False
    run = upkeep.begin(UpkeepKind.BACKUP, floor(now))
    if run is None:
        return False
    upkeep.carry_out(run, backed_up, says=_("Taken."))
    return True


def backed_up() -> dict[str, Any]:
    backup = take(chosen(), settings.BACKUP_PASSPHRASE)
    return {"name": backup.manifest.name, "bytes": backup.size}


def interval(facts: dict[str, Any]) -> timedelta:
    """The minutes the shop wishes, or longer where a backup takes long. A little less, for the clock to be met."""
    wished = timedelta(minutes=settings.BACKUP_MINUTES)
    return max(wished, timedelta(seconds=SHARE * float(facts.get("seconds", 0)))) - timedelta(seconds=LOOK_EVERY)


def floor(now: datetime) -> datetime:
    step = settings.BACKUP_MINUTES * 60
    return datetime.fromtimestamp(now.timestamp() // step * step, UTC)
