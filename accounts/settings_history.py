"""What the shop's settings were: which change set each of them, when, and by whom."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from accounts.fact_words import Fact, fact
from pos.models import StoreSettings

COLUMNS = [field.name for field in StoreSettings._meta.fields if field.name not in ("id", "changed_at", "changed_by")]


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the settings, and how it differs from the row before it."""

    row: StoreSettings
    facts: list[Fact]


def changes() -> Iterator[Change]:
    """All changes, the newest first."""
    for row, before in pairwise(StoreSettings.objects.order_by("-pk").iterator()):
        yield Change(row, [fact("settings", name, pair) for name, pair in differences(before, row)])


def differences(before: StoreSettings, after: StoreSettings) -> Iterator[tuple[str, list[Any]]]:
    for name in COLUMNS:
        if getattr(before, name) != getattr(after, name):
            yield name, [getattr(before, name), getattr(after, name)]


def latest(known: list[Change]) -> dict[str, StoreSettings]:
    """The row that set each setting to the value in force; settings never changed are missing."""
    found: dict[str, StoreSettings] = {}
    for change in known:
        for one in change.facts:
            found.setdefault(one.name, change.row)
    return found
