from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pos.errors import Refused
from reports.figures import periods
from reports.tax_office import archive, reading


class Command(BaseCommand):
    help = "Write the closed shifts that began between two days as one ZIP file of DSFinV-K, for the tax office."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("first", type=date.fromisoformat, metavar="FROM", help="the first day, as 2026-01-01")
        parser.add_argument("last", type=date.fromisoformat, metavar="TO", help="the last day")
        parser.add_argument("file", type=Path, help="a new file, such as 2026.zip")

    def handle(self, *args: Any, first: date, last: date, file: Path, **options: Any) -> None:
        if file.exists():
            raise CommandError(f"{file} is there already: name a new file.")
        try:
            period = periods.between(first, last)
            bills = reading.how_many(period)
            written = archive.write(period, file, lambda bons: self.stderr.write(f"{bons} of about {bills}"))
        except Refused as refused:
            raise CommandError(refused.message) from None
        except OSError as error:
            raise CommandError(f"{file} could not be written: {error.strerror}.") from None
        self.stdout.write(self.style.SUCCESS(f"{written.bons} Bons of {written.closings} closings: {file}"))
