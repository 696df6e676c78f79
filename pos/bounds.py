"""Limits the depth and size of JSON from outside, so that every page can show what was stored."""

import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from pos.errors import Invalid, TooLarge

DEEPEST, MOST_VALUES = 12, 50_000
DEEPEST_STORED, LONGEST_STORED = 6, 8_000


class TooDeep(ValueError):
    """Nested deeper than the shop ever needs."""


def levels(data: Any) -> Iterator[list[Any]]:
    """The values of each level of nesting, outermost first."""
    level = [data]
    while level:
        yield level
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list | tuple)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]


def refuse_unwieldy(data: Any, *, deepest: int = DEEPEST, most: int = MOST_VALUES) -> None:
    """Raises TooDeep, or TooLarge for more values than the largest sale has. Stops reading at the limits."""
    values = 0
    for depth, level in enumerate(levels(data), 1):
        values += len(level)
        if depth > deepest:
            raise TooDeep(f"it is nested deeper than {deepest} levels")
        if values > most:
            raise TooLarge


def storable(field: str, data: Any, *, longest: int = LONGEST_STORED) -> str:
    """The JSON as text, ready to be stored and shown on a page; otherwise raises Invalid."""
    try:
        refuse_unwieldy(data, deepest=DEEPEST_STORED, most=longest)
        written = json.dumps(data, sort_keys=True, default=str)
    except (TooDeep, TooLarge, RecursionError):
        written = ""
    if not written or len(written) > longest or "\\u0000" in written:
        raise Invalid(field, _("These facts are too long, nested too deep or hold characters that cannot be stored."))
    return written
