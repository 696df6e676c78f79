"""Limits the size of request bodies before anything parses them.

Files are accepted on few routes, and only from people who have signed in; elsewhere they are never written to disk.
"""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse

from pos.api import errors
from pos.errors import TooLarge
from pos.web import error_pages

ANONYMOUS, FILE = 64 * 1024, 10 * 1024 * 1024
TAKES_FILES = re.compile(
    r"/admin/(?:inventory/product|pos/storesettings)/|/(?:files|desk/begin/import|goods/\d+/picture)$"
    r"|/api/v1/(?:products/\d+/image|imports)/?$"
)


class NoFiles(FileUploadHandler):
    """Skips files in multipart forms."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        return None

    def file_complete(self, file_size: int) -> None:
        return None


class BodyLimits:
    """Middleware. Must come after the sessions and before the CSRF check, which is the first to read a body."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        if length > ANONYMOUS and length > limit(request):
            return refuse(request)
        if is_multipart(request) and not takes_files(request):
            request.upload_handlers = [NoFiles(request)]
        return self.get_response(request)


def limit(request: HttpRequest) -> int:
    if takes_files(request):
        return FILE
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE) if shows_who(request) else ANONYMOUS


def takes_files(request: HttpRequest) -> bool:
    return bool(TAKES_FILES.match(request.path_info)) and shows_who(request)


def shows_who(request: HttpRequest) -> bool:
    """Whether the request has a session or a token; the view checks the token before it parses the body."""
    if request.path_info.startswith("/api/"):
        return "HTTP_AUTHORIZATION" in request.META and not request.path_info.startswith("/api/v1/auth/")
    return "_auth_user_id" in request.session


def is_multipart(request: HttpRequest) -> bool:
    return (request.content_type or "").startswith("multipart/")


def refuse(request: HttpRequest) -> HttpResponse:
    if request.path_info.startswith("/api/"):
        return errors.answer(TooLarge.status, TooLarge.code, str(TooLarge.message))
    return error_pages.said(request, TooLarge.status, TooLarge.message)
