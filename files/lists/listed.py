"""What a list as a file is made of."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise

from accounts.models import User
from inventory.shelf import locations
from pos.errors import Invalid
from pos.exports import Getter, Table

AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Found:
    """The rows that a filter leaves; its `words` become part of the name of the file."""

    rows: Iterable[Any]
    words: Sequence[object] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A list with a page of its own. `find` reads the filter from the address, as that page does."""

    name: str
    title: Promise
    columns: tuple[tuple[Promise, Getter], ...]
    find: Callable[[QueryDict], Found]
    is_for_managers: bool = False
    is_of_locations: bool = False  # a shop with a single location is not offered it
    of_locations: tuple[tuple[Promise, Getter], ...] = ()  # columns that its files do not have

    def is_offered_to(self, reader: User) -> bool:
        return self.is_open_to(reader) and (not self.is_of_locations or locations.are_several())

    def is_open_to(self, reader: User) -> bool:
        return reader.is_manager or not self.is_for_managers

    def table(self, asked: QueryDict) -> Table:
        found = self.find(asked)
        said = " ".join(str(word) for word in found.words if word)
        columns = self.columns + (self.of_locations if locations.are_several() else ())
        return Table(f"{self.title} {said}", [(str(title), read) for title, read in columns], found.rows)


def searched(asked: QueryDict) -> str:
    return asked.get("q", "").strip().replace("\0", "")[:50]


def checked(form: forms.Form) -> dict[str, Any]:
    """What a filter says. One that makes no sense is refused, by its first field that is wrong."""
    for field, errors in form.errors.items():
        raise Invalid(field, str(errors[0]))
    return form.cleaned_data
