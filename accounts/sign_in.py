"""The one check of a name and a password, for forms and tokens alike."""

import unicodedata

from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import attempts, audit
from accounts.models import User
from pos.errors import Refused

LONGEST_PASSWORD = 4096


class WrongCredentials(Refused):
    """The same words, and the same work, whether the name, the password or the standing is wrong."""

    code = "wrong_credentials"
    status = 401
    message = _("This name and password do not belong together.")


def check(username: str, password: str, request: HttpRequest, *, till: str = "") -> User:
    """At a locked till only the misses made there count: nobody outside can close it to who works at it."""
    user = verify(username, password, request, till)
    audit.record(user, "sign_in", user.username, address=attempts.address_of(request))
    return user


def verify(username: str, password: str, request: HttpRequest, till: str = "") -> User:
    address, key, closes = attempts.address_of(request), attempts.at_till("password", username, till), False
    if till:
        attempts.charge_all({key: attempts.PER_NAME})
    else:
        closes = attempts.charge(username, address)
    name = unicodedata.normalize("NFKC", username)
    user = authenticate(request, username=name, password=password)
    if not isinstance(user, User):
        audit.record(None, "sign_in.locked" if closes else "sign_in.failed", name, address=address)
        raise WrongCredentials
    if till:
        attempts.forget([key])
    else:
        attempts.forgive(username, address)
    attempts.forget_pins(user.username)
    return user
