"""The OpenAPI document of /api/v1 and the page to try it out. Both are public: they tell what the code tells."""

import gzip
import json
from functools import cache
from typing import Any

from django.http import HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.utils.encoders import JSONEncoder

FRESH = "public, max-age=300"


@cache
def document() -> dict[str, Any]:
    with translation.override("en"):
        return SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-any-return]


class Json(OpenApiJsonRenderer):
    """Without white space."""

    def render(self, data: Any, *_args: Any, **_more: Any) -> bytes:
        return json.dumps(data, cls=JSONEncoder, separators=(",", ":")).encode()


class PlainJson(Json):
    """The OpenAPI document as application/json, for tools that do not know its own media type."""

    media_type = "application/json"


@cache
def written(renderer: Any) -> bytes:
    return bytes(renderer().render(document(), renderer_context={}))


@cache
def compressed(renderer: Any) -> bytes:
    return gzip.compress(written(renderer), mtime=0)


class SchemaView(SpectacularAPIView):
    renderer_classes = [Json, OpenApiYamlRenderer, PlainJson]
    permission_classes = [AllowAny]
    authentication_classes: list[Any] = []

    @extend_schema(operation_id="schema", responses={200: {"type": "object", "additionalProperties": {}}})
    def get(self, request: Request) -> HttpResponse:  # type: ignore[override]
        """This document, as JSON or, with `Accept: application/vnd.oai.openapi`, as YAML."""
        renderer: Any = type(request.accepted_renderer)
        zipped = "gzip" in request.headers.get("Accept-Encoding", "")
        answer = HttpResponse((compressed if zipped else written)(renderer), content_type=renderer.media_type)
        answer["Cache-Control"] = FRESH
        patch_vary_headers(answer, ["Accept", "Accept-Encoding"])
        if zipped:
            answer["Content-Encoding"] = "gzip"
        return answer


class DocsView(SpectacularSwaggerSplitView):
    """The page to read and try the API."""

    permission_classes = [AllowAny]
    authentication_classes: list[Any] = []
