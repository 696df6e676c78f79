"""Backups, the drill of a restore, and the certificate."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from django.conf import settings
from django.utils.translation import gettext as _

from pos import clock, upkeep
from pos.backups.folder import all_in
from pos.backups.sealed import SHORTEST_PASSPHRASE
from pos.backups.wal.moments import all_bases
from pos.calendar import spelt
from pos.models import UpkeepKind, UpkeepRun
from reports.doctor.finding import Finding, bad, good, look
from reports.upkeep.drill import EVERY
from reports.upkeep.jobs import NOTE_EVERY, interval

GRACE = timedelta(minutes=10)
SOON = timedelta(days=30)


def findings() -> Iterator[Finding]:
    yield backups()
    yield drill()
    if settings.DATABASE_WAL and settings.BACKUP_FOLDER:
        yield moments(settings.BACKUP_FOLDER)
    if settings.BACKUP_ADDRESS and settings.BACKUP_FOLDER:
        yield away()
    if settings.TLS_CERTIFICATE:
        yield certificate(settings.TLS_CERTIFICATE)


def backups() -> Finding:
    title = _("Backups")
    if settings.BACKUP_FOLDER is None:
        do = _("Set BACKUP_FOLDER to another disk, and BACKUP_PASSPHRASE.")
        return (look if settings.DEBUG else bad)("backup", title, _("No backup is taken."), do)
    if len(settings.BACKUP_PASSPHRASE) < SHORTEST_PASSPHRASE:
        do = _("Set BACKUP_PASSPHRASE to at least %(count)s characters.") % {"count": SHORTEST_PASSPHRASE}
        return bad("backup", title, _("No backup is taken."), do)
    newest = next(iter(all_in(settings.BACKUP_FOLDER)), None)
    last = upkeep.last_ended(UpkeepKind.BACKUP)
    if last and not last.is_good:
        return bad("backup", title, last.says, _("The worker tries again in a few minutes."))
    if newest is None:
        return bad(
            "backup", title, _("None was taken yet."), _("Run manage.py backup, or see that manage.py work runs.")
        )
    says = _("The last is of %(time)s; %(count)s are kept.") % {
        "time": spelt(newest.taken_at),
        "count": len(all_in(settings.BACKUP_FOLDER)),
    }
    at_risk = interval(last.facts if last else {}) + GRACE
    if settings.BACKUP_MINUTES and newest.taken_at < clock.now() - at_risk:
        return bad("backup", title, says, _("See that the worker runs: manage.py work."))
    if settings.BACKUP_FOLDER.stat().st_dev == settings.DATA_DIR.stat().st_dev:
        do = _("Set BACKUP_FOLDER to another disk: one that dies takes books and backups with it.")
        return look("backup", title, says, do)
    return good("backup", title, says)


def drill() -> Finding:
    title, last = _("Drill of a restore"), upkeep.last_ended(UpkeepKind.DRILL)
    if last is None:
        says = _("No backup has been restored to try it.")
        return look(
            "drill", title, says, _("The worker does it every week once there are backups, or now: manage.py drill.")
        )
    if not last.is_good:
        return bad("drill", title, last.says, _("Do not rely on the newest backup. Try it by hand: manage.py drill."))
    says = _("The last was on %(time)s: %(result)s") % {"time": spelt(last.begun_at), "result": last.says}
    if last.begun_at < clock.now() - EVERY - timedelta(days=2):
        return look("drill", title, says, _("See that the worker runs: manage.py work."))
    return good("drill", title, says)


def moments(folder: Path) -> Finding:
    """Whether any moment can be brought back."""
    title = _("Write-ahead log kept for any moment")
    followed, base = (upkeep.last_ended(kind) for kind in (UpkeepKind.WAL, UpkeepKind.BASE))
    for last in filter(None, (followed, base)):
        if not last.is_good:
            return bad("moments", title, last.says, _("Until it is mended only the backups can be brought back."))
    if base is None:
        says = _("No base backup was taken yet.")
        return look("moments", title, says, _("The worker takes one every day: see that it runs, manage.py work."))
    if is_late(followed):
        says = _("It has not been followed of late; the last base backup is of %(time)s.") % {
            "time": spelt(base.begun_at)
        }
        return bad("moments", title, says, _("See that the worker runs: manage.py work."))
    since = min((found.taken_at for found in all_bases(folder)), default=base.begun_at)
    return good(
        "moments", title, _("It is followed, and base backups are kept since %(time)s.") % {"time": spelt(since)}
    )


def away() -> Finding:
    title, last = _("Backups elsewhere"), upkeep.last_ended(UpkeepKind.AWAY)
    if last and not last.is_good:
        return bad("away", title, last.says, _("The worker tries again in a few minutes."))
    if last is None or is_late(last):
        says = _("Nothing was sent to %(address)s of late.") % {"address": settings.BACKUP_ADDRESS}
        return bad("away", title, says, _("See that the worker runs: manage.py work."))
    says = _("The last were sent on %(time)s.") % {"time": spelt(last.begun_at)}
    return good("away", title, says)


def is_late(last: UpkeepRun | None) -> bool:
    return last is None or last.begun_at < clock.now() - timedelta(minutes=NOTE_EVERY) - GRACE


def certificate(path: Path) -> Finding:
    title = _("Certificate")
    try:
        found = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        return bad("certificate", title, str(error), _("Run make shop again: it makes a new one."))
    until = found.not_valid_after_utc
    says = _("It is valid until %(time)s.") % {"time": spelt(until)}
    if until < datetime.now(UTC) + SOON:
        return look("certificate", title, says, _("Start the shop again with make shop: it makes a new one in time."))
    return good("certificate", title, says)
