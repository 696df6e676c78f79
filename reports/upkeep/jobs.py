"""What `manage.py work` does for the shop's safety, each in a thread of its own."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from pos import clock, upkeep
from pos.backups.folder import chosen
from pos.backups.taking import take
from pos.backups.trouble import BackupTrouble
from pos.backups.wal import bases, following
from pos.models import UpkeepKind
from reports.upkeep import books, drill

LOOK_EVERY = 20.0
NOTE_EVERY, TRY_EVERY = 5, 60  # minutes: a note on the WAL, another try of a base backup
SHARE = 20  # a backup takes at most this part of the worker's time
looked: dict[str, float] = {}


def back_up() -> bool:
    return is_time("backup") and back_up_when_due()


def follow_wal() -> bool:
    return is_time("wal") and follow_when_due()


def take_base() -> bool:
    return is_time("base") and take_base_when_due()


def prove() -> bool:
    """The nightly audit and the weekly drill."""
    return is_time("proof") and (books.audit_by_night() or drill.drill_when_due())


def is_time(task: str, every: float = LOOK_EVERY) -> bool:
    """The worker asks every second; the database is asked more seldom."""
    now = monotonic()
    if now < looked.get(task, 0.0):
        return False
    looked[task] = now + every
    return True


def back_up_when_due() -> bool:
    if settings.BACKUP_FOLDER is None or settings.BACKUP_MINUTES <= 0:
        return False
    now = clock.now()
    last = upkeep.last(UpkeepKind.BACKUP)
    if last and last.begun_at + interval(last.facts) > now:
        return False
    run = upkeep.begin(UpkeepKind.BACKUP, floor(now, settings.BACKUP_MINUTES))
    if run is None:
        return False
    upkeep.carry_out(run, backed_up, says=_("Taken."))
    return True


def backed_up() -> dict[str, Any]:
    backup = take(chosen(), settings.BACKUP_PASSPHRASE)
    return {"name": backup.manifest.name, "bytes": backup.size}


def is_followed() -> bool:
    return bool(settings.BACKUP_FOLDER and settings.DATABASE_WAL)


def follow_when_due() -> bool:
    return is_followed() and noted_at_times(UpkeepKind.WAL, followed, says=_("Followed."))


def noted_at_times(kind: UpkeepKind, deed: Callable[[], dict[str, Any]], *, says: str) -> bool:
    """Does it at every look, and notes the result every few minutes; returns whether it was noted."""
    run = upkeep.begin(kind, floor(clock.now(), NOTE_EVERY))
    if run:
        upkeep.carry_out(run, deed, says=says)
    else:
        with suppress(BackupTrouble, OSError):  # the next note tells
            deed()
    return run is not None


def followed() -> dict[str, Any]:
    return {"until": following.follow(chosen(), settings.BACKUP_PASSPHRASE).lsn}


def take_base_when_due() -> bool:
    if not is_followed() or not upkeep.last_good(UpkeepKind.WAL):
        return False
    try:
        now = following.position()
    except BackupTrouble:  # which the next note on the WAL tells
        return False
    if not bases.is_due(chosen(), now, settings.BACKUP_PASSPHRASE):
        return False
    run = upkeep.begin(UpkeepKind.BASE, floor(now.at, TRY_EVERY))
    if run is None:
        return False
    upkeep.carry_out(run, based, says=_("Taken."))
    return True


def based() -> dict[str, Any]:
    base = bases.take(chosen(), settings.BACKUP_PASSPHRASE)
    return {"name": base.manifest.name, "bytes": base.content.stat().st_size}


def interval(facts: dict[str, Any]) -> timedelta:
    """The minutes the shop wishes, or longer where a backup takes long. A little less, for the clock to be met."""
    wished = timedelta(minutes=settings.BACKUP_MINUTES)
    return max(wished, timedelta(seconds=SHARE * float(facts.get("seconds", 0)))) - timedelta(seconds=LOOK_EVERY)


def floor(now: datetime, minutes: int) -> datetime:
    step = minutes * 60
    return datetime.fromtimestamp(now.timestamp() // step * step, UTC)
