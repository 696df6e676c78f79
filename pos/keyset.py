"""Pages of long lists by key: each page begins where the one before it ended, however far down that is.

Nothing is counted or skipped. The columns of `ordering` are never null, and the last is unique.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from pos.errors import Invalid

Row = TypeVar("Row", bound=Model)
Shown = TypeVar("Shown")
Position = tuple[bool, list[str]]
START: Position = (False, [])


@dataclass(frozen=True, slots=True)
class Page(Generic[Shown]):
    """The rows of a page, and the cursors of the pages beside it; None where there is none."""

    rows: Sequence[Shown]
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins, how long it is, and whether it is read backward from there."""

    ordering: tuple[str, ...]
    size: int
    position: Position = START

    @property
    def backward(self) -> bool:
        return self.position[0]

    def rows_of(self, queryset: QuerySet[Row]) -> QuerySet[Row]:
        """The rows of the page and one more, which tells whether there is another page."""
        backward, values = self.position
        rows = queryset.order_by(*(flipped(name) if backward else name for name in self.ordering))
        return (rows.filter(beyond(queryset, self.ordering, values, backward)) if values else rows)[: self.size + 1]

    def page(self, found: Sequence[Row]) -> Page[Row]:
        """The page of rows found with `rows_of`."""
        backward, values = self.position
        more, rows = len(found) > self.size, list(found[: self.size])
        if backward:
            rows.reverse()
        has_after, has_before = (True, more) if backward else (more, bool(values))
        return Page(
            rows,
            self.cursor(True, rows[0]) if has_before and rows else None,
            self.cursor(False, rows[-1]) if has_after and rows else None,
        )

    def cursor(self, backward: bool, row: Model) -> str:
        return encoded((backward, [text_of(getattr(row, name.lstrip("-"))) for name in self.ordering]))


def page_within(rows: Sequence[Shown], size: int, position: Position, key: Callable[[Shown], int]) -> Page[Shown]:
    """A page of rows that are all at hand, in their order: it begins behind the row of that key, or ends before it. The
    first page, if that row is gone or nothing is beyond it."""
    backward, values = position
    place = {str(key(row)): place for place, row in enumerate(rows)}.get(values[0] if values else "")
    end = len(rows) if place is None or not backward else place
    first = 0 if place is None else max(place - size, 0) if backward else place + 1
    shown = rows[first : min(first + size, end)] or rows[:size]
    first = first if first < end else 0
    before = encoded((True, [str(key(shown[0]))])) if first else None
    after = encoded((False, [str(key(shown[-1]))])) if first + len(shown) < len(rows) else None
    return Page(shown, before, after)


def flipped(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def text_of(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def encoded(position: Position) -> str:
    return urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")


def decoded(cursor: str) -> Position:
    try:
        backward, values = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(backward, bool) or not all(isinstance(value, str) for value in values):
            raise ValueError
    except (ValueError, TypeError, RecursionError):
        raise Invalid("cursor", _("This cursor was not given out by the shop.")) from None
    return backward, list(values)


def beyond(rows: QuerySet[Row], ordering: tuple[str, ...], values: list[str], backward: bool) -> Q:
    """Rows after the given position. The bound of the first column is repeated so that its index is used."""
    names = [name.lstrip("-") for name in ordering]
    try:
        typed = [column(rows, n).to_python(v) for n, v in zip(names, values, strict=True)]
    except (ValueError, ValidationError):
        raise Invalid("cursor", _("This cursor was not given out by the shop.")) from None
    steps = ["lt" if name.startswith("-") != backward else "gt" for name in ordering]
    after, same = Q(), Q()
    for name, step, value in zip(names, steps, typed, strict=True):
        after |= same & Q(**{f"{name}__{step}": value})
        same &= Q(**{name: value})
    return Q(**{f"{names[0]}__{steps[0]}e": typed[0]}) & after


def column(rows: QuerySet[Row], name: str) -> Any:
    """The model field of a column, or the annotation's output field."""
    annotation = rows.query.annotations.get(name)
    if annotation is not None:
        return annotation.output_field
    return rows.model._meta.pk if name == "pk" else rows.model._meta.get_field(name)
