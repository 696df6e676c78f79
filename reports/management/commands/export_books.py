import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.sealing import archive


class Command(BaseCommand):
    help = "Write every ledger and its seals as plain text files, with verify.py to prove them without this shop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="a new folder")

    def tables(self) -> dict[str, list[str]] | None:
        """None for the ledgers alone."""
        return None

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        if folder.exists():
            raise CommandError(f"{folder} is there already: name a new folder.")
        try:
            folder.mkdir(parents=True)
            for table, count in archive.write(folder, self.tables()):
                self.stdout.write(f"{table}: {count}")
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise CommandError(f"{folder} could not be written: {error.strerror}.") from None
        self.stdout.write(self.style.SUCCESS(f"Prove it with: python {folder / 'verify.py'} --key KEY"))
