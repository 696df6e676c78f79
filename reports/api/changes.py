"""The feed of changes, and the snapshot it goes on from."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from threading import BoundedSemaphore
from time import monotonic, sleep
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from accounts.http import ApiRequest
from pos.api.fields import MomentField, TextField
from pos.api.permissions import IsManager
from pos.api.views import ApiView, Query
from pos.errors import Invalid, OutOfScope
from pos.events import feed
from reports.feed.objects import KINDS
from reports.feed.telling import answer

MOST, USUAL, LONGEST_WAIT, LOOK_EVERY = 1000, 100, 25, 0.5
# Each web process has four threads: one may wait for changes, everybody else is answered at once
WAITING = BoundedSemaphore(1)


class FeedQuery(Query):
    types = TextField(max_length=200, required=False, help_text=f"some of {', '.join(KINDS)}, with commas; or all")
    page_size = serializers.IntegerField(min_value=1, max_value=MOST, required=False)


class ChangesQuery(FeedQuery):
    after = TextField(max_length=200, help_text="a cursor of the snapshot or of this feed")
    wait = serializers.IntegerField(
        min_value=0,
        max_value=LONGEST_WAIT,
        required=False,
        help_text="seconds to wait for a change where there is none; a busy server answers at once",
    )


class SnapshotQuery(FeedQuery):
    after = TextField(max_length=400, required=False, help_text="where the page before ended; use `next`")


class ChangeEntrySerializer(serializers.Serializer[Any]):
    cursor = serializers.CharField()
    type = serializers.ChoiceField(list(KINDS))
    id = serializers.CharField(help_text="of a bill its number")
    change = serializers.ChoiceField(["written", "gone"])
    at = MomentField()
    object = serializers.DictField(allow_null=True, help_text="as it is now; null when it is gone")


class ChangesSerializer(serializers.Serializer[Any]):
    next = serializers.CharField(help_text="the cursor to ask with next time")
    results = ChangeEntrySerializer(many=True)


class SnapshotObjectSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(list(KINDS))
    id = serializers.CharField(help_text="of a bill its number")
    object = serializers.DictField()


class SnapshotSerializer(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    cursor = serializers.CharField(help_text="of the feed: go on from it when `next` is null")
    results = SnapshotObjectSerializer(many=True)


class FeedView(ApiView):
    permission_classes = [IsManager]
    problems = (410,)

    def check_permissions(self, request: Any) -> None:
        super().check_permissions(request)
        if not self.allowed(request):
            raise OutOfScope(_("This key may read nothing that the feed tells."), needs=KINDS["product"].scope)

    def allowed(self, request: ApiRequest) -> list[str]:
        """To a manager everything, to a key what its scopes let it read."""
        scopes = getattr(request.auth, "scopes", None)
        return [name for name, kind in KINDS.items() if scopes is None or kind.scope in scopes]

    def kinds(self, request: ApiRequest) -> list[str]:
        """The types asked for, or all allowed."""
        named = [name.strip() for name in self.query.get("types", "").split(",") if name.strip()]
        if unknown := [name for name in named if name not in KINDS]:
            raise Invalid("types", _("There is no type %(name)s.") % {"name": unknown[0][:60]}, "unknown_type")
        allowed = self.allowed(request)
        if refused := [name for name in named if name not in allowed]:
            needed = KINDS[refused[0]].scope
            raise OutOfScope(_("This key lacks the scope %(scope)s.") % {"scope": needed}, needs=needed)
        return named or allowed

    @property
    def size(self) -> int:
        return int(self.query.get("page_size", USUAL))


class Changes(FeedView):
    serializer_class = ChangesSerializer
    query_class = ChangesQuery

    @extend_schema(operation_id="changes")
    def get(self, request: ApiRequest) -> Response:
        """What changed after a cursor, in an order in which nothing can appear later before what was read."""
        kinds = self.kinds(request)
        page = waited_for(self.query["after"], kinds, self.size, self.query.get("wait", 0))
        return Response(answer(page, request.user))


def waited_for(after: str, kinds: Sequence[str], most: int, wait: int) -> feed.Page:
    page = feed.read(after, kinds, most)
    if page.entries or not wait or not WAITING.acquire(blocking=False):
        return page
    try:
        end = monotonic() + wait
        while not page.entries and monotonic() < end:
            if not connection.in_atomic_block:
                connection.close()  # back to the pool, for those who sell
            sleep(LOOK_EVERY)
            page = feed.read(feed.written(page.following, page.era), kinds, most)
        return page
    finally:
        WAITING.release()


class Snapshot(FeedView):
    serializer_class = SnapshotSerializer
    query_class = SnapshotQuery

    @extend_schema(operation_id="snapshot")
    def get(self, request: ApiRequest) -> Response:
        """Everything there is, page by page, and the cursor of the feed that goes on from it: what changes while the
        pages are read comes again in the feed."""
        kinds = self.kinds(request)
        cursor, kind, last = position(self.query["after"]) if "after" in self.query else (feed.now(), kinds[0], 0)
        if kind not in kinds:
            raise Invalid("after", _("This cursor was not given out by the shop."))
        results: list[dict[str, Any]] = []
        following = None
        for name in kinds[kinds.index(kind) :]:
            room = self.size - len(results)
            found = list(KINDS[name].rows().filter(pk__gt=last if name == kind else 0).order_by("pk")[: room + 1])
            told_now = KINDS[name].told(found[:room], request.user)
            results += [{"type": name, "id": known, "object": told} for known, told in told_now.values()]
            if len(found) > room:
                reached = found[room - 1].pk if room else (last if name == kind else 0)
                following = written(cursor, name, reached)
                break
        url = replace_query_param(request.build_absolute_uri(), "after", following) if following else None
        return Response({"next": url, "cursor": cursor, "results": results})


def written(cursor: str, kind: str, last: int) -> str:
    return urlsafe_b64encode(json.dumps([cursor, kind, last]).encode()).decode().rstrip("=")


def position(after: str) -> tuple[str, str, int]:
    try:
        cursor, kind, last = json.loads(urlsafe_b64decode(after + "=" * (-len(after) % 4)))
        if not (isinstance(cursor, str) and isinstance(kind, str) and type(last) is int and 0 <= last < 2**63):
            raise ValueError
    except (ValueError, TypeError, RecursionError):
        raise Invalid("after", _("This cursor was not given out by the shop.")) from None
    return cursor, kind, last
