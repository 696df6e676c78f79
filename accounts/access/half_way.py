"""A sign-in that is not finished: the password was right, the second factor is still to come. Nobody is signed in.

Also holds back a manager without a second factor, where the shop demands one, until it is set up.
"""

from time import time
from typing import Any

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from accounts.models import User

HALF_WAY, OWED = "half_way", "second_factor_owed"
LASTS = 10 * 60
SALT = "accounts.half_way"
# Pages for who still owes a second factor: setting it up, and leaving.
OPEN_PAGES = {"second_factor_app", "second_factor_begin", "passkey", "sign_out", "choose_language"}


def begin(request: HttpRequest, user: User) -> None:
    request.session[HALF_WAY] = {"user": user.pk, "stamp": user.stamp(SALT), "at": int(time())}


def person(request: HttpRequest) -> User | None:
    """Who gave the password here within ten minutes, unless it was changed since."""
    half: dict[str, Any] | None = request.session.get(HALF_WAY)
    if half is None or time() - half["at"] > LASTS:
        return None
    user = User.objects.by_key(half["user"])
    return user if user and user.is_active and constant_time_compare(half["stamp"], user.stamp(SALT)) else None


def end(request: HttpRequest) -> None:
    request.session.pop(HALF_WAY, None)


def demand_second_factor(request: HttpRequest) -> None:
    request.session[OWED] = True


def settle(request: HttpRequest) -> None:
    request.session.pop(OWED, None)


def is_held_back(request: HttpRequest) -> bool:
    page = request.resolver_match.url_name if request.resolver_match else ""
    return OWED in request.session and page not in OPEN_PAGES
