"""Where a person is signed in, browsers and programs, and the end of a sign-in.

Browsers are read from their sessions, which know what they were opened with: no request pays for the list.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import time
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts import trail
from accounts.access import attempts, browsers
from accounts.models import TokenFamily, User
from pos.errors import ManagersOnly

OPENED, LOCK, REGISTER, SEEN = "opened", "till_lock", "register", "seen_at"
BATCH = 5000


@dataclass(frozen=True, slots=True)
class OpenSignIn:
    """`name` is what the page calls it by: a session's own key would open it."""

    name: str
    browser: str
    address: str
    since: datetime | None
    seen: datetime | None = None
    register: str = ""
    is_locked: bool = False
    is_program: bool = False
    is_this: bool = False


def note(request: HttpRequest) -> None:
    """Writes into a new session where it was opened."""
    request.session[OPENED] = {
        "browser": browsers.spoken(request),
        "address": attempts.address_of(request),
        "at": int(time()),
    }


def of(user: User, *, here: str | None = None) -> list[OpenSignIn]:
    """The newest first; marked is the one that asks, `here`: a session's key, or the family of a token."""
    found = [told(key, held, key == here) for key, held in sessions_of(user)]
    found += [program(family, str(family.pk) == here) for family in families_of(user)]
    return sorted(found, key=lambda one: (one.is_this, one.since or timezone.now()), reverse=True)


def sessions_of(user: User) -> Iterator[tuple[str, dict[str, Any]]]:
    """The sessions this person has open, and the tills locked for this person."""
    mark = user.get_session_auth_hash()
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        held = session.get_decoded()
        is_in = held.get(SESSION_KEY) == str(user.pk) and constant_time_compare(held.get(HASH_SESSION_KEY, ""), mark)
        if is_in or held.get(LOCK, {}).get("user") == user.pk:
            yield session.session_key, held


def told(key: str, held: dict[str, Any], is_this: bool) -> OpenSignIn:
    kept = held.get(LOCK, {}).get("kept", held)
    opened = kept.get(OPENED, {})
    return OpenSignIn(
        name=name_of(key),
        browser=opened.get("browser", ""),
        address=opened.get("address", ""),
        since=moment(opened.get("at")),
        seen=moment(kept.get(SEEN)),
        register=str(kept.get(REGISTER, "")),
        is_locked=LOCK in held,
        is_this=is_this,
    )


def families_of(user: User) -> Any:
    begun = timezone.now() - timedelta(hours=settings.SESSION_HOURS)
    return TokenFamily.objects.filter(user=user, ended_at=None, began_at__gt=begun)


def program(family: TokenFamily, is_this: bool) -> OpenSignIn:
    name = str(family.pk)
    return OpenSignIn(name, family.browser, family.address, family.began_at, is_program=True, is_this=is_this)


def name_of(session_key: str) -> str:
    return salted_hmac("accounts.open_sign_in", session_key, algorithm="sha256").hexdigest()[:32]


def moment(seconds: Any) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else None


def end(user: User, name: str, *, by: User) -> None:
    """Ends one sign-in: a browser's at once; a program's access token lasts for its last minutes."""
    refuse_others(user, by)
    one = next((one for one in of(user) if one.name == name), None)
    if one is None:
        raise Http404
    with transaction.atomic():
        if one.is_program:
            ended = families_of(user).filter(pk=name).update(ended_at=timezone.now())
        else:
            ended = drop(key for key, _held in sessions_of(user) if name_of(key) == name)
        if not ended:  # by somebody else meanwhile
            raise Http404
        trail.record(by, "sign_in.ended", user.username, browser=one.browser, address=one.address)


@transaction.atomic
def end_all(user: User, *, by: User) -> None:
    """Ends every sign-in of the person, tokens and locked tills included. The page that does so keeps its own session
    with a new hash."""
    refuse_others(user, by)
    drop([key for key, held in sessions_of(user) if LOCK in held])
    user.epoch = User.objects.select_for_update(no_key=True).values_list("epoch", flat=True).get(pk=user.pk) + 1
    user.save(update_fields=["epoch"])
    families_of(user).update(ended_at=timezone.now())
    trail.record(by, "sign_in.all_ended", user.username)


def drop(keys: Any) -> int:
    return Session.objects.filter(session_key__in=list(keys)).delete()[0]


def forget_old() -> int:
    """Deletes sessions whose time is over, a batch at a time: a shop may have gathered years of them."""
    old, forgotten = Session.objects.filter(expire_date__lt=timezone.now()), 0
    while keys := list(old.values_list("pk", flat=True)[:BATCH]):
        forgotten += old.filter(pk__in=keys).delete()[0]  # asked again: one may have been prolonged meanwhile
    return forgotten


def refuse_others(user: User, by: User) -> None:
    if by.pk != user.pk and not by.is_manager:
        raise ManagersOnly
