"""Backups, the drill of a restore, and the certificate."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pos import clock, upkeep
from pos.backups.folder import all_in
from pos.backups.sealed import SHORTEST_PASSPHRASE
from pos.models import UpkeepKind
from reports.doctor.finding import Finding, bad, good, look
from reports.upkeep.drill import EVERY
from reports.upkeep.jobs import interval

GRACE = timedelta(minutes=10)
SOON = timedelta(days=30)


def findings() -> Iterator[Finding]:
    yield backups()
    yield drill()
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


def spelt(at: datetime) -> str:
    return date_format(timezone.localtime(at), _("d M Y, H:i"))
