"""Locks a till's screen after idle minutes: the session ends, but the till remembers its register and the person.

A PIN unlocks it for the same person, or for another who takes over the till; the basket is in the database. Wrong PINs
close one person's PIN at this till, never the till: the password still works, and so do other people's PINs. Wrong
guesses at sign-in close nothing here; guesses at all tills together have a daily limit.
"""

from collections.abc import Callable, Mapping
from time import time
from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.access import attempts, half_way, open_sign_ins, second_factor, sign_in, step_up
from accounts.access.attempts import Limit, TooManyAttempts
from accounts.approvals import approvers
from accounts.models import User
from accounts.people import badges, pins
from pos.errors import Refused
from pos.models import StoreSettings

LOCK, SEEN, REGISTER, BY_PIN, BEGAN = "till_lock", "seen_at", "register", "by_pin", "began_at"
OF_THE_PERSON = {LOCK, SEEN, BY_PIN}
NOTED_EVERY = 15
PER_PERSON = Limit(free=5, first_minutes=60)


class WrongTillPin(Refused):
    code = "wrong_pin"
    status = 403
    message = _("This name and PIN do not belong together.")


class PasswordNeeded(Refused):
    code = "password_needed"
    status = 403
    message = _("This till was signed in long enough ago. Use the password.")


class PinClosed(Refused):
    code = "pin_closed"
    status = 429
    message = _("Too many wrong PINs for this name at this till. Use the password.")


def lock(request: HttpRequest) -> None:
    """Ends the session, so that only the lock screen answers, even to requests made at the same moment."""
    user: Any = request.user
    kept = {name: value for name, value in request.session.items() if name[0] != "_" and name not in OF_THE_PERSON}
    trail.record(user, "till.locked", kept.get(REGISTER, ""))
    logout(request)
    request.session[LOCK] = {"user": user.pk, "kept": kept}


def locked_for(request: HttpRequest) -> User | None:
    """The person the screen is locked for."""
    return User.objects.filter(pk=request.session[LOCK]["user"]).first() if LOCK in request.session else None


def begin(request: HttpRequest) -> None:
    """Starts the session's hours after a password; a PIN given later does not extend them."""
    request.session[BEGAN] = int(time())


def is_over(session: Mapping[str, Any]) -> bool:
    return time() - session.get(BEGAN, time()) > settings.SESSION_HOURS * 60 * 60


def unlock(request: HttpRequest, who: str, secret: str) -> bool:
    """Unlocks the till by PIN or password. True for the person it was locked for, False for one who takes over."""
    kept = request.session[LOCK]["kept"]
    till = str(kept.get(REGISTER, ""))
    pins.refuse_short(secret)
    if pins.is_one(secret):
        if is_over(kept):
            raise PasswordNeeded
        return let_in(request, recognised(who, secret, till), by_pin=True)
    named = approvers.staff_member(who)
    user = sign_in.check(named.username if named else who, secret, request, till=till)
    # the lock screen asks for no code: a password alone gives a manager with a second factor the rights of a PIN
    return let_in(request, user, by_pin=second_factor.is_asked_of(user))


def unlock_by_badge(request: HttpRequest, holder: User) -> bool:
    """Unlocks the till by a badge that opens alone, with the rights of a PIN."""
    if is_over(request.session[LOCK]["kept"]):
        raise PasswordNeeded
    return let_in(request, holder, by_pin=True)


def let_in(request: HttpRequest, user: User, *, by_pin: bool) -> bool:
    before = request.session[LOCK]["user"]
    login(request, user)
    release(request)
    if by_pin:
        request.session[BY_PIN] = True
    else:
        begin(request)
        step_up.note(request)
    open_sign_ins.note(request)
    trail.record(user, "till.unlocked" if user.pk == before else "till.taken_over", request.session.get(REGISTER, ""))
    return bool(user.pk == before)


def release(request: HttpRequest) -> None:
    """Restores the remembered session data: all of it for the same person, only register and session start for
    another."""
    lock = request.session.pop(LOCK, None)
    request.session.pop(BY_PIN, None)
    if lock:
        same = str(lock["user"]) == request.session.get("_auth_user_id")
        kept = {name: value for name, value in lock["kept"].items() if same or name in (REGISTER, BEGAN)}
        request.session.update({**kept, SEEN: int(time())})


def recognised(who: str, pin: str, till: str) -> User:
    user = approvers.staff_member(who)
    name = user.username if user else who
    try:
        charge = attempts.charge({attempts.till_pin(name, till): PER_PERSON, **attempts.pins_a_day(name, till)})
    except TooManyAttempts as closed:
        raise PinClosed(**closed.facts) from None
    if not pins.is_right(pin, user.pin if user else "") or user is None or not user.is_active:
        trail.record(None, "till.wrong_pin", attempts.spelt(who))
        raise WrongTillPin
    charge.take_back()
    return user


def opens_alone(holder: User, code: str) -> bool:
    """Whether the badge opens the till without a PIN: only if the shop says so, and only one made by the shop."""
    return holder.is_active and badges.is_issued(code) and not StoreSettings.in_force().badge_needs_pin


def background(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Marks a view that pages poll by themselves: it does not count as activity at the till. Must be the outermost
    decorator."""
    view.is_background = True  # type: ignore[attr-defined]
    return view


class TillLock:
    """Middleware that locks an idle till before any page is shown, and holds back who still owes a second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.user.is_authenticated and not request.path.startswith("/api/"):
            leave_if_over(request, view)
        if not getattr(view, "login_required", True) or request.path.startswith("/api/"):
            return None
        if not request.user.is_authenticated and LOCK in request.session:
            return sent_to(request, "unlock")
        if BY_PIN in request.session and request.resolver_match and request.resolver_match.app_name == "admin":
            return sent_to(request, "sign_in")
        if half_way.is_held_back(request):
            return sent_to(request, "second_factor_app")
        return None


def leave_if_over(request: HttpRequest, view: Any) -> None:
    """Locks a till's screen, after the idle minutes or the session's hours; other sessions end after their hours."""
    if BEGAN not in request.session:
        begin(request)
    over = is_over(request.session)
    if REGISTER in request.session and (over or is_idle(request, view)):
        lock(request)
    elif over:
        logout(request)


def is_idle(request: HttpRequest, view: Any) -> bool:
    now = int(time())
    seen = request.session.setdefault(SEEN, now)
    if now - seen <= NOTED_EVERY:
        return False
    minutes = StoreSettings.in_force().idle_lock_minutes
    if minutes and now - seen > minutes * 60:
        return True
    if not getattr(view, "is_background", False):
        request.session[SEEN] = now
    return False


def sent_to(request: HttpRequest, name: str) -> HttpResponse:
    """Redirects to a page, which returns here afterwards; a fragment request redirects the whole page."""
    is_fragment = request.headers.get("HX-Request") == "true"
    onward = request.get_full_path() if request.method == "GET" and not is_fragment else ""
    address = f"{reverse(name)}?{urlencode({'next': onward})}" if onward else reverse(name)
    return HttpResponse(status=204, headers={"HX-Redirect": address}) if is_fragment else redirect(address)
