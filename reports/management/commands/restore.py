from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from pos.backups import away
from pos.backups.folder import all_in, wanted
from pos.backups.programs import owners_database
from pos.backups.restoring import Restored, connected, restore
from pos.backups.trouble import BackupTrouble
from pos.backups.wal import moments
from reports.sealing import anchor
from reports.sealing.signing import SealTrouble
from reports.upkeep.proof import prove, take_unproved


class Command(BaseCommand):
    help = (
        "Bring a backup back in place of the shop's books and uploads, which are kept under other names. The books are "
        "audited before they are taken. Exit code 1 when they were not, and then nothing has changed."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("place", nargs="?", help="a file, a folder or s3://bucket/shop; BACKUP_FOLDER if left out")
        when = parser.add_mutually_exclusive_group()
        when.add_argument("--to", help="as the shop was at this moment, by the write-ahead log: 2026-11-28T16:10")
        when.add_argument("--at", help="the newest backup taken at this time or before, without the write-ahead log")
        parser.add_argument("--replace", action="store_true", help="there are books here: put them aside")
        parser.add_argument("--despite-audit", action="store_true", help="take books the audit finds faults in")

    def handle(self, *args: Any, place: str | None, replace: bool, despite_audit: bool, **options: Any) -> None:
        how = {"prove": take_unproved if despite_audit else prove, "replaces": replace}
        when = moment(options["to"]), moment(options["at"])
        try:
            with away.at_hand(place) as (folder, complete):
                at, done = self.bring_back(folder, *when, complete, how)
        except BackupTrouble as trouble:
            raise CommandError(str(trouble), returncode=1) from None
        self.note_for_the_seals()
        self.stdout.write(self.style.SUCCESS(f"The shop is as it was at {timezone.localtime(at):%c}."))
        kept = f"The books before are the database {done.kept_database}"
        self.stdout.write(kept + (f", the uploads {done.kept_media}." if done.kept_media else "."))

    def bring_back(
        self, place: Path, to: datetime | None, at: datetime | None, complete: Callable[[Path], object], how: Any
    ) -> tuple[datetime, Restored]:
        """A moment by the write-ahead log; the newest backup where none leads further."""
        phrase = settings.BACKUP_PASSPHRASE
        newest = None if to or at or place.is_file() else moments.leads_to(place, phrase)
        backups = all_in(place)
        if to or (newest and (not backups or newest > backups[0].taken_at)):
            base = moments.base_for(place, to)
            complete(base.content)
            self.stdout.write(f"Bringing back {base.manifest.name}, and the write-ahead log since ...")
            return moments.restore_moment(base, place, to, phrase, **how)
        found = wanted(place, at)
        complete(found.content)
        self.stdout.write(f"Bringing back {found.manifest.name} ...")
        return found.taken_at, restore(found, phrase, **how)

    def note_for_the_seals(self) -> None:
        """The seals made since that backup are gone with good reason."""
        try:
            with connected(owner := owners_database(), owner["NAME"]) as books:
                (newest,) = books.execute("SELECT coalesce(max(number), 0) FROM reports_dayseal").fetchone() or (0,)
            anchor.note_restore(newest)
        except (BackupTrouble, SealTrouble) as trouble:
            self.stderr.write(f"The file of the seals does not know of this: {trouble}")


def moment(said: str | None) -> datetime | None:
    if not said:
        return None
    try:
        at = parse_datetime(said)
    except ValueError:
        at = None
    if at is None:
        raise CommandError("Say a time as 2026-11-28T14:00.")
    return timezone.make_aware(at) if timezone.is_naive(at) else at
