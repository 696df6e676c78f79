"""Base classes of the API's views."""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from pos.api.deprecation import Deprecated
from pos.api.fields import (
    MomentField,
    StrictSerializer,
)
from pos.api.scopes import OF_EVERY_LOCATION, needed
from pos.errors import Invalid, OutOfScope
from pos.exactly_once import Once

KEY_HEADER, KEY_IN_META = "Idempotency-Key", "HTTP_IDEMPOTENCY_KEY"


class Query(StrictSerializer):
    """The query parameters of a list, declared like the fields of a body."""


class UpdatedSince(Query):
    """While this parameter is given, the list is ordered by `updated_at`, then `id`."""

    updated_since = MomentField(
        required=False,
        help_text="only what changed at or after this moment, in order of change; ask again from half a minute before "
        "the last change seen: what was being written just then shows up late",
    )


class ApiView(GenericAPIView[Any]):
    """Unknown or repeated query parameters are refused; `self.query` holds the checked ones of `query_class`."""

    http_method_names = ("get", "head", "post", "put", "patch", "delete")  # type: ignore[assignment]
    query_class: type[Query] = Query
    reads_key = False  # whether POST needs an Idempotency-Key, because it moves or creates something
    is_done_once = False  # whether it says so if it was done before, without a key
    reads_version: tuple[str, ...] = ()  # the methods that compare If-Match
    deprecated: Deprecated | None = None
    pagination_class: Any = None
    ordering: Any = ("id",)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        method = str(request.method).lower()
        known = method in self.http_method_names and hasattr(self, method)
        if known and (request.query_params or request.method in SAFE_METHODS):
            _ = self.query
        if known and request.method not in SAFE_METHODS:
            self.refuse_key_nobody_reads(request)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        if self.deprecated:
            for name, value in self.deprecated.headers.items():
                answer.headers[name] = value
        if isinstance(answer, Response):
            answer.add_post_render_callback(let_go)
        return answer

    def check_permissions(self, request: Request) -> None:
        """People by their role, machines by the scopes of their key."""
        bounds: Any = request.auth
        scopes = getattr(bounds, "scopes", None)
        known = str(request.method).lower() in self.http_method_names and hasattr(self, str(request.method).lower())
        if scopes is None or not known:
            return super().check_permissions(request)
        match = request.resolver_match
        scope = needed(match.url_name if match else None, request.method)
        if scope is None:
            raise OutOfScope(_("No key may do this: it takes a person who signed in."))
        if scope and scope not in scopes:
            raise OutOfScope(_("This key lacks the scope %(scope)s.") % {"scope": scope}, needs=scope)
        if match and match.url_name in OF_EVERY_LOCATION and bounds.locations:
            refusal = _("This covers every location, and the key may see only some.")
            raise OutOfScope(refusal, locations=sorted(bounds.locations))
        return None

    def listed(self, rows: QuerySet[Any]) -> Response:
        """One page of `rows`, as `serializer_class` shows them."""
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def refuse_key_nobody_reads(self, request: Request) -> None:
        """Refuses an Idempotency-Key where it has no effect, because the client would rely on it."""
        if request.method == "POST" and self.reads_key:
            _ = self.key
        elif KEY_IN_META in request.META:
            raise Invalid(KEY_HEADER, "Nothing here reads this header: leave it out.", "not_read")

    @cached_property
    def key(self) -> UUID:
        try:
            return UUID(self.request.META.get(KEY_IN_META, ""))
        except ValueError:
            raise Invalid(KEY_HEADER, "Send a UUID of your own making in this header.", "required") from None

    def once(self, deed: str, asked: Mapping[str, Any]) -> Once:
        """The request's key, for the verb that does the work."""
        return Once(self.key, deed, asked, by=self.request.user.pk or 0)

    @cached_property
    def query(self) -> dict[str, Any]:
        if getattr(self, "swagger_fake_view", False):
            return {}
        reading = self.request.method in SAFE_METHODS
        given = dict(self.request.query_params.lists())
        if repeated := [name for name, values in given.items() if len(values) > 1]:
            raise ValidationError({name: [ErrorDetail("Given more than once.", "repeated")] for name in repeated})
        paging = getattr(self.pagination_class, "parameters", ()) if reading else ()
        asked = {name: values[0] for name, values in given.items() if name not in paging}
        checked = (self.query_class if reading else Query)(data=asked)
        checked.is_valid(raise_exception=True)
        return dict(checked.validated_data)


def let_go(answer: Any) -> None:
    """Unties view, request and answer from each other once it is written. Otherwise they and all their rows would wait
    for garbage collection, which stops every thread."""
    context = answer.renderer_context
    vars(context["view"]).pop("head", None)  # Django's: a method bound to the view itself
    context["request"].parser_context.clear()
    context.clear()


def done(body: Any, *, again: bool, first: int = 201, headers: Mapping[str, str] | None = None) -> Response:
    """The answer to a POST with a key: `first` if it was done now; 200 with Idempotent-Replayed if it was done
    before."""
    if again:
        return Response(body, headers={**(headers or {}), "Idempotent-Replayed": "true"})
    return Response(body, first, headers=headers)


def expected_version(request: Request) -> int | None:
    """The version in `If-Match`; None without one. Accepts the weak form, which a compressing proxy makes of it."""
    header = request.headers.get("If-Match", "*").strip()
    if header == "*":
        return None
    if not (found := re.fullmatch(r'(?:W/)?"?([0-9]{1,18})(?:-[0-9a-f]{12})?"?', header, re.ASCII)):
        raise Invalid("If-Match", 'A version looks like "3".')
    return int(found[1])
