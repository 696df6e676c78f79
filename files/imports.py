"""Uploads of lists: matched, checked, imported as a whole or not at all, undone while nobody used them."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from itertools import chain, islice
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import trail
from accounts.models import Permission, User
from files import matching, taken_in
from files.kinds.kind import Kind
from files.kinds.table import named
from files.models import FileImport, State
from files.readers.reading import below, opened
from files.readers.sheet import LARGEST, Cell, Unreadable
from pos.clock import Now
from pos.errors import Invalid, ManagersOnly, Refused, TooLarge
from pos.exactly_once import ANEW, Anew
from pos.imports import Note, Report, Task

CHECKED_AT_ONCE = 2000  # rows that are tried before the import, and imported while the page waits
SHOWN, NOTES_SHOWN = 12, 200
KEPT_OPEN = timedelta(days=7)
MARKS = ("", ",", ".")


class NoSuchImport(Refused):
    code = "not_found"
    status = 404
    message = _("There is no such import.")


class NotUndoable(Refused):
    code = "not_undoable"


def find(pk: int) -> FileImport:
    if (upload := FileImport.objects.select_related("by", "undone_by").filter(pk=pk).first()) is None:
        raise NoSuchImport
    return upload


def upload(
    content: bytes, name: str, kind: str, *, by: User, sheet: str = "", once: Anew = ANEW, **chosen: Any
) -> FileImport:
    """Reads the file through, matches its columns and tries its first rows. A file nobody can read is not kept."""
    if not by.may(Permission.FILES):
        raise ManagersOnly
    if len(content) > LARGEST:
        raise TooLarge(_("A list has at most %(most)s MB.") % {"most": LARGEST // 1024 // 1024})
    return once.make(FileImport.objects.all(), partial(_upload, content, name, named(kind), by, sheet, chosen))


@transaction.atomic
def _upload(content: bytes, name: str, kind: Kind, by: User, sheet: str, chosen: Mapping[str, Any]) -> FileImport:
    FileImport.objects.filter(state=State.OPEN, created_at__lt=Now() - KEPT_OPEN).delete()
    row = FileImport(
        kind=kind.name,
        file_name=tidy_name(name),
        content=content,
        digest=digest(content),
        language=get_language() or "",
        by=by,
    )
    _read(row, kind, sheet)
    if chosen.get("matched"):
        row.matched = checked_match(kind, row, chosen["matched"])
    row.decimal_mark = chosen.get("decimal_mark") or row.decimal_mark
    row.save()
    check(row)
    return row


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def tidy_name(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable())[-100:] or "?"


def _read(row: FileImport, kind: Kind, asked: str) -> None:
    """Opens the sheet, finds its heading and guesses what its columns are."""
    sheet = opened(bytes(row.content), asked)
    rows = sheet.rows()
    above = list(islice(rows, matching.HEADING_WITHIN))
    heading = matching.find_heading(kind, above)
    if heading is None:
        raise Unreadable(_("The file is empty."))
    row.sheet, row.sheets, row.heading_row = sheet.sheet, list(sheet.sheets), heading[0]
    row.heading = matching.titles(heading[1])
    first: list[tuple[int, list[Cell]]] = []
    row.rows = 0
    for number, cells in below(chain(above, rows), row.heading_row, len(row.heading)):
        row.rows += 1
        if len(first) < taken_in.SAMPLED and not isinstance(cells, Note):
            first.append((number, cells))
    if not row.rows:
        raise Unreadable(_("Below the heading the file is empty."))
    row.sample = [[number, [taken_in.shown(cell) for cell in cells]] for number, cells in first[:SHOWN]]
    known = matching.remembered(kind, row.heading)
    row.matched, row.decimal_mark = known or (matching.guess(kind, row.heading), "")
    row.decimal_mark = row.decimal_mark or taken_in.mark_of(row, kind, (cells for _number, cells in first))


@transaction.atomic
def match(
    pk: int, matched: Mapping[str, int], *, by: User, decimal_mark: str = "", sheet: str | None = None
) -> FileImport:
    """Says by hand which column is which, and remembers it for the next file with this heading."""
    row = _held(pk, by)
    if row.state != State.OPEN:
        raise Refused(_("This file is imported already."))
    kind = named(row.kind)
    if sheet is not None and sheet != row.sheet:
        _read(row, kind, sheet)
    else:
        row.matched = checked_match(kind, row, matched)
        if decimal_mark not in MARKS:
            raise Invalid("decimal_mark", _("Choose a comma or a point."))
        row.decimal_mark = decimal_mark
        matching.remember(row)
    row.save()
    check(row)
    return row


def checked_match(kind: Kind, row: FileImport, matched: Mapping[str, int]) -> dict[str, int]:
    taken: dict[int, str] = {}
    for name, place in matched.items():
        if kind.column(name) is None:
            raise Invalid("columns", _("There is no column “%(name)s” in such a list.") % {"name": name[:30]})
        if type(place) is not int or not 0 <= place < len(row.heading):
            raise Invalid("columns", _("The file has no column %(place)s.") % {"place": str(place)[:30]})
        if place in taken:
            raise Invalid("columns", _("A column of the file can be only one thing."))
        taken[place] = name
    return dict(matched)


def problem_of(row: FileImport) -> str:
    """Why these columns cannot be imported; empty if they can."""
    kind = named(row.kind)
    if not any(name in row.matched for name in kind.known_by):
        wanted = ", ".join(kind.title_of(name) for name in kind.known_by)
        return _("Say which column tells the rows apart: one of %(columns)s.") % {"columns": wanted}
    if len(row.matched) < 2 and len(kind.columns) > 1:
        return _("Only one column is matched: there is nothing to change by it.")
    return ""


def check(row: FileImport) -> None:
    """Tries the first rows without writing, and keeps the report."""
    if problem := problem_of(row):
        row.report = {"problem": problem}
    else:
        report = take_in(row, Task(row.by, row.file_name, is_dry=True), most=CHECKED_AT_ONCE)
        row.report = told(report) | {"tried": min(row.rows, CHECKED_AT_ONCE)}
    row.save(update_fields=["report"])


def take_in(row: FileImport, task: Task, *, most: int | None = None) -> Report:
    warned = Report()
    report = named(row.kind).take_in(taken_in.rows(row, warned, most=most), task, row.is_confirmed or task.is_dry)
    report.warnings += warned.warnings
    report.oddities = sorted([*warned.oddities, *report.oddities], key=lambda note: note.row)
    return report


def told(report: Report) -> dict[str, Any]:
    """The report as it is kept and shown."""
    figures = ("created", "changed", "unchanged", "refused", "warnings", "steep", "is_written")
    notes = {
        name: [[note.row, note.field, note.reason] for note in found[:NOTES_SHOWN]]
        for name, found in (("errors", sorted(report.errors, key=lambda note: note.row)), ("oddities", report.oddities))
    }
    return {name: getattr(report, name) for name in figures} | notes


@transaction.atomic
def start(pk: int, *, by: User, is_confirmed: bool = False) -> FileImport:
    """Puts the import in line. What is in line or done already stays so: asking twice imports once."""
    row = _held(pk, by)
    if row.state == State.UNDONE:
        raise Refused(_("This import was undone. Upload the file again."))
    if row.state != State.OPEN:
        return row
    if problem := problem_of(row):
        raise Refused(problem)
    row.state, row.tries, row.is_confirmed, row.report = State.WAITING, 0, is_confirmed, {}
    row.save(update_fields=["state", "tries", "is_confirmed", "report"])
    return row


@transaction.atomic
def undo(pk: int, *, by: User) -> FileImport:
    """Takes the import back as a whole, or refuses because something of it was used."""
    row = _held(pk, by)
    if row.state == State.UNDONE:
        return row
    if row.state != State.DONE:
        raise NotUndoable(_("There is nothing to undo: this file is not imported."))
    named(row.kind).undo(row.pk, by)
    trail.record(by, "import.undone", row.file_name, file_import=row.pk)
    FileImport.objects.filter(pk=pk).update(state=State.UNDONE, undone_at=Now(), undone_by=by)
    return find(pk)


@transaction.atomic
def drop(pk: int, *, by: User) -> None:
    """Forgets an upload that was never imported."""
    if _held(pk, by).state != State.OPEN:
        raise Refused(_("This file is imported already."))
    FileImport.objects.filter(pk=pk).delete()


def _held(pk: int, by: User) -> FileImport:
    if not by.may(Permission.FILES):
        raise ManagersOnly
    rows = FileImport.objects.filter(pk=pk)
    if waiting := rows.filter(state=State.WAITING).first():  # held by the import itself, and not to be changed
        return waiting
    if (row := rows.select_for_update(of=("self",)).first()) is None:
        raise NoSuchImport
    return row
