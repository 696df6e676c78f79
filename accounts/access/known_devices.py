"""Remembers in a signed cookie which people have signed in with this browser.

The cookie grants no access. It only decides which counter a wrong password is charged to, so that guesses made
elsewhere do not lock people out of their own browser.
"""

import secrets
from datetime import timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

from accounts.access import attempts

COOKIE, SALT = "known_device", "accounts.known_device"
LASTS = timedelta(days=400)  # the longest lifetime browsers accept
MOST_PEOPLE = 30

Answer = TypeVar("Answer", bound=HttpResponseBase)


def device(request: HttpRequest, who: str) -> str:
    """This browser's id if the person has signed in with it before; otherwise an empty string."""
    name, people = read(request)
    return name if mark(who) in people else ""


def remember(request: HttpRequest, answer: Answer, who: str) -> Answer:
    """Sets the cookie after the person has given the right password in this browser."""
    name, people = read(request)
    known = [*(person for person in people if person != mark(who)), mark(who)][-MOST_PEOPLE:]
    answer.set_cookie(  # type: ignore[attr-defined]
        COOKIE,
        signing.dumps([name or secrets.token_hex(8), known], salt=SALT),
        max_age=LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


def read(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        found: Any = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return "", []
    return found[0], found[1]


def mark(who: str) -> str:
    """A keyed hash of the user name, so that the cookie does not reveal it."""
    return salted_hmac(SALT, attempts.spelt(who), algorithm="sha256").hexdigest()[:16]
