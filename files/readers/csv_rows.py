"""Reads CSV as the programs of this world write it: any of four delimiters, UTF-8, UTF-16 or Windows-1252."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import cast

from django.utils.translation import gettext as _

from files.readers.sheet import MOST_COLUMNS, Cell, Row, Unreadable

DELIMITERS = ",;\t|"
LONGEST_LINE, SAMPLE, TRIED_LINES = 500_000, 64 * 1024, 30
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)  # Excel's own hint


def rows(content: bytes) -> Iterator[Row]:
    encoding = encoding_of(content)
    delimiter, skipped = delimiter_of(content[:SAMPLE], encoding)
    lines = _lines(content, encoding)
    for _skipped in range(skipped):
        next(lines)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(reader, start=1 + skipped):
            if len(cells) > MOST_COLUMNS:
                raise Unreadable(
                    _("Row %(row)s has %(cells)s columns; a list has at most %(most)s.")
                    % {"row": number, "cells": len(cells), "most": MOST_COLUMNS}
                )
            yield number, cast(list[Cell], cells)
    except csv.Error as error:
        raise Unreadable(
            _("Near line %(line)s this is not CSV: %(error)s.") % {"line": reader.line_num + skipped, "error": error}
        ) from None


def encoding_of(content: bytes) -> str:
    """How the file is encoded. Without a mark it is UTF-8 if it can be, else what Windows wrote."""
    for mark, encoding in MARKS.items():
        if content.startswith(mark):
            return _checked(content, encoding)
    sample = content[:SAMPLE]
    odd, even = sample[1::2].count(0), sample[0::2].count(0)
    if max(odd, even) > len(sample) / 8:
        return _checked(content, "utf-16-le" if odd > even else "utf-16-be")
    for encoding in ("utf-8", "cp1252"):
        if _decodes(content, encoding):
            return encoding
    raise Unreadable(_("Nobody can read the letters of this file. Save it as CSV in UTF-8."))


def _checked(content: bytes, encoding: str) -> str:
    if not _decodes(content, encoding):
        raise Unreadable(_("The file says it is %(encoding)s, and is not.") % {"encoding": encoding[:6].upper()})
    return encoding


def _decodes(content: bytes, encoding: str) -> bool:
    """Reads it through in small pieces, so that no second copy of the file lies in memory."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(content), SAMPLE):
            decoder.decode(content[start : start + SAMPLE])
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def delimiter_of(sample: bytes, encoding: str) -> tuple[str, int]:
    """The delimiter, and how many lines say nothing else. The one that cuts most lines into equally many cells."""
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(sample)
    if hint := SEPARATOR_LINE.match(text):
        return hint[1], 1
    lines = text.splitlines(keepends=True)[:TRIED_LINES]
    return max(DELIMITERS, key=lambda mark: _agreement(lines, mark)), 0


def _agreement(lines: list[str], delimiter: str) -> tuple[int, int]:
    widths = Counter(len(cells) for cells in csv.reader(lines, delimiter=delimiter) if cells)
    width, alike = max(widths.items(), key=lambda found: (found[0] > 1, found[1], found[0]), default=(0, 0))
    return (alike if width > 1 else 0), width


def _lines(content: bytes, encoding: str) -> Iterator[str]:
    """Lines of limited length, so that no file can fill the memory."""
    text = io.TextIOWrapper(io.BytesIO(content), encoding, newline="")
    number = 0
    while line := text.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            raise Unreadable(
                _("Line %(line)s is longer than %(most)s characters.") % {"line": number, "most": f"{LONGEST_LINE:,}"}
            )
        yield line
