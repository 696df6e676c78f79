"""Imports many products: each row is checked, then all are written by COPY and a few statements, or none at all.

A row belongs to the product with its SKU, else with its barcode, else (if it has neither) with its name. Empty cells
change nothing. Stock is only used for new products, as their opening stock; a file of counts sets the stock of known
products instead.
"""

from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts import trail
from accounts.models import User
from inventory.goods import import_checks, import_files, import_sql
from pos.errors import Refused
from pos.imports import Note, Report, Rows, Task, batches
from pos.postgres.silence import unlimited


class SteepPrices(Refused):
    """Prices that move by more than a fifth, in a file nobody confirmed."""

    code = "steep_prices"


@dataclass(frozen=True, slots=True)
class Products:
    """Which rows a file may hold: new products or only known ones; counts of their stock or not."""

    may_create: bool = True
    counts: bool = False
    random_prices: str | None = None
    may_be_steep: bool = True


def run(
    path: Path, *, by: User, is_dry: bool = False, skip_bad_rows: bool = False, random_prices: str | None = None
) -> Report:
    """Imports the file and reports what was done. With `is_dry`, or after a bad row unless `skip_bad_rows`, nothing is
    written and the report says what would have been done."""
    task = Task(by, path.name, is_dry=is_dry, skip_bad_rows=skip_bad_rows)
    return take_in(import_files.rows(path), task, Products(random_prices=random_prices))


def take_in(rows: Rows, task: Task, asked: Products) -> Report:
    report = Report()
    with transaction.atomic(), unlimited():
        import_sql.prepare()
        _copy(rows, report, task, asked)
        _refuse_rows(report, asked)
        written = import_sql.write(task.by.pk, task.run, counts=asked.counts)
        report.created, report.changed, report.steep = written.created, written.changed, written.steep
        report.rows = import_sql.rows_taken_in() if task.tells_rows else {}
        report.unchanged = import_sql.count_rows() - report.created - report.changed
        import_sql.clear_away()
        report.is_written = report.may_be_written(task)
        if report.is_written and report.steep and not asked.may_be_steep:
            raise SteepPrices(
                _("%(count)s prices move by more than a fifth. Confirm that.") % {"count": report.steep},
                steep=report.steep,
            )
        if not report.is_written:
            transaction.set_rollback(True)
        elif report.created or report.changed:
            facts = {"created": report.created, "changed": report.changed, "prices_changed": written.repriced}
            trail.record(task.by, "products.imported", task.source, **facts)
    if report.is_written:
        import_sql.analyze()
    return report


def _copy(rows: Rows, report: Report, task: Task, asked: Products) -> None:
    for lot in batches(rows, task):
        with connection.cursor() as cursor, cursor.copy(import_sql.COPY) as copy:
            for number, cells in lot:
                if isinstance(cells, Note):
                    report.refuse(cells)
                    continue
                checked = import_checks.checked(number, cells, report)
                if checked is None:
                    continue
                if asked.random_prices is not None and checked["price"] is None:
                    checked["price"] = made_up_price(asked.random_prices, checked)
                copy.write_row((number, *(checked[name] for name in import_files.COLUMNS)))


def made_up_price(seed: str, row: import_checks.Row) -> str:
    """A price between 0.49 and 20.48, always the same for the same product and seed."""
    cents = 49 + crc32(f"{seed} {row['sku'] or row['barcode'] or row['name']}".encode()) % 2000
    return f"{cents // 100}.{cents % 100:02}"


def _refuse_rows(report: Report, asked: Products) -> None:
    for row, first in import_sql.leave_out_repeated():
        words = _("The same product stands in row %(first)s; this row is left out.")
        note = Note(row, "", words % {"first": first})
        if asked.counts:  # which of the two counts is right, nobody can tell
            report.refuse(note)
        else:
            report.warn(note)
    if found := import_sql.take_out_bad(may_create=asked.may_create, counts=asked.counts):
        report.refuse(*(import_checks.found(*note) for note in found))
