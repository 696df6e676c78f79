"""Requests of the API that carry a token go past the middleware of the pages: sessions, messages, CSRF, fragments and
the till's lock have nothing to say to them, and took a fifth of an empty answer's CPU."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

API, PAGE_WITHIN = "/api/v1/", "/api/v1/docs"


class TokenHandler(BaseHandler):
    """Django's handler with the middleware of TOKEN_MIDDLEWARE."""

    def __init__(self) -> None:
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        answer: Any = convert_exception_to_response(self._get_response)  # type: ignore[attr-defined]
        for name in reversed(settings.TOKEN_MIDDLEWARE):
            middleware = import_string(name)(answer)
            if hasattr(middleware, "process_view"):
                self._view_middleware.insert(0, middleware.process_view)
            if hasattr(middleware, "process_exception"):
                self._exception_middleware.append(middleware.process_exception)
            answer = convert_exception_to_response(middleware)
        self.answer: Callable[[HttpRequest], HttpResponse] = answer


class TokenRequests:
    """Middleware that parts the requests; what stands above it in the settings is for both."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.pages, self.tokens = get_response, TokenHandler()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if path.startswith(API) and "HTTP_AUTHORIZATION" in request.META and not path.startswith(PAGE_WITHIN):
            return self.tokens.answer(request)
        return self.pages(request)
