"""What a kind of list is: its columns, how they are called and read, and the verbs that take it in and undo it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from accounts.models import User
from files import cells
from files.readers.sheet import Cell
from pos.imports import Report, Rows, Task

Reads = Callable[[Cell, cells.Mark, cells.Told], str]


@dataclass(frozen=True, slots=True)
class Column:
    """`also` holds what other programs call it, in English and German."""

    name: str
    title: Promise
    also: tuple[str, ...]
    reads: Reads = cells.text

    @property
    def is_number(self) -> bool:
        return self.reads is cells.number


@dataclass(frozen=True, slots=True)
class Kind:
    """`known_by` are the columns that say which row of the shop is meant: a file needs one of them."""

    name: str
    title: Promise
    lead: Promise
    columns: tuple[Column, ...]
    known_by: tuple[str, ...]
    take_in: Callable[[Rows, Task, bool], Report]  # the last is whether steep prices were confirmed
    undo: Callable[[int, User], None]

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)

    def title_of(self, name: str) -> str:
        column = self.column(name)
        return str(column.title) if column else ""


Document = dict[str, Any]
