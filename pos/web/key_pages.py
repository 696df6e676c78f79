"""Pages by key on the shop's own screens and in the back office: `?cursor=` is where a page begins.

A cursor nobody gave out, and the page numbers of old links, lead to the first page.
"""

from collections.abc import Callable, Mapping, Sequence

from django.db.models import Model, QuerySet

from pos import keyset
from pos.errors import Invalid
from pos.keyset import START, Page, Place, Row, Shown
from pos.postgres.plans import for_their_values

CURSOR = "cursor"
NEWEST = ("-pk",)


def page_of(rows: QuerySet[Row], asked: Mapping[str, str], size: int, ordering: tuple[str, ...] = NEWEST) -> Page[Row]:
    place = place_of(asked, size, ordering, rows.model)
    with for_their_values():
        return place.page(list(place.rows_of(rows)))


def page_within(rows: Sequence[Shown], asked: Mapping[str, str], size: int, key: Callable[[Shown], int]) -> Page[Shown]:
    """Of rows that are all at hand; `key` tells them apart."""
    try:
        position = keyset.decoded(asked.get(CURSOR, ""))
    except Invalid:
        position = START
    return keyset.page_within(rows, size, position, key)


def place_of(asked: Mapping[str, str], size: int, ordering: tuple[str, ...], model: type[Model]) -> Place:
    """Where the page asked for begins in a list of these rows."""
    start = Place(ordering, size)
    if not (cursor := asked.get(CURSOR)):
        return start
    try:
        place = Place(ordering, size, keyset.decoded(cursor))
        place.rows_of(model._default_manager.all())
    except Invalid:
        return start
    return place
