"""The worker's own tasks, each begun by one worker alone when it is due, and kept with its result."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from pos import calendar, clock
from pos.backups.trouble import BackupTrouble
from pos.clock import Now
from pos.embedded.owner import CannotStart
from pos.models import StoreSettings, UpkeepKind, UpkeepRun
from pos.postgres.rows import rows

log = logging.getLogger(__name__)
NIGHT_HOUR = 4
LONGEST_RUN = timedelta(hours=12)
BACKUPS_REMEMBERED = timedelta(days=30)
EVERY_FEW_MINUTES = (UpkeepKind.BACKUP, UpkeepKind.WAL, UpkeepKind.AWAY)


def begin(kind: UpkeepKind, due: datetime) -> UpkeepRun | None:
    """Claims this run; None if it was begun before, here or by another worker."""
    with transaction.atomic():
        run, is_new = UpkeepRun.objects.get_or_create(kind=kind, due=due)
    return run if is_new else None


def end(run: UpkeepRun, *, is_good: bool, says: str, **facts: Any) -> None:
    UpkeepRun.objects.filter(pk=run.pk, ended_at=None).update(ended_at=Now(), is_good=is_good, says=says, facts=facts)


def carry_out(run: UpkeepRun, deed: Callable[[], dict[str, Any]], *, says: str) -> None:
    """Does the task and keeps its facts with the seconds it took, or the sentence that tells why it failed."""
    begun = monotonic()
    try:
        facts = deed()
    except (BackupTrouble, CannotStart, OSError) as trouble:
        log.warning("%s: %s", run, trouble)
        end(run, is_good=False, says=str(trouble), seconds=round(monotonic() - begun, 1))
    else:
        end(run, is_good=True, says=says, seconds=round(monotonic() - begun, 1), **facts)


def last(kind: UpkeepKind) -> UpkeepRun | None:
    return UpkeepRun.objects.filter(kind=kind).order_by("-pk").first()


def last_ended(kind: UpkeepKind) -> UpkeepRun | None:
    return UpkeepRun.objects.filter(kind=kind, ended_at__isnull=False).order_by("-pk").first()


LAST_ENDED = "SELECT is_good, says FROM pos_upkeeprun WHERE kind = %s AND ended_at IS NOT NULL ORDER BY id DESC LIMIT 1"


def last_fault(kind: UpkeepKind) -> str:
    """What the last run that ended says, if it failed. In plain SQL, because every page of a manager asks."""
    return next((says for is_good, says in rows(LAST_ENDED, [kind]) if not is_good), "")


def last_good(kind: UpkeepKind) -> UpkeepRun | None:
    return UpkeepRun.objects.filter(kind=kind, is_good=True).order_by("-pk").first()


def tonight() -> datetime | None:
    """The last hour of the night that has passed; None if the shop is younger."""
    now = clock.now()
    on_the_clock = calendar.on_the_clock(now)
    day = on_the_clock.date() - timedelta(days=on_the_clock.hour < NIGHT_HOUR)
    hour = calendar.beginning(day, NIGHT_HOUR)
    return hour if StoreSettings.objects.earliest("pk").changed_at < hour else None


def troubles() -> QuerySet[UpkeepRun]:
    """The last run of each kind that ended, where it failed."""
    ended = UpkeepRun.objects.filter(kind=OuterRef("kind"), ended_at__isnull=False).order_by("-pk")
    return UpkeepRun.objects.filter(is_good=False, pk=Subquery(ended.values("pk")[:1]))


def jobs_counted() -> dict[tuple[str, str], int]:
    """Which of these tasks failed when it was last done."""
    failed = set(troubles().values_list("kind", flat=True))
    return {(str(kind), "failed"): int(kind in failed) for kind in UpkeepKind}


def forget_old() -> int:
    """Closes runs whose worker died, and drops old notes of backups: there is one every few minutes."""
    now = clock.now()
    died = UpkeepRun.objects.filter(ended_at=None, begun_at__lt=now - LONGEST_RUN)
    closed = died.update(ended_at=Now(), is_good=False, says=_("The worker ended before this was done."))
    old = UpkeepRun.objects.filter(kind__in=EVERY_FEW_MINUTES, begun_at__lt=now - BACKUPS_REMEMBERED)
    return closed + old.delete()[0]
