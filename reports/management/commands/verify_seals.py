from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.models import DaySeal
from reports.sealing import seals, signing


class Command(BaseCommand):
    help = "Prove that nothing sealed was changed: each seal, its signature, the rows it covers, and the seals' file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--of-a-backup", action="store_true", help="seals made since the backup are not missed")

    def handle(self, *args: Any, of_a_backup: bool, **options: Any) -> None:
        try:
            faults, count = seals.faults(of_a_backup=of_a_backup), DaySeal.objects.count()
        except signing.SealTrouble as trouble:
            raise CommandError(str(trouble), returncode=1) from None
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} faults.", returncode=1)
        self.stdout.write(f"{count} seals hold. Signed with {signing.public_name()}." if count else "No seals yet.")
