"""A tag for each answer of the API that changes whenever the answer does, and 304 to who has it already.

An answer about a row with a version begins its tag with it: `"3-5f2c9a01b7d4"`, so that `If-Match` knows the version.
"""

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

API, PAGE = "/api/v1", "/api/v1/docs"
KEPT = ("Cache-Control", "Vary", "Access-Control-Allow-Origin", "Access-Control-Expose-Headers")


class Etags:
    """Middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if not request.path_info.startswith(API) or request.path_info == PAGE or answer.streaming:
            return answer
        version = answer.headers.get("ETag", "").strip('"')
        is_read = request.method in ("GET", "HEAD") and answer.status_code == 200
        if not is_read and not version:
            return answer
        digest = hashlib.sha256(answer.content, usedforsecurity=False).hexdigest()[:12]
        tag = f'"{version}-{digest}"' if version else f'"{digest}"'
        answer.headers["ETag"] = tag
        if is_read and tag in known(request):
            return not_modified(answer)
        return answer


def known(request: HttpRequest) -> set[str]:
    """The tags the client has; a compressing proxy makes them weak."""
    return {tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")}


def not_modified(answer: HttpResponse) -> HttpResponse:
    short = HttpResponse(status=304)
    for name in ("ETag", *KEPT):
        if name in answer.headers:
            short.headers[name] = answer.headers[name]
    del short.headers["Content-Type"]
    return short
