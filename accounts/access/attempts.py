"""Guessing is slow: counted in the database, so for every worker alike and across restarts.

An attempt is charged before the password is looked at and taken back when it was right: many at once gain nothing.
A session that is open stays open: only signing in is closed.
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
OF = "\uff20"  # between a name and a place in a key; no spelt name has it


class Counter(Protocol):
    """How one row counts: `charge` may close it, `take_back` undoes the charge of a guess that was right."""

    def charge(self, row: Attempts, now: datetime) -> None: ...
    def take_back(self, row: Attempts, charged_at: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class Limit:
    """So many free misses, then closed for so many minutes, twice as long after each further miss, up to an hour."""

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
    """So many misses a minute: for an address, which a whole shop shares."""

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
    """So many misses within any 24 hours. A right guess takes back itself, never the misses before it."""

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
# All guesses against one person, 50 in a day: from browsers nobody signed in on before, passwords where somebody did
# (a browser known for this person, a locked till, an open session), and PINs. No share can close another.
STRANGERS, PASSWORDS, PINS = PerDay(15), PerDay(15), PerDay(20)
PASSWORDS_AT_ONE_PLACE, PINS_AT_ONE_PLACE = PerDay(8), PerDay(10)


@dataclass(frozen=True, slots=True)
class Charge:
    """What one attempt was counted on; `closes` when a counter is closed from here on, should this one fail too."""

    counters: Mapping[str, Counter]
    at: datetime
    closes: bool

    def take_back(self) -> None:
        """The guess was right."""
        with transaction.atomic():
            rows = lock(self.counters)
            for key, row in rows.items():
                self.counters[key].take_back(row, self.at)
            save(rows)


class TooManyAttempts(Refused):
    code = "too_many_attempts"
    status = 429


def charge(counters: Mapping[str, Counter]) -> Charge:
    """Count one attempt on each, or refuse. Outside of any transaction: a rollback must not give it back."""
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
    """A password given where this person has never signed in."""
    return {key("name", who): PER_NAME, f"address:{address}": PER_ADDRESS, key("strangers", who): STRANGERS}


def password_at(who: str, place: str) -> dict[str, Counter]:
    """A password given at a locked till, in an open session or in a browser this person has signed in with."""
    return {key("password", who, place): PER_NAME, **passwords_a_day(who, place)}


def passwords_a_day(who: str, place: str) -> dict[str, Counter]:
    return {key("passwords", who): PASSWORDS, key("passwords", who, place): PASSWORDS_AT_ONE_PLACE}


def pins_a_day(who: str, place: str) -> dict[str, Counter]:
    return {key("pins", who): PINS, key("pins", who, place): PINS_AT_ONE_PLACE}


def key(kind: str, who: str, place: str = "") -> str:
    """The same for every spelling the database takes for the same name."""
    return f"{kind}:{spelt(who)}{OF}{place}"


def till_pin(who: str, till: str) -> str:
    """A person's PIN at one locked till: misses made elsewhere do not close it."""
    return key("till pin", who, till)


def forget_pins(who: str) -> None:
    """Open the PIN at every till again; the day's count of guesses stays."""
    Attempts.objects.filter(key__startswith=till_pin(who, "")).delete()


def open_again(who: str) -> None:
    """Forget every guess against this person."""
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
    """The rows with these keys, made where they are missing and held, one order for everybody."""
    keys, rows = sorted(wanted), dict[str, Attempts]()
    while len(rows) < len(keys):  # a row may be deleted between the two statements
        Attempts.objects.bulk_create([Attempts(key=key) for key in keys], ignore_conflicts=True)
        rows = {row.key: row for row in Attempts.objects.filter(key__in=keys).order_by("key").select_for_update()}
    return rows


def save(rows: Mapping[str, Attempts]) -> None:
    Attempts.objects.bulk_update(rows.values(), ["failures", "since", "closed_until", "misses"])


def forget_old(now: datetime) -> None:
    """What counts no more. Rows somebody holds are left for next time."""
    old = Attempts.objects.filter(since__lt=now - DAY).select_for_update(skip_locked=True)
    Attempts.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:100])).delete()


def spelt(name: str) -> str:
    return unicodedata.normalize("NFKC", name).replace("\0", "").upper().casefold()[:85]


def address_of(request: HttpRequest) -> str:
    """Where a request comes from; of IPv6 the network, since one machine has many addresses."""
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
