from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Role, User
from inventory.goods import import_files, importing
from pos.errors import Refused
from pos.imports import Note

SHOWN = 50


class Command(BaseCommand):
    help = (
        "Takes in products from CSV (also gzipped) or JSON, all or none. A row belongs to the product with its SKU, "
        "or else its barcode, or else its name; a second run changes nothing. Stock counts for new products only. "
        f"Columns: {', '.join(import_files.COLUMNS)}; several barcodes are separated by |."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        parser.add_argument(
            "--skip-bad-rows", action="store_true", help="write the good rows though others are refused"
        )
        parser.add_argument("--random-prices", metavar="SEED", help="make up prices where the file has none")
        parser.add_argument("--by", metavar="USER", help="who takes the goods in; otherwise the first manager")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = importing.run(
                options["file"],
                by=manager(options["by"]),
                is_dry=options["dry_run"],
                skip_bad_rows=options["skip_bad_rows"],
                random_prices=options["random_prices"],
            )
        except Refused as refused:
            raise CommandError(refused.message) from None
        self.tell("error", report.errors, report.refused)
        self.tell("warning", report.oddities, report.warnings)
        self.stdout.write(
            f"created {report.created}, changed {report.changed}, unchanged {report.unchanged}, "
            f"refused {report.refused}, warnings {report.warnings}"
        )
        if report.refused and not options["skip_bad_rows"]:
            raise CommandError("Nothing was written. Correct the rows above, or use --skip-bad-rows.")
        if options["dry_run"]:
            self.stdout.write("A dry run: nothing was written.")

    def tell(self, word: str, notes: list[Note], count: int) -> None:
        for note in notes[:SHOWN]:
            self.stderr.write(f"{word}: {note}")
        if count > SHOWN:
            self.stderr.write(f"... {count} in all")


def manager(username: str | None) -> User:
    managers = User.objects.filter(role=Role.MANAGER, is_active=True).order_by("pk")
    found = managers.filter(username__iexact=username).first() if username else managers.first()
    if found is None:
        raise CommandError("No such active manager. Make one with: manage.py create_manager")
    return found
