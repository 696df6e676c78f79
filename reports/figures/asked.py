"""A question as an address or a program asks it, and the address of a question."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from pos.errors import Invalid
from reports.figures.comparing import COMPARED
from reports.figures.dimensions import DIMENSIONS, FILTERS
from reports.figures.periods import Period, days_away
from reports.figures.question import Question

NOT_BY = _("Figures can be split by %(choices)s.")
NOT_COMPARED = _("Figures can be compared with %(choices)s.")


def question(period: Period, params: Mapping[str, Any], *, by: str = "") -> Question:
    """`params` may hold a value for each dimension that is a filter, as text; an empty one is none."""
    if by and by not in DIMENSIONS:
        raise Invalid("by", NOT_BY % {"choices": ", ".join(DIMENSIONS)}, "invalid_choice")
    filters = {
        name: dimension.read(text)
        for name, dimension in FILTERS.items()
        if dimension.read and (text := str(params.get(name) or "").strip())
    }
    asked = Question(period, DIMENSIONS[by] if by else None, filters)
    _known = asked.source  # refuses what cannot be asked together
    return asked


def compared(how: str) -> str:
    if how and how not in COMPARED:
        raise Invalid("compare", NOT_COMPARED % {"choices": ", ".join(COMPARED)}, "invalid_choice")
    return how


def filters_of(params: Mapping[str, Any]) -> dict[str, str]:
    return {name: text for name in FILTERS if (text := str(params.get(name) or "").strip())}


def search(period: Period, filters: Mapping[str, str], **more: str) -> str:
    """The part of an address after its question mark, for the same days and filters."""
    days = {"from": period.start.isoformat(), "to": period.last.isoformat()}
    return urlencode({**days, **filters, **said(more)})


def said(more: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in more.items() if text}


def of_rows(period: Period, name: str, filters: Mapping[str, str]) -> Callable[[Any, str], str]:
    """The same for each row of a report split by this dimension, from the row's key and code. What the rows share is
    written once: there may be thousands."""
    if name not in FILTERS:
        return lambda key, _code: search(part_of(period, name, key), filters)
    shared = search(period, {other: text for other, text in filters.items() if other != name})
    return lambda _key, code: f"{shared}&{urlencode({name: code})}"


def part_of(period: Period, name: str, first: Any) -> Period:
    """What lies in the period of the day, week or month that begins then."""
    end = days_away(first, 1) if name == "day" else days_away(first, 7) if name == "week" else next_month(first)
    return Period(max(period.start, first), min(period.end, end or period.end))


def next_month(first: Any) -> Any:
    there = days_away(first, 31)
    return there and there.replace(day=1)
