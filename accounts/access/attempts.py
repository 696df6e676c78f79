"""Limits guesses of passwords and PINs. The counters are rows in the database, so all workers share them and a restart
keeps them.

An attempt is counted before the password is checked, and uncounted when it was right: sending many at once gains
nothing. Only signing in is blocked; sessions that are already open stay open.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from typing import Protocol

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Attempts
from pos.errors import Refused
from pos.web.addresses import sender

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LONGEST_MINUTES = 60
OF = "\uff20"  # separates name and place in a key; NFKC never leaves this character in a name


class Counter(Protocol):
    """How one row counts: `charge` may close it, `take_back` undoes the charge of a guess that was right."""

    def charge(self, row: Attempts, now: datetime) -> None: ...
    def take_back(self, row: Attempts, charged_at: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class Limit:
    """Allows `free` misses, then closes for `first_minutes`, twice as long after each further miss, at most an hour."""

    free: int
    first_minutes: int

    def charge(self, row: Attempts, now: datetime) -> None:
        row.failures = 1 if now - row.since > DAY else row.failures + 1
        row.since = now
        if row.failures >= self.free:
            doublings = min(row.failures - self.free, 6)
            row.closed_until = now + timedelta(minutes=min(self.first_minutes * 2**doublings, LONGEST_MINUTES))

    def take_back(self, row: Attempts, charged_at: datetime) -> None:
        row.failures, row.closed_until = 0, None


@dataclass(frozen=True, slots=True)
class PerMinute:
    """Allows `most` misses a minute: used for an address, which a whole shop may share."""

    most: int

    def charge(self, row: Attempts, now: datetime) -> None:
        if now - row.since >= MINUTE:
            row.failures, row.since = 0, now
        row.failures += 1
        if row.failures >= self.most:
            row.closed_until = row.since + MINUTE

    def take_back(self, row: Attempts, charged_at: datetime) -> None:
        row.failures, row.closed_until = max(row.failures - 1, 0), None


@dataclass(frozen=True, slots=True)
class PerDay:
    """Allows `most` misses within any 24 hours. A right guess removes only its own charge, never earlier misses."""

    most: int

    def charge(self, row: Attempts, now: datetime) -> None:
        row.misses, row.since = [*(at for at in row.misses if now - at < DAY), now], now
        if len(row.misses) >= self.most:
            row.closed_until = row.misses[0] + DAY

    def take_back(self, row: Attempts, charged_at: datetime) -> None:
        if charged_at in row.misses:
            row.misses.remove(charged_at)
        if len(row.misses) < self.most:
            row.closed_until = None


PER_NAME, PER_ADDRESS = Limit(free=5, first_minutes=1), PerMinute(20)
# All guesses against one person, 50 a day: passwords from unknown browsers (15); passwords from a browser known for
# this person, a locked till or an open session (15); and PINs (20). Using up one share does not close another.
STRANGERS, PASSWORDS, PINS = PerDay(15), PerDay(15), PerDay(20)
PASSWORDS_AT_ONE_PLACE, PINS_AT_ONE_PLACE = PerDay(8), PerDay(10)


@dataclass(frozen=True, slots=True)
class Charge:
    """The counters one attempt was charged to. `closes` is true when this attempt closes a counter, should it fail."""

    counters: Mapping[str, Counter]
    at: datetime
    closes: bool

    def take_back(self) -> None:
        """Undoes the charge, because the guess was right."""
        with transaction.atomic():
            rows = lock(self.counters)
            for key, row in rows.items():
                self.counters[key].take_back(row, self.at)
            save(rows)


class TooManyAttempts(Refused):
    code = "too_many_attempts"
    status = 429


def charge(counters: Mapping[str, Counter]) -> Charge:
    """Counts one attempt on every counter, or raises TooManyAttempts. Must run outside any transaction: a rollback
    would undo the count."""
    with transaction.atomic(durable=True):
        rows = lock(counters)
        now = timezone.now()
        refuse_closed(rows.values(), now)
        for key, row in rows.items():
            counters[key].charge(row, now)
        save(rows)
        forget_old(now)
    return Charge(counters, now, closes=any(row.closed_until and row.closed_until > now for row in rows.values()))


def stranger(who: str, address: str) -> dict[str, Counter]:
    """Counters for a password given in a browser where this person has never signed in."""
    return {key("name", who): PER_NAME, f"address:{address}": PER_ADDRESS, key("strangers", who): STRANGERS}


def password_at(who: str, place: str) -> dict[str, Counter]:
    """Counters for a password given at a locked till, in an open session or in a browser this person has signed in
    with."""
    return {key("password", who, place): PER_NAME, **passwords_a_day(who, place)}


def code_at(who: str, place: str, address: str) -> dict[str, Counter]:
    """Counters for the code of a second factor, in a browser known for this person (`place`) or an unknown one. The
    days' shares are those of passwords: fifty guesses a day remain fifty."""
    shares = passwords_a_day(who, place) if place else stranger(who, address)
    return {**shares, key("code", who, place): PER_NAME}


