"""Archives somebody asked for: made one at a time, a small one at once, a large one by `manage.py work`.

How far one is stands in its row. A process that dies leaves its row waiting, and the archive is begun again.
"""

import hashlib
import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.translation import gettext as spoken
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.models import User
from pos import clock
from pos.clock import Now
from pos.errors import Refused
from pos.exactly_once import ANEW, Anew
from pos.web import language
from reports.figures import periods
from reports.figures.periods import Period
from reports.models import ExportState, TaxExport
from reports.tax_office import archive, reading

log = logging.getLogger(__name__)
AT_ONCE, MOST_TRIES = 500, 3
KEPT = timedelta(days=30)
ALONE = "SELECT pg_try_advisory_lock(hashtextextended('tax export', 0))"
OVER = "SELECT pg_advisory_unlock(hashtextextended('tax export', 0))"


class NoSuchExport(Refused):
    code = "not_found"
    status = 404
    message = _("There is no such export.")


class NotThere(Refused):
    code = "not_there"
    message = _("The file is not there: it is still being made, or is no longer kept. Ask for a new one.")


def ask(period: Period, *, by: User, once: Anew = ANEW) -> TaxExport:
    """Asks for the archive of these days; `work_one` makes it."""

    def create() -> TaxExport:
        if not reading.shifts(period).exists():
            raise archive.NothingClosed
        bills = reading.how_many(period)
        row = TaxExport.objects.create(first=period.start, last=period.last, bills=bills, by=by)
        trail.record(by, "tax_export.asked", str(row))
        return row

    return once.make(TaxExport.objects.all(), create)


def find(pk: int) -> TaxExport:
    found = TaxExport.objects.select_related("by").filter(pk=pk).first()
    if found is None:
        raise NoSuchExport
    return found


def folder() -> Path:
    return Path(settings.EXPORT_FOLDER)


def path_of(row: TaxExport) -> Path:
    return folder() / f"{row.pk}.zip"


def file_of(pk: int) -> Path:
    row = find(pk)
    if row.state != ExportState.DONE or not path_of(row).is_file():
        raise NotThere
    return path_of(row)


def work_one(pk: int = 0) -> bool:
    """Makes this archive, or the next that waits; returns whether there was one to make."""
    waiting = TaxExport.objects.filter(state=ExportState.WAITING).order_by("pk")
    if not waiting.exists():
        return False
    with _alone() as is_alone:
        row = (waiting.filter(pk=pk) if pk else waiting).first() if is_alone else None
        if row is not None:
            _make(row)
    return row is not None


def jobs_counted() -> dict[tuple[str, str], int]:
    return {("tax_export", "waiting"): TaxExport.objects.filter(state=ExportState.WAITING).count()}


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether no other archive is being made. The lock is the session's, and ends with it."""
    with connection.cursor() as cursor:
        cursor.execute(ALONE)
        is_alone = cursor.fetchone()[0]
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute(OVER)


def _make(row: TaxExport) -> None:
    if row.tries >= MOST_TRIES:
        return _fail(row, spoken("It was begun three times and never ended."))
    own = TaxExport.objects.filter(pk=row.pk)
    own.update(tries=row.tries + 1, written=0)
    try:
        with language.of_the_shop():
            folder().mkdir(parents=True, exist_ok=True, mode=0o700)
            tidy()
            period, path = periods.between(row.first, row.last), path_of(row)
            done = archive.write(period, path, lambda bons: _tell(row, bons))
            facts = {"size": path.stat().st_size, "digest": digest(path)}
    except Refused as refused:
        _fail(row, refused.message)
    except OSError as error:
        _fail(row, spoken("The file could not be written: %(why)s.") % {"why": error.strerror or error})
    except DatabaseError as error:
        log.warning("%s: %s", row, error)  # it waits, and is begun again
    else:
        own.update(state=ExportState.DONE, written=done.bons, closings=done.closings, ended_at=Now(), **facts)


def _tell(row: TaxExport, bons: int) -> None:
    TaxExport.objects.filter(pk=row.pk).update(written=bons)


def _fail(row: TaxExport, problem: str) -> None:
    log.warning("%s: %s", row, problem)
    own = TaxExport.objects.filter(pk=row.pk)
    own.update(state=ExportState.FAILED, problem=problem[:300], ended_at=Now())


def tidy() -> None:
    """Removes what a process that died left behind, and archives nobody has to fetch any more."""
    for left in folder().glob(".dsfinvk-*"):
        shutil.rmtree(left, ignore_errors=True)
    for row in TaxExport.objects.filter(ended_at__lt=clock.now() - KEPT):
        path_of(row).unlink(missing_ok=True)


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
