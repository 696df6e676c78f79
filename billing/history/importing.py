"""Takes in the sales of an earlier system: all of a file or nothing, and what was taken in before only once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.db import connection, transaction

from accounts import trail
from accounts.models import User
from billing.history import reading, writing
from billing.history.mapping import Columns
from billing.history.reading import Invoice, LeftOut, Line, Progress, Read
from billing.models import Bill, HistoryImport
from pos.money import ZERO
from pos.postgres.silence import unlimited

ONE_AT_A_TIME = 0x0415709
PREPARE = """
    SET LOCAL idle_in_transaction_session_timeout = 0;
    SET LOCAL lock_timeout = 0;
    SET LOCAL statement_timeout = 0;
"""


@dataclass(slots=True)
class Month:
    sales: int = 0
    revenue: Decimal = ZERO
    returns: int = 0
    given_back: Decimal = ZERO
    rounding: Decimal = ZERO  # what rounding moved of the revenue


@dataclass(frozen=True, slots=True)
class Rounded:
    """A line whose price the books cannot hold, and what it was booked at."""

    invoice: str
    line: Line

    @property
    def moved(self) -> Decimal:
        return self.line.net - self.line.exact


@dataclass(slots=True)
class Report:
    rows: int
    left_out: Sequence[LeftOut]
    known: int = 0
    history: HistoryImport | None = None
    months: dict[date, Month] = field(default_factory=dict)
    rounded: list[Rounded] = field(default_factory=list)


def run(path: Path, columns: Columns, *, by: User, tell: Progress, say: Callable[[str], None]) -> Report:
    """Reads the file and writes the invoices that are not in the books yet."""
    say("reading")
    found = reading.read(path, columns, tell)
    say("writing")
    return enter(found, columns.source, path.name, by=by)


@transaction.atomic
def enter(found: Read, source: str, file_name: str, *, by: User) -> Report:
    """All invoices or none. Only one import runs at a time."""
    with connection.cursor() as cursor:
        cursor.execute(PREPARE)
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    new = not_yet_there(list(found.invoices.values()), source)
    report = Report(found.rows, found.left_out, known=len(found.invoices) - len(new))
    add_up(report, new)
    if new:
        with unlimited():
            report.history = writing.write(new, source=source, file_name=file_name, by=by)
        trail.record(by, "history.imported", file_name, bills=len(new), source=source)
    return report


def not_yet_there(invoices: Sequence[Invoice], source: str) -> list[Invoice]:
    keys = [writing.key_of(source, invoice) for invoice in invoices]
    there = set(Bill.objects.filter(key__in=keys).values_list("key", flat=True)) if keys else set()
    return [invoice for key, invoice in zip(keys, invoices, strict=True) if key not in there]


def add_up(report: Report, invoices: Iterable[Invoice]) -> None:
    for invoice in invoices:
        month = report.months.setdefault(date(invoice.at.year, invoice.at.month, 1), Month())
        total = sum((line.net for line in invoice.lines), ZERO)
        if invoice.is_return:
            month.returns += 1
            month.given_back += total
        else:
            month.sales += 1
            month.revenue += total
            month.rounding += sum((line.net - line.exact for line in invoice.lines), ZERO)
        report.rounded += [Rounded(invoice.number, line) for line in invoice.lines if line.net != line.exact]
