"""Checks user name and password, for forms and for tokens."""

import unicodedata

from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.access import attempts, browsers, known_devices, new_devices
from accounts.models import User
from pos.errors import Refused

LONGEST_PASSWORD = 4096
OWN_SESSION = "own session"


class WrongCredentials(Refused):
    """Wrong name, wrong password or inactive user: the same message and the same work, so that nothing can be told
    apart."""

    code = "wrong_credentials"
    status = 401
    message = _("This name and password do not belong together.")


class NotYourPassword(WrongCredentials):
    message = _("This is not your password.")


def check(username: str, password: str, request: HttpRequest, *, till: str = "") -> User:
    user = verify(username, password, request, till)
    entered(user, request)
    return user


def entered(user: User, request: HttpRequest, *, is_program: bool = False) -> None:
    """Everything that was asked has been given."""
    new_devices.tell(user, request, is_program=is_program)
    place = {"address": attempts.address_of(request), "browser": browsers.spoken(request)}
    trail.record(user, "sign_in", user.username, **place)


def verify(username: str, password: str, request: HttpRequest, place: str = "") -> User:
    """Checks a password. `place` is the locked till or OWN_SESSION; there, and in a known browser, strangers' misses do
    not count."""
    place = place or known_devices.device(request, username)
    address = attempts.address_of(request)
    counters = attempts.password_at(username, place) if place else attempts.stranger(username, address)
    charge = attempts.charge(counters)
    name = unicodedata.normalize("NFKC", username)
    user = authenticate(request, username=name, password=password)
    if not isinstance(user, User):
        trail.record(None, "sign_in.locked" if charge.closes else "sign_in.failed", name, address=address)
        raise WrongCredentials
    charge.take_back()
    attempts.forget_pins(user.username)
    return user


def verify_again(user: User, password: str, request: HttpRequest) -> None:
    """For who is signed in already, before what needs the password once more."""
    try:
        verify(user.username, password, request, OWN_SESSION)
    except WrongCredentials:
        raise NotYourPassword from None
