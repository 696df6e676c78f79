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


def check(username: str, password: str, request: HttpRequest) -> User:
    user = verify(username, password, request)
    audit.record(user, "sign_in", user.username, address=attempts.address_of(request))
    return user


def verify(username: str, password: str, request: HttpRequest) -> User:
    address = attempts.address_of(request)
    closes = attempts.charge(username, address)
    name = unicodedata.normalize("NFKC", username)
    user = authenticate(request, username=name, password=password)
    if not isinstance(user, User):
        audit.record(None, "sign_in.locked" if closes else "sign_in.failed", name, address=address)
        raise WrongCredentials
    attempts.forgive(username, address)
    attempts.forget([attempts.till_pin_key(user.username)])
    return user
