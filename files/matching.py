"""Which column of a file is which of the shop's: by name, by likeness, or as a manager said the last time."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from files.cells import Mark
from files.kinds.kind import Column, Kind
from files.models import FileImport, KnownHeading
from files.readers.sheet import Cell, Row

LIKE_ENOUGH = 0.82
HEADING_WITHIN = 10
SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
Matched = dict[str, int]


def bare(heading: str) -> str:
    """Without case, marks and accents: "VK-Preis (brutto)" and "vk preis brutto" are the same."""
    letters = unicodedata.normalize("NFKD", heading.casefold().translate(SPELT))
    return " ".join(re.findall("[a-z0-9]+", letters))


def names_of(column: Column) -> set[str]:
    return {bare(name) for name in (column.name.replace("_", " "), str(column.title), *column.also)}


def guess(kind: Kind, heading: Sequence[str]) -> Matched:
    """The best place for each column; no place twice."""
    found: list[tuple[float, int, str]] = []
    for column in kind.columns:
        names = names_of(column)
        for place, said in enumerate(map(bare, heading)):
            likeness = max(_likeness(said, name) for name in names) if said else 0
            if likeness >= LIKE_ENOUGH:
                found.append((-likeness, place, column.name))
    matched: Matched = {}
    for _distance, place, name in sorted(found):
        if name not in matched and place not in matched.values():
            matched[name] = place
    return matched


def _likeness(said: str, name: str) -> float:
    if said == name or said.replace(" ", "") == name.replace(" ", ""):
        return 1
    if len(name) < 4 or len(said) < 4:
        return 0
    return min(SequenceMatcher(None, said, name).ratio(), 0.99)


def find_heading(kind: Kind, first: Iterable[Row]) -> Row | None:
    """The row among the first that names most columns; the first row if none names any."""
    best: tuple[int, Row] | None = None
    for place, (number, cells) in enumerate(first):
        if place >= HEADING_WITHIN:
            break
        known = len(guess(kind, [str(cell) for cell in cells]))
        if best is None or known > best[0]:
            best = known, (number, cells)
    return best[1] if best else None


def titles(cells: Sequence[Cell]) -> list[str]:
    """The names of the columns, without the empty ones at the end."""
    names = [" ".join(str(cell).replace("\0", "").split())[:60] for cell in cells]
    while names and not names[-1]:
        names.pop()
    return names


def digest(heading: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps([bare(name) for name in heading]).encode()).hexdigest()


def remembered(kind: Kind, heading: Sequence[str]) -> tuple[Matched, Mark] | None:
    known = KnownHeading.objects.filter(kind=kind.name, digest=digest(heading)).first()
    return (known.matched, known.decimal_mark) if known else None


def remember(upload: FileImport) -> None:
    KnownHeading.objects.update_or_create(
        kind=upload.kind,
        digest=digest(upload.heading),
        defaults={"matched": upload.matched, "decimal_mark": upload.decimal_mark},
    )
