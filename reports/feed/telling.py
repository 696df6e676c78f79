"""What the feed tells of a page of changes, to those who pull it and to those it is pushed to."""

from collections import defaultdict
from typing import Any

from accounts.models import User
from pos.events import feed
from reports.feed.objects import KINDS, Told


def answer(page: feed.Page, by: User | None = None) -> dict[str, Any]:
    """As `GET /changes` answers, and as a web hook sends it."""
    return {"next": feed.written(page.following, page.era), "results": told(page, by)}


def told(page: feed.Page, by: User | None) -> list[dict[str, Any]]:
    wanted = defaultdict[str, set[int]](set)
    for entry in page.entries:
        wanted[entry.kind].add(entry.object)
    found: dict[str, dict[int, Told]] = {
        kind: KINDS[kind].told(list(KINDS[kind].rows().filter(pk__in=ids)), by) for kind, ids in wanted.items()
    }
    return [line(entry, page.era, found[entry.kind].get(entry.object)) for entry in page.entries]


def line(entry: feed.Entry, era: str, now: Told | None) -> dict[str, Any]:
    """A row that was written and is gone by now is told as gone already; its own tombstone follows."""
    return {
        "cursor": feed.written(entry.place, era),
        "type": entry.kind,
        "id": now[0] if now else str(entry.object),
        "change": "written" if now else "gone",
        "at": entry.at.isoformat().replace("+00:00", "Z"),
        "object": now[1] if now else None,
    }
