from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.models import DaySeal
from reports.sealing import seals, signing


class Command(BaseCommand):
    help = "Prove that nothing sealed was changed: each seal, its signature, the rows it covers, and the seals' file."

    def handle(self, *args: Any, **options: Any) -> None:
        faults = seals.faults()
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} faults.", returncode=1)
        self.stdout.write(f"{DaySeal.objects.count()} seals hold. Signed with {signing.public_name()}.")
