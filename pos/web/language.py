"""Chooses a page's language: the person's own, else the browser's; what customers get is in the shop's language.

The choice is stored in the account and in a cookie, so that even an error page has it without the database. The API is
always English: programs read its codes, and its sentences stay the same in every log.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from pos.errors import Invalid

API_LANGUAGE = "en"
A_YEAR = 365 * 24 * 60 * 60

Answer = TypeVar("Answer", bound=HttpResponseBase)


class Languages:
    """Middleware that activates the language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_api = request.path_info.startswith("/api/")
        language = API_LANGUAGE if is_api else translation.get_language_from_request(request)
        if is_api and language == translation.get_language():
            return self.get_response(request)
        with translation.override(language):
            return self.get_response(request)


def spoken(language: str) -> str:
    """The language asked for; if empty, the one the browser asks for."""
    if language and language not in dict(settings.LANGUAGES):
        raise Invalid("language", _("The shop does not speak this language."))
    return language


def remember(answer: Answer, language: str) -> Answer:
    """Stores the language in a cookie; an empty one deletes it."""
    name = settings.LANGUAGE_COOKIE_NAME
    if not language:
        answer.delete_cookie(name, samesite="Lax")
        return answer
    secure = settings.SESSION_COOKIE_SECURE
    answer.set_cookie(name, language, max_age=A_YEAR, secure=secure, httponly=True, samesite="Lax")
    return answer


@contextmanager
def of_the_shop() -> Iterator[None]:
    """Switches to the shop's language, for receipts, mails and texts stored in the books."""
    with translation.override(settings.LANGUAGE_CODE):
        yield