def passwords_a_day(who: str, place: str) -> dict[str, Counter]:
    return {key("passwords", who): PASSWORDS, key("passwords", who, place): PASSWORDS_AT_ONE_PLACE}


def pins_a_day(who: str, place: str) -> dict[str, Counter]:
    return {key("pins", who): PINS, key("pins", who, place): PINS_AT_ONE_PLACE}


def key(kind: str, who: str, place: str = "") -> str:
    """The counter's key; the same for every spelling of a name that the database treats as equal."""
    return f"{kind}:{spelt(who)}{OF}{place}"


def till_pin(who: str, till: str) -> str:
    """Key for a person's PIN at one locked till: misses at other tills do not close it."""
    return key("till pin", who, till)


def forget_pins(who: str) -> None:
    """Reopens the person's PIN at every till; the daily count of guesses stays."""
    Attempts.objects.filter(key__startswith=till_pin(who, "")).delete()


def open_again(who: str) -> None:
    """Deletes every counter of guesses against this person."""
    Attempts.objects.filter(key__contains=f":{spelt(who)}{OF}").delete()


def refuse_closed(rows: Iterable[Attempts], now: datetime) -> None:
    wait = max(row.closed_until or now for row in rows) - now
    if wait > HOUR:
        sentence = _("Too many attempts. Try again in %(wait)s, or ask a manager to open the name again.")
    else:
        sentence = _("Too many attempts. Try again in %(wait)s.")
    if wait > timedelta(0):
        seconds = ceil(wait.total_seconds())
        raise TooManyAttempts(sentence % {"wait": spoken(seconds)}, retry_after=seconds)


def lock(wanted: Iterable[str]) -> dict[str, Attempts]:
    """Creates missing rows with these keys and locks them all, ordered by key so that callers cannot deadlock."""
    keys, rows = sorted(wanted), dict[str, Attempts]()
    while len(rows) < len(keys):  # a row may be deleted between the two statements
        Attempts.objects.bulk_create([Attempts(key=key) for key in keys], ignore_conflicts=True)
        rows = {row.key: row for row in Attempts.objects.filter(key__in=keys).order_by("key").select_for_update()}
    return rows


def save(rows: Mapping[str, Attempts]) -> None:
    Attempts.objects.bulk_update(rows.values(), ["failures", "since", "closed_until", "misses"])


def forget_old(now: datetime) -> None:
    """Deletes counters untouched for a day. Rows locked by others are left for next time."""
    old = Attempts.objects.filter(since__lt=now - DAY).select_for_update(skip_locked=True)
    Attempts.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:100])).delete()


def spelt(name: str) -> str:
    return unicodedata.normalize("NFKC", name).replace("\0", "").upper().casefold()[:85]


def address_of(request: HttpRequest) -> str:
    """The address a request comes from; for IPv6 its /64 network, because one machine has many addresses."""
    try:
        address = ip_address(sender(request))
    except ValueError:
        return "unknown"
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else str(address)


def spoken(seconds: int) -> str:
    if seconds <= 90:
        return ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": seconds}
    minutes = ceil(seconds / 60)
    if minutes <= 90:
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    hours = ceil(minutes / 60)
    return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
