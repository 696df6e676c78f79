"""Imports many members, all or none, and undoes that while nobody has used them.

A row belongs to the member with its card number, else with its e-mail, else with its phone. Empty cells change nothing.
Points are only used for new members, as what they bring along; a PIN is set afterwards, with the member at hand.
"""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts import trail
from members import contact, numbers
from members.lists import import_sql
from members.lists.import_sql import ask, each
from pos.errors import Invalid
from pos.imports import Cells, Note, Report, Rows, Task, batches
from pos.money import MOST_MONEY, quantum
from pos.postgres.silence import unlimited

COLUMNS = ("number", "name", "email", "phone", "points")
Row = dict[str, Any]
FOUND = {
    "no_card": lambda: _("The shop has no card %(one)s. Leave this column out to make new members."),
    "no_name": lambda: _("A new member needs a name."),
    "taken": lambda: _("Another member already has %(one)s."),
    "twice": lambda: _("The same member stands in row %(one)s too."),
    "erased": lambda: _("The member with card %(one)s was erased."),
}


def take_in(rows: Rows, task: Task) -> Report:
    report = Report()
    with transaction.atomic(), unlimited():
        each(import_sql.PREPARE)
        _copy(rows, report, task)
        each(import_sql.MATCH)
        _take_out_bad(report)
        ask(import_sql.HOLD)
        if task.run:
            ask(import_sql.KEEP, [task.run])
        report.changed = ask(import_sql.CHANGE)[0][0]
        report.created = _create(task)
        report.unchanged = ask("SELECT count(*) FROM incoming_member")[0][0] - report.created - report.changed
        report.rows = {row: (pk, is_new) for row, pk, is_new in ask(import_sql.TAKEN_IN)} if task.tells_rows else {}
        each("DROP TABLE incoming_member")
        report.is_written = report.may_be_written(task)
        if not report.is_written:
            transaction.set_rollback(True)
        elif report.created or report.changed:
            trail.record(task.by, "members.imported", task.source, created=report.created, changed=report.changed)
    if report.is_written:
        each("ANALYZE members_member; ANALYZE members_pointsentry")
    return report


def _copy(rows: Rows, report: Report, task: Task) -> None:
    for lot in batches(rows, task):
        with connection.cursor() as cursor, cursor.copy(import_sql.COPY) as copy:
            for number, cells in lot:
                if isinstance(cells, Note):
                    report.refuse(cells)
                elif (row := _checked(number, cells, report)) is not None:
                    copy.write_row((number, *(row[name] for name in COLUMNS)))


def _checked(number: int, cells: Cells, report: Report) -> Row | None:
    row: Row = dict.fromkeys(COLUMNS)
    wrong: list[Note] = []
    for name, cell in cells.items():
        if not cell.strip():
            continue
        try:
            row[name] = CHECKS[name](cell)
        except Invalid as refused:
            wrong.append(Note(number, name, refused.message))
    if not (row["number"] or row["email"] or row["phone"] or wrong):
        wrong.append(Note(number, "email", _("The row has no card number, no e-mail and no phone.")))
    report.refuse(*wrong)
    return None if wrong else row


def _card(cell: str) -> str:
    return numbers.read(cell) or " ".join(cell.replace("\0", "").split())[:20]


def _points(cell: str) -> Decimal:
    try:
        amount = Decimal(cell)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount <= MOST_MONEY or amount % quantum():
        raise Invalid("points", _("“%(cell)s” is no number of points.") % {"cell": cell[:30]})
    return amount


CHECKS = {
    "number": _card,
    "name": contact.name,
    "email": contact.email,
    "phone": contact.phone,
    "points": _points,
}


def _take_out_bad(report: Report) -> None:
    found = ask(import_sql.BAD)
    report.refuse(*(Note(row, column, FOUND[code]() % {"one": one}) for row, column, code, one in found))
    if rows := sorted({row[0] for row in found}):
        ask("DELETE FROM incoming_member WHERE row = ANY (%s)", [rows])


def _create(task: Task) -> int:
    rows = [row for (row,) in ask("SELECT row FROM incoming_member WHERE is_new ORDER BY row")]
    if task.is_dry:  # a number once taken is nobody else's
        return len(rows)
    taken = ask("SELECT nextval('members_numbers') FROM generate_series(1, %s)", [len(rows)])
    cards = [numbers.written(count) for (count,) in taken]
    ask(import_sql.NUMBERED, {"rows": rows, "numbers": cards, "run": task.run, "by": task.by.pk})
    if task.tells_rows:
        ask(import_sql.REMEMBER_NUMBERS, [rows, cards])
    return len(rows)
