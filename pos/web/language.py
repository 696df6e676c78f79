"""Which language a page speaks: the person's own, else what the browser asks for; the shop's on what customers get.

The choice lives in the account and travels as a cookie: even the page of a fault speaks it, without the database.
The API is English for everybody: programs read its codes, and its sentences are the same in every log.
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
    """Around every request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_api = request.path_info.startswith("/api/")
        language = API_LANGUAGE if is_api else translation.get_language_from_request(request)
        with translation.override(language):
            return self.get_response(request)


def spoken(language: str) -> str:
    """The language as asked for; an empty one stands for what the browser asks."""
    if language and language not in dict(settings.LANGUAGES):
        raise Invalid("language", _("The shop does not speak this language."))
    return language


def remember(answer: Answer, language: str) -> Answer:
    """The browser keeps the language; an empty one leaves it to the browser again."""
    name = settings.LANGUAGE_COOKIE_NAME
    if not language:
        answer.delete_cookie(name, samesite="Lax")
        return answer
    secure = settings.SESSION_COOKIE_SECURE
    answer.set_cookie(name, language, max_age=A_YEAR, secure=secure, httponly=True, samesite="Lax")
    return answer


@contextmanager
def of_the_shop() -> Iterator[None]:
    """For receipts, mails and what is written into the books, whoever stands at the till."""
    with translation.override(settings.LANGUAGE_CODE):
        yield
