import csv
from collections import Counter
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Role, User
from billing.history import importing, mapping
from billing.history.importing import Report
from billing.history.mapping import Columns
from pos.errors import Refused
from pos.money import ZERO


class Command(BaseCommand):
    help = (
        "Take in the sales of an earlier system from CSV (also gzipped): bills and refunds with their true dates in a "
        "series of their own, without stock, cash or points. All of the file or nothing; a second run adds nothing. "
        "Lines that cannot be bills are listed with their row and reason."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--mapping", type=Path, help="a TOML file that says which column means what")
        parser.add_argument("--left-out", type=Path, metavar="FILE", help="list the lines left out in this CSV file")
        parser.add_argument("--by", metavar="USER", help="who takes them in; otherwise the first manager")

    def handle(self, *args: Any, **options: Any) -> None:
        begun = perf_counter()
        try:
            columns = mapping.read(options["mapping"]) if options["mapping"] else Columns()
            report = importing.run(
                options["file"], columns, by=manager(options["by"]), tell=self.rows_read, say=self.begins
            )
        except Refused as refused:
            raise CommandError(refused.message) from None
        self.list_left_out(report, options["left_out"])
        self.list_rounded(report)
        self.list_months(report)
        series = f"in the series {report.history.register.code}" if report.history else "nothing added"
        bills = report.history.bills if report.history else 0
        self.stdout.write(
            f"{report.rows} rows: {bills} bills {series}, {report.known} known before, "
            f"{len(report.left_out)} rows left out, in {perf_counter() - begun:.1f} s."
        )

    def rows_read(self, rows: int) -> None:
        self.stderr.write(f"{rows} rows read")

    def begins(self, what: str) -> None:
        self.stderr.write(f"{what} ...")

    def list_left_out(self, report: Report, file: Path | None) -> None:
        if file:
            with file.open("w", newline="") as out:
                written = csv.writer(out)
                written.writerow(["row", "invoice", "reason"])
                written.writerows((left.row, left.invoice, left.reason) for left in report.left_out)
        else:
            for left in report.left_out:
                self.stdout.write(f"left out: row {left.row}, invoice {left.invoice}: {left.reason}")
        for reason, count in Counter(left.reason for left in report.left_out).most_common():
            self.stdout.write(f"left out: {count} rows: {reason}")

    def list_rounded(self, report: Report) -> None:
        for row in report.rounded:
            self.stdout.write(
                f"rounded: row {row.line.row}, invoice {row.invoice}, {row.line.code}: {row.line.exact} booked as "
                f"{row.line.net}"
            )
        if report.rounded:
            moved = sum((row.moved for row in report.rounded), ZERO)
            self.stdout.write(f"rounded: {len(report.rounded)} lines, together {moved:+}")

    def list_months(self, report: Report) -> None:
        for month, taken in sorted(report.months.items()):
            self.stdout.write(
                f"{month:%Y-%m} {taken.sales:7} sales {taken.revenue:15,.2f} "
                f"{taken.returns:7} returns {taken.given_back:15,.2f}"
                + (f"   (rounding {taken.rounding:+})" if taken.rounding else "")
            )


def manager(username: str | None) -> User:
    managers = User.objects.filter(role=Role.MANAGER, is_active=True).order_by("pk")
    found = managers.filter(username__iexact=username).first() if username else managers.first()
    if found is None:
        raise CommandError("No such manager." if username else "There is no manager yet: create_manager comes first.")
    return found
