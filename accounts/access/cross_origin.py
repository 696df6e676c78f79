"""Lets pages of other sites use the API in a browser (CORS): only with a key that names the site, so nowhere unless a
manager says so."""

from collections.abc import Callable, Sequence

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiKey
from pos.errors import OutOfScope

API = "/api/v1/"
ADMITTED = "admitted_origin"
METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
ASKS = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-Id"
TELLS = "ETag, Idempotent-Replayed, Location, Retry-After, X-Request-Id"
KEPT = "600"


def admit(request: HttpRequest, origins: Sequence[str]) -> None:
    """Refuses another site than those the key names. A key that names none is for machines, whose pages no browser may
    read."""
    origin = request.headers.get("Origin", "")
    if not origin or not origins:
        return
    if origin not in origins:
        raise OutOfScope(_("This key may not be used by this web site."))
    setattr(request, ADMITTED, origin)


class CrossOrigin:
    """Middleware: answers the browser's question before the request, and marks the answers that a page may read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "HTTP_ORIGIN" not in request.META or not request.path_info.startswith(API):
            return self.get_response(request)
        origin = request.META["HTTP_ORIGIN"]
        if request.method == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in request.META:
            answer = HttpResponse(status=204)
            if is_named(origin):
                marked(answer, origin)
                answer["Access-Control-Allow-Methods"] = METHODS
                answer["Access-Control-Allow-Headers"] = ASKS
                answer["Access-Control-Max-Age"] = KEPT
            patch_vary_headers(answer, ["Origin"])
            answer["Cache-Control"] = "no-store"
            return answer
        answer = self.get_response(request)
        if admitted := getattr(request, ADMITTED, ""):
            marked(answer, admitted)
        patch_vary_headers(answer, ["Origin"])
        return answer


def marked(answer: HttpResponse, origin: str) -> None:
    answer["Access-Control-Allow-Origin"] = origin
    answer["Access-Control-Expose-Headers"] = TELLS


def is_named(origin: str) -> bool:
    if "\0" in origin or len(origin) > 200:
        return False
    return ApiKey.objects.filter(revoked_at=None, origins__contains=[origin]).exists()
