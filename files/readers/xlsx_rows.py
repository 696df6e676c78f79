"""Reads a spreadsheet in a process of its own, whose memory and time are limited: a bomb ends that process alone."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from files.readers.sheet import MOST_COLUMNS, MOST_ROWS, Row, Unreadable

READER = Path(__file__).with_name("xlsx_process.py")
ZIP = b"PK\x03\x04"


def is_spreadsheet(content: bytes) -> bool:
    return content.startswith(ZIP)


def names(content: bytes) -> tuple[str, ...]:
    """The sheets that are not hidden, in their order."""
    _number, found = next(_told(content))
    if not found:
        raise Unreadable(_("The file has no sheet."))
    return tuple(found)


def rows(content: bytes, sheet: str) -> Iterator[Row]:
    for number, cells in _told(content, sheet):
        if number:
            yield number, cells


def _told(content: bytes, sheet: str | None = None) -> Iterator[tuple[int, Any]]:
    limits = [str(limit) for limit in (MOST_ROWS, MOST_COLUMNS)]
    asked = [] if sheet is None else [sheet]
    command = [sys.executable, "-I", str(READER), *limits, *asked]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        yield from _read(process, content)
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe and not pipe.closed:
                pipe.close()


def _read(process: subprocess.Popen[bytes], content: bytes) -> Iterator[tuple[int, Any]]:
    assert process.stdin
    assert process.stdout
    try:
        process.stdin.write(content)
        process.stdin.close()
    except BrokenPipeError:
        raise Unreadable(_unpacks_too_large()) from None
    for line in process.stdout:
        number, cells = json.loads(line)
        if number < 0:
            raise Unreadable(_refusal(cells))
        yield number, cells
    if process.wait():
        raise Unreadable(_unpacks_too_large())


def _unpacks_too_large() -> str:
    return _("This spreadsheet is damaged, or unpacks to more than the shop reads at once. Save the sheet as CSV.")


def _refusal(code: str) -> str:
    said = {
        "damaged": _("This spreadsheet is damaged, locked with a password, or no spreadsheet at all."),
        "wide": _("The sheet has more than %(most)s columns."),
        "long": _("The file has more than %(rows)s rows. Split it."),
    }
    return said[code] % {"most": MOST_COLUMNS, "rows": f"{MOST_ROWS:,}"}
