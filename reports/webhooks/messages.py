"""The next message of a web hook: what `GET /changes` would answer after its cursor, byte for byte."""

from dataclasses import dataclass

from rest_framework.renderers import JSONRenderer

from pos.events import feed
from pos.webhooks.posting import MOST_SENT
from reports.feed import telling
from reports.models import Webhook

MOST_ENTRIES = 100


@dataclass(frozen=True, slots=True)
class Message:
    number: int
    id: str
    until: str
    entries: int
    body: bytes
    is_all: bool = True  # there is nothing after it yet


@dataclass(frozen=True, slots=True)
class Nothing:
    """No entry of its types; all before this cursor is known to be none of its business."""

    until: str


def next_of(hook: Webhook) -> Message | Nothing:
    """Raises feed.CursorGone. A message that was on its way before holds the same entries again, and no more: the
    receiver may drop a message whose id it knows."""
    page = feed.read(hook.cursor, kinds(hook), MOST_ENTRIES)
    if hook.until:
        page = cut(page, feed.placed(hook.until, *feed.mark()))
    if not page.entries:
        return Nothing(feed.written(page.following, page.era))
    sent, body = fitted(page, hook.cursor)
    until = feed.written(sent.following, sent.era)
    number = hook.number if until == hook.until else hook.number + 1
    is_all = not hook.until and len(sent.entries) == len(page.entries) < MOST_ENTRIES
    return Message(number, f"{beginning(hook)}_{number}", until, len(sent.entries), body, is_all)


def kinds(hook: Webhook) -> list[str]:
    return hook.types or list(feed.KINDS)


def beginning(hook: Webhook) -> str:
    return f"msg_{hook.mark.hex[:16]}"


def cut(page: feed.Page, until: feed.Place) -> feed.Page:
    return feed.Page([entry for entry in page.entries if entry.place <= until], until, page.era)


def fitted(page: feed.Page, after: str) -> tuple[feed.Page, bytes]:
    """As many entries as fit into what a receiver is sent at once."""
    while len(body := rendered(telling.answer(page))) > MOST_SENT:
        if len(page.entries) == 1:
            return page, pointed(page, after)
        entries = page.entries[: len(page.entries) // 2]
        page = feed.Page(entries, entries[-1].place, page.era)
    return page, body


def pointed(page: feed.Page, after: str) -> bytes:
    """In place of an object that is too large alone: where to read it."""
    told = telling.answer(page)
    (entry,) = told["results"]
    read = f"/api/v1/changes?after={after}&types={entry['type']}&page_size=1"
    return rendered({**told, "results": [{**entry, "object": {"too_large": True, "read": read}}]})


def test(hook: Webhook) -> bytes:
    """A page without entries: to a receiver that follows the feed nothing has changed."""
    return rendered({"next": hook.cursor, "results": []})


def rendered(told: object) -> bytes:
    return bytes(JSONRenderer().render(told))
