from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from pos.backups import away
from pos.backups.folder import all_in, chosen
from pos.backups.taking import take
from pos.backups.trouble import BackupTrouble


class Command(BaseCommand):
    help = "Take an encrypted backup of books and uploads into BACKUP_FOLDER. Exit code 1 when it was not taken."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", help="another folder than BACKUP_FOLDER, or an address s3://bucket/shop")
        parser.add_argument("--list", action="store_true", dest="lists", help="name the backups that are kept")

    def handle(self, *args: Any, to: str | None, lists: bool, **options: Any) -> None:
        try:
            address = to if to and away.is_address(to) else ""
            folder = chosen(Path(to) if to and not address else None)
            if lists:
                for kept in all_in(folder):
                    self.stdout.write(f"{kept.taken_at:%Y-%m-%d %H:%M:%S} UTC  {kept.size:>14,}  {kept.manifest}")
                return
            backup = take(folder, settings.BACKUP_PASSPHRASE)
            if address:
                away.send(folder, address)
        except BackupTrouble as trouble:
            raise CommandError(str(trouble), returncode=1) from None
        self.stdout.write(self.style.SUCCESS(f"{backup.manifest}: {backup.size:,} bytes."))
