from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from pos.backups.folder import chosen
from pos.backups.trouble import BackupTrouble
from reports.upkeep.drill import drill


class Command(BaseCommand):
    help = "Restore the newest backup into a server of its own and prove its books there. Exit code 1 when that fails."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, help="BACKUP_FOLDER if left out")

    def handle(self, *args: Any, folder: Path | None, **options: Any) -> None:
        try:
            facts = drill(chosen(folder), settings.BACKUP_PASSPHRASE)
        except BackupTrouble as trouble:
            raise CommandError(str(trouble), returncode=1) from None
        done = f"The backup of {facts['backup']} was restored, and its books are right. {facts['seals']}"
        moment = f" So was the moment {facts['moment']}." if "moment" in facts else ""
        self.stdout.write(self.style.SUCCESS(done + moment))
