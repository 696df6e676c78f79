"""Guessing is slow: counted in the database, so for every worker alike and across restarts.

An attempt is charged before the password is looked at and forgiven when it was right: many at once gain nothing.
A session that is open stays open: only signing in is closed.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Attempts
from pos.addresses import sender
from pos.errors import Refused

FREE_PER_ADDRESS = 20
ADDRESS_WINDOW, FORGOTTEN_AFTER = timedelta(minutes=1), timedelta(days=1)
LONGEST_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Limit:
    """So many free misses, then closed for so many minutes, twice as long after each further miss."""

    free: int
    first_minutes: int


PER_NAME = Limit(free=5, first_minutes=1)


class TooManyAttempts(Refused):
    code = "too_many_attempts"
    status = 429


def charge(name: str, address: str) -> bool:
    """Count one attempt, or refuse; True when the name is closed from here on should this one fail too."""
    now = timezone.now()
    with transaction.atomic():
        rows = lock([name_key(name), address_key(address)])
        by_name, by_address = rows[name_key(name)], rows[address_key(address)]
        refuse_closed(rows.values(), now)
        charge_growing(by_name, PER_NAME, now)
        charge_address(by_address, now)
        Attempts.objects.bulk_update([by_name, by_address], ["failures", "since", "closed_until"])
    return by_name.failures >= PER_NAME.free


def charge_all(limits: Mapping[str, Limit]) -> None:
    """Count one attempt under each key, or refuse. Outside of any transaction: a rollback must not give it back."""
    now = timezone.now()
    with transaction.atomic(durable=True):
        rows = lock(limits)
        refuse_closed(rows.values(), now)
        for key, row in rows.items():
            charge_growing(row, limits[key], now)
        Attempts.objects.bulk_update(rows.values(), ["failures", "since", "closed_until"])


def refuse_closed(rows: Iterable[Attempts], now: datetime) -> None:
    wait = max(row.closed_until or now for row in rows) - now
    if wait > timedelta(0):
        seconds = ceil(wait.total_seconds())
        raise TooManyAttempts(
            _("Too many attempts. Try again in %(wait)s.") % {"wait": spoken(seconds)}, retry_after=seconds
        )


def forgive(name: str, address: str) -> None:
    forget([name_key(name)])
    Attempts.objects.filter(key=address_key(address), failures__gt=0).update(failures=F("failures") - 1)


def forget(keys: Iterable[str]) -> None:
    Attempts.objects.filter(key__in=list(keys)).delete()


def lock(wanted: Iterable[str]) -> dict[str, Attempts]:
    keys = sorted(wanted)
    Attempts.objects.bulk_create([Attempts(key=key) for key in keys], ignore_conflicts=True)
    return {row.key: row for row in Attempts.objects.filter(key__in=keys).order_by("key").select_for_update()}


def charge_growing(row: Attempts, limit: Limit, now: datetime) -> None:
    """Some free misses, then closed for longer after each, up to an hour."""
    row.failures = 1 if now - row.since > FORGOTTEN_AFTER else row.failures + 1
    row.since = now
    if row.failures >= limit.free:
        doublings = min(row.failures - limit.free, 6)
        row.closed_until = now + timedelta(minutes=min(limit.first_minutes * 2**doublings, LONGEST_MINUTES))


def charge_address(row: Attempts, now: datetime) -> None:
    """A shop shares one address: twenty misses a minute."""
    if now - row.since >= ADDRESS_WINDOW:
        row.failures, row.since = 0, now
        Attempts.objects.filter(since__lt=now - FORGOTTEN_AFTER).exclude(key=row.key).delete()
    row.failures += 1
    if row.failures >= FREE_PER_ADDRESS:
        row.closed_until = row.since + ADDRESS_WINDOW


def name_key(name: str) -> str:
    """The same for every spelling the database takes for the same name."""
    return f"name:{spelt(name)}"


def spelt(name: str) -> str:
    return unicodedata.normalize("NFKC", name).replace("\0", "").upper().casefold()[:90]


def at_till(kind: str, name: str, till: str) -> str:
    """A person's PIN or password at one locked till: misses made elsewhere do not close it."""
    return f"till {kind}:{spelt(name)}@{till}"


def forget_pins(name: str) -> None:
    Attempts.objects.filter(key__startswith=at_till("pin", name, "")).delete()


def address_key(address: str) -> str:
    return f"address:{address}"


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
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
