"""What the page of an import shows, and what its form says."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from files import imports
from files.kinds.kind import Kind
from files.kinds.table import named
from files.models import FileImport
from pos.errors import Invalid

VALUES_SHOWN, VALUE_LENGTH = 3, 24


def matched(posted: QueryDict, row: FileImport) -> dict[str, int]:
    """The column chosen for each place of the file."""
    found: dict[str, int] = {}
    for place in range(len(row.heading)):
        if name := posted.get(f"column_{place}", ""):
            if name in found:
                title = named(row.kind).title_of(name) or name[:30]
                raise Invalid("columns", _("%(column)s is chosen for two columns of the file.") % {"column": title})
            found[name] = place
    return found


def facts(row: FileImport) -> dict[str, Any]:
    kind = named(row.kind)
    report = row.report
    notes = [note | {"is_error": True} for note in spoken(kind, report.get("errors", []))]
    oddities = spoken(kind, report.get("oddities", []))
    known = sorted((place, name) for name, place in row.matched.items())
    return {
        "upload": row,
        "kind": kind,
        "columns": columns(row),
        "choices": [(column.name, column.title) for column in kind.columns],
        "shown": [kind.title_of(name) for _place, name in known],
        "rows": [preview(number, cells, known, [*notes, *oddities]) for number, cells in row.sample],
        "errors": notes,
        "oddities": oddities,
        "report": report,
        "marks": [("", _("as each cell shows")), (",", _("comma: 6,90")), (".", _("point: 6.90"))],
        "checked": imports.CHECKED_AT_ONCE,
    }


def columns(row: FileImport) -> list[dict[str, Any]]:
    """Each column of the file: its name, its first values, what it is."""
    names = {place: name for name, place in row.matched.items()}
    return [
        {
            "place": place,
            "letter": letter(place),
            "title": title,
            "values": [cells[place][:VALUE_LENGTH] for _number, cells in row.sample if cells[place].strip()][
                :VALUES_SHOWN
            ],
            "name": names.get(place, ""),
        }
        for place, title in enumerate(row.heading)
    ]


def letter(place: int) -> str:
    """A, B, ... Z, AA: as a spreadsheet names its columns."""
    above, last = divmod(place, 26)
    return (letter(above - 1) if above else "") + chr(ord("A") + last)


def spoken(kind: Kind, notes: list[list[Any]]) -> list[dict[str, Any]]:
    return [
        {"row": row, "column": kind.title_of(field), "field": field, "reason": reason} for row, field, reason in notes
    ]


def preview(number: int, cells: list[str], known: list[tuple[int, str]], notes: list[dict[str, Any]]) -> dict[str, Any]:
    mine = [note for note in notes if note["row"] == number]
    wrong = {note["field"] for note in mine if note.get("is_error")}
    shown = [{"text": cells[place], "is_wrong": name in wrong} for place, name in known]
    return {"number": number, "cells": shown, "notes": mine, "is_wrong": any(note.get("is_error") for note in mine)}
